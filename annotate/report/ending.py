"""Tells how a run ended, to the runtime that it ran in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import Message, Outcome, Topic
from annotate.report import github, gitlab
from annotate.report.console import Console, harmless
from annotate.report.outputs import outputs
from annotate.report.summary import summary
from annotate.result import Result, of_target
from annotate.text import one_line, shorten

# Amplitude's are eight characters.
_ID_LIMIT = 100
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
            self._message(result.outcome, result.exit_code, message)
        for one in result.deliveries:
            if one.message:
                self._message(one.outcome, one.exit_code, of_target(one, one.message))
            for warning in one.warnings:
                self.console.warning(of_target(one, warning))
        values = {name: self.redact(value) for name, value in outputs(result).items()}
        if path := self.env.get("GITHUB_OUTPUT"):
            self._write(lambda: github.append(path, github.output_file(values)), path)
        if page := self.env.get("GITHUB_STEP_SUMMARY"):
            self._write(lambda: github.append(page, self.redact(summary(result))), page)
        if report := self.dotenv:
            self._write(lambda: gitlab.write(report, gitlab.dotenv(values)), str(report))
        told = values["title"] or values["version"]
        if len(result.deliveries) > 1:
            for one in result.deliveries:
                self._last(f"{one.target}: {one.outcome}", self.redact(one.release_id), "")
        self._last(f"annotate: {result.outcome}", values["release-id"], told)

    def _last(self, outcome: str, release_id: str, told: str) -> None:
        parts = [outcome, shorten(release_id, _ID_LIMIT), f"({told})" if told else ""]
        self.console.write(harmless(one_line(" ".join(filter(None, parts)))))

    def _message(self, outcome: Outcome, exit_code: int, message: Message) -> None:
        if exit_code:
            self.console.error(message)
        elif outcome in _NOTHING_WRONG:
            self.console.notice(message)
        else:
            self.console.warning(message)

    def _write(self, action: Callable[[], None], path: str) -> None:
        try:
            action()
        except OSError as error:
            self.console.warning(
                Message(
                    f"The file {path} could not be written: {error.strerror}.",
                    "Steps and jobs that follow read the outputs from it.",
                    topic=Topic.FILES,
                )
            )
