"""The rules for retries: which failures, when, and the result of several attempts.

The Releases API has no idempotency key and can neither list nor delete releases, so a release that
was created twice stays. A request is only retried if the previous attempt certainly created no
release, or if the user allows it with `resend-unknown`.

phase      status          outcome       retried
not sent   none            unavailable   yes, except after certificate and TLS errors
answered   429, 503        unavailable   yes: the API did not process the request
sent       none            unknown       only with resend-unknown
answered   2xx, 5xx, else  unknown       only with resend-unknown
answered   200, confirmed  created       no
answered   409, some 400   duplicate     no: `amplitude/answer.py` knows which texts of a 400
answered   3xx, other 4xx  rejected      no
answered   401, 403        refused       no
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from annotate.errors import Message, Topic
from annotate.outcome import CREATED_NOTHING, Outcome
from annotate.result import Delivery

#: The longest wait before the first retry, in seconds; the factor for each further retry; and the
#: longest wait at all, in seconds. Chosen with `bench/storm.py`: the releases of 200 simultaneous
#: pipelines are delivered, and the waits of four retries fit into the default deadline.
FIRST_DELAY, GROWTH, LONGEST_DELAY = 3.0, 3.0, 60.0
#: The random part of a wait, so that clients that failed together do not retry together.
SPREAD = 0.75
#: Seconds that a request needs at least; with less time left, none is sent.
LEAST_TIME = 0.05


class Attempt(NamedTuple):
    """The result of one attempt."""

    delivery: Delivery
    #: What it came to in few words, such as `status 503`, without anything that a server wrote.
    reason: str = ""
    #: False if a retry would fail in the same way.
    may_pass: bool = True
    #: Seconds to wait, as requested by the server; None if it does not say.
    retry_after: float | None = None


class Limits(NamedTuple):
    """Limits of attempts, and of each one's time."""

    #: Number of attempts after the first.
    retries: int
    #: Time limit of one request, in seconds.
    timeout: float
    #: Also retry requests that may have created the release.
    resend_unknown: bool = False


def pause(
    attempts: Sequence[Attempt], limits: Limits, *, time_left: float, jitter: float
) -> float | None:
    """Return the seconds to wait before the next attempt; None if there is no retry.

    `time_left` is in seconds. `jitter`, from 0 to 1, selects the wait within its range.
    """
    last = attempts[-1]
    retryable = {Outcome.UNAVAILABLE} | ({Outcome.UNKNOWN} if limits.resend_unknown else set())
    if last.delivery.outcome not in retryable or not last.may_pass:
        return None
    wait = delay(len(attempts), jitter=jitter, retry_after=last.retry_after)
    if len(attempts) > limits.retries or wait + LEAST_TIME > time_left:
        return None
    return wait


def delay(attempt: int, *, jitter: float, retry_after: float | None) -> float:
    """Return the seconds to wait after failed attempt number `attempt`, counted from 1.

    `jitter`, from 0 to 1, selects the wait within its range. `retry_after` is the minimum, and the
    random part is added to it, because the server requests the same time from all clients.
    """
    ceiling = min(FIRST_DELAY * GROWTH ** (attempt - 1), LONGEST_DELAY)
    return max(ceiling * (1 - SPREAD), retry_after or 0.0) + ceiling * SPREAD * jitter


def concluded(attempts: Sequence[Attempt], *, sent_before: bool) -> Delivery:
    """Return the result of all attempts.

    If an attempt may have created the release, the outcome stays `unknown` until a later response
    confirms the release or says that it already exists. `sent_before` means that an earlier run may
    have sent it.
    """
    *earlier, last = attempts
    delivery = last.delivery._replace(attempts=len(attempts))
    unknown = [
        attempt.delivery for attempt in earlier if attempt.delivery.outcome is Outcome.UNKNOWN
    ]
    if delivery.outcome is Outcome.DUPLICATE and (unknown or sent_before):
        return delivery._replace(outcome=Outcome.CREATED, message=_ARRIVED)
    if unknown and delivery.outcome in CREATED_NOTHING:
        return delivery._replace(outcome=Outcome.UNKNOWN, message=unknown[-1].message)
    return delivery


_ARRIVED = Message(
    "The release exists: an earlier attempt created it, although no response confirmed that.",
    "The API answered that the release already exists, so it was not created twice.",
    topic=Topic.DUPLICATE,
)


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds to wait, from the header Retry-After; None if it is empty or not valid.

    The value is a number of seconds or a date (RFC 9110, section 10.2.3).
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text.lstrip("0")[:9] or 0)
    try:
        moment = parsedate_to_datetime(text)
        wait = moment.replace(tzinfo=moment.tzinfo or UTC) - now
        return max(wait.total_seconds(), 0.0)
    except (ValueError, OverflowError):
        return None
