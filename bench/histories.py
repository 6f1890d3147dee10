"""Compare the release before, as annotate finds it, with what numbers and dates alone say.

For the newest final releases of each given clone, an oracle takes the highest lower final tag of
the same family that is not younger. It shares no code with annotate: it knows tags that end in
numbers, and asks nothing about ancestors. A disagreement is printed, for a reader to judge. The
count of commits must be that of git-rev-list(1).

    python -m bench.histories [--newest 40] [--depth-1] path/to/a/clone [another …]

With `--depth-1` each release is read from a shallow checkout of its tag, over HTTP.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import Skip
from annotate.git.history import Query
from annotate.notes.history import History
from annotate.versions.pattern import Patterns
from bench.checkout import cloned, read
from bench.repositories import git
from tests.support.git_server import hosting
from tests.support.local import history_of

_FINAL = re.compile(r"(.*?)([0-9]+(?:[._][0-9]+)+)(?:\.RELEASE)?")
_FIELDS = (
    "%(refname:strip=2) %(objecttype) %(*objecttype) %(creatordate:unix) %(*committerdate:unix)"
)


@dataclass(frozen=True, kw_only=True)
class Final:
    """A tag of a final release, as the oracle sees it."""

    name: str
    #: What stands before the numbers, without their `v`.
    family: str
    numbers: tuple[int, ...]
    #: When it was tagged, in seconds since 1970.
    made: int


Reader = Callable[[Final], History]
Start = Callable[[Path], AbstractContextManager[Reader]]


@dataclass(kw_only=True)
class Tally:
    """What came of the releases of one repository."""

    same: int = 0
    disagreements: int = 0
    miscounted: int = 0


def main(arguments: list[str]) -> int:
    """Compare each repository. Return 1 if there is a disagreement or a wrong count."""
    parser = argparse.ArgumentParser(prog="python -m bench.histories")
    parser.add_argument("--newest", type=int, default=40)
    parser.add_argument("--depth-1", action="store_true")
    parser.add_argument("paths", nargs="+", type=Path)
    asked = parser.parse_args(arguments)
    start = from_depth_1 if asked.depth_1 else from_clone
    tallies = [compared(path.resolve(), asked.newest, start) for path in asked.paths]
    same, disagreements, miscounted = (
        sum(getattr(tally, field) for tally in tallies)
        for field in ("same", "disagreements", "miscounted")
    )
    print(f"{same} the same, {disagreements} not, {miscounted} with another count")
    return int(disagreements + miscounted > 0)


def compared(repository: Path, newest: int, start: Start) -> Tally:
    """Compare the newest finals of a repository, and print what is not the same."""
    tally = Tally()
    finals = read_finals(repository)
    by_age = sorted(finals, key=lambda final: (final.made, final.numbers), reverse=True)
    with start(repository) as history:
        for final in by_age[:newest]:
            try:
                found = history(final)
            except Skip as skip:
                print(f"  {final.name}: {skip.messages[0].what}")
                continue
            before = oracle(final, finals)
            expected = before.name if before else ""
            count = commits(repository, found.previous, final.name)
            if found.previous == expected:
                tally.same += 1
            else:
                tally.disagreements += 1
                theirs = commits(repository, expected, final.name)
                ours = f"{found.previous or 'none'} ({count})"
                print(f"  {final.name}: {ours}, the oracle says {expected or 'none'} ({theirs})")
            if found.count != count:
                tally.miscounted += 1
                print(f"  {final.name}: {found.count} commits, git-rev-list(1) counts {count}")
    print(f"{repository}: {tally.same} the same, {tally.disagreements} not", flush=True)
    return tally


def read_finals(repository: Path) -> list[Final]:
    """Return the tags of final releases, in no order."""
    finals = []
    for row in git(repository, "for-each-ref", f"--format={_FIELDS}", "refs/tags").splitlines():
        name, *kinds, tagged, committed = row.split(" ")
        match = _FINAL.fullmatch(name)
        if match and "commit" in kinds:
            numbers = tuple(map(int, re.split("[._]", match[2])))
            family = re.sub(r"(?<![A-Za-z])[vV]$", "", match[1])
            # Early tags of git/git have no date of their own.
            made = int(tagged or committed)
            finals.append(Final(name=name, family=family, numbers=numbers, made=made))
    return finals


def oracle(final: Final, finals: list[Final]) -> Final | None:
    """Return the release before by numbers and dates alone."""
    lower = [
        other
        for other in finals
        if (other.family == final.family and other.numbers < final.numbers)
        and other.made <= final.made
    ]
    return max(lower, key=lambda other: other.numbers, default=None)


def commits(repository: Path, previous: str, release: str) -> int:
    """Return the number of commits of a range, without merges."""
    ends = [release, *([f"^{previous}"] if previous else [])]
    return int(git(repository, "rev-list", "--count", "--no-merges", *ends, "--"))


@contextmanager
def from_clone(repository: Path) -> Iterator[Reader]:
    """Yield what reads a release from the clone itself."""
    yield lambda final: history_of(repository, query(final))


@contextmanager
def from_depth_1(repository: Path) -> Iterator[Reader]:
    """Yield what reads a release from a shallow checkout of its tag, over HTTP."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "hosted").mkdir()
        (folder / "hosted/app.git").symlink_to(repository)
        with hosting(folder / "hosted", token=None) as server:

            def from_shallow(final: Final) -> History:
                with tempfile.TemporaryDirectory(dir=folder) as inside:
                    checkout = cloned(server, final.name, Path(inside) / "checkout")
                    return read(checkout, query(final))

            yield from_shallow


def query(final: Final) -> Query:
    """Return what a pipeline that this tag started asks."""
    return Query(event_tag=final.name, patterns=Patterns.of(["**"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
