"""Run git commands safely.

A repository is untrusted: its config can name programs to run, and its tags can look like options.
The user's own settings can change what git prints. So each command runs without hooks, file system
monitor, pager, prompts, signatures and network, without any config outside of the repository, and
only until the deadline of the run.
"""

import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from types import ModuleType
from typing import BinaryIO, cast

from annotate.deadline import Deadline
from annotate.errors import Message, NoVersion, TimeUp, Topic
from annotate.git.running import GRACE, Running

#: Bytes that a command may print: the messages of 50,000 commits have about half of it.
OUTPUT_LIMIT = 100_000_000

_CONFIG = {
    "advice.graftFileDeprecated": "false",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.commitGraph": "true",
    "gc.auto": "0",
    "i18n.logOutputEncoding": "UTF-8",
    "log.showSignature": "false",
    "log.follow": "false",
    # `git log` would read `.mailmap`, however large, and use it for nothing.
    "log.mailmap": "false",
}
# Tells whether git has taken the settings; a repository's own config cannot know the value.
_PROBE, _PROBE_VALUE = "annotate.probe", os.urandom(8).hex()
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
_NEWER_GIT = (
    "Install git 2.38 or newer, or run annotate from its container image, which contains it"
)


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

    def __call__(
        self, *arguments: str, accept: Iterable[int] = (0,), stdin: Iterable[str] = ()
    ) -> bytes:
        """Run git and return its standard output. `stdin` are the lines of its standard input.

        Raises CommandFailed unless the exit status is in `accept`, TimeUp at the deadline, and
        NoVersion if it prints too much.
        """
        with started(self._directory, arguments, self._environment, stdin) as running:
            if not running.ended(max(self._deadline.left + GRACE, 0.0)):
                raise TimeUp
        stdout, status = running.stdout, running.status
        self._debug(f"git {' '.join(arguments)} -> {status}, {len(stdout)} bytes")
        if running.cut_off:
            raise NoVersion(too_much(arguments[0]))
        if status not in accept:
            raise CommandFailed(arguments[0], status, _text(running.stderr))
        return stdout

    def settings(self, pattern: str) -> dict[str, str]:
        """Return the last values of the settings whose keys match a regular expression.

        Raises NoVersion if this git is too old to take the settings of this class: before 2.31 it
        ignores GIT_CONFIG_COUNT (git's release notes).
        """
        asked = f"^({re.escape(_PROBE)}|{pattern})$"
        output = self("config", "--null", "--get-regexp", asked, accept=(0, 1))
        pairs = (row.partition("\n") for [row] in records(output, 1))
        found = {name: value for name, _, value in pairs}
        if found.pop(_PROBE, "") != _PROBE_VALUE:
            raise NoVersion(too_old(self._version()))
        return found

    def foreign(self) -> Message:
        """The message for a repository of another user, which git does not read.

        Before 2.38, it does not take safe.directory from the environment (git's release notes).
        """
        return too_old_for_foreign(self._version())

    def _version(self) -> str:
        return _text(self("version")).strip().removeprefix("git version ")


def lines(output: bytes) -> list[str]:
    """Return the lines of a command's output. Undecodable bytes become U+FFFD."""
    values = _text(output).split("\n")
    return values if values[-1] else values[:-1]


def records(output: bytes, fields: int) -> Iterator[list[str]]:
    """Yield records of `fields` values, each of which ends with NUL.

    Commit messages and names cannot contain NUL. Undecodable bytes become U+FFFD.
    """
    texts = _texts(output.split(b"\0")[:-1])
    # It may be 100 MB.
    del output
    while record := list(islice(texts, fields)):
        yield record


@contextmanager
def started(
    directory: Path,
    arguments: Iterable[str],
    environment: Mapping[str, str],
    stdin: Iterable[str],
    limit: int = OUTPUT_LIMIT,
) -> Iterator[Running]:
    """Start a git command. When the context ends, kill it and the processes that it started."""
    with _standard_input(stdin) as file:
        gitpython = _gitpython()
        try:
            command = gitpython.Git(directory).execute(
                ["git", *arguments],
                istream=file,
                env=dict(environment),
                as_process=True,
                # A process group of its own, to kill git's helper processes with it.
                start_new_session=True,
            )
        except gitpython.GitCommandNotFound as error:
            raise NoVersion(_not_found()) from error
        # Not GitPython's wrapper: its time limit is a timer that goes on after an interrupt.
        running = Running(cast("subprocess.Popen[bytes]", command.proc), limit)
        try:
            yield running
        finally:
            running.close()


@contextmanager
def _standard_input(rows: Iterable[str]) -> Iterator[BinaryIO | int]:
    """Yield a file with these lines, for git to read.

    On Linux the file is in memory, because there may be no writable folder.
    """
    content = "".join(f"{row}\n" for row in rows).encode(errors="replace")
    if not content:
        yield subprocess.DEVNULL
        return
    memory = hasattr(os, "memfd_create")
    with os.fdopen(os.memfd_create("stdin"), "w+b") if memory else TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield cast("BinaryIO", file)


def _texts(values: list[bytes]) -> Iterator[str]:
    """Yield the values as texts, and drop each value."""
    values.reverse()
    while values:
        yield _text(values.pop())


def _text(output: bytes) -> str:
    return output.decode("utf-8", errors="replace")


def too_old(version: str) -> Message:
    """The message for a git that does not take annotate's settings."""
    return Message(
        f"This git is too old for annotate: it is version {version}.",
        "A repository's own config can make git run programs. annotate's settings against that"
        " reach git 2.31 and newer.",
        f"{_NEWER_GIT}:\ngit --version   # before annotate's step, to see which git is found there",
        topic=Topic.OLD_GIT,
    )


def too_old_for_foreign(version: str) -> Message:
    """The message for a git that reads no repository of another user."""
    return Message(
        f"git {version} does not read this repository, because it belongs to another user.",
        "annotate trusts the one repository that it reads, but git 2.38 is the first version that"
        " lets it do so for one run.",
        f"{_NEWER_GIT}.\nOr run annotate as the owner of the repository:\n"
        'docker run --user "$(id -u):$(id -g)" …   # docker',
        topic=Topic.OLD_GIT,
    )


def too_much(command: str) -> Message:
    """The message for a command that prints more than is read."""
    return Message(
        f"The repository is too large: `git {command}` prints more than {OUTPUT_LIMIT:,} bytes.",
        "annotate reads the names of all tags, and the commits since the previous release.",
        "Start from a nearer release, or remove what is no release:\n"
        "previous-tag: v1.2.3\n"
        "git push --delete origin TAG",
        topic=Topic.UNREADABLE,
    )


def safe_environment(config: Mapping[str, str]) -> dict[str, str]:
    """Return variables that make git use `config`, but no config of the user or the system."""
    settings = {**_CONFIG, _PROBE: _PROBE_VALUE, **config}
    variables = {**_ENVIRONMENT, "GIT_CONFIG_COUNT": str(len(settings))}
    for index, (key, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    return variables


@cache
def _gitpython() -> ModuleType:
    """Import GitPython, without the two commands by which it asks for git's version.

    It asks none if git cannot be run, and then says nothing if it is to be quiet. After that it
    runs what is named `git` (GitPython, `Git.refresh`).
    """
    settings = {"GIT_PYTHON_GIT_EXECUTABLE": os.devnull, "GIT_PYTHON_REFRESH": "quiet"}
    os.environ.update(settings)
    try:
        import git
    finally:
        for name in settings:
            del os.environ[name]
    return git


def _not_found() -> Message:
    return Message(
        "The program `git` was not found.",
        "annotate reads tags and commits with it, and no folder in PATH contains it.",
        "Install git, or run annotate from its container image, which contains git.",
        topic=Topic.UNREADABLE,
    )
