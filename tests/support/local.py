"""Reads a checkout; as it is, unless a CI or a remote is given."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from annotate.deadline import Deadline
from annotate.git import reading
from annotate.git.checkout import Checkout
from annotate.git.history import Query
from annotate.git.reading import Locations
from annotate.git.remote.transfer import Remote
from annotate.notes.history import History
from annotate.pipeline import Moment, Pipeline

NO_CI = Pipeline(start=Moment(at=datetime(2026, 1, 2, tzinfo=UTC), source="a test"))


def history_of(
    path: Path,
    query: Query,
    debug: Callable[[str], None] = lambda _: None,
    *,
    known: Pipeline = NO_CI,
    remotes: Callable[[Checkout | None], list[Remote]] = lambda _: [],
    monotonic: Callable[[], float] = time.monotonic,
) -> History:
    """What is found in the checkout at `path`, and at the remotes where there are some."""
    locations = Locations(
        directory=path,
        prefix="",
        remotes=remotes,
        deadline=Deadline(monotonic=monotonic, until=monotonic() + 86_400),
        meanwhile=lambda: None,
        debug=debug,
    )
    return reading.read(locations, known, query)[0]
