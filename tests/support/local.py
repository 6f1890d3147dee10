"""Reads a checkout; as it is, unless a CI or a remote is given."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from annotate.compose.history import History
from annotate.gather import reading
from annotate.gather.checkout import Checkout
from annotate.gather.pipeline import Moment, Pipeline, Provider
from annotate.gather.reading import Places
from annotate.gather.repository import Query
from annotate.gather.transfer import Remote

NO_CI = Pipeline(
    provider=Provider.NONE, start=Moment(at=datetime(2026, 1, 2, tzinfo=UTC), source="a test")
)


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
    places = Places(directory=path, prefix="", remotes=remotes, monotonic=monotonic, debug=debug)
    return reading.read(places, known, query)[0]
