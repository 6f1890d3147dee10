"""What a run spends its time on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from threading import Event, Thread

#: Seconds between two lines of a part that takes long; some CIs end a job that prints nothing.
EVERY = 15.0


class Part(StrEnum):
    """A part of a run, as the log names it."""

    INPUTS = "reading the inputs"
    REPOSITORY = "reading the repository"
    TEXTS = "writing title and description"
    SENDING = "sending"


class Stopwatch:
    """Measures the parts of one run."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Start with the inputs. `monotonic` returns the seconds of a monotonic clock."""
        self._monotonic = monotonic
        self._starts = [(Part.INPUTS, monotonic())]

    def begin(self, part: Part) -> None:
        """End the part before, and begin this one."""
        self._starts.append((part, self._monotonic()))

    def spent(self) -> str:
        """Return how long each part took, the longest first, without those of no second."""
        ends = [*(start for _, start in self._starts[1:]), self._monotonic()]
        rows = [(end - start, part) for (part, start), end in zip(self._starts, ends, strict=True)]
        longest, *others = sorted(rows, reverse=True)
        shown = [longest, *(row for row in others if row[0] >= 1)]
        return ", ".join(f"{part} {took:.0f} s" for took, part in shown)

    @contextmanager
    def telling(self, tell: Callable[[str], None]) -> Iterator[None]:
        """Call `tell` with a line every `EVERY` seconds, from another thread."""
        ended = Event()

        def run() -> None:
            while not ended.wait(EVERY):
                part, start = self._starts[-1]
                tell(f"still {part}, for {self._monotonic() - start:.0f} s")

        thread = Thread(target=run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            # No line may follow the result.
            ended.set()
            thread.join()
