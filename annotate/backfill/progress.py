"""The progress of a backfill: a bar on a terminal, a line now and then in a log.

The bar is that of tqdm, which has no requirements of its own and a twentieth of the size of the
alternative, rich. Only this command imports it, and only on a terminal.
"""

from collections.abc import Callable
from shutil import get_terminal_size
from types import TracebackType
from typing import Protocol, Self

from annotate.process import Process
from annotate.report.console import Console

#: Seconds between two lines of a log.
EVERY = 10.0
#: Columns of the widest bar.
_WIDEST = 100


class Progress(Protocol):
    """Shows how many of the requests are done."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        """End."""

    def advance(self, count: int) -> None:
        """Count more requests."""

    def line(self, text: str) -> None:
        """Show a line beside the progress."""


def of(total: int, process: Process, console: Console) -> Progress:
    """Return the progress of so many requests: a bar if standard error is a terminal.

    There is none for no requests.
    """
    if total and process.stderr.isatty():
        return _Bar(total, process)
    return _Lines(total, process.monotonic, console)


class _Lines:
    def __init__(self, total: int, monotonic: Callable[[], float], console: Console) -> None:
        self._total = total
        self._monotonic = monotonic
        self._console = console
        self._done = 0
        self._start = self._told = monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def advance(self, count: int) -> None:
        self._done += count
        now = self._monotonic()
        if now - self._told < EVERY or self._done >= self._total:
            return
        self._told = now
        left = (now - self._start) / self._done * (self._total - self._done)
        self._console.line(f"{self._done:,} of {self._total:,} done, about {left:.0f} s left")

    def line(self, text: str) -> None:
        self._console.line(text)


class _Bar:
    def __init__(self, total: int, process: Process) -> None:
        from tqdm import tqdm  # type: ignore[import-untyped] # it has no types

        # tqdm cannot ask a stream that redacts for its width.
        columns = min(get_terminal_size().columns, _WIDEST)
        self._stream = process.stderr
        self._bar = tqdm(total=total, file=process.stderr, unit=" releases", ncols=columns)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def advance(self, count: int) -> None:
        self._bar.update(count)

    def line(self, text: str) -> None:
        self._bar.write(text, file=self._stream)
