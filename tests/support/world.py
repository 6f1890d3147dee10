"""Processes for runs inside this process, in which no wait takes any time."""

import io
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from annotate.process import Process, Stream

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass
class Clock:
    """The seconds that were waited, and how long each wait was."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Wait without waiting."""
        self.waits.append(seconds)
        self.seconds += seconds


def world(
    cwd: Path = Path("/"), env: Mapping[str, str] | None = None, clock: Clock | None = None
) -> Process:
    """A process that stands still: its clock starts at NOW and moves only by waiting."""
    clock = clock or Clock()
    return Process(
        env=env or {},
        cwd=cwd,
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        now=lambda: NOW + timedelta(seconds=clock.seconds),
        monotonic=lambda: clock.seconds,
        sleep=clock.sleep,
        random=lambda: 1.0,
        set_alarm=lambda _: None,
        hold_signals=lambda: None,
    )


def running(cwd: Path, env: Mapping[str, str], log: Stream) -> Process:
    """A process with clocks that run, and that are ahead by what was waited."""
    clock = Clock()
    return Process(
        env=env,
        cwd=cwd,
        stdout=log,
        stderr=log,
        now=lambda: datetime.now(UTC) + timedelta(seconds=clock.seconds),
        monotonic=lambda: time.monotonic() + clock.seconds,
        sleep=clock.sleep,
        random=random.random,
        set_alarm=lambda _: None,
        hold_signals=lambda: None,
    )
