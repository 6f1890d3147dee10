"""Real repositories with fixed dates, told in a line or two."""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

START = 1_767_225_600  # 2026-01-01 00:00:00 UTC
HOUR = 3600


class RepoBuilder:
    """A git repository that grows by an hour with each commit and tag."""

    def __init__(self, path: Path, *, bare: bool = False) -> None:
        """Make an empty repository with the branch `main`."""
        self.path = path
        self._seconds = START
        path.mkdir(parents=True, exist_ok=True)
        # Without the samples of hooks, which nobody reads.
        options = ("--template=", "--initial-branch=main", *(["--bare"] if bare else []))
        self.git("init", "--quiet", *options)

    @property
    def now(self) -> datetime:
        """The time of the last commit or tag."""
        return datetime.fromtimestamp(self._seconds, UTC)

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run git with no configuration but the repository's own."""
        date = f"{self._seconds} +0000"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.path),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.com",
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.com",
            "GIT_COMMITTER_DATE": date,
        }
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env=environment,
            input=stdin,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, (arguments, done.stderr.decode(errors="replace"))
        return done.stdout.decode(errors="replace").strip()

    def copied(self, path: Path) -> "RepoBuilder":
        """The same repository at another place, to go on from there."""
        shutil.copytree(self.path, path, symlinks=True)
        return RepoBuilder.existing(path, self._seconds)

    @classmethod
    def existing(cls, path: Path, seconds: int) -> "RepoBuilder":
        """A repository that is there; `seconds` is the time of its last commit or tag."""
        repo = object.__new__(cls)
        repo.path, repo._seconds = path, seconds
        return repo

    def commit(self, message: str | bytes = "Work", *, path: str = "") -> str:
        """Commit, touching `path` if one is given; the commit's id."""
        self._commit(message, path)
        return self.head

    def commits(self, *messages: str) -> "RepoBuilder":
        """Several commits."""
        for message in messages:
            self._commit(message, "")
        return self

    def _commit(self, message: str | bytes, path: str) -> None:
        self._seconds += HOUR
        if path:
            target = self.path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(f"{self._seconds}\n")
            self.git("add", path)
        text = message.encode() if isinstance(message, str) else message
        self.git("commit", "--quiet", "--allow-empty", "--file=-", "--cleanup=verbatim", stdin=text)

    def tag(self, name: str, message: str = "", *, at: str = "HEAD") -> "RepoBuilder":
        """Tag a commit: annotated where there is a message, else lightweight."""
        self._seconds += HOUR
        if message:
            self.git("tag", "--annotate", "--file=-", name, at, stdin=message.encode())
        else:
            self.git("tag", "--", name, at)
        return self

    def branch(self, name: str, *, at: str = "HEAD") -> "RepoBuilder":
        """Switch to a new branch."""
        self.git("checkout", "--quiet", "-b", name, at)
        return self

    def checkout(self, what: str) -> "RepoBuilder":
        """Check something out."""
        self.git("checkout", "--quiet", what)
        return self

    def merge(self, what: str, message: str = "Merge") -> str:
        """Merge with a merge commit; its id."""
        self._seconds += HOUR
        self.git("merge", "--quiet", "--no-ff", "--message", message, what)
        return self.head

    def dated(self, what: str) -> datetime:
        """The committer's date of a commit."""
        return datetime.fromtimestamp(int(self.git("log", "-1", "--format=%ct", what)), UTC)

    @property
    def head(self) -> str:
        """The id of the commit that is checked out."""
        return self.git("rev-parse", "HEAD")


def fingerprint(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Mode, owner, time of change and content of everything in a folder; not access times."""
    found = {}
    for path in [folder, *folder.rglob("*")]:
        stat = path.lstat()
        is_file = path.is_file() and not path.is_symlink()
        content = path.read_bytes() if is_file else b""
        found[str(path)] = (stat.st_mode, stat.st_uid, stat.st_mtime_ns, content)
    return found
