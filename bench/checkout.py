"""Compare reading the missing history of a default checkout with `git fetch --unshallow --tags`.

Each given repository is served on this machine by git's own HTTP server. The missing history of a
checkout with depth 1 of a release, by default the highest, is read in three ways: by git, by
annotate, and by annotate from a server that supports neither filters nor shallow fetches. The
commits must be equal.

    python -m bench.checkout path/to/a/clone[@tag] [another …]
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from annotate.git.history import Query
from annotate.git.remote import credentials
from annotate.notes.history import History
from annotate.versions.pattern import Patterns
from bench.repositories import git, highest
from tests.support.git_server import GitServer, hosting
from tests.support.local import NO_CI, history_of

#: Highest accepted share of the bytes that `git fetch --unshallow --tags` transfers.
LIMIT = 0.02
QUERY = Query(patterns=Patterns.of(["**"]))


def main(arguments: list[str]) -> int:
    """Measure each repository. Return 1 if commits differ or the bytes are above the limit."""
    return max(map(measured, arguments), default=2)


def measured(argument: str) -> int:
    """Measure a release, print the result, and return its exit code."""
    path, _, tag = argument.partition("@")
    repository = Path(path).resolve()
    tag = tag or highest(repository)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "hosted").mkdir()
        (folder / "hosted/app.git").symlink_to(repository)
        with hosting(folder / "hosted", token=None) as server:
            print(f"{repository.name}, checkout of {tag} with depth 1")
            complete = cloned(server, tag, folder / "complete")
            unshallow = cost(server, lambda: git(complete, "fetch", "--unshallow", "--tags"))
            report("git fetch --unshallow --tags", *unshallow)
            wanted = history_of(complete, QUERY)
            found: list[History] = []
            shallow = cloned(server, tag, folder / "shallow")
            ours = cost(server, lambda: found.append(read(shallow)))
            report("annotate", *ours)
            server.hosting.mood = "old"
            report("annotate, an old server", *cost(server, lambda: found.append(read(shallow))))
    ratio = ours[0] / unshallow[0]
    same = all(history.commits == wanted.commits for history in found)
    print(f"  {ratio:.3%} of the bytes, {ours[1] / unshallow[1]:.3f} of the time", end="")
    print(f"; {wanted.count} commits since {wanted.previous}", end="")
    print(f", {'the same' if same else 'NOT THE SAME'} in all three")
    return int(ratio > LIMIT or not same)


def cloned(server: GitServer, tag: str, folder: Path) -> Path:
    """Make a checkout as CI systems do by default."""
    url = f"{server.url}/app.git"
    command = ["clone", "--quiet", "--depth=1", "--no-tags", "--branch", tag, url, str(folder)]
    git(folder.parent, *command)
    return folder


def read(checkout: Path, query: Query = QUERY) -> History:
    """Return what annotate finds, with what the checkout's remote has."""
    return history_of(
        checkout,
        query,
        remotes=lambda found: credentials.remotes(found, NO_CI, ca_bundle="", system_bundle=""),
    )


def cost(server: GitServer, action: Callable[[], object]) -> tuple[int, float]:
    """Run an action. Return the bytes that the server sent, and the seconds."""
    server.hosting.sent = 0
    start = time.perf_counter()
    action()
    return server.hosting.sent, time.perf_counter() - start


def report(name: str, sent: int, seconds: float) -> None:
    """Print one row."""
    print(f"  {name:<32} {sent:>13,} bytes  {seconds:8.2f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
