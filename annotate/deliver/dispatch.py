"""Releases on their way, several at once: each by the ledger, once, with its own outcome."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from threading import Thread

from annotate.compose.result import Delivery
from annotate.deliver.amplitude import Client, Keys, Request
from annotate.deliver.ledger import Entry, Key, Ledger, LedgerFailed, State
from annotate.deliver.retry import Limits
from annotate.errors import Message, Outcome, Topic
from annotate.session import Session
from annotate.world import World

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
        world: World,
        session: Session,
        limits: Limits,
        ledger: Ledger | None,
        log: Callable[[str], None],
    ) -> None:
        """Send by these limits; the ledger, where there is one, is asked first."""
        self._world = world
        self._session = session
        self._limits = limits
        self._ledger = ledger
        self._log = log
        self._sendings: Sequence[Sending] = ()
        self._clients: list[Client] = []
        self._deliveries: dict[int, Delivery] = {}
        #: Those that the ledger has as being sent, and of which it knew nothing before.
        self._intended: set[int] = set()

    def send(self, sendings: Sequence[Sending]) -> list[Delivery]:
        """How each ended, in their order."""
        self._sendings = sendings
        self._clients = [self._client(sending) for sending in sendings]
        until = self._world.monotonic() + self._limits.deadline
        waiting: SimpleQueue[int] = SimpleQueue()
        finished: SimpleQueue[BaseException | None] = SimpleQueue()

        def work() -> None:
            with suppress(Empty):
                while True:
                    number = waiting.get_nowait()
                    try:
                        self._deliveries[number] = self._deliver(number, until)
                        finished.put(None)
                    except BaseException as error:  # noqa: BLE001 - handed on to who waits for it
                        finished.put(error)

        for number in range(len(sendings)):
            waiting.put(number)
        for _ in sendings[:AT_ONCE]:
            # A daemon, so that nothing that hangs can outlive an interrupt.
            Thread(target=work, daemon=True).start()
        for _ in sendings:
            if error := finished.get():
                raise error
        return [self._deliveries[number] for number in range(len(sendings))]

    def give_up(self) -> list[Delivery]:
        """Send nothing from now on; how each has ended, as far as it is known."""
        found = []
        for number, (sending, client) in enumerate(zip(self._sendings, self._clients, strict=True)):
            sent = client.give_up()
            outcome = Outcome.UNKNOWN if sent else Outcome.INTERRUPTED
            begun = Delivery(target=sending.target, outcome=outcome)
            found.append(self._deliveries.get(number, begun))
            if self._ledger and not sent and number in self._intended:
                with suppress(LedgerFailed):
                    self._ledger.settle(sending.key, begun, self._world.now())
        return found

    def _client(self, sending: Sending) -> Client:
        def log(text: str) -> None:
            self._log(f"{sending.target}: {text}" if sending.target else text)

        return Client(self._world, self._session, self._limits, log)

    def _deliver(self, number: int, until: float) -> Delivery:
        try:
            delivery = self._by_ledger(number, until)
        except LedgerFailed as failure:
            delivery = Delivery(outcome=Outcome.UNAVAILABLE, attempts=0, message=failure.message)
        return replace(delivery, target=self._sendings[number].target)

    def _by_ledger(self, number: int, until: float) -> Delivery:
        """Send it if the ledger lets it; LedgerFailed where that cannot be asked."""
        sending, client, ledger = self._sendings[number], self._clients[number], self._ledger
        if ledger is None:
            return client.create(sending.request, sending.keys, until=until)
        entry = ledger.entry(sending.key)
        if entry and entry.state is State.SENT:
            return _known(entry)
        if entry and not self._limits.resend_unknown:
            return _doubted(entry)
        ledger.intend(sending.key, self._world.now())
        doubted = entry is not None
        if not doubted:
            self._intended.add(number)
        delivery = client.create(sending.request, sending.keys, until=until, sent_before=doubted)
        try:
            ledger.settle(sending.key, delivery, self._world.now(), sent_before=doubted)
        except LedgerFailed as failure:
            return replace(delivery, warnings=(failure.message,))
        self._intended.discard(number)
        return delivery


def _known(entry: Entry) -> Delivery:
    return Delivery(
        outcome=Outcome.DUPLICATE,
        release_id=entry.release_id,
        attempts=0,
        message=Message(
            f"The release was sent before, at {entry.changed_at} UTC; nothing was sent now.",
            "The ledger has it.",
            topic=Topic.DUPLICATE,
        ),
    )


def _doubted(entry: Entry) -> Delivery:
    return Delivery(
        outcome=Outcome.UNKNOWN,
        attempts=0,
        message=Message(
            f"An earlier run may have sent the release, at {entry.changed_at} UTC; nothing was"
            " sent now.",
            "The ledger has that it was about to be sent, and that no answer confirmed it. The"
            " Releases API cannot be asked.",
            "Look at the project's releases in Amplitude. If it is not there, send it once more:\n"
            "resend-unknown: true",
            topic=Topic.UNKNOWN,
        ),
    )
