"""Simulate 200 pipelines of one project that start within one second.

The server is a model, because Amplitude documents no limits: it processes five requests at a time
and rejects all others with a 429. It fails a share of the requests that it processes with a 500;
half of these have created the release. The network takes no time. Each pipeline sends one release
as annotate does, with the default limits. All rules for waiting between attempts get the same
random numbers for starts, failures and jitter. The clock is simulated, and each run of the program
gives the same numbers and the same picture, `storm.svg`.
"""

import functools
import heapq
import random
import statistics
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from annotate.amplitude import releases
from annotate.delivery import retry
from annotate.delivery.retry import LEAST_TIME, Limits
from annotate.http.reply import Reply
from annotate.outcome import Outcome
from bench import plot

STORMS, PIPELINES, LONE = 50, 200, 1001
LIMITS = Limits(retries=4, timeout=30)
#: Seconds for all requests of one run, the default of the input `deadline`.
DEADLINE = 120
#: Requests processed at a time, seconds for each, and the share of them that fails.
PLACES, SERVICE, FAILING = 5, 0.2, 0.02
#: Seconds in the `Retry-After` of each 429, or None for no such header.
ASKED = (None, 5.0)
LEAST_DELIVERED, LONE_LIMIT = 0.97, 2.0
PICTURE = Path(__file__).with_name("storm.svg")
_CREATED = b'{"success": true, "release": {"id": 1}}'


class Rule(Protocol):
    """A rule for the seconds to wait after the failed attempt number `attempt` (from 1)."""

    def __call__(self, attempt: int, *, jitter: float, retry_after: float | None) -> float:
        """Return the seconds. `jitter` is from 0 to 1, `retry_after` the server's, in seconds."""


@dataclass(frozen=True, kw_only=True)
class Luck:
    """The random numbers of one pipeline, equal for all rules."""

    #: Seconds from the start of the simulation to the first request.
    start: float
    #: Status of the answer if the request is processed.
    status: int
    #: True if the release is created then.
    created: bool
    #: From 0 to 1, for each attempt.
    jitters: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class End:
    """The result of one pipeline, `seconds` after its first request."""

    outcome: Outcome
    requests: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Result:
    """The results of all pipelines in all simulations of one rule."""

    ends: Sequence[End]
    #: Releases on the chart beyond the first of their pipeline.
    duplicates: int

    def share(self, outcome: Outcome) -> float:
        """Return the share of the pipelines with this outcome."""
        return sum(end.outcome is outcome for end in self.ends) / len(self.ends)

    def times(self) -> list[float]:
        """Return the seconds to each delivery, sorted."""
        return sorted(end.seconds for end in self.ends if end.outcome is Outcome.CREATED)


class Server:
    """The model of the server in one simulation."""

    def __init__(self, *, unavailable: int = 0) -> None:
        """Answer the first `unavailable` requests with a 503."""
        self._unavailable = unavailable
        self._busy: list[float] = []
        self._created: Counter[int] = Counter()

    def take(self, pipeline: int, luck: Luck, now: float) -> tuple[int, float]:
        """Process a request. Return the status of the answer, and the seconds until it comes."""
        if self._unavailable:
            self._unavailable -= 1
            return 503, 0.0
        while self._busy and self._busy[0] <= now:
            heapq.heappop(self._busy)
        if len(self._busy) == PLACES:
            return 429, 0.0
        heapq.heappush(self._busy, now + SERVICE)
        self._created[pipeline] += luck.created
        return luck.status, SERVICE

    def duplicates(self) -> int:
        """Releases on the chart beyond the first of their pipeline."""
        return sum(max(count - 1, 0) for count in self._created.values())


def main() -> int:
    """Compare the rules and draw the picture. Return 1 if annotate's rule misses its limits."""
    good = True
    curves: dict[str, list[float]] = {}
    for asked in ASKED:
        print(f"Retry-After: {asked:.0f}" if asked else "without Retry-After")
        print(heading())
        for name, rule in RULES.items():
            result = stormed(rule, asked)
            print(row(name, result, lone(rule, asked)))
            good &= rule is not retry.delay or is_good(result)
            curves.setdefault(name, result.times())
    good &= lone(retry.delay, None) <= LONE_LIMIT
    text = plot.drawn(curves, total=STORMS * PIPELINES)
    PICTURE.write_text(text, encoding="utf-8", newline="\n")
    print(f"ours: no duplicate, at least {LEAST_DELIVERED:.0%} delivered, and without Retry-After")
    print(f"at most {LONE_LIMIT:.0f} s for a lone 503: {'held' if good else 'not held'}")
    return int(not good)


def is_good(result: Result) -> bool:
    """Return True if enough releases are delivered, and none twice."""
    return not result.duplicates and result.share(Outcome.CREATED) >= LEAST_DELIVERED


def heading() -> str:
    """Return the first line of the table."""
    return (
        f"{'rule':24}{'delivered':>10}{'unknown':>9}{'unavailable':>13}{'requests':>10}{'most':>6}"
        f"{'median s':>10}{'95 % s':>8}{'duplicates':>12}{'lone 503 s':>12}"
    )


def row(name: str, result: Result, lone_wait: float) -> str:
    """Return the line of a rule: shares, requests for each release, seconds."""
    requests, times = [end.requests for end in result.ends], result.times()
    return (
        f"{name:24}{result.share(Outcome.CREATED):10.2%}{result.share(Outcome.UNKNOWN):9.2%}"
        f"{result.share(Outcome.UNAVAILABLE):13.2%}{statistics.fmean(requests):10.2f}"
        f"{max(requests):6}{statistics.median(times):10.1f}"
        f"{statistics.quantiles(times, n=20)[-1]:8.1f}{result.duplicates:12}{lone_wait:12.2f}"
    )


def stormed(rule: Rule, asked: float | None) -> Result:
    """Run all simulations of one rule."""
    ends: list[End] = []
    duplicates = 0
    for seed in range(STORMS):
        server = Server()
        ends += sent(rule, lucks(seed), server, asked)
        duplicates += server.duplicates()
    return Result(ends=ends, duplicates=duplicates)


def lone(rule: Rule, asked: float | None) -> float:
    """Return the median of the seconds that a 503 delays a pipeline that runs alone."""
    waits = []
    for luck in lucks(0, LONE):
        (end,) = sent(rule, [luck], Server(unavailable=1), asked)
        waits.append(end.seconds - SERVICE)
    return statistics.median(waits)


def lucks(seed: int, count: int = PIPELINES) -> list[Luck]:
    """Return the random numbers of `count` pipelines."""
    source = random.Random(seed)  # noqa: S311 - the same numbers in each run
    return [luck_of(source) for _ in range(count)]


def luck_of(source: random.Random) -> Luck:
    """Return the random numbers of one pipeline."""
    start, fate = source.random(), source.random()
    return Luck(
        start=start,
        status=500 if fate < FAILING else 200,
        created=fate >= FAILING / 2,
        jitters=[source.random() for _ in range(LIMITS.retries + 1)],
    )


def sent(rule: Rule, pipelines: Sequence[Luck], server: Server, asked: float | None) -> list[End]:
    """Run one simulation. Return the results of its pipelines, in the order of their ends."""
    due = [(luck.start, number, 1) for number, luck in enumerate(pipelines)]
    heapq.heapify(due)
    ends = []
    while due:
        now, number, attempt = heapq.heappop(due)
        luck = pipelines[number]
        left = luck.start + DEADLINE - now
        limit = min(LIMITS.timeout, left)
        status, took = server.take(number, luck, now)
        outcome = meaning(status) if took <= limit else Outcome.UNKNOWN
        pause = rule(attempt, jitter=luck.jitters[attempt - 1], retry_after=asked)
        may_repeat = attempt <= LIMITS.retries and pause + LEAST_TIME <= left
        if outcome is Outcome.UNAVAILABLE and may_repeat:
            heapq.heappush(due, (now + pause, number, attempt + 1))
        else:
            seconds = now + min(took, limit) - luck.start
            ends.append(End(outcome=outcome, requests=attempt, seconds=seconds))
    return ends


@functools.cache
def meaning(status: int) -> Outcome:
    """Return the outcome that annotate derives from a status."""
    body = _CREATED if status == 200 else b""
    return releases.read(Reply(status=status, headers={}, body=body)).outcome


def doubling(attempt: int, jitter: float, retry_after: float | None, *, spread: float) -> float:
    """Return seconds that double from 1 up to 30; jitter lowers them by a share up to `spread`."""
    ceiling = min(2.0 ** (attempt - 1), 30.0)
    return max(ceiling * (1 - spread + spread * jitter), retry_after or 0.0)


def half_jitter(attempt: int, *, jitter: float, retry_after: float | None) -> float:
    """Double, with jitter in the upper half."""
    return doubling(attempt, jitter, retry_after, spread=0.5)


def full_jitter(attempt: int, *, jitter: float, retry_after: float | None) -> float:
    """Double, with jitter from zero to the whole."""
    return doubling(attempt, jitter, retry_after, spread=1.0)


def no_jitter(attempt: int, *, jitter: float, retry_after: float | None) -> float:
    """Double, without jitter."""
    return doubling(attempt, jitter, retry_after, spread=0.0)


def at_once(attempt: int, *, jitter: float, retry_after: float | None) -> float:  # noqa: ARG001 - a `Rule`
    """Return the server's `Retry-After`, else zero."""
    return retry_after or 0.0


RULES: dict[str, Rule] = {
    "ours": retry.delay,
    "doubling, half jitter": half_jitter,
    "doubling, full jitter": full_jitter,
    "doubling, no jitter": no_jitter,
    "at once": at_once,
}


if __name__ == "__main__":
    sys.exit(main())
