"""When to send again."""

from datetime import UTC, datetime

import pytest

from annotate.delivery import retry
from annotate.delivery.retry import Attempt, Limits
from annotate.errors import Message, Topic
from annotate.http.reply import Reply
from annotate.outcome import Outcome
from annotate.result import Delivery

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempt", "jitter", "asked", "seconds"),
    [
        (1, 0.0, None, 0.75),
        (1, 1.0, None, 3.0),
        (2, 1.0, None, 9.0),
        (3, 0.5, None, 16.875),
        (50, 1.0, None, 60.0),
        (1, 0.0, 7.0, 7.0),
        (1, 1.0, 7.0, 9.25),
        (4, 1.0, 0.0, 60.0),
    ],
)
def test_the_delay_grows_and_obeys_the_server(
    attempt: int, jitter: float, asked: float | None, seconds: float
) -> None:
    assert retry.delay(attempt, jitter=jitter, retry_after=asked) == seconds


def test_four_repetitions_fit_into_the_default_deadline() -> None:
    waits = [retry.delay(attempt, jitter=1, retry_after=None) for attempt in range(1, 5)]
    assert sum(waits) < 120


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5.0),
        (" 0 ", 0.0),
        ("0000000003600", 3600.0),
        ("9" * 400, 999_999_999.0),
        ("Thu, 01 Jan 2026 00:00:10 GMT", 10.0),
        ("Thu, 01 Jan 2026 00:00:10 -0000", 10.0),
        ("Thu, 01 Jan 2026 02:00:10 +0200", 10.0),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0.0),
        ("soon", None),
        ("Thu, 01 Jan 99999999999 00:00:00 GMT", None),
        ("-1", None),
        ("", None),
        ("\u0665", None),
    ],
)
def test_what_the_server_asks_for(value: str, seconds: float | None) -> None:
    assert retry.retry_after(value, NOW) == seconds


def test_the_name_of_a_header_may_be_in_any_case() -> None:
    reply = Reply(status=429, headers={"retry-AFTER": "7"}, body=b"")
    assert reply.header("Retry-After") == "7"
    assert reply.header("Location") == ""


LIMITS = Limits(retries=2, timeout=30)


def attempt(outcome: Outcome, why: str = "") -> Attempt:
    message = Message(why, topic=Topic.UNKNOWN) if why else None
    return Attempt(delivery=Delivery(outcome=outcome, message=message))


@pytest.mark.parametrize("outcome", [Outcome(name) for name in (
    "created", "duplicate", "rejected", "refused", "unavailable", "unknown",
)])  # fmt: skip
@pytest.mark.parametrize("resend", [False, True])
def test_what_is_sent_again(outcome: Outcome, resend: bool) -> None:
    limits = LIMITS._replace(resend_unknown=True) if resend else LIMITS
    wait = retry.pause([attempt(outcome)], limits, time_left=100, jitter=0)
    again = outcome is Outcome.UNAVAILABLE or (resend and outcome is Outcome.UNKNOWN)
    assert (wait is not None) is again


@pytest.mark.parametrize(
    ("number", "time_left", "may_pass", "wait"),
    [
        (1, 100.0, True, 0.75),
        (2, 100.0, True, 2.25),
        (3, 100.0, True, None),
        (1, 0.8, True, 0.75),
        (1, 0.79, True, None),
        (1, 100.0, False, None),
    ],
)
def test_limits_end_it(number: int, time_left: float, may_pass: bool, wait: float | None) -> None:
    attempts = [attempt(Outcome.UNAVAILABLE)._replace(may_pass=may_pass)] * number
    assert retry.pause(attempts, LIMITS, time_left=time_left, jitter=0) == wait


def test_the_last_attempt_decides() -> None:
    busy = attempt(Outcome.UNAVAILABLE)._replace(retry_after=20.0)
    rejected = attempt(Outcome.REJECTED)
    assert retry.pause([busy, rejected], LIMITS, time_left=100, jitter=0) is None
    assert retry.pause([rejected, busy], LIMITS, time_left=100, jitter=0) == 20.0


def test_a_repetition_counts_the_attempts() -> None:
    attempts = [attempt(Outcome.UNAVAILABLE), attempt(Outcome.UNAVAILABLE)]
    assert retry.concluded(attempts, sent_before=False).attempts == 2


CREATED, DUPLICATE, UNKNOWN = Outcome.CREATED, Outcome.DUPLICATE, Outcome.UNKNOWN
REJECTED, REFUSED, UNAVAILABLE = Outcome.REJECTED, Outcome.REFUSED, Outcome.UNAVAILABLE


@pytest.mark.parametrize(
    ("outcomes", "sent_before", "outcome"),
    [
        ([CREATED], False, CREATED),
        ([DUPLICATE], False, DUPLICATE),
        ([REJECTED], False, REJECTED),
        ([UNAVAILABLE], False, UNAVAILABLE),
        ([UNKNOWN], False, UNKNOWN),
        # What was surely not processed leaves no doubt.
        ([UNAVAILABLE, CREATED], False, CREATED),
        ([UNAVAILABLE, DUPLICATE], False, DUPLICATE),
        ([UNAVAILABLE, REJECTED], False, REJECTED),
        # What may have arrived does, until something confirms it.
        ([UNKNOWN, CREATED], False, CREATED),
        ([UNKNOWN, DUPLICATE], False, CREATED),
        ([UNKNOWN, REJECTED], False, UNKNOWN),
        ([UNKNOWN, REFUSED], False, UNKNOWN),
        ([UNKNOWN, UNAVAILABLE], False, UNKNOWN),
        ([UNKNOWN, UNAVAILABLE, DUPLICATE], False, CREATED),
        ([UNKNOWN, UNAVAILABLE, REJECTED], False, UNKNOWN),
        # An earlier run leaves the same doubt about a duplicate, and none about a rejection.
        ([DUPLICATE], True, CREATED),
        ([UNAVAILABLE, DUPLICATE], True, CREATED),
        ([CREATED], True, CREATED),
        ([REJECTED], True, REJECTED),
        ([UNAVAILABLE], True, UNAVAILABLE),
    ],
)
def test_what_several_attempts_come_to(
    outcomes: list[Outcome], sent_before: bool, outcome: Outcome
) -> None:
    attempts = [attempt(one) for one in outcomes]
    assert retry.concluded(attempts, sent_before=sent_before).outcome is outcome


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ([UNAVAILABLE, REJECTED], "1 rejected"),
        ([UNKNOWN, UNKNOWN], "1 unknown"),
        ([UNKNOWN, CREATED], "1 created"),
        ([DUPLICATE], "0 duplicate"),
        ([UNKNOWN, REJECTED], "0 unknown"),
        ([UNKNOWN, UNKNOWN, UNAVAILABLE, REFUSED], "1 unknown"),
    ],
)
def test_the_message_is_of_the_attempt_that_decides(outcomes: list[Outcome], said: str) -> None:
    attempts = [attempt(one, f"{number} {one}") for number, one in enumerate(outcomes)]
    message = retry.concluded(attempts, sent_before=False).message
    assert message
    assert message.what == said


@pytest.mark.parametrize(
    ("outcomes", "sent_before"), [([UNKNOWN, DUPLICATE], False), ([DUPLICATE], True)]
)
def test_a_duplicate_of_our_own_is_told_as_what_it_is(
    outcomes: list[Outcome], sent_before: bool
) -> None:
    attempts = [attempt(one, str(one)) for one in outcomes]
    message = retry.concluded(attempts, sent_before=sent_before).message
    assert message
    assert message.topic is Topic.DUPLICATE
