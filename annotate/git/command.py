"""git's plumbing commands, run with care.

A repository is untrusted: its config may name programs, its tags may look like options. And a
user's own settings may change what git prints. So each command runs without hooks, file system
monitor, pager, prompts, signatures and network, without any config outside the repository, and
with a time limit.
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

from annotate.errors import Message, NoVersion, Topic

if TYPE_CHECKING:
    import git as gitpython

#: Seconds for one command; `git log` over the whole of git/git takes about one.
TIME_LIMIT = 120

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
    # In a partial clone git would fetch what is missing, with whatever the config names for it.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}


class CommandFailed(Exception):
    """git ended with a status that the caller did not expect."""

    def __init__(self, command: str, status: int, stderr: str) -> None:
        """Keep the words of git."""
        super().__init__(f"git {command} ended with {status}: {stderr}")
        self.stderr = stderr


class Git:
    """Runs git in one repository."""

    def __init__(
        self,
        directory: Path,
        trusted: Path,
        debug: Callable[[str], None],
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Run in `directory`; `trusted` is the repository's root, and no other is trusted.

        Source of the rule: git-config(1), safe.directory, which git honours from the environment.
        """
        self._directory = directory
        self._environment = {
            **safe_environment({"safe.directory": trusted.as_posix()}),
            **(environment or {}),
        }
        self._debug = debug

    def __call__(self, *arguments: str, accept: Iterable[int] = (0,), stdin: bytes = b"") -> bytes:
        """What git prints, as bytes; CommandFailed for a status that is not accepted."""
        return self.run(*arguments, accept=accept, stdin=stdin)[1]

    def succeeds(self, *arguments: str) -> bool:
        """The answer of a command that says yes with status 0 and no with 1."""
        return self.run(*arguments, accept=(0, 1))[0] == 0

    def run(self, *arguments: str, accept: Iterable[int], stdin: bytes = b"") -> tuple[int, bytes]:
        """Status and what git prints."""
        with started(self._directory, arguments, self._environment, stdin) as process:
            try:
                stdout, stderr = process.communicate(timeout=TIME_LIMIT)
            except subprocess.TimeoutExpired:
                reason = f"it took more than {TIME_LIMIT} seconds"
                raise CommandFailed(arguments[0], -1, reason) from None
        status = process.returncode
        self._debug(f"git {' '.join(arguments)} -> {status}, {len(stdout)} bytes")
        if status not in accept:
            raise CommandFailed(arguments[0], status, _text(stderr))
        return status, stdout


def lines(output: bytes) -> list[str]:
    """The lines of a command's output, undecodable bytes replaced."""
    return _text(output).removesuffix("\n").split("\n") if output else []


def records(output: bytes, fields: int) -> list[list[str]]:
    """NUL-terminated fields in groups: no text that git prints can hold a NUL."""
    values = _text(output).split("\0")[:-1]
    return [values[start : start + fields] for start in range(0, len(values), fields)]


@contextmanager
def started(
    directory: Path, arguments: Iterable[str], environment: Mapping[str, str], stdin: bytes
) -> Iterator["subprocess.Popen[bytes]"]:
    """A git command on its way. When the context ends, it has ended, with all that it started."""
    with _standard_input(stdin) as file:
        command = program(directory).execute(
            ["git", *arguments],
            istream=file,
            env=dict(environment),
            as_process=True,
            # Its own group: git starts helpers, and all of them are to end together.
            start_new_session=True,
        )
        # GitPython would wait for it with a timer that outlives an interrupt.
        process = cast("subprocess.Popen[bytes]", command.proc)
        try:
            yield process
        finally:
            kill(process)
            process.communicate()


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End a command and whatever of its helpers is left."""
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def _standard_input(content: bytes) -> Iterator[BinaryIO | int]:
    """What git reads. On Linux it lies in memory: there may be no folder that takes a file."""
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
    """The variables for a git that no settings of the user's or the machine's can bend."""
    settings = {**_CONFIG, **config}
    variables = {**_ENVIRONMENT, "GIT_CONFIG_COUNT": str(len(settings))}
    for index, (key, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    return variables


def program(directory: Path) -> "gitpython.Git":
    """GitPython's git in a folder; NoVersion where git is not installed."""
    try:
        # Importing GitPython starts git once: only a run that reads a repository pays for it, and
        # only there is it an error that git is missing.
        import git as gitpython  # noqa: PLC0415 - as above
    except ImportError as error:
        raise NoVersion(
            Message(
                "The program `git` was not found.",
                f"annotate reads tags and commits with it. ({error})",
                "Install git, or run annotate from its container image, which has it.",
                topic=Topic.UNREADABLE,
            )
        ) from error
    return gitpython.Git(directory)
