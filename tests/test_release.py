"""The request's body."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from annotate.errors import InvalidInputs
from annotate.inputs.checks import order_of_times
from annotate.notes.history import History
from annotate.pipeline import Moment, Pipeline
from annotate.release import CommonFields, Release, compose
from annotate.times import api_time

NOON = datetime(2026, 1, 1, 12, microsecond=900_000, tzinfo=UTC)


def test_times_are_sent_in_utc_without_fraction() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert api_time(datetime(2026, 1, 1, 8, 59, 59, 999_999, tokyo)) == "2025-12-31 23:59:59"


def test_an_early_year_keeps_four_digits() -> None:
    assert api_time(datetime(987, 1, 2, tzinfo=UTC)) == "0987-01-02 00:00:00"


def test_a_fraction_of_a_second_does_not_end_a_release_before_it_starts() -> None:
    """Also where the start is the pipeline's, so that only the composition knows it."""
    end = NOON.replace(microsecond=100_000)
    assert order_of_times(CommonFields(sources={}, start=NOON, end=end)) == []
    ended_at(end)
    second = end - timedelta(seconds=1)
    assert order_of_times(CommonFields(sources={}, start=NOON, end=second)) != []
    with pytest.raises(InvalidInputs):
        ended_at(second)


def ended_at(end: datetime) -> None:
    pipeline = Pipeline(ci="", start=Moment(at=NOON, source=""))
    compose(CommonFields(sources={}, end=end), [], History(version="1"), pipeline, NOON)


def test_what_is_not_set_is_left_out() -> None:
    release = Release(version="1", title="t", release_start=datetime(2026, 1, 1, tzinfo=UTC))
    assert release.payload == {
        "version": "1",
        "title": "t",
        "release_start": "2026-01-01 00:00:00",
        "chart_visibility": True,
    }


def test_an_invisible_release_says_so() -> None:
    release = Release(
        version="1",
        title="t",
        release_start=datetime(2026, 1, 1, tzinfo=UTC),
        chart_visibility=False,
    )
    assert release.payload["chart_visibility"] is False
