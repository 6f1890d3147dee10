"""Faults on request, so that users see what their pipelines do in an outage."""

from itertools import count

from annotate.sandbox.refusal import Refusal


class Fault:
    """The status of a failing API, for the first of every so many requests.

    The first, and not the last, so that a pipeline which sends one release meets it, and its next
    attempt succeeds.
    """

    def __init__(self, status: int, every: int) -> None:
        """Fail with `status` on request 1, 1 + `every`, 1 + 2 * `every` and so on."""
        self.status = status
        self.every = every
        # Threads share it; `next` is atomic.
        self._numbers = count()

    def meet(self) -> None:
        """Count a request. Raises Refusal if it is one that fails."""
        if next(self._numbers) % self.every == 0:
            raise Refusal(self.status, "the sandbox was started to fail: this is no real outage")
