"""GitLab CI: sections in the log, and the dotenv report that hands values to later jobs.

Sources: GitLab Docs, "CI/CD job logs" (custom collapsible sections) and "CI/CD artifacts reports
types" (`artifacts:reports:dotenv`).
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from annotate.process import Stream
from annotate.report.console import Console, harmless
from annotate.text import ELLIPSIS, one_line, shorten

#: The outputs that fit in a line.
SINGLE_LINE = (
    "outcome",
    "release-id",
    "version",
    "tag",
    "previous-tag",
    "title",
    "release-start",
    "commit-count",
)
# GitLab takes a file of at most 5 KB.
_VALUE_LIMIT = 300
_BYTES_LIMIT = 900


class GitLabConsole(Console):
    """Groups that fold."""

    def __init__(self, stream: Stream, now: Callable[[], datetime]) -> None:
        """Write to the stream; the sections bear the clock's time."""
        super().__init__(stream)
        self._now = now

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """A section that folds."""
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
    """The report: `RELEASE_ID`, `RELEASE_VERSION` and so on, one to a line.

    GitLab reads no quotes and expands `$` where the variable is used, so a `$` of a tag or title
    becomes the character that looks like it.
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
    """The name of an output as a variable: `RELEASE_ID` for `release-id`."""
    return f"RELEASE_{output.removeprefix('release-').replace('-', '_').upper()}"


def write(path: Path, text: str) -> None:
    """Write the report; OSError if it cannot be, or if a link stands in its place.

    The path lies in the repository's checkout, where a link could lead anywhere.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o644), "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
