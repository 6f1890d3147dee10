"""Run git commands safely.

A repository is untrusted: its config can name programs to run, and its tags can look like options.
The user's own settings can change what git prints. So each command runs without hooks, file system
monitor, pager, prompts, signatures and network, without any config outside of the repository, and
only until the deadline of the run.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast

from annotate.deadline import Deadline
from annotate.errors import Message, NoVersion, TimeUp, Topic

if TYPE_CHECKING:
    import git as gitpython

# Seconds that a command may go on after the deadline, so that the alarm of the process, where there
# is one, comes first.
_GRACE = 1.0

_CONFIG = {
    "advice.graftFileDeprecated": "false",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.commitGraph": "true",
    "gc.auto": "0",
    "i18n.logOutputEncoding": "UTF-8",
    "log.showSignature": "false",
    "log.follow": "false",
}
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    # In a partial clone, git would fetch missing objects, with a program that its config can name.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}


class CommandFailed(Exception):
    """A git command ended with an unexpected exit status."""

    def __init__(self, command: str, status: int, stderr: str) -> None:
        """Keep git's error output."""
        super().__init__(f"git {command} ended with {status}: {stderr}")
        self.stderr = stderr


class Git:
    """Runs git in one repository."""

    def __init__(
        self,
        directory: Path,
        trusted: Path,
        debug: Callable[[str], None],
        deadline: Deadline,
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Run in `directory`, and trust only the repository with the root `trusted`.

        No command goes on after the deadline.

        Source: git-config(1), safe.directory, which git also reads from the environment.
        """
        self._directory = directory
        self._environment = {
            **safe_environment({"safe.directory": trusted.as_posix()}),
            **(environment or {}),
        }
        self._debug = debug
        self._deadline = deadline

    def __call__(self, *arguments: str, accept: Iterable[int] = (0,), stdin: bytes = b"") -> bytes:
        """Run git and return its standard output.

        Raises CommandFailed unless the exit status is in `accept`, and TimeUp at the deadline.
        """
        with started(self._directory, arguments, self._environment, stdin) as process:
            try:
                limit = max(self._deadline.left + _GRACE, 0.0)
                stdout, stderr = process.communicate(timeout=limit)
            except subprocess.TimeoutExpired:
                raise TimeUp from None
        status = process.returncode
        self._debug(f"git {' '.join(arguments)} -> {status}, {len(stdout)} bytes")
        if status not in accept:
            raise CommandFailed(arguments[0], status, _text(stderr))
        return stdout


def lines(output: bytes) -> list[str]:
    """Return the lines of a command's output. Undecodable bytes become U+FFFD."""
    return _text(output).removesuffix("\n").split("\n") if output else []


def records(output: bytes, fields: int) -> list[list[str]]:
    """Split NUL-terminated values into records of `fields` values.

    Commit messages and names cannot contain NUL. Undecodable bytes become U+FFFD.
    """
    values = _text(output).split("\0")[:-1]
    return [values[start : start + fields] for start in range(0, len(values), fields)]


@contextmanager
def started(
    directory: Path, arguments: Iterable[str], environment: Mapping[str, str], stdin: bytes
) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a git command. When the context ends, kill it and the processes that it started."""
    with _standard_input(stdin) as file:
        command = program(directory).execute(
            ["git", *arguments],
            istream=file,
            env=dict(environment),
            as_process=True,
            # A process group of its own, to kill git's helper processes with it.
            start_new_session=True,
        )
        # Not GitPython's wrapper: its time limit is a timer that goes on after an interrupt.
        process = cast("subprocess.Popen[bytes]", command.proc)
        try:
            yield process
        finally:
            kill(process)
            process.communicate()


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a command and those of its helper processes that still run."""
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def _standard_input(content: bytes) -> Iterator[BinaryIO | int]:
    """Yield a file with this content, for git to read.

    On Linux the file is in memory, because there may be no writable folder.
    """
    if not content:
        yield subprocess.DEVNULL
        return
    memory = hasattr(os, "memfd_create")
    with os.fdopen(os.memfd_create("stdin"), "w+b") if memory else TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield cast("BinaryIO", file)


def _text(output: bytes) -> str:
    return output.decode("utf-8", errors="replace")


def safe_environment(config: Mapping[str, str]) -> dict[str, str]:
    """Return variables that make git use `config`, but no config of the user or the system."""
    settings = {**_CONFIG, **config}
    variables = {**_ENVIRONMENT, "GIT_CONFIG_COUNT": str(len(settings))}
    for index, (key, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    return variables


def program(directory: Path) -> "gitpython.Git":
    """Return GitPython's git for a folder. Raises NoVersion if git is not installed."""
    try:
        # The import runs git once. Here, only a run that reads a repository needs the time for it,
        # and only such a run fails if git is missing.
        import git as gitpython  # noqa: PLC0415 - as above
    except ImportError as error:
        raise NoVersion(
            Message(
                "The program `git` was not found.",
                f"annotate reads tags and commits with it. ({error})",
                "Install git, or run annotate from its container image, which contains git.",
                topic=Topic.UNREADABLE,
            )
        ) from error
    return gitpython.Git(directory)
