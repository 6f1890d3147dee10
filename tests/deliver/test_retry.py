"""When to send again."""

from datetime import UTC, datetime

import pytest

from annotate.deliver import retry

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempt", "jitter", "asked", "seconds"),
    [
        (1, 0.0, None, 0.5),
        (1, 1.0, None, 1.0),
        (2, 1.0, None, 2.0),
        (4, 0.5, None, 6.0),
        (50, 1.0, None, 30.0),
        (1, 0.0, 7.0, 7.0),
        (4, 1.0, 0.0, 8.0),
    ],
)
def test_the_delay_doubles_and_obeys_the_server(
    attempt: int, jitter: float, asked: float | None, seconds: float
) -> None:
    assert retry.delay(attempt, jitter=jitter, retry_after=asked) == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5.0),
        (" 0 ", 0.0),
        ("9" * 400, 999_999_999.0),
        ("Thu, 01 Jan 2026 00:00:10 GMT", 10.0),
        ("Thu, 01 Jan 2026 00:00:10 -0000", 10.0),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("", None),
        ("\u0665", None),
    ],
)
def test_what_the_server_asks_for(value: str, seconds: float | None) -> None:
    assert retry.retry_after({"retry-AFTER": value}, NOW) == seconds


def test_nothing_is_asked_for() -> None:
    assert retry.retry_after({}, NOW) is None
