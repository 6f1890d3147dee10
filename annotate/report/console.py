"""The log, as a plain terminal shows it; GitHub and GitLab have their own ways to group lines."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from annotate.errors import Message
from annotate.streams import Stream
from annotate.text import plain


class Console:
    """Writes lines in groups. Whatever is written can command nobody."""

    def __init__(self, stream: Stream) -> None:
        """Write to the stream, which lets no secret through."""
        self._stream = stream

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Lines that belong together, under a title."""
        self.write(harmless(title))
        yield

    def line(self, text: str) -> None:
        """One or more lines inside a group."""
        for line in plain(text).split("\n"):
            self.write(f"  {harmless(line)}".rstrip())

    def debug(self, text: str) -> None:
        """What only who looks for a mistake wants to know."""
        Console.line(self, f"debug: {text}")

    def fact(self, name: str, value: str, source: str = "") -> None:
        """A value, what it is, and where it comes from."""
        first, *rest = value.split("\n")
        self.line(f"{name:<16} {first}{f'   ({source})' if source else ''}")
        for line in rest:
            self.line(f"{'':<16} {line}")

    def warning(self, message: Message) -> None:
        """Something that may be wrong."""
        self._tell("warning", message)

    def notice(self, message: Message) -> None:
        """Something worth knowing."""
        self._tell("notice", message)

    def error(self, message: Message) -> None:
        """Something that ended the run."""
        self._tell("error", message)

    def write(self, text: str) -> None:
        """A line as it is."""
        # Where nobody reads any more, the files are still to be written and the code is to be true.
        with suppress(OSError):
            self._stream.write(f"{text}\n")
            self._stream.flush()

    def _tell(self, level: str, message: Message) -> None:
        first, *rest = plain(str(message)).split("\n")
        self.write(f"{level}: {harmless(first)}")
        for line in rest:
            self.write(harmless(line))


def harmless(line: str) -> str:
    """A line that no runner takes for a command.

    Source: GitHub's runner reads `::name::` at the start of a line after blanks, and the older
    `##[name]` anywhere in it.
    """
    line = line.replace("##[", "## [")
    bare = line.lstrip()
    return f"{line[: len(line) - len(bare)]}\\{bare}" if bare.startswith("::") else line
