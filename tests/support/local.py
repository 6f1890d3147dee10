"""Reads a checkout as it is, without a CI and without a remote."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from annotate.compose.history import History
from annotate.gather import reading
from annotate.gather.pipeline import Moment, Pipeline, Provider
from annotate.gather.reading import Places
from annotate.gather.repository import Query

NO_CI = Pipeline(
    provider=Provider.NONE, start=Moment(at=datetime(2026, 1, 2, tzinfo=UTC), source="a test")
)


def history_of(path: Path, query: Query, debug: Callable[[str], None] = lambda _: None) -> History:
    """What is found in the checkout at `path`."""
    places = Places(
        directory=path, prefix="", remotes=lambda _: [], monotonic=time.monotonic, debug=debug
    )
    return reading.read(places, NO_CI, query)[0]
