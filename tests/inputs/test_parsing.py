"""How the text of an input becomes a value."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from annotate.amplitude.hosts import Region
from annotate.inputs import parsing
from annotate.release import Start

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


SECONDS = "which is not a number of seconds above 0 and at most 86400"
COUNT = "which is not a whole number from 0 to 100"


def region(text: str) -> Region:
    return parsing.word(text, Region)


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (parsing.boolean, "true", True),
        (parsing.boolean, "false", False),
        (region, "EU", Region.EU),
        (parsing.items, "iOS, Android,,iOS\n Web ,", ("iOS", "Android", "Web")),
        (parsing.items, " , ", ()),
        (parsing.lines, "v*,w*\n\n !v0* \r\nv*,w*", ("v*,w*", "!v0*")),
        (parsing.seconds, "0.25", 0.25),
        (parsing.seconds, "86400", 86400.0),
        (parsing.count, "0", 0),
        (parsing.count, "007", 7),
        (parsing.count, "100", 100),
    ],
)
def test_what_is_read(read: Callable[[str], object], text: str, value: object) -> None:
    found = read(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("read", "text", "reason"),
    [
        (parsing.boolean, "True", "which is neither `true` nor `false`"),
        (parsing.boolean, "1", "which is neither `true` nor `false`"),
        (region, "uk", "which is not one of `us`, `eu`"),
        (parsing.seconds, "0", SECONDS),
        (parsing.seconds, "-1", SECONDS),
        (parsing.seconds, "86400.5", SECONDS),
        (parsing.seconds, "nan", SECONDS),
        (parsing.seconds, "30 s", SECONDS),
        (parsing.count, "101", COUNT),
        (parsing.count, "-1", COUNT),
        (parsing.count, "1.5", COUNT),
        (parsing.count, "\u0663", COUNT),
        (parsing.count, "9" * 5000, COUNT),
    ],
)
def test_what_is_refused(read: Callable[[str], object], text: str, reason: str) -> None:
    with pytest.raises(ValueError) as caught:
        read(text)
    assert str(caught.value) == reason


def test_a_word_or_a_time() -> None:
    assert parsing.word_or_time("TAG", Start) is Start.TAG
    assert parsing.word_or_time("1767225600", Start) == NEW_YEAR


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-01 00:00:00", NEW_YEAR),
        ("2026-01-01T00:00:00Z", NEW_YEAR),
        ("2026-01-01T02:00:00+02:00", NEW_YEAR),
        ("2025-12-31 19:00:00.25-05:00", NEW_YEAR + timedelta(seconds=0.25)),
        ("1767225600", NEW_YEAR),
        ("1767225600.25", NEW_YEAR + timedelta(seconds=0.25)),
        ("0", datetime(1970, 1, 1, tzinfo=UTC)),
        ("253402300799", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_time(text: str, moment: datetime) -> None:
    assert parsing.time(text) == moment


def test_a_time_keeps_the_zone_in_which_it_was_written() -> None:
    found = parsing.time("2026-01-01T02:00:00+02:00")
    assert found.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("text", ["2026-01-01T00:00:00", "2026-01-01", "2026-01-01 00:00"])
def test_a_time_without_an_offset(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parsing.time(text)
    assert str(caught.value) == "a time without a UTC offset, which is ambiguous"


def test_milliseconds() -> None:
    with pytest.raises(ValueError) as caught:
        parsing.time("1767225600000")
    assert str(caught.value) == "which looks like milliseconds; Unix time must be in seconds"


@pytest.mark.parametrize(
    "text",
    [
        "2026-13-01 00:00:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "999999999999",
        "17672256000000",
        "1767225600.",
        "-1",
    ],
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parsing.time(text)
    assert str(caught.value) == "which is not a time in a supported format"
