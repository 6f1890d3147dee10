"""The time at which a run must end."""

from collections.abc import Callable
from typing import NamedTuple


class Deadline(NamedTuple):
    """A time of a monotonic clock, in seconds. Whoever waits asks how much of it is left."""

    monotonic: Callable[[], float]
    until: float

    @property
    def left(self) -> float:
        """The seconds until then; negative if it has passed."""
        return self.until - self.monotonic()

    def within(self, seconds: float) -> "Deadline":
        """Return the deadline in so many seconds from now, or this one if it is earlier."""
        return self._replace(until=min(self.until, self.monotonic() + seconds))
