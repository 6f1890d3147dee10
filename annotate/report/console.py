"""The log on a plain terminal. `github.py` and `gitlab.py` have the forms of those CIs."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from annotate.errors import Message
from annotate.process import Stream
from annotate.text import plain


class Console:
    """Writes lines in groups. No text can act as a command of a runner."""

    def __init__(self, stream: Stream) -> None:
        """Write to a stream that redacts secrets."""
        self._stream = stream

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Write the lines of the context under a title."""
        self.write(harmless(title))
        yield

    def line(self, text: str) -> None:
        """Write one or more lines of a group."""
        for line in plain(text).split("\n"):
            self.write(f"  {harmless(line)}".rstrip())

    def debug(self, text: str) -> None:
        """Write a line for the input `debug`."""
        Console.line(self, f"debug: {text}")

    def fact(self, name: str, value: str, source: str = "") -> None:
        """Write a value, its name, and where it comes from."""
        first, *rest = value.split("\n")
        self.line(f"{name:<16} {first}{f'   ({source})' if source else ''}")
        for line in rest:
            self.line(f"{'':<16} {line}")

    def warning(self, message: Message) -> None:
        """Write what may be wrong."""
        self._write_message("warning", message)

    def notice(self, message: Message) -> None:
        """Write what is worth knowing."""
        self._write_message("notice", message)

    def error(self, message: Message) -> None:
        """Write what ended the run."""
        self._write_message("error", message)

    def write(self, text: str) -> None:
        """Write a line as it is."""
        # If nobody reads the log any more, the files and the exit code still matter.
        with suppress(OSError):
            self._stream.write(f"{text}\n")
            self._stream.flush()

    def _write_message(self, level: str, message: Message) -> None:
        first, *rest = plain(str(message)).split("\n")
        self.write(f"{level}: {harmless(first)}")
        for line in rest:
            self.write(harmless(line))


def harmless(line: str) -> str:
    """Return a line that no runner takes for a command.

    Source: GitHub's runner reads `::name::` at the start of a line after blanks, and the older
    `##[name]` anywhere in it.
    """
    line = line.replace("##[", "## [")
    bare = line.lstrip()
    return f"{line[: len(line) - len(bare)]}\\{bare}" if bare.startswith("::") else line
