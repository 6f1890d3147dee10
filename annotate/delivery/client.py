"""Sends a request, and retries it as far as the rules in `retry.py` allow."""

from collections.abc import Callable, Mapping
from threading import Lock

from annotate.amplitude import verdict
from annotate.amplitude.keys import Keys
from annotate.amplitude.request import Request
from annotate.delivery import retry
from annotate.delivery.retry import Attempt, Limits
from annotate.http.reply import LASTING, SessionError
from annotate.http.session import Exchange, Session
from annotate.outcome import CREATED_NOTHING, Outcome
from annotate.process import Process
from annotate.result import Delivery


class Client:
    """Sends the request for one target."""

    def __init__(
        self,
        process: Process,
        session: Session,
        limits: Limits,
        *,
        log: Callable[[str], None],
        redact: Callable[[str], str],
    ) -> None:
        """Use `session` to send. Each retry is logged with `log`.

        `redact` is applied to the texts of servers before they are shortened, because a part of a
        key would not be recognised.
        """
        self._process = process
        self._session = session
        self._limits = limits
        self._log = log
        self._redact = redact
        self._lock = Lock()
        self._exchange: Exchange | None = None
        self._may_have_created = False
        self._given_up = False

    def create(
        self, request: Request, keys: Keys, *, until: float, sent_before: bool = False
    ) -> Delivery:
        """Send the request, with retries, and return the delivery.

        No attempt starts after `until`, a time of the monotonic clock in seconds. `sent_before`
        means that an earlier run may have sent the release; the response that it already exists
        is then a success.
        """
        headers = request.headers(keys.authorization)
        attempts: list[Attempt] = []
        while True:
            left = until - self._process.monotonic()
            if left < retry.LEAST_TIME and not attempts:
                return Delivery(outcome=Outcome.UNAVAILABLE, attempts=0, message=verdict.NO_TIME)
            # The sleep may have taken longer than requested.
            limit = min(self._limits.timeout, max(left, retry.LEAST_TIME))
            attempts.append(self._attempt(request, headers, limit))
            left = until - self._process.monotonic()
            wait = retry.pause(
                attempts, self._limits, time_left=left, jitter=self._process.random()
            )
            if wait is None or self._given_up:
                return retry.concluded(attempts, sent_before=sent_before)
            last = attempts[-1]
            came_to = f"{last.delivery.outcome} ({last.reason})"
            self._log(f"attempt {len(attempts)}: {came_to}; retrying in {wait:.1f} s")
            self._process.sleep(wait)
            if self._given_up:
                return retry.concluded(attempts, sent_before=sent_before)

    def give_up(self) -> bool:
        """Send nothing from now on. Return True if a request may have created the release."""
        with self._lock:
            self._given_up = True
            if self._exchange is not None and self._exchange.abandon():
                self._may_have_created = True
            return self._may_have_created

    @property
    def may_have_created(self) -> bool:
        """True if a request may have created the release."""
        return self._may_have_created

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
                reason=error.reason,
                may_pass=error.reason not in LASTING,
            )
        else:
            asked = retry.retry_after(reply.header("Retry-After"), self._process.now())
            attempt = Attempt(
                delivery=verdict.of_answer(request.read(reply, self._redact), request.url, asked),
                reason=f"status {reply.status}",
                retry_after=asked,
            )
        with self._lock:
            self._exchange = None
            self._may_have_created = (
                self._may_have_created or attempt.delivery.outcome not in CREATED_NOTHING
            )
        return attempt
