"""The files of the report: outputs, step summary and dotenv report."""

from collections.abc import Callable, Mapping
from pathlib import Path

from annotate.errors import Message, Topic
from annotate.report import github, gitlab
from annotate.report.console import Console
from annotate.report.outputs import outputs
from annotate.report.summary import summary
from annotate.result import Result


def write(
    result: Result,
    console: Console,
    *,
    env: Mapping[str, str],
    cwd: Path,
    redact: Callable[[str], str],
) -> None:
    """Write the outputs, the step summary and the dotenv report.

    `env` contains the paths of the runner's files. The path of the dotenv report is relative to the
    project directory, which is `cwd` outside of GitLab. If a file cannot be written, a warning is
    logged.
    """
    values = {name: redact(value) for name, value in outputs(result).items()}
    if path := env.get("GITHUB_OUTPUT"):
        _write(console, path, lambda: github.append(path, github.output_file(values)))
    if page := env.get("GITHUB_STEP_SUMMARY"):
        _write(console, page, lambda: github.append(page, redact(summary(result))))
    if result.dotenv:
        file = Path(env.get("CI_PROJECT_DIR") or cwd) / result.dotenv
        _write(console, str(file), lambda: gitlab.write(file, gitlab.dotenv(values)))


def _write(console: Console, path: str, action: Callable[[], None]) -> None:
    try:
        action()
    except OSError as error:
        console.warning(
            Message(
                f"The file {path} could not be written: {error.strerror}.",
                "Outputs or the summary of this run are missing from it.",
                topic=Topic.FILES,
            )
        )
