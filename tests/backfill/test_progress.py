"""What is shown while a backfill sends."""

import io

import pytest

from annotate.backfill import progress
from annotate.report.console import Console
from tests.support.world import world


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize("requests", [0, 3])
def test_a_bar_is_for_requests(requests: int) -> None:
    log = Terminal()
    process = world()._replace(stderr=log)
    with progress.of(requests, process, Console(log)) as shown:
        shown.advance(requests)
    assert ("3/3" in log.getvalue(), bool(log.getvalue())) == (requests > 0, requests > 0)
