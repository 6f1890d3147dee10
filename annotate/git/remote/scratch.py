"""A private place for what the checkout lacks: made empty, gone at the end of the run."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from annotate.errors import Interrupted
from annotate.git.command import Git
from annotate.git.remote.transfer import Line

_FETCH = (
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-recurse-submodules",
    "--no-auto-gc",
    "--no-write-fetch-head",
    "--no-show-forced-updates",
)


@contextmanager
def folder() -> Iterator[Path]:
    """A new folder, removed whatever ends the context; OSError where there is no room for it."""
    # The name is known before the folder is there, so that no signal can fall in between.
    path = Path(tempfile.gettempdir()) / f"annotate-{secrets.token_hex(8)}"
    try:
        path.mkdir(mode=0o700)
        yield path
    finally:
        try:
            shutil.rmtree(path, ignore_errors=True)
        except Interrupted:
            # No second signal comes: the first one has seen to that.
            shutil.rmtree(path, ignore_errors=True)
            raise


class Scratch:
    """One bare repository in the private folder."""

    def __init__(self, line: Line, name: str, *, form: str, objects: str, prefix: str) -> None:
        """Make it, empty, with ids of the object format `form`.

        `objects` is the filter of git-rev-list(1) for what is not wanted of a commit. Paths are
        meant from the folder `prefix` of an imagined work tree, as in the user's checkout.
        """
        self.path = line.folder / name
        self._line = line
        self._filter = objects
        tree = line.folder / f"{name}-tree"
        inside = tree / prefix
        inside.mkdir(parents=True)
        self.path.mkdir()
        how = ("--quiet", "--bare", "--template=", f"--object-format={form}")
        line.git(self.path, "init", *how, str(self.path))
        #: Reads what was fetched; it cannot reach the remote.
        self.git = Git(
            inside,
            self.path,
            line.debug,
            environment={"GIT_DIR": str(self.path), "GIT_WORK_TREE": str(tree)},
        )

    def fetch(self, wanted: Sequence[str], *how: str) -> None:
        """Bring commits by their ids, or refs by their full names; TransferFailed where none."""
        # A ref for each: git remembers by refs what it has, and need not ask for it again.
        refspecs = [
            f"+{one}:{one if one.startswith('refs/') else f'refs/annotate/{one}'}" for one in wanted
        ]
        self._line.git(
            self.path,
            *_FETCH,
            f"--filter={self._filter}",
            *how,
            "--stdin",
            "--end-of-options",
            self._line.remote.url,
            stdin="".join(f"{one}\n" for one in refspecs).encode(),
        )

    def graft(self, commit: str, parents: set[str]) -> None:
        """Give a commit other parents. Source: gitrepository-layout(5), info/grafts."""
        (self.path / "info").mkdir(exist_ok=True)
        (self.path / "info/grafts").write_text(f"{' '.join([commit, *sorted(parents)])}\n")

    @property
    def boundary(self) -> set[str]:
        """The commits whose parents were cut off. Source: gitformat-shallow(5)."""
        path = self.path / "shallow"
        return set(path.read_text().split()) if path.exists() else set()

    @boundary.setter
    def boundary(self, commits: set[str]) -> None:
        (self.path / "shallow").write_text("".join(f"{one}\n" for one in sorted(commits)))
