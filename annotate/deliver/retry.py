"""Which failures may be sent again, and when: pure rules.

The Releases API has no idempotency key, no list and no delete: what was drawn twice stays. So a
request is sent again only where the first surely did not arrive, or where the API says that it
did not process it (429 and 503).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: Answers that mean "not processed".
NOT_PROCESSED = frozenset({429, 503})
#: Seconds before the first repetition; each further one waits twice as long, up to the longest.
FIRST_DELAY = 1.0
LONGEST_DELAY = 30.0


def delay(attempt: int, *, jitter: float, retry_after: float | None) -> float:
    """Seconds to wait after failed attempt number `attempt` (from 1).

    Exponential; `jitter` from 0 to 1 chooses a point in the upper half, so that pipelines that
    failed together do not come back together. What the server asks for is the least.
    """
    ceiling = min(FIRST_DELAY * 2.0 ** (attempt - 1), LONGEST_DELAY)
    return max(ceiling * (0.5 + jitter / 2), retry_after or 0.0)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the server asks to wait: RFC 9110, section 10.2.3, a number or a date."""
    lowered = {name.lower(): value for name, value in headers.items()}
    text = lowered.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
        wait = moment.replace(tzinfo=moment.tzinfo or UTC) - now
        return max(wait.total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None
