"""git commands that speak to a remote, bounded in time and in bytes.

Credentials go through git's environment, as the one `Authorization` header that a hosted server
accepts; they are in no argument, no file and no address, and follow no redirect.
"""

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from annotate.git import command

#: Seconds that all transfers of a run may take together; those for a mere message.
TIME_LIMIT, MESSAGE_LIMIT = 90, 15
#: Bytes on disk; the whole history of git/git with its files is 320 MB.
SIZE_LIMIT = 1_073_741_824
#: Seconds between two looks at time and size.
_LOOK = 0.05
#: A server below this many bytes a second for so many seconds has stopped.
_SLOWEST = {"http.lowSpeedLimit": "100", "http.lowSpeedTime": "20"}


class TransferFailure(StrEnum):
    """Why nothing came, as far as it decides what is done then."""

    REFUSED = "the remote refused the credentials"
    NOTHING = "the remote has no such commits"
    UNSUPPORTED = "the remote cannot select commits"
    UNKNOWN_COMMIT = "the remote does not know the commit"
    TIME = "the time was up"
    SIZE = "the history is too large"
    DISK = "the disk is full"
    FAILED = "the remote could not be read"


# What git and its servers say, in LC_ALL=C. The first that fits counts.
_WORDS = (
    (TransferFailure.DISK, ("No space left on device", "Disk quota exceeded", "out of disk space")),
    # Over HTTP the server's words are lost, and the client only misses an answer.
    (
        TransferFailure.NOTHING,
        ("no commits selected for shallow requests", "error processing shallow info"),
    ),
    (
        TransferFailure.UNSUPPORTED,
        ("Server does not support", "Server does not allow request", "dumb http transport"),
    ),
    (TransferFailure.UNKNOWN_COMMIT, ("not our ref", "couldn't find remote ref")),
    (
        TransferFailure.REFUSED,
        (
            "Authentication failed",
            "could not read Username",
            "could not read Password",
            "returned error: 401",
            "returned error: 403",
            "' not found",
            "Permission denied (",
        ),
    ),
)


class TransferFailed(Exception):
    """Nothing came from the remote."""

    def __init__(self, trouble: TransferFailure, detail: str) -> None:
        """Keep what happened, and git's own words for it."""
        super().__init__(f"{trouble}: {detail}" if detail else trouble.value)
        self.reason = trouble
        self.detail = detail


@dataclass(frozen=True, kw_only=True)
class Remote:
    """Where the repository is hosted, and how to be let in."""

    #: Without credentials.
    url: str
    #: The value of the header `Authorization`; empty to ask as anybody may.
    authorization: str = field(default="", repr=False)
    #: Whose credentials these are, for messages.
    owner: str = "nobody"
    #: File of certificates; empty for git's own.
    ca_file: str = ""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What all transfers of a run may use together."""

    monotonic: Callable[[], float]
    #: On that clock.
    until: float
    #: Bytes on disk.
    size: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """The way to a remote."""

    remote: Remote
    budget: Budget
    #: A private folder: its size is bounded, and it is where git finds no files of the user.
    folder: Path
    debug: Callable[[str], None]

    def git(self, directory: Path, *arguments: str, stdin: bytes = b"") -> bytes:
        """What a command prints; TransferFailed where it fails, or uses up the budget."""
        with command.started(directory, arguments, self._environment(), stdin) as process:
            stdout, stderr = self._await(process)
        self.debug(f"git {' '.join(arguments)} -> {process.returncode}, {len(stdout)} bytes")
        if process.returncode:
            failure = _failure(stderr.decode(errors="replace"))
            self.debug(str(failure))
            raise failure
        return stdout

    def _await(self, process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
        while True:
            try:
                return process.communicate(timeout=_LOOK)
            except subprocess.TimeoutExpired:
                if process.poll() is not None:
                    # It has ended; a helper that it left behind still holds its streams.
                    command.kill(process)
                    return process.communicate()
                if self.budget.monotonic() > self.budget.until:
                    raise TransferFailed(TransferFailure.TIME, "") from None
                if _size(self.folder) > self.budget.size:
                    detail = f"more than {self.budget.size:,} bytes"
                    raise TransferFailed(TransferFailure.SIZE, detail) from None

    def _environment(self) -> Mapping[str, str]:
        header = self.remote.authorization
        host = "/".join(self.remote.url.split("/", 3)[:3])
        config = {
            **_SLOWEST,
            "protocol.version": "2",
            "credential.helper": "",
            # The header would go along to wherever a redirect leads.
            "http.followRedirects": "false",
            **({f"http.{host}/.extraHeader": f"Authorization: {header}"} if header else {}),
            **({"http.sslCAInfo": self.remote.ca_file} if self.remote.ca_file else {}),
        }
        return {
            **command.safe_environment(config),
            "GIT_ALLOW_PROTOCOL": "https:http:ssh:file",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=10 -o ControlMaster=no",
            # The folder may lie in the user's checkout, whose config is not asked.
            "GIT_CEILING_DIRECTORIES": str(self.folder.resolve().parent),
            # Empty is set, and means nobody is asked.
            "GIT_ASKPASS": "",
            # A .netrc there would add a second header.
            "HOME": str(self.folder),
        }


def _failure(words: str) -> TransferFailed:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:", "remote:"))]
    detail = (fatal or lines or [""])[0]
    trouble = next((kind for kind, texts in _WORDS if any(text in words for text in texts)), None)
    return TransferFailed(trouble or TransferFailure.FAILED, detail[:300])


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except FileNotFoundError:
            continue  # git renames what it has finished
    return total
