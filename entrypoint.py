"""The process: hands arguments, environment, directory, clock and streams to annotate.cli."""

import io
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TextIO

from annotate import cli
from annotate.errors import Interrupted
from annotate.process import World

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def main() -> int:
    """Run annotate in this process; the exit code."""
    # A shell can close them (`>&-`); then nobody reads what is said, and all else goes on.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - till the end
    sys.stderr = sys.stderr or sys.stdout
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal of another encoding must not make a defect of an emoji.
        sys.stdout.reconfigure(errors="backslashreplace")
    env = dict(os.environ)
    # GitPython hands its own environment to git; nothing inherited may tell git where to look.
    for name in [name for name in env if name.startswith("GIT_")]:
        del os.environ[name]
    world = World(
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
            # The image holds them back until here; one that came meanwhile is raised now.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        return cli.main(sys.argv[1:], world)
    except Interrupted as interrupt:
        return interrupt.exit_code
    finally:
        _close(sys.stdout)
        _close(sys.stderr)


def _close(stream: TextIO) -> None:
    """Python would complain of a pipe that nobody reads, and replace the exit code."""
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


if __name__ == "__main__":
    sys.exit(main())
