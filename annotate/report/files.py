"""The files from which people and later jobs read a result."""

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

    `env` names the files of the runner. The path of the dotenv report starts at the project's
    directory, which is `cwd` outside of GitLab. A file that cannot be written is a warning.
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
                "Later steps and jobs read the outputs from it.",
                topic=Topic.FILES,
            )
        )
