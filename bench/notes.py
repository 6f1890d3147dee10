"""What a long range costs: 50,000 commits against 5,000, and against a range that is empty.

Each repository is made with `git fast-import`; each run is the real process, with `--dry-run`.
Time is that of reading and wording in one process, in CPU seconds, the least of several rounds
taken in turn. Memory is the peak of the whole run beyond that of the empty range, as a multiple
of the text that `git log` gives for the range.
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
    """Measure; 1 where a ratio is above its limit."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        repositories = {size: made(place / str(size), size) for size in (0, SHORT, LONG)}
        # Memory first: a child's peak is at least what this process has when it starts it.
        return int(not all([is_lean(repositories), is_linear(repositories)]))


def made(path: Path, size: int) -> Path:
    """A repository with two releases, and so many commits between them."""
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
    """A commit for git-fast-import(1)."""
    who = f"Cook {number % 50} <cook{number % 50}@example.com> {1_700_000_000 + number} +0000"
    return (
        f"commit refs/heads/main\nmark :{number}\ncommitter {who}\n"
        f"data {len(message.encode())}\n{message}"
    )


def is_linear(repositories: dict[int, Path]) -> bool:
    """Whether ten times the commits take about ten times the time."""
    rounds = [[worded(repositories[size]) for size in (SHORT, LONG)] for _ in range(ROUNDS)]
    short, long = (min(column) for column in zip(*rounds, strict=True))
    ratio = long / short
    print(f"read and worded: {SHORT:,} commits {short:.2f} s, {LONG:,} commits {long:.2f} s")
    print(f"ratio {ratio:.1f} (at most {TIME_LIMIT})")
    return bool(ratio <= TIME_LIMIT)


def worded(repository: Path) -> float:
    """CPU seconds of this process for one range."""
    gc.collect()
    start = time.process_time()
    described(history_of(repository, QUERY))
    return time.process_time() - start


def is_lean(repositories: dict[int, Path]) -> bool:
    """Whether memory stays within a multiple of the log's text."""
    text = len(git(repositories[LONG], "log", "v1.0.0..v1.1.0").encode())
    empty, full = (peak(repositories[size]) for size in (0, LONG))
    ratio = (full - empty) / text
    print(f"peak memory: empty range {empty:,} bytes, {LONG:,} commits {full:,} bytes")
    print(f"beyond it {ratio:.1f} times the log's {text:,} bytes (at most {MEMORY_LIMIT})")
    return bool(ratio <= MEMORY_LIMIT)


def peak(repository: Path) -> int:
    """Bytes of resident memory that a run, or a git that it starts, takes at most."""
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
    """What a command prints."""
    command = ["git", *arguments]
    done = subprocess.run(
        command, cwd=directory, input=stdin, capture_output=True, text=True, check=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
