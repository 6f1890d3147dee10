"""Where text goes: streams, and the one kind of them that this program writes to."""

from threading import Lock
from typing import Protocol

from annotate.redaction import Redactor


class Stream(Protocol):
    """What can be written to: a file, a terminal, or the kind below."""

    def write(self, text: str, /) -> int:
        """Write a text."""

    def flush(self) -> None:
        """Let it out."""

    def isatty(self) -> bool:
        """Whether a person reads it."""


class RedactedStream:
    """A stream that lets no secret through, also where it comes in pieces."""

    def __init__(self, stream: Stream, redact: Redactor) -> None:
        """Write to the stream; what has no end of line yet is kept until it has, or is flushed."""
        #: The stream as it is, for what a runner must learn to hide.
        self.raw = stream
        self._redact = redact
        self._kept = ""
        self._lock = Lock()

    def write(self, text: str, /) -> int:
        """Write what is whole."""
        with self._lock:
            lines, newline, self._kept = f"{self._kept}{text}".rpartition("\n")
            self.raw.write(self._redact(lines + newline))
        return len(text)

    def flush(self) -> None:
        """Write the rest, too."""
        with self._lock:
            rest, self._kept = self._kept, ""
            self.raw.write(self._redact(rest))
        self.raw.flush()

    def isatty(self) -> bool:
        """Whether a person reads it."""
        return self.raw.isatty()
