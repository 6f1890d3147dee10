"""What whole processes cost: processor time, elapsed time and peak memory.

Commands that are compared run in turns (A, B, C, A, B, C, …), so that whatever else the machine
does meets all of them alike. This module imports little: Linux reports no peak of a process that is
smaller than the process that started it was.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

Key = TypeVar("Key")
Figures = TypeVar("Figures")


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a process and all processes below it cost."""

    #: Seconds of processor time, user and system.
    processor: float
    #: Seconds from start to end.
    elapsed: float
    #: Largest resident memory of any one of the processes, in MiB.
    peak: float


@dataclass(frozen=True, kw_only=True)
class Command:
    """What to run, and where."""

    arguments: Sequence[str]
    directory: Path = Path()
    #: All variables of the process.
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def run(self) -> Cost:
        """Run it to its end. Return what it cost.

        Raises CalledProcessError, with both streams in `output`, if it does not succeed.
        """
        start = time.perf_counter()
        with subprocess.Popen(
            self.arguments,
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            output = process.stdout.read() if process.stdout else b""
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        elapsed = time.perf_counter() - start
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, self.arguments, output)
        return Cost(
            processor=usage.ru_utime + usage.ru_stime,
            elapsed=elapsed,
            peak=_mib(usage.ru_maxrss),
        )


def in_turns(runs: Mapping[Key, Callable[[], Figures]], rounds: int) -> dict[Key, list[Figures]]:
    """Do all runs in turn, `rounds` times. Return what each gave, in the order of the rounds.

    A round before them is not counted: it fills caches, and Python writes its bytecode.
    """
    found: dict[Key, list[Figures]] = {key: [] for key in runs}
    for number in range(rounds + 1):
        for key, run in runs.items():
            figures = run()
            if number:
                found[key].append(figures)
    return found


def median(values: Iterable[float]) -> float:
    """Return the middle of the values, the upper one of two (`statistics` would need 3 MiB)."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def ratio(values: Sequence[float], others: Sequence[float]) -> float:
    """Return the median of the ratios within each round."""
    return median(one / other for one, other in zip(values, others, strict=True))


def own_peak() -> float:
    """Return the peak of this process so far, in MiB: no process that it starts shows less."""
    return _mib(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table. Rows may be shorter than the heading."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _mib(maximum: int) -> float:
    """Return what `ru_maxrss` says in MiB: Linux counts in KiB, macOS in bytes."""
    return maximum / (2**20 if sys.platform == "darwin" else 2**10)
