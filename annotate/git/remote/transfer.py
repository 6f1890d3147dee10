"""Run git commands that contact a remote, within limits of time and bytes.

Credentials are passed in git's environment, as the single `Authorization` header that hosting
services accept. They are in no argument, file or URL, and are not sent along with a redirect.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from annotate.deadline import Deadline
from annotate.git import command
from annotate.git.running import Running

#: Seconds for all transfers of a run together, and for reading only the message of a tag.
TIME_LIMIT, MESSAGE_LIMIT = 90, 15
#: Bytes on disk; the history of git/git with all files takes 320 MB.
SIZE_LIMIT = 1_073_741_824
#: Bytes that a command may print, the names of 300,000 tags; and memory that git may take for them,
#: which it needs several times over before it prints the first.
OUTPUT_LIMIT, LISTING_MEMORY = 33_554_432, 201_326_592
#: Seconds between two checks of time and size.
_CHECK_INTERVAL = 0.05
#: git ends a transfer of fewer bytes per second for so many seconds (git-config(1)).
_LOW_SPEED = {"http.lowSpeedLimit": "100", "http.lowSpeedTime": "20"}


class TransferFailure(StrEnum):
    """Why a transfer failed, as far as it matters for what is done next."""

    REFUSED = "the remote refused the credentials"
    NOTHING = "the remote has no such commits"
    UNSUPPORTED = "the remote cannot select commits"
    UNKNOWN_COMMIT = "the remote does not know the commit"
    TIME = "the time limit was reached"
    SIZE = "the history is too large"
    DISK = "the disk is full"
    FAILED = "the remote could not be read"


# Error messages of git and its servers in LC_ALL=C. The first row that matches counts.
_ERRORS = (
    (TransferFailure.SIZE, ("Out of memory", "out of memory")),
    (TransferFailure.DISK, ("No space left on device", "Disk quota exceeded", "out of disk space")),
    # Over HTTP the server's message is lost, and the client reports only a missing answer.
    (TransferFailure.NOTHING, (
        "no commits selected for shallow requests", "error processing shallow info",
    )),
    (TransferFailure.UNSUPPORTED, (
        "Server does not support", "Server does not allow request", "dumb http transport",
    )),
    (TransferFailure.UNKNOWN_COMMIT, ("not our ref", "couldn't find remote ref")),
    (TransferFailure.REFUSED, (
        "Authentication failed", "could not read Username", "could not read Password",
        "returned error: 401", "returned error: 403", "' not found", "Permission denied (",
    )),
)  # fmt: skip


class TransferFailed(Exception):
    """A transfer failed."""

    def __init__(self, reason: TransferFailure, detail: str) -> None:
        """Keep the reason, and git's own message if there is one."""
        super().__init__(f"{reason}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, kw_only=True)
class Remote:
    """The URL of a repository, with the credentials to read it."""

    #: Without the credentials.
    url: str
    #: Value of the header `Authorization`; empty for anonymous access.
    authorization: str = field(default="", repr=False)
    #: Where the credentials come from, for messages.
    owner: str = "none"
    #: File with CA certificates; empty for git's default.
    ca_file: str = ""


class Budget(NamedTuple):
    """The limits of all transfers of a run together."""

    #: Earlier than the end of the run, so that a run goes on without what a slow remote has.
    deadline: Deadline
    #: Bytes on disk.
    size: int


class Connection(NamedTuple):
    """Runs git commands that contact one remote, within a budget."""

    remote: Remote
    budget: Budget
    #: The end of the run, for the commands that read what was fetched.
    deadline: Deadline
    #: Private folder, whose size is limited. It is git's HOME, so no user's files are read.
    folder: Path
    debug: Callable[[str], None]

    def git(
        self,
        directory: Path,
        *arguments: str,
        stdin: Iterable[str] = (),
        memory: int | None = None,
    ) -> bytes:
        """Run git, with so many bytes of memory on Linux, and return its standard output.

        `stdin` are the lines of its standard input.

        Raises TransferFailed if the command fails or exceeds the budget.
        """
        with command.started(
            directory, arguments, self._environment(), stdin, OUTPUT_LIMIT
        ) as running:
            if memory:
                running.limit_memory(memory)
            self._await(running)
        stdout, status = running.stdout, running.status
        self.debug(f"git {' '.join(arguments)} -> {status}, {len(stdout)} bytes")
        if running.cut_off:
            raise TransferFailed(TransferFailure.SIZE, f"more than {OUTPUT_LIMIT:,} bytes of names")
        if status:
            failure = _failure(running.stderr.decode(errors="replace"))
            self.debug(str(failure))
            raise failure
        return stdout

    def _await(self, running: Running) -> None:
        while not running.ended(_CHECK_INTERVAL):
            if running.left_helpers:
                running.kill()
                running.ended(_CHECK_INTERVAL)
                return
            if self.budget.deadline.left < 0:
                raise TransferFailed(TransferFailure.TIME, "")
            if _size(self.folder) > self.budget.size:
                detail = f"more than {self.budget.size:,} bytes"
                raise TransferFailed(TransferFailure.SIZE, detail)

    def _environment(self) -> Mapping[str, str]:
        header = self.remote.authorization
        host = "/".join(self.remote.url.split("/", 3)[:3])
        config = {
            **_LOW_SPEED,
            "protocol.version": "2",
            "credential.helper": "",
            # git would send the header to the target of the redirect.
            "http.followRedirects": "false",
            **({f"http.{host}/.extraHeader": f"Authorization: {header}"} if header else {}),
            **({"http.sslCAInfo": self.remote.ca_file} if self.remote.ca_file else {}),
        }
        return {
            **command.safe_environment(config),
            "GIT_ALLOW_PROTOCOL": "https:http:ssh:file",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=10 -o ControlMaster=no",
            # The folder may be inside a checkout, whose config git would read.
            "GIT_CEILING_DIRECTORIES": str(self.folder.resolve().parent),
            # Set, but empty: git starts no program to ask for a password.
            "GIT_ASKPASS": "",
            # A .netrc in the user's home would add a second header.
            "HOME": str(self.folder),
        }


def _failure(stderr: str) -> TransferFailed:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:", "remote:"))]
    detail = (fatal or lines or [""])[0]
    reasons = (reason for reason, texts in _ERRORS if any(text in stderr for text in texts))
    return TransferFailed(next(reasons, TransferFailure.FAILED), detail[:300])


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except FileNotFoundError:
            continue  # git has renamed or removed it meanwhile
    return total
