"""What it costs to complete a default checkout, against `git fetch --unshallow --tags`.

Each repository that is named is served on this machine by git's own HTTP server. A checkout of
depth 1 of its highest release is completed in three ways: by git, by annotate, and by annotate
from a server that knows neither filters nor how to cut a history. The commits must be the same.

    python -m bench.checkout path/to/a/clone [another …]
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from annotate.git.history import Query
from annotate.git.remote import credentials
from annotate.versions.pattern import Patterns
from tests.support.git_server import GitServer, hosting
from tests.support.local import NO_CI, history_of

#: Of the bytes of `git fetch --unshallow --tags`.
LIMIT = 0.01
QUERY = Query(patterns=Patterns.of(["**"]))


def main(arguments: list[str]) -> int:
    """Measure each repository; 1 where commits differ or the bytes are above the limit."""
    return max([measured(Path(argument).resolve()) for argument in arguments], default=2)


def measured(repository: Path) -> int:
    """Measure one repository."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "hosted").mkdir()
        (place / "hosted/app.git").symlink_to(repository)
        with hosting(place / "hosted", token=None) as server:
            tag = highest(repository)
            print(f"{repository.name}, checkout of {tag} with depth 1")
            complete = cloned(server, tag, place / "complete")
            unshallow = cost(server, lambda: git(complete, "fetch", "--unshallow", "--tags"))
            report("git fetch --unshallow --tags", *unshallow)
            wanted = [one.sha for one in history_of(complete, QUERY).commits]
            found: list[list[str]] = []
            shallow = cloned(server, tag, place / "shallow")
            ours = cost(server, lambda: found.append(read(shallow)))
            report("annotate", *ours)
            server.hosting.mood = "old"
            report("annotate, an old server", *cost(server, lambda: found.append(read(shallow))))
    ratio = ours[0] / unshallow[0]
    same = all(one == wanted for one in found)
    print(f"  {ratio:.3%} of the bytes, {ours[1] / unshallow[1]:.3f} of the time", end="")
    print(f"; {len(wanted)} commits, {'the same' if same else 'NOT THE SAME'} in all three")
    return int(ratio > LIMIT or not same)


def highest(repository: Path) -> str:
    """The tag of the highest release."""
    names = git(repository, "tag", "--list", "v[0-9]*.[0-9]*", "--sort=-version:refname")
    return next(name for name in names.split() if name.replace(".", "").lstrip("v").isdigit())


def cloned(server: GitServer, tag: str, place: Path) -> Path:
    """A checkout as CI systems make it by default."""
    url = f"{server.url}/app.git"
    command = ["clone", "--quiet", "--depth=1", "--no-tags", "--branch", tag, url, str(place)]
    git(place.parent, *command)
    return place


def read(checkout: Path) -> list[str]:
    """The commits of the release, as annotate finds them."""
    found = history_of(
        checkout,
        QUERY,
        remotes=lambda found: credentials.remotes(found, NO_CI, ca_bundle="", system_bundle=""),
    )
    return [one.sha for one in found.commits]


def cost(server: GitServer, action: Callable[[], object]) -> tuple[int, float]:
    """Bytes that the server sent, and seconds."""
    server.hosting.sent = 0
    start = time.perf_counter()
    action()
    return server.hosting.sent, time.perf_counter() - start


def report(name: str, sent: int, seconds: float) -> None:
    """One row."""
    print(f"  {name:<32} {sent:>13,} bytes  {seconds:8.2f} s", flush=True)


def git(directory: Path, *arguments: str) -> str:
    """What a command prints."""
    command = ["git", "-c", "advice.detachedHead=false", *arguments]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
