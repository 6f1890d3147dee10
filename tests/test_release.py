"""The request's body."""

from datetime import UTC, datetime, timedelta, timezone

from annotate.release import Release
from annotate.times import api_time


def test_times_are_sent_in_utc_without_fraction() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert api_time(datetime(2026, 1, 1, 8, 59, 59, 999_999, tokyo)) == "2025-12-31 23:59:59"


def test_an_early_year_keeps_four_digits() -> None:
    assert api_time(datetime(987, 1, 2, tzinfo=UTC)) == "0987-01-02 00:00:00"


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
