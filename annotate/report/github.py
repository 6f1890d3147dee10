"""GitHub Actions: workflow commands in the log, the outputs file, the step summary.

Source: GitHub Docs, "Workflow commands for GitHub Actions".
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from annotate.errors import Message
from annotate.report.console import Console, harmless
from annotate.text import plain


class GitHubConsole(Console):
    """Writes the log with workflow commands: collapsible groups, and annotations."""

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Return a context manager that writes a collapsible group."""
        self.write(f"::group::{command_data(harmless(title))}")
        try:
            yield
        finally:
            self.write("::endgroup::")

    def _write_message(self, level: str, message: Message) -> None:
        text = "\n".join(harmless(line) for line in plain(str(message)).split("\n"))
        self.write(f"::{level} title=annotate::{command_data(text)}")


def mask(values: Iterable[str]) -> str:
    """Return the workflow commands with which the runner masks the values in all its logs."""
    return "\n".join(f"::add-mask::{command_data(value)}" for value in values if value)


def command_data(text: str) -> str:
    """Return the text encoded as the data of a workflow command, in one line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def output_file(values: Mapping[str, str]) -> str:
    """Return the outputs in the format of the file GITHUB_OUTPUT.

    Each value is enclosed in a random delimiter, so that no value can contain the delimiter and
    inject another output.
    """
    parts = []
    for name, value in values.items():
        delimiter = f"annotate-{os.urandom(16).hex()}"
        parts.append(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")
    return "".join(parts)
