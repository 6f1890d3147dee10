"""Sends the releases of all targets in parallel, as the ledger allows."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, NamedTuple

from annotate.amplitude.keys import Keys
from annotate.amplitude.request import Request
from annotate.delivery import messages
from annotate.delivery.client import Client
from annotate.delivery.entry import Key, LedgerFailed, State
from annotate.delivery.retry import Limits
from annotate.errors import Message
from annotate.http.session import Session
from annotate.outcome import Outcome
from annotate.process import Process
from annotate.result import Delivery

if TYPE_CHECKING:
    from annotate.delivery.ledger import Ledger

#: Number of targets that are sent in parallel. Of another of its APIs, Dashboard REST, Amplitude
#: says that it takes five requests of a project at once.
AT_ONCE = 4


class Sending(NamedTuple):
    """A release to send to one target."""

    #: Name of the target; empty if there is only one.
    target: str
    version: str
    request: Request
    keys: Keys

    @property
    def key(self) -> Key:
        """The key of the release in the ledger."""
        return Key.of(self.request.url, self.keys.api_key, self.version)


class Dispatch:
    """Sends releases to their targets, at most AT_ONCE in parallel."""

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
        """Prepare to send `sendings`. `redact` is applied to the texts of responses."""
        self._process = process
        self._session = session
        self._limits = limits
        self._sendings = sendings
        self._log = log
        self._redact = redact
        self._clients = [self._client(sending) for sending in sendings]
        self._deliveries: dict[int, Delivery] = {}
        self._ledger: Ledger | None = None
        #: Indices of the sendings that this run has recorded in the ledger, without a result yet.
        self._intended: set[int] = set()
        self._given_up = False
        self._finishing = False
        self._threads: list[Thread] = []
        self._lock = Lock()

    @property
    def deliveries(self) -> list[Delivery]:
        """The deliveries, in the order of the sendings; see `_unfinished` for missing ones."""
        return [
            self._deliveries.get(number) or self._unfinished(number)
            for number in range(len(self._sendings))
        ]

    def send(self, ledger: "Ledger | None", until: float) -> None:
        """Send all releases that have no outcome yet, unless the ledger records that they exist.

        `until` is a time of the monotonic clock in seconds. An exception in one delivery is raised
        after all deliveries have ended.
        """
        self._ledger = ledger
        waiting: SimpleQueue[int] = SimpleQueue()
        finished: SimpleQueue[BaseException | None] = SimpleQueue()

        def work() -> None:
            with suppress(Empty):
                while not self._finishing:
                    number = waiting.get_nowait()
                    try:
                        delivery = self._deliver(number, until)
                        with self._lock:
                            # After `give_up`, the reported outcome must not change any more.
                            if not self._given_up:
                                self._deliveries[number] = delivery
                        finished.put(None)
                    except BaseException as error:  # noqa: BLE001 - raised in the thread that waits
                        finished.put(error)

        numbers = [
            number for number in range(len(self._sendings)) if number not in self._deliveries
        ]
        for number in numbers:
            waiting.put(number)
        # Daemon threads, so that a hanging request cannot delay the exit after a signal.
        self._threads = [Thread(target=work, daemon=True) for _ in numbers[:AT_ONCE]]
        for thread in self._threads:
            thread.start()
        # Wait for all: an exception in one delivery must not hide the outcomes of the others.
        ended = [finished.get() for _ in numbers]
        if error := next(filter(None, ended), None):
            raise error

    def finish(self, seconds: float) -> None:
        """Start no other delivery, and wait so long for those that are being sent."""
        self._finishing = True
        until = self._process.monotonic() + seconds
        for thread in self._threads:
            # A signal may have come before all were started. Those then find nothing to do.
            if thread.is_alive():
                thread.join(max(until - self._process.monotonic(), 0.0))

    def fail(self, message: Message) -> None:
        """Set the outcome of all deliveries to `unavailable`, with `message` as the reason."""
        for number, sending in enumerate(self._sendings):
            self._deliveries[number] = Delivery(
                target=sending.target, outcome=Outcome.UNAVAILABLE, attempts=0, message=message
            )

    def skip(self, numbers: Iterable[int], message: Message) -> None:
        """Set the outcome of these deliveries to `skipped`, with `message` as the reason."""
        for number in numbers:
            self._deliveries[number] = Delivery(
                target=self._sendings[number].target,
                outcome=Outcome.SKIPPED,
                attempts=0,
                message=message,
            )

    def give_up(self) -> None:
        """Send nothing from now on.

        Records in the ledger which releases were certainly not sent.
        """
        # `_by_ledger` records a release under this lock, so no entry is half written here.
        with self._lock:
            self._given_up = True
        for number, client in enumerate(self._clients):
            sent = client.give_up()
            if self._ledger and number in self._intended and not sent:
                with suppress(LedgerFailed):
                    self._ledger.settle(
                        self._sendings[number].key, self._unfinished(number), self._process.now()
                    )

    def _unfinished(self, number: int) -> Delivery:
        """Return the delivery of a sending that has no result."""
        sent = self._clients[number].may_have_created
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
        return delivery._replace(target=self._sendings[number].target)

    def _by_ledger(self, number: int, until: float) -> Delivery:
        """Send a release unless the ledger records it. Raises LedgerFailed before sending."""
        sending, client, ledger = self._sendings[number], self._clients[number], self._ledger
        if ledger is None:
            return client.create(sending.request, sending.keys, until=until)
        with self._lock:
            if self._given_up:
                return self._unfinished(number)
            entry = ledger.entry(sending.key)
            if entry and entry.is_evidence:
                was_created = entry.state is State.CREATED
                tell = messages.created_before if was_created else messages.duplicate_before
                return Delivery(
                    outcome=Outcome.DUPLICATE,
                    release_id=entry.release_id,
                    attempts=0,
                    message=tell(entry.changed_at),
                )
            maybe_sent = bool(entry and entry.is_doubt)
            if entry and maybe_sent and not self._limits.resend_unknown:
                return Delivery(
                    outcome=Outcome.UNKNOWN,
                    attempts=0,
                    message=messages.maybe_sent_before(entry.changed_at),
                )
            # What an earlier run may have sent stays in doubt, even if this run sends nothing.
            if not maybe_sent:
                self._intended.add(number)
            ledger.intend(sending.key, self._process.now())
        delivery = client.create(sending.request, sending.keys, until=until, sent_before=maybe_sent)
        try:
            ledger.settle(sending.key, delivery, self._process.now(), sent_before=maybe_sent)
        except LedgerFailed as failure:
            return delivery._replace(warnings=(failure.after,))
        self._intended.discard(number)
        return delivery
