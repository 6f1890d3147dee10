"""Compare a range of 50,000 commits with one of 5,000, and with an empty one.

Each repository is made with `git fast-import`. The time is that of reading and writing the notes in
this process: CPU seconds, the least of several rounds in turn. The memory is the peak of a real run
with `--dry-run` above that for the empty range, as a multiple of the text of `git log`.
"""

import gc
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from annotate.git.history import Query
from annotate.versions.pattern import Patterns
from tests.support.local import history_of
from tests.support.notes import described
from tests.support.process import ENTRYPOINT, environment

SHORT, LONG = 5_000, 50_000
ROUNDS = 5
TIME_LIMIT, MEMORY_LIMIT = 12, 8
QUERY = Query(patterns=Patterns.of(["**"]))
_SUBJECTS = (
    "feat(web): add a timer to step {n} (#{n})",
    "fix: round the weight of recipe {n} as cooks do",
    "Merge pull request #{n} from ada/branch-{n}",
    "Remember the last recipe, also after restart {n}",
    "chore(deps): bump the oven from 1.{n} to 2.{n}",
    "docs: explain `stir_{n}` and **fold_{n}** with an [example](https://example.com/{n})",
)
_BODY = "Cooks asked for it more than once, and number {n} most of all.\n\nSigned-off-by: Ada\n"


def main() -> int:
    """Measure time and memory. Return 1 if a ratio is above its limit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        repositories = {size: made(folder / str(size), size) for size in (0, SHORT, LONG)}
        # Memory first: the peak of a child process is at least the size of this one at its start.
        return int(not all([is_lean(repositories), is_linear(repositories)]))


def made(path: Path, size: int) -> Path:
    """Make a repository with two releases and `size` commits between them."""
    path.mkdir()
    git(path, "init", "--quiet", "--initial-branch=main")
    lines = ["reset refs/heads/main", commit(1, "Start"), "reset refs/tags/v1.0.0", "from :1", ""]
    for n in range(2, size + 2):
        subject = _SUBJECTS[n % len(_SUBJECTS)].format(n=n)
        lines.append(commit(n, f"{subject}\n\n{_BODY.format(n=n)}"))
    lines += ["reset refs/tags/v1.1.0", f"from :{size + 1}", ""]
    git(path, "fast-import", "--quiet", stdin="\n".join(lines))
    git(path, "reset", "--quiet", "--hard")
    return path


def commit(number: int, message: str) -> str:
    """Return a commit in the input format of git-fast-import(1)."""
    who = f"Cook {number % 50} <cook{number % 50}@example.com> {1_700_000_000 + number} +0000"
    return (
        f"commit refs/heads/main\nmark :{number}\ncommitter {who}\n"
        f"data {len(message.encode())}\n{message}"
    )


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
    with subprocess.Popen(
        [sys.executable, str(ENTRYPOINT), "--dry-run"],
        cwd=repository,
        env=environment(),
        stdout=subprocess.DEVNULL,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"the run in {repository} ended with {process.returncode}")
    return usage.ru_maxrss * 1024


def git(directory: Path, *arguments: str, stdin: str = "") -> str:
    """Run git and return its standard output."""
    command = ["git", *arguments]
    done = subprocess.run(
        command, cwd=directory, input=stdin, capture_output=True, text=True, check=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
