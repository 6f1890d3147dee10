"""Everything that a run takes from outside: environment, clock, streams, signals.

Only this module asks the operating system for them. The rest of the program gets a `Process`
as an argument, so that a test can pass another one.
"""

import io
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Protocol, TextIO

from annotate.errors import Interrupted

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stream(Protocol):
    """A text stream for output."""

    def write(self, text: str, /) -> int:
        """Write a text."""

    def flush(self) -> None:
        """Write what is buffered."""

    def isatty(self) -> bool:
        """Return True for a terminal."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """The process around a run."""

    env: Mapping[str, str]
    #: The current directory. Relative paths in inputs start here.
    cwd: Path
    stdout: Stream
    stderr: Stream
    #: Current time, aware, in any zone.
    now: Callable[[], datetime]
    #: Seconds on a clock that never jumps.
    monotonic: Callable[[], float]
    #: Wait for a number of seconds.
    sleep: Callable[[float], None]
    #: A random number from 0 up to 1, for the jitter between attempts.
    random: Callable[[], float]
    #: Ignore signals from now on: the run is about to report its result and must not stop halfway.
    hold_signals: Callable[[], None]


def run(command: Callable[[Sequence[str], Process], int]) -> int:
    """Run a command with the arguments of this process and return its exit code.

    SIGINT and SIGTERM raise `Interrupted` in the main thread.
    """
    # A shell can close the streams (`>&-`). Nobody reads the log then, but the run goes on.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - till the end
    sys.stderr = sys.stderr or sys.stdout
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal with another encoding must not turn an emoji into a defect.
        sys.stdout.reconfigure(errors="backslashreplace")
    env = dict(os.environ)
    # GitPython passes the environment on to git, where `GIT_DIR` and the like would name
    # another repository.
    for name in [name for name in env if name.startswith("GIT_")]:
        del os.environ[name]
    process = Process(
        env=env,
        cwd=Path.cwd(),
        stdout=sys.stdout,
        stderr=sys.stderr,
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        sleep=time.sleep,
        random=random.random,
        hold_signals=_hold_signals,
    )
    try:
        for number in _SIGNALS:
            signal.signal(number, _interrupt)
        if hasattr(signal, "pthread_sigmask"):
            # The image blocks both until here; a signal that came earlier is raised now.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        return command(sys.argv[1:], process)
    except Interrupted as interrupt:
        return interrupt.exit_code
    finally:
        _close(sys.stdout)
        _close(sys.stderr)


def _close(stream: TextIO) -> None:
    """Flush a stream. For a pipe without a reader, Python would replace the exit code."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _interrupt(number: int, _frame: FrameType | None) -> None:
    _hold_signals()
    raise Interrupted(number)


def _hold_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
