"""How the text of an input becomes a value."""

from datetime import UTC, datetime, timedelta

import pytest

from annotate.inputs.parsing import Kind, Value, value_of

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.TEXT, " Größe, a ", " Größe, a "),
        (Kind.TEMPLATE, " {{ version }}\n", " {{ version }}\n"),
        (Kind.SECRET, " key\r\n", "key"),
        (Kind.BOOLEAN, "true", True),
        (Kind.BOOLEAN, "false", False),
        (Kind.CHOICE, "EU", "eu"),
        (Kind.LIST, "iOS, Android,,iOS\n Web ,", ("iOS", "Android", "Web")),
        (Kind.LIST, " , ", ()),
        (Kind.LINES, "v*,w*\n\n !v0* \r\nv*,w*", ("v*,w*", "!v0*")),
        (Kind.SECONDS, "0.25", 0.25),
        (Kind.SECONDS, "86400", 86400.0),
        (Kind.COUNT, "0", 0),
        (Kind.COUNT, "007", 7),
        (Kind.COUNT, "100", 100),
        (Kind.TIME, "US", "us"),
    ],
)
def test_what_is_read(kind: Kind, text: str, value: Value) -> None:
    found = value_of(kind, text, ("us", "eu"))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (Kind.BOOLEAN, "True", "which is neither `true` nor `false`"),
        (Kind.BOOLEAN, "1", "which is neither `true` nor `false`"),
        (Kind.CHOICE, "uk", "which is none of `us`, `eu`"),
        (Kind.SECONDS, "0", "which is no number of seconds above 0 and up to 86400"),
        (Kind.SECONDS, "-1", "which is no number of seconds above 0 and up to 86400"),
        (Kind.SECONDS, "86400.5", "which is no number of seconds above 0 and up to 86400"),
        (Kind.SECONDS, "nan", "which is no number of seconds above 0 and up to 86400"),
        (Kind.SECONDS, "30 s", "which is no number of seconds above 0 and up to 86400"),
        (Kind.COUNT, "101", "which is no whole number from 0 to 100"),
        (Kind.COUNT, "-1", "which is no whole number from 0 to 100"),
        (Kind.COUNT, "1.5", "which is no whole number from 0 to 100"),
        (Kind.COUNT, "\u0663", "which is no whole number from 0 to 100"),
        (Kind.COUNT, "9" * 5000, "which is no whole number from 0 to 100"),
        (Kind.TIME, "soon", "which is a time in no known format"),
    ],
)
def test_what_is_refused(kind: Kind, text: str, reason: str) -> None:
    with pytest.raises(ValueError) as caught:
        value_of(kind, text, ("us", "eu"))
    assert str(caught.value) == reason


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
    assert value_of(Kind.TIME, text, ()) == moment


def test_a_time_keeps_the_zone_in_which_it_was_written() -> None:
    found = value_of(Kind.TIME, "2026-01-01T02:00:00+02:00", ())
    assert isinstance(found, datetime)
    assert found.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("text", ["2026-01-01T00:00:00", "2026-01-01", "2026-01-01 00:00"])
def test_a_time_without_an_offset(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        value_of(Kind.TIME, text, ())
    assert str(caught.value) == (
        "a time without an offset, so nobody can know which moment it means"
    )


def test_milliseconds() -> None:
    with pytest.raises(ValueError) as caught:
        value_of(Kind.TIME, "1767225600000", ())
    assert str(caught.value) == "which looks like milliseconds; Unix time is given in seconds"


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
        value_of(Kind.TIME, text, ())
    assert str(caught.value) == "which is a time in no known format"
