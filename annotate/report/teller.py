"""Tells how a run ended, to the runtime that it ran in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from annotate.compose.result import Result
from annotate.errors import Message, Outcome
from annotate.report import github, gitlab
from annotate.report.console import Console
from annotate.report.outputs import outputs
from annotate.report.summary import summary

_NOTHING_WRONG = {Outcome.CREATED, Outcome.DUPLICATE, Outcome.DRY_RUN, Outcome.SKIPPED}


@dataclass(frozen=True, kw_only=True)
class Teller:
    """Writes the end of the log, and the files from which a pipeline goes on."""

    console: Console
    redact: Callable[[str], str]
    #: Names the runner's files, where there are such.
    env: Mapping[str, str]
    #: Where the dotenv report goes; None for nowhere.
    dotenv: Path | None

    def tell(self, result: Result) -> None:
        """Everything that is to be told."""
        for message in result.messages:
            self._message(result, message)
        values = {name: self.redact(value) for name, value in outputs(result).items()}
        if path := self.env.get("GITHUB_OUTPUT"):
            self._write(lambda: github.append(path, github.output_file(values)), path)
        if page := self.env.get("GITHUB_STEP_SUMMARY"):
            self._write(lambda: github.append(page, self.redact(summary(result))), page)
        if report := self.dotenv:
            self._write(lambda: gitlab.write(report, gitlab.dotenv(values)), str(report))
        named = f" {values['release-id']}" if values["release-id"] else ""
        told = f"{values['title'] or values['version']}".strip()
        self.console.write(f"annotate: {result.outcome}{named}{f' ({told})' if told else ''}")

    def _message(self, result: Result, message: Message) -> None:
        if result.outcome in _NOTHING_WRONG and result.exit_code == 0:
            self.console.notice(message)
        elif result.exit_code == 0:
            self.console.warning(message)
        else:
            self.console.error(message)

    def _write(self, action: Callable[[], None], path: str) -> None:
        try:
            action()
        except OSError as error:
            self.console.warning(
                Message(
                    f"The file {path} could not be written: {error.strerror}.",
                    "Steps and jobs that follow read the outputs from it.",
                )
            )
