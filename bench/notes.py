"""Compare a range of 50,000 commits with one of 5,000, and with an empty one.

Each repository is made with `git fast-import`. The time is that of reading and writing the notes in
this process: CPU seconds, the least of several rounds in turn. The memory is the peak of a real run
with `--dry-run` above that for the empty range, as a multiple of the text of `git log`.
"""

import gc
import sys
import tempfile
import time
from pathlib import Path

from annotate.git.history import Query
from annotate.versions.pattern import Patterns
from bench.cost import Command
from bench.repositories import Shape, git, made
from tests.support.local import history_of
from tests.support.notes import described
from tests.support.process import ENTRYPOINT, environment

SHORT, LONG = 5_000, 50_000
ROUNDS = 5
TIME_LIMIT, MEMORY_LIMIT = 12, 8
QUERY = Query(patterns=Patterns.of(["**"]))


def main() -> int:
    """Measure time and memory. Return 1 if a ratio is above its limit."""
    with tempfile.TemporaryDirectory() as name:
        shapes = made(Path(name), map(sized, (0, SHORT, LONG)))
        repositories = {shape.since: path for shape, path in shapes.items()}
        # Memory first: the peak of a child process is at least the size of this one at its start.
        return int(not all([is_lean(repositories), is_linear(repositories)]))


def sized(since: int) -> Shape:
    """Return a repository with two releases and `since` commits between them."""
    return Shape(commits=since + 1, tags=2, since=since)


def is_linear(repositories: dict[int, Path]) -> bool:
    """Print the times. Return True if ten times the commits take about ten times as long."""
    rounds = [
        [seconds_for_notes(repositories[size]) for size in (SHORT, LONG)] for _ in range(ROUNDS)
    ]
    short, long = (min(column) for column in zip(*rounds, strict=True))
    ratio = long / short
    print(f"reading and writing: {SHORT:,} commits {short:.2f} s, {LONG:,} commits {long:.2f} s")
    print(f"ratio {ratio:.1f} (at most {TIME_LIMIT})")
    return bool(ratio <= TIME_LIMIT)


def seconds_for_notes(repository: Path) -> float:
    """Return the CPU seconds of this process for the notes of one range."""
    gc.collect()
    start = time.process_time()
    described(history_of(repository, QUERY))
    return time.process_time() - start


def is_lean(repositories: dict[int, Path]) -> bool:
    """Print the memory. Return True if it is within the limit, a multiple of the log's text."""
    text = len(git(repositories[LONG], "log", "v1.0.0..v1.1.0").encode())
    empty, full = (peak(repositories[size]) for size in (0, LONG))
    ratio = (full - empty) / text
    print(f"peak memory: empty range {empty:,} bytes, {LONG:,} commits {full:,} bytes")
    print(f"beyond it {ratio:.1f} times the log's {text:,} bytes (at most {MEMORY_LIMIT})")
    return bool(ratio <= MEMORY_LIMIT)


def peak(repository: Path) -> int:
    """Return the peak resident memory, in bytes, of a run or of a git process that it starts."""
    arguments = [sys.executable, str(ENTRYPOINT), "--dry-run"]
    run = Command(arguments=arguments, directory=repository, environment=environment())
    return round(run.run().peak * 2**20)


if __name__ == "__main__":
    sys.exit(main())
