"""The client of the Releases API: one release, sent until it is there or nothing more may be done.

Source of the protocol: the seed, "Create a release".
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from annotate.compose.release import ENDPOINT
from annotate.compose.result import Delivery
from annotate.deliver import answer, retry, verdict
from annotate.errors import Outcome
from annotate.redaction import pair
from annotate.session import Exchange, Session, SessionError
from annotate.world import World

# Below this many seconds left, a request could only run into its own time limit.
_LEAST_TIME = 0.05


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long and how often to try."""

    #: Attempts after the first.
    retries: int
    #: Seconds for one request.
    timeout: float
    #: Seconds for all sending.
    deadline: float


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request to the API, without the credentials."""

    url: str
    body: bytes

    @classmethod
    def of(cls, base_url: str, payload: Mapping[str, object]) -> Self:
        """The request that creates a release."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        return cls(url=f"{base_url}{ENDPOINT}", body=body)

    def headers(self, authorization: str) -> dict[str, str]:
        """What the request says beside its body."""
        return {
            "Accept": "application/json",
            "Authorization": authorization,
            "Content-Type": "application/json; charset=utf-8",
        }


class Client:
    """Sends a release to one project."""

    def __init__(
        self, world: World, session: Session, limits: Limits, log: Callable[[str], None]
    ) -> None:
        """Send through the session, with the world's clock; each attempt is told to `log`."""
        self._world = world
        self._session = session
        self._limits = limits
        self._log = log
        self._exchange: Exchange | None = None

    def create(self, request: Request, *, api_key: str, secret_key: str) -> Delivery:
        """Send until confirmed, refused, or out of time."""
        headers = request.headers(f"Basic {pair(api_key, secret_key)}")
        end = self._world.monotonic() + self._limits.deadline
        for attempt in range(1, self._limits.retries + 2):
            left = end - self._world.monotonic()
            delivery, asked = self._attempt(request, headers, min(self._limits.timeout, left))
            delivery = replace(delivery, attempts=attempt)
            if delivery.outcome is not Outcome.UNAVAILABLE:
                return delivery
            # What failed so is known not to have been taken.
            self._exchange = None
            pause = retry.delay(attempt, jitter=self._world.random(), retry_after=asked)
            left = end - self._world.monotonic()
            if attempt > self._limits.retries or pause + _LEAST_TIME > left:
                return delivery
            self._log(f"attempt {attempt} did not arrive; the next one follows in {pause:.1f} s")
            self._world.sleep(pause)
        raise AssertionError("the last attempt returns")

    def _attempt(
        self, request: Request, headers: Mapping[str, str], timeout: float
    ) -> tuple[Delivery, float | None]:
        """One request, and the seconds that the server asked to wait."""
        self._exchange = self._session.prepare(
            "POST", request.url, headers=headers, body=request.body, timeout=timeout
        )
        try:
            reply = self._exchange.start().wait()
        except SessionError as error:
            return verdict.of_failure(error, request.url), None
        asked = retry.retry_after(reply.headers, self._world.now())
        return verdict.of_answer(answer.read(reply), request.url), asked

    def give_up(self) -> bool:
        """Send nothing from now on; whether something was sent that may have arrived."""
        return self._exchange is not None and self._exchange.abandon()
