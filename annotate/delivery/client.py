"""The client of the Releases API: one release, sent until it is there or nothing more may be done.

Source of the protocol: the seed, "Create a release".
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Self

from annotate.amplitude import answer, verdict
from annotate.delivery import retry
from annotate.delivery.retry import Attempt, Limits
from annotate.errors import SURELY_NOT_THERE, Outcome
from annotate.http.failures import LASTING
from annotate.http.session import Exchange, Session, SessionError
from annotate.process import World
from annotate.redaction import pair
from annotate.release import ENDPOINT
from annotate.result import Delivery


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The two keys of a project."""

    api_key: str = field(repr=False)
    secret_key: str = field(repr=False)

    @property
    def pair(self) -> str:
        """Both, as HTTP Basic has them."""
        return pair(self.api_key, self.secret_key)


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
        self,
        world: World,
        session: Session,
        limits: Limits,
        *,
        log: Callable[[str], None],
        redact: Callable[[str], str],
    ) -> None:
        """Send through the session, with the world's clock; each attempt is told to `log`.

        What servers say goes through `redact` before anything is cut from it: half a key that
        was echoed is no secret that could be found again.
        """
        self._world = world
        self._session = session
        self._limits = limits
        self._log = log
        self._redact = redact
        self._lock = Lock()
        self._exchange: Exchange | None = None
        self._sent = False
        self._given_up = False

    def create(
        self, request: Request, keys: Keys, *, until: float, sent_before: bool = False
    ) -> Delivery:
        """Send until confirmed, refused, or out of time, which ends `until` on the world's clock.

        `sent_before` where an earlier run may have sent it: "it exists already" is success then.
        """
        headers = request.headers(f"Basic {keys.pair}")
        attempts: list[Attempt] = []
        while True:
            left = until - self._world.monotonic()
            if left < retry.LEAST_TIME and not attempts:
                return Delivery(outcome=Outcome.UNAVAILABLE, attempts=0, message=verdict.NO_TIME)
            # A wait may have been longer than it was meant to be.
            limit = min(self._limits.timeout, max(left, retry.LEAST_TIME))
            attempts.append(self._attempt(request, headers, limit))
            left = until - self._world.monotonic()
            wait = retry.pause(attempts, self._limits, time_left=left, jitter=self._world.random())
            if wait is None or self._given_up:
                return retry.concluded(attempts, sent_before=sent_before)
            said = attempts[-1].delivery.outcome
            self._log(f"attempt {len(attempts)}: {said}; the next one follows in {wait:.1f} s")
            self._world.sleep(wait)
            if self._given_up:
                return retry.concluded(attempts, sent_before=sent_before)

    def give_up(self) -> bool:
        """Send nothing from now on; whether something was sent that may have arrived."""
        with self._lock:
            self._given_up = True
            if self._exchange is not None and self._exchange.abandon():
                self._sent = True
            return self._sent

    @property
    def may_have_arrived(self) -> bool:
        """Whether something was sent that may have arrived."""
        return self._sent

    def _attempt(self, request: Request, headers: Mapping[str, str], timeout: float) -> Attempt:
        try:
            exchange = self._session.prepare(
                "POST", request.url, headers=headers, body=request.body, timeout=timeout
            )
            with self._lock:
                self._exchange = exchange
                if self._given_up:
                    exchange.abandon()
            reply = exchange.start().wait()
        except SessionError as error:
            attempt = Attempt(
                delivery=verdict.of_failure(error, request.url, self._redact),
                may_pass=error.trouble not in LASTING,
            )
        else:
            asked = retry.retry_after(reply.headers, self._world.now())
            attempt = Attempt(
                delivery=verdict.of_answer(answer.read(reply, self._redact), request.url, asked),
                retry_after=asked,
            )
        with self._lock:
            self._exchange = None
            self._sent = self._sent or attempt.delivery.outcome not in SURELY_NOT_THERE
        return attempt
