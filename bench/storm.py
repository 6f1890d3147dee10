"""What a storm costs: 200 pipelines of one project that start within one second.

The server is a model, not Amplitude's, of which no limit is documented: it serves five requests
at once, answers any other with a 429 at once, and fails some of what it serves with a 500, half of
that after the release was drawn. The network takes no time. Each pipeline sends one release as
annotate does, with the default limits. All rules of waiting meet the same luck: the same starts,
the same failures, the same jitter. Nothing waits, and a second run gives the same numbers and the
same picture, `storm.svg`.
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
from annotate.http.session import Reply
from annotate.outcome import Outcome
from bench import plot

STORMS, PIPELINES, LONE = 50, 200, 1001
LIMITS = Limits(retries=4, timeout=30, deadline=120)
#: Requests served at once, seconds for each, and the share of them that fails.
PLACES, SERVICE, FAILING = 5, 0.2, 0.02
#: What the server asks for, in seconds: nothing, or a `Retry-After` with every 429.
ASKED = (None, 5.0)
LEAST_DELIVERED, LONE_LIMIT = 0.97, 2.0
PICTURE = Path(__file__).with_name("storm.svg")
_CREATED = b'{"success": true, "release": {"id": 1}}'


class Rule(Protocol):
    """Seconds to wait after failed attempt number `attempt` (from 1)."""

    def __call__(self, attempt: int, *, jitter: float, retry_after: float | None) -> float:
        """Jitter is from 0 to 1; `retry_after` is what the server asked for, in seconds."""


@dataclass(frozen=True, kw_only=True)
class Luck:
    """What one pipeline meets, whatever the rule."""

    #: Seconds from the beginning of the storm to the first request.
    start: float
    #: The answer, once the request is served.
    status: int
    #: Whether the release is on the chart then.
    drawn: bool
    #: One for each attempt.
    jitters: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class End:
    """How one pipeline ended, `seconds` after its first request."""

    outcome: Outcome
    requests: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Result:
    """All pipelines of all storms under one rule."""

    ends: Sequence[End]
    #: Releases on the chart beyond the first of their pipeline.
    duplicates: int

    def share(self, outcome: Outcome) -> float:
        """The share of the pipelines that ended so."""
        return sum(end.outcome is outcome for end in self.ends) / len(self.ends)

    def times(self) -> list[float]:
        """Seconds to each delivery, in order."""
        return sorted(end.seconds for end in self.ends if end.outcome is Outcome.CREATED)


class Server:
    """The model of one server, in one storm."""

    def __init__(self, *, ill: int = 0) -> None:
        """The first `ill` requests are answered with a 503."""
        self._ill = ill
        self._busy: list[float] = []
        self._drawn: Counter[int] = Counter()

    def take(self, pipeline: int, luck: Luck, now: float) -> tuple[int, float]:
        """The status of the answer, and the seconds until it comes."""
        if self._ill:
            self._ill -= 1
            return 503, 0.0
        while self._busy and self._busy[0] <= now:
            heapq.heappop(self._busy)
        if len(self._busy) == PLACES:
            return 429, 0.0
        heapq.heappush(self._busy, now + SERVICE)
        self._drawn[pipeline] += luck.drawn
        return luck.status, SERVICE

    def duplicates(self) -> int:
        """Releases on the chart beyond the first of their pipeline."""
        return sum(max(count - 1, 0) for count in self._drawn.values())


def main() -> int:
    """Compare the rules and draw the picture; 1 where ours is not good enough."""
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
    """Whether enough is delivered, and nothing twice."""
    return not result.duplicates and result.share(Outcome.CREATED) >= LEAST_DELIVERED


def heading() -> str:
    """The table's first line."""
    return (
        f"{'rule':24}{'delivered':>10}{'unknown':>9}{'unavailable':>13}{'requests':>10}{'most':>6}"
        f"{'median s':>10}{'95 % s':>8}{'duplicates':>12}{'lone 503 s':>12}"
    )


def row(name: str, result: Result, lone_wait: float) -> str:
    """One rule's line: shares, requests for each release, seconds."""
    requests, times = [end.requests for end in result.ends], result.times()
    return (
        f"{name:24}{result.share(Outcome.CREATED):10.2%}{result.share(Outcome.UNKNOWN):9.2%}"
        f"{result.share(Outcome.UNAVAILABLE):13.2%}{statistics.fmean(requests):10.2f}"
        f"{max(requests):6}{statistics.median(times):10.1f}"
        f"{statistics.quantiles(times, n=20)[-1]:8.1f}{result.duplicates:12}{lone_wait:12.2f}"
    )


def stormed(rule: Rule, asked: float | None) -> Result:
    """All storms under one rule."""
    ends: list[End] = []
    duplicates = 0
    for seed in range(STORMS):
        server = Server()
        ends += sent(rule, lucks(seed), server, asked)
        duplicates += server.duplicates()
    return Result(ends=ends, duplicates=duplicates)


def lone(rule: Rule, asked: float | None) -> float:
    """Median seconds that a 503 costs a pipeline that is alone."""
    waits = []
    for luck in lucks(0, LONE):
        (end,) = sent(rule, [luck], Server(ill=1), asked)
        waits.append(end.seconds - SERVICE)
    return statistics.median(waits)


def lucks(seed: int, count: int = PIPELINES) -> list[Luck]:
    """What so many pipelines meet."""
    source = random.Random(seed)  # noqa: S311 - luck that can be had again
    return [luck_of(source) for _ in range(count)]


def luck_of(source: random.Random) -> Luck:
    """What one pipeline meets."""
    start, fate = source.random(), source.random()
    return Luck(
        start=start,
        status=500 if fate < FAILING else 200,
        drawn=fate >= FAILING / 2,
        jitters=[source.random() for _ in range(LIMITS.retries + 1)],
    )


def sent(rule: Rule, pipelines: Sequence[Luck], server: Server, asked: float | None) -> list[End]:
    """Run one storm: the ends of its pipelines, in the order in which they ended."""
    due = [(luck.start, number, 1) for number, luck in enumerate(pipelines)]
    heapq.heapify(due)
    ends = []
    while due:
        now, number, attempt = heapq.heappop(due)
        luck = pipelines[number]
        left = luck.start + LIMITS.deadline - now
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
    """What annotate makes of an answer."""
    body = _CREATED if status == 200 else b""
    return releases.read(Reply(status=status, headers={}, body=body)).outcome


def doubling(attempt: int, jitter: float, retry_after: float | None, *, spread: float) -> float:
    """Seconds, from 1 to at most 30; jitter lies in the upper `spread` of them, from 0 to 1."""
    ceiling = min(2.0 ** (attempt - 1), 30.0)
    return max(ceiling * (1 - spread + spread * jitter), retry_after or 0.0)


def half_jitter(attempt: int, *, jitter: float, retry_after: float | None) -> float:
    """Doubling, with jitter in the upper half."""
    return doubling(attempt, jitter, retry_after, spread=0.5)


def full_jitter(attempt: int, *, jitter: float, retry_after: float | None) -> float:
    """Doubling, with jitter from nothing to all."""
    return doubling(attempt, jitter, retry_after, spread=1.0)


def no_jitter(attempt: int, *, jitter: float, retry_after: float | None) -> float:
    """Doubling, the same for all."""
    return doubling(attempt, jitter, retry_after, spread=0.0)


def at_once(attempt: int, *, jitter: float, retry_after: float | None) -> float:  # noqa: ARG001
    """As soon as the server allows."""
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
