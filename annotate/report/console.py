"""The log in plain text. `github.py` and `gitlab.py` contain the formats of those CIs."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from annotate.errors import Message
from annotate.inputs.remedies import Form, adapted
from annotate.process import Stream
from annotate.text import plain


class Console:
    """Writes the log. No text is interpreted as a command by a runner (see `harmless`)."""

    def __init__(self, stream: Stream, form: Form = Form.SHELL) -> None:
        """Write to `stream`, which must redact secrets. Messages set inputs in the given form."""
        self._stream = stream
        self._form = form

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Return a context manager that groups the lines under a title."""
        self.write(harmless(title))
        yield

    def line(self, text: str) -> None:
        """Write one or more indented lines."""
        for line in plain(text).split("\n"):
            self.write(f"  {harmless(line)}".rstrip())

    def debug(self, text: str) -> None:
        """Write a debug line."""
        self.line(f"debug: {text}")

    def fact(self, name: str, value: str, source: str = "") -> None:
        """Write a name, its value, and the source of the value."""
        first, *rest = value.split("\n")
        self.line(f"{name:<16} {first}{f'   ({source})' if source else ''}")
        for line in rest:
            self.line(f"{'':<16} {line}")

    def warning(self, message: Message) -> None:
        """Write a warning."""
        self._write_message("warning", message)

    def notice(self, message: Message) -> None:
        """Write a notice."""
        self._write_message("notice", message)

    def error(self, message: Message) -> None:
        """Write an error."""
        self._write_message("error", message)

    def write(self, text: str) -> None:
        """Write a line unchanged."""
        # If the log is closed, the files must still be written and the exit code returned.
        with suppress(OSError):
            self._stream.write(f"{text}\n")
            self._stream.flush()

    def _write_message(self, level: str, message: Message) -> None:
        first, *rest = plain(str(adapted(message, self._form))).split("\n")
        self.write(f"{level}: {harmless(first)}")
        for line in rest:
            self.write(harmless(line))


def harmless(line: str) -> str:
    """Return the line, changed if a runner would interpret it as a workflow command.

    Source: GitHub's runner interprets `::name::` at the start of a line, after blanks, and the
    older `##[name]` anywhere in a line.
    """
    line = line.replace("##[", "## [")
    bare = line.lstrip()
    return f"{line[: len(line) - len(bare)]}\\{bare}" if bare.startswith("::") else line
