"""Everything a run takes from outside, in one value, so that a test can hand in another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from annotate.streams import Stream


@dataclass(frozen=True, kw_only=True)
class World:
    """The process around a run."""

    env: Mapping[str, str]
    #: Where annotate was started; relative paths of the inputs are meant from here.
    cwd: Path
    stdout: Stream
    stderr: Stream
    #: The time of day, aware, in any zone.
    now: Callable[[], datetime]
    #: Seconds on a clock that never jumps.
    monotonic: Callable[[], float]
    #: Waits for so many seconds.
    sleep: Callable[[float], None]
    #: A number from 0 up to 1, for the jitter between attempts.
    random: Callable[[], float]
    #: From now on signals wait: the run is about to tell how it ended, and must not stop halfway.
    hold_signals: Callable[[], None]
