"""What a backfill will send, and how that is shown."""

import json
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from annotate.delivery.dispatch import AT_ONCE, Sending
from annotate.delivery.entry import Entry
from annotate.release import Release
from annotate.text import counted, one_line, shorten
from annotate.times import api_time

# Seconds of one request, for the estimate alone.
_REQUEST = 0.5
_TITLE = 60


class Planned(NamedTuple):
    """A release of one tag for one target."""

    tag: str
    previous: str
    #: Number of commits, without merges.
    commits: int
    release: Release
    sending: Sending
    #: What the ledger knows of it.
    entry: Entry | None = None

    @property
    def name(self) -> str:
        """Its tag, with the target if that has a name."""
        return f"{self.tag} ({self.sending.target})" if self.sending.target else self.tag

    @property
    def state(self) -> Literal["new", "sent", "unknown"]:
        """Whether it is sent: `new`, `sent` before, or `unknown`."""
        if self.entry and self.entry.is_evidence:
            return "sent"
        return "unknown" if self.entry and self.entry.is_doubt else "new"


class Plan(NamedTuple):
    """All releases, the oldest first."""

    releases: Sequence[Planned]
    #: Tags that are left out, because an older tag has their version.
    repeated: Sequence[str]

    def to_send(self, *, resend_unknown: bool) -> int:
        """Return the number of requests that will be sent."""
        states = [planned.state for planned in self.releases]
        return states.count("new") + resend_unknown * states.count("unknown")

    def summary(self, *, resend_unknown: bool) -> list[tuple[str, str]]:
        """Return names and values: how many releases, from when to when, to where."""
        first, last = self.releases[0], self.releases[-1]
        states = [planned.state for planned in self.releases]
        targets = dict.fromkeys(
            f"{planned.sending.target or 'the project'} ({planned.sending.request.url})"
            for planned in self.releases
        )
        waiting = self.to_send(resend_unknown=resend_unknown)
        rows = [
            ("releases", f"{len({planned.tag for planned in self.releases}):,}"),
            ("first", f"{one_line(first.tag)}, {_day(first)}"),
            ("last", f"{one_line(last.tag)}, {_day(last)}"),
            *(("target", target) for target in targets),
            ("sent before", f"{states.count('sent'):,}" if "sent" in states else ""),
            ("unknown", f"{states.count('unknown'):,}" if "unknown" in states else ""),
            ("left out", _repeated(self.repeated) if self.repeated else ""),
            ("to send", _to_send(waiting, doubts="unknown" in states)),
        ]
        return [(name, value) for name, value in rows if value]

    def table(self) -> Iterator[str]:
        """Yield the lines of a table with a row for each release."""
        rows = [("date", "tag", "since", "commits", "state", "title")]
        rows += [
            (
                _day(planned),
                one_line(planned.tag),
                one_line(planned.previous) or "-",
                f"{planned.commits:,}",
                planned.state,
                shorten(planned.release.title, _TITLE),
            )
            for planned in self.releases
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            yield "  ".join(cells).rstrip()

    def lines(self) -> Iterator[str]:
        """Yield a line of JSON for each release: its tag, target and state, and the request."""
        for planned in self.releases:
            row = {
                "tag": planned.tag,
                "previous_tag": planned.previous,
                "commit_count": planned.commits,
                "target": planned.sending.target,
                "state": planned.state,
                "release": planned.release.payload,
            }
            yield json.dumps(row)


def _day(planned: Planned) -> str:
    return api_time(planned.release.release_start)[:10]


def _repeated(tags: Sequence[str]) -> str:
    named = ", ".join(map(one_line, tags[:5]))
    more = f" and {len(tags) - 5:,} more" if len(tags) > 5 else ""
    return f"{named}{more}: an older tag has the same version"


def _to_send(requests: int, *, doubts: bool) -> str:
    """Return how much will be sent; `doubts` means that some may have been sent before."""
    if requests:
        return f"{counted(requests, 'request')}, about {_duration(requests)}"
    left = "; what is unknown is sent only with --resend-unknown" if doubts else ""
    return f"nothing is left{left}"


def _duration(requests: int) -> str:
    """Return about how long so many requests take, in words."""
    seconds = requests * _REQUEST / AT_ONCE
    return f"{max(seconds, 1):.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
