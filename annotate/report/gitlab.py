"""GitLab CI: sections in the log, and the dotenv report that passes values to later jobs.

Sources: GitLab Docs, "CI/CD job logs" (custom collapsible sections) and "CI/CD artifacts reports
types" (`artifacts:reports:dotenv`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from annotate.inputs.remedies import Form
from annotate.process import Stream
from annotate.report.console import Console, harmless
from annotate.text import ELLIPSIS, one_line, shorten

#: The outputs that are a single line.
SINGLE_LINE = (
    "outcome", "release-id", "version", "tag", "previous-tag", "title", "release-start",
    "commit-count",
)  # fmt: skip
# Characters and bytes of a value. GitLab accepts a dotenv file of at most 5 KB.
_VALUE_LIMIT = 300
_BYTES_LIMIT = 900


class GitLabConsole(Console):
    """Writes the log with collapsible sections."""

    def __init__(self, stream: Stream, now: Callable[[], datetime], form: Form = Form.JOB) -> None:
        """Write to `stream`. `now` returns the time that the sections start and end."""
        super().__init__(stream, form)
        self._now = now

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Return a context manager that writes a collapsible section."""
        name = re.sub("[^a-z0-9]+", "_", title.lower())
        self._mark("start", name, harmless(title))
        try:
            yield
        finally:
            self._mark("end", name)

    def _mark(self, edge: str, name: str, title: str = "") -> None:
        seconds = int(self._now().timestamp())
        self.write(f"\033[0Ksection_{edge}:{seconds}:{name}\r\033[0K{title}")


def dotenv(values: Mapping[str, str]) -> str:
    """Return the dotenv report: `RELEASE_ID`, `RELEASE_VERSION` and so on, one per line.

    GitLab does not support quotes, and expands `$` and `%` when the variable is used. They are
    therefore replaced with similar characters.
    """
    lines = []
    for name in SINGLE_LINE:
        value = one_line(values[name]).replace("$", "\uff04").replace("%", "\uff05")
        value = shorten(value, _VALUE_LIMIT)
        if len(value.encode()) > _BYTES_LIMIT:
            value = value.encode()[: _BYTES_LIMIT - 3].decode(errors="ignore").rstrip() + ELLIPSIS
        lines.append(f"{variable(name)}={value}\n")
    return "".join(lines)


def variable(output: str) -> str:
    """Return the variable of an output, such as `RELEASE_ID` for `release-id`."""
    return f"RELEASE_{output.removeprefix('release-').replace('-', '_').upper()}"
