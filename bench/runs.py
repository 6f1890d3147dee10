"""Compare whole runs of annotate with the least they could cost, and with a script of twenty lines.

The least (`floor`) is what the job takes in sh: `git describe` twice, `git log`, and one request by
curl. The script is `bench/naive.py`, with the same libraries as annotate. All send to a Releases
API on this machine, and run in turns. The result is written as a page of `bench/results/`.

    make bench [REPOS="path[@tag] …"] [BENCH_ARGS="--image --tool git-cliff"]

Each given repository is measured at a release, by default the highest; beside them there are made
ones, from 1,000 to 100,000 commits and from 10 to 10,000 tags. No given repository is written.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.cost import Command, Cost, in_turns, median, own_peak, ratio, table
from bench.repositories import Shape, highest, made, standing_at
from tests.support.process import ENTRYPOINT, KEYS, ROOT, environment

ROUNDS = 7
#: The commits of the newest release of those that differ in nothing else.
SINCE = 50
RESULTS = ROOT / "bench/results"
#: They differ in commits, then in tags, then in the commits of the newest release.
SHAPES = (
    Shape(commits=1_000, tags=10, since=SINCE),
    Shape(commits=10_000, tags=10, since=SINCE),
    Shape(commits=100_000, tags=10, since=SINCE),
    Shape(commits=100_000, tags=100, since=SINCE),
    Shape(commits=100_000, tags=1_000, since=SINCE),
    Shape(commits=100_000, tags=10_000, since=SINCE),
    Shape(commits=100_000, tags=10, since=500),
    Shape(commits=100_000, tags=10, since=5_000),
)
#: What other tools do of the same job: the version, or version and notes.
TOOLS = {
    "git-cliff": ("git-cliff", "--latest"),
    "dunamai": ("dunamai", "from", "git"),
    "setuptools_scm": ("setuptools-scm",),
    "python-semantic-release": ("semantic-release", "--noop", "version", "--print"),
}
FLOOR, NAIVE, OURS = "floor", "naive script", "annotate"
_FLOOR = """\
set -e
tag=$(git describe --tags --abbrev=0)
previous=$(git describe --tags --abbrev=0 "$tag^")
git log --no-merges --format='- %s' "$previous..$tag"
start='"release_start": "2026-01-02 03:04:05"'
curl --silent --show-error --fail --user "$AMPLITUDE_API_KEY:$AMPLITUDE_SECRET_KEY" \
    --header 'Content-Type: application/json' \
    --data "{\\"version\\": \\"$tag\\", \\"title\\": \\"$tag\\", $start}" \
    "$AMPLITUDE_API_URL/api/2/release"
"""
#: Three ways to do the same job; the variables say where to send.
JOBS = {
    FLOOR: ["sh", "-c", _FLOOR],
    NAIVE: [sys.executable, str(ROOT / "bench/naive.py")],
    OURS: [sys.executable, str(ENTRYPOINT)],
}
#: Runs annotate, and writes the processor time of its process, without that of git, to a file.
_PARTED = """\
import resource, sys
root, path = sys.argv[1:3]
del sys.argv[1:3]
sys.path.insert(0, root)
import entrypoint
code = entrypoint.main()
usage = resource.getrusage(resource.RUSAGE_SELF)
with open(path, "w") as file:
    file.write(str(usage.ru_utime + usage.ru_stime))
sys.exit(code)
"""
#: A Releases API in a process of its own, until standard input ends.
_SERVER = """\
import sys
from datetime import UTC, datetime
from annotate.sandbox.server import running
with running(lambda: datetime.now(UTC)) as url:
    print(url, flush=True)
    sys.stdin.read()
"""
_IMPORTS = "import git, requests, yaml"


@dataclass(frozen=True, kw_only=True)
class Parted:
    """The processor time of one run, in seconds."""

    #: Of git's processes.
    git: float
    #: Of the process of annotate.
    own: float


def main(arguments: list[str]) -> int:
    """Measure, write the page, and print its path."""
    parser = argparse.ArgumentParser(prog="python -m bench.runs")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--tool", action="append", choices=TOOLS, default=[])
    parser.add_argument("--image", action="store_true", help="also measure the start of the image")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("repositories", nargs="*", metavar="path[@tag]")
    asked = parser.parse_args(arguments)
    if lacking := [name for name in asked.tool if not shutil.which(TOOLS[name][0])]:
        parser.error(f"not on the PATH: {', '.join(lacking)}")
    loads = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as name, serving() as url:
        folder = Path(name)
        env = environment({**KEYS, "AMPLITUDE_API_URL": url})
        given = dict(at_release(one, folder) for one in asked.repositories)
        shapes = made(folder / "made", SHAPES)
        alike = {str(shape): path for shape, path in shapes.items() if shape.since == SINCE}
        parts = [
            start_up(folder, env, asked.rounds),
            whole_runs({**given, **alike}, asked.tool, env, asked.rounds),
            growth(shapes, folder / "own", env, asked.rounds),
        ]
    loads.append(os.getloadavg()[0])
    if asked.image:
        from bench import startup  # noqa: PLC0415 - would hide small peaks of memory above
        from tests.support import engine  # noqa: PLC0415 - as above

        with engine.running() as docker:
            parts.append(startup.page(docker))
    page: Path = asked.results / f"{time.strftime('%Y-%m-%d')}.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join([heading(asked.rounds, asked.tool, loads), *parts]))
    print(page)
    return 0


@contextmanager
def serving() -> Iterator[str]:
    """Run a Releases API, whose time and memory count for nobody. Yields its URL."""
    with subprocess.Popen(
        [sys.executable, "-c", _SERVER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdin and process.stdout:
            yield process.stdout.readline().strip()
            process.stdin.close()


def at_release(argument: str, folder: Path) -> tuple[str, Path]:
    """Make a repository that stands at the release of a given one; return its name and path."""
    path, _, tag = argument.partition("@")
    given = Path(path).resolve()
    tag = tag or highest(given)
    if not tag:
        sys.exit(f"{given} has no tag that is a number. Name the release: {path}@tag")
    name = f"{given.name} {tag}"
    return name, standing_at(given, tag, folder / name.replace("/", "-"))


def start_up(folder: Path, env: Mapping[str, str], rounds: int) -> str:
    """Measure what no repository is needed for. Return the part of the page."""
    python = [sys.executable]
    ours = [*python, str(ENTRYPOINT)]
    arguments = {
        "`python -I -c pass`": [*python, "-I", "-c", "pass"],
        f"`{_IMPORTS}`": [*python, "-c", _IMPORTS],
        "`annotate --version`": [*ours, "--version"],
        "`annotate --help`": [*ours, "--help"],
    }
    found = compared(arguments, folder, env, rounds)
    bare = next(iter(found.values()))
    rows = [[name, *figures(costs, bare)] for name, costs in found.items()]
    return f"## Start\n\n{table(['command', 'ms', '× bare Python', 'MiB'], rows)}"


def whole_runs(
    repositories: Mapping[str, Path], tools: Sequence[str], env: Mapping[str, str], rounds: int
) -> str:
    """Measure whole runs in each repository. Return the part of the page."""
    rows = []
    for repository, path in repositories.items():
        arguments: dict[str, Sequence[str]] = dict(JOBS)
        for tool in tools:
            # Some need more than a repository, such as a `pyproject.toml` of their own.
            with suppress(subprocess.CalledProcessError):
                Command(arguments=TOOLS[tool], directory=path, environment=env).run()
                arguments[tool] = TOOLS[tool]
        found = compared(arguments, path, env, rounds)
        for name, costs in found.items():
            rows.append([repository, name, *figures(costs, found[FLOOR], found[NAIVE])])
        rows += [[repository, tool, "failed"] for tool in tools if tool not in found]
    columns = ["repository", "command", "ms", f"× {FLOOR}", f"× {NAIVE}", "MiB"]
    return f"## Whole runs\n\n{table(columns, rows)}"


def growth(shapes: Mapping[Shape, Path], file: Path, env: Mapping[str, str], rounds: int) -> str:
    """Part each run into git and annotate. Return the part of the page."""
    runs = {shape: lambda path=path: parted(path, file, env) for shape, path in shapes.items()}
    found = in_turns(runs, rounds)
    least = [one.own for one in next(iter(found.values()))]
    rows = [
        [
            *(f"{size:,}" for size in (shape.commits, shape.tags, shape.since)),
            f"{median(one.git for one in all_of) * 1000:.0f}",
            f"{median(one.own for one in all_of) * 1000:.0f}",
            f"{ratio([one.own for one in all_of], least):.2f}",
        ]
        for shape, all_of in found.items()
    ]
    columns = ["commits", "tags", "in the release", "git, ms", "annotate, ms", "× first row"]
    return f"## Growth\n\n{table(columns, rows)}"


def parted(repository: Path, file: Path, env: Mapping[str, str]) -> Parted:
    """Run annotate in a repository. Return its time, in parts."""
    ours = [sys.executable, "-c", _PARTED, str(ROOT), str(file)]
    whole = Command(arguments=ours, directory=repository, environment=env).run()
    own = float(file.read_text())
    return Parted(git=whole.processor - own, own=own)


def compared(
    arguments: Mapping[str, Sequence[str]], directory: Path, env: Mapping[str, str], rounds: int
) -> dict[str, list[Cost]]:
    """Run several commands at one place, in turns. Return what each cost, by its name."""
    runs = {
        name: Command(arguments=one, directory=directory, environment=env).run
        for name, one in arguments.items()
    }
    return in_turns(runs, rounds)


def figures(costs: Sequence[Cost], *others: Sequence[Cost]) -> list[str]:
    """Return the cells of a row: the time, its ratio to each of the others, and the memory."""
    times = [one.processor for one in costs]
    ratios = [ratio(times, [one.processor for one in other]) for other in others]
    peak = median(one.peak for one in costs)
    known = "" if peak > own_peak() + 1 else "≤ "
    return [
        f"{median(times) * 1000:.0f}",
        *(f"{one:.2f}" for one in ratios),
        f"{known}{peak:.0f}",
    ]


def heading(rounds: int, tools: Sequence[str], loads: Sequence[float]) -> str:
    """Return the beginning of the page: when, with what, and how it was measured."""
    import platform  # noqa: PLC0415 - would hide small peaks of memory while others are measured
    from importlib.metadata import version  # noqa: PLC0415 - as above

    from annotate import __version__  # noqa: PLC0415 - as above

    # GitPython knows git's version, but starts git when it is imported.
    git = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout
    versions = [
        f"annotate {__version__}",
        f"Python {platform.python_version()}",
        git.strip().replace("version ", ""),
        *(f"{name} {version(name)}" for name in ("GitPython", "requests", "PyYAML")),
        *tools,
    ]
    before, after = loads
    return f"""\
# What a run costs, {time.strftime("%Y-%m-%d")}

{", ".join(versions)}; {os.cpu_count()} cores ({platform.machine()}, {platform.system()});
load {before:.1f} before, {after:.1f} after.

Written by `make bench`. Times are processor time, user and system, of whole processes with all
that they start: medians of {rounds} rounds, in each of which all commands of a part run in turn.
Ratios are medians of the ratios within a round. MiB is the largest resident memory of one process;
a peak below that of the measuring process cannot be seen (`≤`).

- *{FLOOR}*: in sh, `git describe` twice, `git log`, and one request by curl
- *{NAIVE}*: [bench/naive.py](../naive.py), twenty lines with GitPython, requests and PyYAML
- *{OURS}*: the main job, which sends a release

Given repositories stand at a release. The others are made: one line of commits without files.
"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
