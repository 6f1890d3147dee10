"""Releases on their way, several at once: each by the ledger, once, with its own outcome."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from annotate.amplitude.keys import Keys
from annotate.amplitude.request import Request
from annotate.delivery import messages
from annotate.delivery.client import Client
from annotate.delivery.ledger import Key, Ledger, LedgerFailed, State
from annotate.delivery.retry import Limits
from annotate.errors import Message
from annotate.http.session import Session
from annotate.outcome import Outcome
from annotate.process import Process
from annotate.result import Delivery

#: Amplitude takes five requests of a project at once; more than these help nobody.
AT_ONCE = 4


@dataclass(frozen=True, kw_only=True)
class Sending:
    """A release that is to be sent to one target."""

    #: The target's name; empty where there is only one.
    target: str
    version: str
    request: Request
    keys: Keys

    @property
    def key(self) -> Key:
        """What the ledger has it by."""
        return Key.of(self.request.url, self.keys.api_key, self.version)


class Dispatch:
    """Sends releases to their targets, at most AT_ONCE at a time."""

    def __init__(
        self,
        process: Process,
        session: Session,
        limits: Limits,
        sendings: Sequence[Sending],
        *,
        log: Callable[[str], None],
        redact: Callable[[str], str],
    ) -> None:
        """Nothing is sent yet; whatever an answer says goes through `redact` first."""
        self._process = process
        self._session = session
        self._limits = limits
        self._sendings = sendings
        self._log = log
        self._redact = redact
        self._clients = [self._client(sending) for sending in sendings]
        self._deliveries: dict[int, Delivery] = {}
        self._ledger: Ledger | None = None
        #: Those that the ledger has as being sent, and of which it knew nothing before.
        self._intended: set[int] = set()
        self._given_up = False
        self._lock = Lock()

    @property
    def deliveries(self) -> list[Delivery]:
        """How each ended, in their order, as far as it is known."""
        return [
            self._deliveries.get(number) or self._begun(number)
            for number in range(len(self._sendings))
        ]

    def send(self, ledger: Ledger | None, until: float) -> None:
        """Send all; the ledger, where there is one, is asked first."""
        self._ledger = ledger
        waiting: SimpleQueue[int] = SimpleQueue()
        finished: SimpleQueue[BaseException | None] = SimpleQueue()

        def work() -> None:
            with suppress(Empty):
                while True:
                    number = waiting.get_nowait()
                    try:
                        delivery = self._deliver(number, until)
                        with self._lock:
                            # What comes after a run was given up is told as it was then.
                            if not self._given_up:
                                self._deliveries[number] = delivery
                        finished.put(None)
                    except BaseException as error:  # noqa: BLE001 - handed on to who waits for it
                        finished.put(error)

        for number in range(len(self._sendings)):
            waiting.put(number)
        for _ in self._sendings[:AT_ONCE]:
            # A daemon, so that nothing that hangs can outlive an interrupt.
            Thread(target=work, daemon=True).start()
        # All of them are waited for: what one fails by says nothing of the others.
        ended = [finished.get() for _ in self._sendings]
        if error := next(filter(None, ended), None):
            raise error

    def fail(self, message: Message) -> None:
        """Nothing can be sent, for this reason."""
        for number, sending in enumerate(self._sendings):
            self._deliveries[number] = Delivery(
                target=sending.target, outcome=Outcome.UNAVAILABLE, attempts=0, message=message
            )

    def give_up(self) -> None:
        """Send nothing from now on, and leave no intention of what surely was not sent."""
        # Who is writing an intention has written it once the lock is ours.
        with self._lock:
            self._given_up = True
        for number, client in enumerate(self._clients):
            sent = client.give_up()
            if self._ledger and number in self._intended and not sent:
                with suppress(LedgerFailed):
                    self._ledger.settle(
                        self._sendings[number].key, self._begun(number), self._process.now()
                    )

    def _begun(self, number: int) -> Delivery:
        """What is to be said of one that has not ended."""
        sent = self._clients[number].may_have_arrived
        outcome = Outcome.UNKNOWN if sent else Outcome.INTERRUPTED
        return Delivery(target=self._sendings[number].target, outcome=outcome, attempts=int(sent))

    def _client(self, sending: Sending) -> Client:
        def log(text: str) -> None:
            self._log(f"{sending.target}: {text}" if sending.target else text)

        return Client(self._process, self._session, self._limits, log=log, redact=self._redact)

    def _deliver(self, number: int, until: float) -> Delivery:
        try:
            delivery = self._by_ledger(number, until)
        except LedgerFailed as failure:
            delivery = Delivery(outcome=Outcome.UNAVAILABLE, attempts=0, message=failure.before)
        return replace(delivery, target=self._sendings[number].target)

    def _by_ledger(self, number: int, until: float) -> Delivery:
        """Send it if the ledger lets it; LedgerFailed where that cannot be asked."""
        sending, client, ledger = self._sendings[number], self._clients[number], self._ledger
        if ledger is None:
            return client.create(sending.request, sending.keys, until=until)
        with self._lock:
            if self._given_up:
                return self._begun(number)
            entry = ledger.entry(sending.key)
            if entry and entry.state is State.SENT:
                return Delivery(
                    outcome=Outcome.DUPLICATE,
                    release_id=entry.release_id,
                    attempts=0,
                    message=messages.known(entry.changed_at),
                )
            if entry and not self._limits.resend_unknown:
                return Delivery(
                    outcome=Outcome.UNKNOWN,
                    attempts=0,
                    message=messages.doubted(entry.changed_at),
                )
            if entry is None:
                self._intended.add(number)
            ledger.intend(sending.key, self._process.now())
        doubted = entry is not None
        delivery = client.create(sending.request, sending.keys, until=until, sent_before=doubted)
        try:
            ledger.settle(sending.key, delivery, self._process.now(), sent_before=doubted)
        except LedgerFailed as failure:
            return replace(delivery, warnings=(failure.after,))
        self._intended.discard(number)
        return delivery
