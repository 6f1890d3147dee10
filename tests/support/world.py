"""A world that stands still: its clock moves only by waiting."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from annotate.process import Process

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass
class Clock:
    """Seconds since NOW, and how long each wait was."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Wait without waiting."""
        self.waits.append(seconds)
        self.seconds += seconds


def world(
    cwd: Path = Path("/"), env: Mapping[str, str] | None = None, clock: Clock | None = None
) -> Process:
    """A world with this directory and environment."""
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
        hold_signals=lambda: None,
    )
