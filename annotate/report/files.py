"""The files of the report: outputs, step summary and dotenv report."""

import errno
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from annotate.errors import Message, Topic
from annotate.report import github, gitlab
from annotate.report.console import Console
from annotate.report.outputs import outputs
from annotate.report.summary import summary
from annotate.result import Result

# Should a file become a pipe meanwhile, O_NONBLOCK fails instead of waiting for a reader. Windows
# has O_BINARY, without which it would write CR LF.
_WRITE = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
# The path is in the checkout, where a pull request could add a link to any file.
_REPLACE_BUT_NO_LINK = os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)


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
        _write(console, Path(path), os.O_APPEND, github.output_file(values))
    write_summary(redact(summary(result, redact)), console, env)
    if result.dotenv:
        file = Path(env.get("CI_PROJECT_DIR") or cwd) / result.dotenv
        # Redacted once more: what `dotenv` takes out, such as characters that cannot be seen, may
        # have stood within a secret.
        _write(console, file, _REPLACE_BUT_NO_LINK, redact(gitlab.dotenv(values)))


def write_summary(page: str, console: Console, env: Mapping[str, str]) -> None:
    """Append a page without secrets to the step summary, if the runner has one."""
    if path := env.get("GITHUB_STEP_SUMMARY"):
        _write(console, Path(path), os.O_APPEND, page)


def _write(console: Console, path: Path, flags: int, text: str) -> None:
    """Write a text to a file that is opened with `flags` (open(2)), or created."""
    try:
        descriptor = _opened(path, flags)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        console.warning(
            Message(
                f"The file {path} could not be written: {error.strerror}.",
                "Outputs or the summary of this run are missing from it.",
                topic=Topic.FILES,
            )
        )


def _opened(path: Path, flags: int) -> int:
    """Return the descriptor of a file. Raises OSError if that fails, or for a pipe or a device."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is not a file")
    return os.open(path, _WRITE | flags, 0o644)
