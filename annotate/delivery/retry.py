"""Which failures may be sent again, when, and what several attempts come to: pure rules.

The Releases API has no idempotency key, no list and no delete: what was drawn twice stays. So a
request is sent again only where the one before surely did not arrive, or where the user said so.

phase      status          outcome       sent again
not sent   none            unavailable   yes, but not where a certificate is not trusted
answered   429, 503        unavailable   yes: the API says that it did not process it
sent       none            unknown       only with resend-unknown
answered   2xx, 5xx, else  unknown       only with resend-unknown
answered   200, confirmed  created       no
answered   400, 409        duplicate     no
answered   3xx, 4xx        rejected      no
answered   401, 403        refused       no
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from annotate.errors import Message, Topic
from annotate.outcome import CERTAINLY_NOT_SENT, Outcome
from annotate.result import Delivery

#: Seconds before the first repetition at most; each further one waits GROWTH times as long, up to
#: the longest. Chosen by `bench/storm.py`: 200 pipelines at once get through, and with four
#: repetitions all waits together stay below the default deadline.
FIRST_DELAY, GROWTH, LONGEST_DELAY = 3.0, 3.0, 60.0
#: The share of a wait that chance decides, so that those that failed together come back apart.
SPREAD = 0.75
#: With fewer seconds left, a request could only run into its own time limit.
LEAST_TIME = 0.05


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """How one attempt ended; its outcome says how far it came, as the table has it."""

    delivery: Delivery
    #: False where the same again could only fail in the same way.
    may_pass: bool = True
    #: Seconds that the server asks to wait.
    retry_after: float | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long and how often to try."""

    #: Attempts after the first.
    retries: int
    #: Seconds for one request.
    timeout: float
    #: Seconds for all sending.
    deadline: float
    #: Also send again what may have arrived.
    resend_unknown: bool = False


def pause(
    attempts: Sequence[Attempt], limits: Limits, *, time_left: float, jitter: float
) -> float | None:
    """Seconds to wait before the next attempt; None where there is to be none.

    `jitter`, from 0 to 1, is where in the range of its delay the attempt falls.
    """
    last = attempts[-1]
    sendable = {Outcome.UNAVAILABLE} | ({Outcome.UNKNOWN} if limits.resend_unknown else set())
    if last.delivery.outcome not in sendable or not last.may_pass:
        return None
    wait = delay(len(attempts), jitter=jitter, retry_after=last.retry_after)
    if len(attempts) > limits.retries or wait + LEAST_TIME > time_left:
        return None
    return wait


def delay(attempt: int, *, jitter: float, retry_after: float | None) -> float:
    """Seconds to wait after failed attempt number `attempt` (from 1).

    `jitter`, from 0 to 1, is where in its range the wait falls. What the server asks for is the
    least; the spread comes on top, for it asks all of them for the same.
    """
    ceiling = min(FIRST_DELAY * GROWTH ** (attempt - 1), LONGEST_DELAY)
    return max(ceiling * (1 - SPREAD), retry_after or 0.0) + ceiling * SPREAD * jitter


def concluded(attempts: Sequence[Attempt], *, sent_before: bool) -> Delivery:
    """What all attempts come to; `sent_before` where an earlier run may have sent it, too.

    Once a request may have arrived, only a confirmation takes the doubt away; and "it exists
    already" is one.
    """
    *earlier, last = attempts
    delivery = replace(last.delivery, attempts=len(attempts))
    doubtful = [one.delivery for one in earlier if one.delivery.outcome is Outcome.UNKNOWN]
    if delivery.outcome is Outcome.DUPLICATE and (doubtful or sent_before):
        return replace(delivery, outcome=Outcome.CREATED, message=_ARRIVED)
    if doubtful and delivery.outcome in CERTAINLY_NOT_SENT:
        return replace(delivery, outcome=Outcome.UNKNOWN, message=doubtful[-1].message)
    return delivery


_ARRIVED = Message(
    "The release is on the chart: an attempt before had arrived, and the API has it already.",
    "Its answer was lost or did not confirm it; the repetition drew nothing twice.",
    topic=Topic.DUPLICATE,
)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the server asks to wait: RFC 9110, section 10.2.3, a number or a date."""
    lowered = {name.lower(): value for name, value in headers.items()}
    text = lowered.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text.lstrip("0")[:9] or 0)
    try:
        moment = parsedate_to_datetime(text)
        wait = moment.replace(tzinfo=moment.tzinfo or UTC) - now
        return max(wait.total_seconds(), 0.0)
    except (ValueError, OverflowError):
        return None
