"""GitHub Actions: workflow commands in the log, the outputs file, the step summary.

Source: GitHub Docs, "Workflow commands for GitHub Actions".
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from annotate.errors import Message
from annotate.report.console import Console, harmless
from annotate.text import plain


class GitHubConsole(Console):
    """Groups that fold, and annotations on the run's page."""

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """A group that folds."""
        self.write(f"::group::{command_data(harmless(title))}")
        try:
            yield
        finally:
            self.write("::endgroup::")

    def _write_message(self, level: str, message: Message) -> None:
        text = "\n".join(harmless(line) for line in plain(str(message)).split("\n"))
        self.write(f"::{level} title=annotate::{command_data(text)}")


def mask(values: Iterable[str]) -> str:
    """Has the runner hide these, also in what other programs print."""
    return "".join(f"::add-mask::{command_data(value)}\n" for value in values if value)


def command_data(text: str) -> str:
    """Text as the data of a workflow command, in one line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def output_file(values: Mapping[str, str]) -> str:
    """What is added to the file GITHUB_OUTPUT.

    Each value stands between two lines of a delimiter that nobody can guess, so none can end
    early and pose as another output.
    """
    parts = []
    for name, value in values.items():
        delimiter = f"annotate-{secrets.token_hex(16)}"
        parts.append(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")
    return "".join(parts)


def append(path: str, text: str) -> None:
    """Add to one of the runner's files."""
    with Path(path).open("a", encoding="utf-8", errors="replace", newline="\n") as stream:
        stream.write(text)
