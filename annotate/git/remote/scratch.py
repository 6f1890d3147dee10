"""Temporary repositories for what is fetched, so that nothing is written to the checkout."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from annotate.errors import Stopped
from annotate.git.command import Git
from annotate.git.remote.transfer import Connection

_FETCH = (
    "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-gc",
    "--no-write-fetch-head", "--no-show-forced-updates",
)  # fmt: skip


@contextmanager
def folder() -> Iterator[Path]:
    """Create a private folder, and remove it when the context ends, however it ends.

    Raises OSError if it cannot be created.
    """
    # The name is known before the folder exists, so a signal in between leaves nothing behind.
    path = Path(tempfile.gettempdir()) / f"annotate-{os.urandom(8).hex()}"
    try:
        path.mkdir(mode=0o700)
        yield path
    finally:
        try:
            shutil.rmtree(path, ignore_errors=True)
        except Stopped:
            # No second signal comes soon: the handler of the first ignores the others.
            shutil.rmtree(path, ignore_errors=True)
            raise


class Scratch:
    """A bare repository in the private folder of a connection."""

    def __init__(
        self,
        connection: Connection,
        name: str,
        *,
        object_format: str,
        object_filter: str,
        prefix: str,
    ) -> None:
        """Create it, empty. `object_format` is `sha1` or `sha256`.

        Objects that `object_filter` excludes are not fetched (git-rev-list(1), `--filter`). Paths
        are relative to the folder `prefix` of a work tree without files, as in the checkout.
        """
        self.path = connection.folder / name
        self._connection = connection
        self._filter = object_filter
        tree = connection.folder / f"{name}-tree"
        inside = tree / prefix
        inside.mkdir(parents=True)
        self.path.mkdir()
        options = ("--quiet", "--bare", "--template=", f"--object-format={object_format}")
        # Not by the connection: only what contacts the remote gets its credentials.
        local = Git(self.path, self.path, connection.debug, connection.deadline)
        local("init", *options, str(self.path))
        #: Runs git on what was fetched, without network.
        self.git = Git(
            inside,
            self.path,
            connection.debug,
            connection.deadline,
            environment={"GIT_DIR": str(self.path), "GIT_WORK_TREE": str(tree)},
        )

    def fetch(self, wanted: Sequence[str], *options: str) -> None:
        """Fetch commits by their ids, or refs by their full names. Raises TransferFailed."""
        # Each gets a ref, because git finds by its refs what it need not fetch again.
        refspecs = [
            f"+{name}:{name if name.startswith('refs/') else f'refs/annotate/{name}'}"
            for name in wanted
        ]
        self._connection.git(
            self.path,
            *_FETCH,
            f"--filter={self._filter}",
            *options,
            "--stdin",
            "--end-of-options",
            self._connection.remote.url,
            stdin=refspecs,
        )

    def graft(self, commit: str, parents: set[str]) -> None:
        """Replace the parents of one commit. Source: gitrepository-layout(5), info/grafts."""
        (self.path / "info").mkdir(exist_ok=True)
        (self.path / "info/grafts").write_text(f"{' '.join([commit, *sorted(parents)])}\n")

    @property
    def boundary(self) -> set[str]:
        """The commits whose parents are cut off. Source: gitrepository-layout(5), shallow."""
        path = self.path / "shallow"
        return set(path.read_text().split()) if path.exists() else set()

    @boundary.setter
    def boundary(self, commits: set[str]) -> None:
        (self.path / "shallow").write_text("".join(f"{commit}\n" for commit in sorted(commits)))
