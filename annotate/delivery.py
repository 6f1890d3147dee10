"""The settings' targets and their releases -> deliveries, by the ledger where there is one."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace

from annotate.compose.release import Release
from annotate.compose.result import Delivery
from annotate.deliver.amplitude import Keys, Request
from annotate.deliver.dispatch import Dispatch, Sending
from annotate.deliver.ledger import LedgerFailed, ledger_at
from annotate.deliver.retry import Limits
from annotate.errors import Interrupted, Outcome
from annotate.gather.settings import Settings
from annotate.gather.targets import Target
from annotate.session import Session
from annotate.world import World

# The sandbox knows nobody's keys, so the user's own need not go there.
_SANDBOX_KEY = "sandbox"


class Cut(Exception):
    """A signal ended the sending."""

    def __init__(self, interrupt: Interrupted, deliveries: Sequence[Delivery]) -> None:
        """Keep the signal, and how far each had come."""
        super().__init__(str(interrupt))
        self.interrupt = interrupt
        self.deliveries = deliveries


def to_sandbox(settings: Settings, url: str) -> Settings:
    """The settings with all targets at the sandbox's base URL."""
    targets = [
        replace(one, api_url=url, api_key=_SANDBOX_KEY, secret_key=_SANDBOX_KEY)
        for one in settings.targets
    ]
    return replace(settings, targets=tuple(targets))


def sendings(targets: Iterable[Target], releases: Iterable[Release]) -> list[Sending]:
    """What is to be sent to each target."""
    return [
        Sending(
            target=target.name,
            version=release.version,
            request=Request.of(target.api_url, release.payload()),
            keys=Keys(api_key=target.api_key, secret_key=target.secret_key),
        )
        for target, release in zip(targets, releases, strict=True)
    ]


def sent(
    waiting: Sequence[Sending],
    settings: Settings,
    world: World,
    session: Session,
    log: Callable[[str], None],
) -> list[Delivery]:
    """How each ended; InvalidInputs where the ledger is none, Cut where a signal came."""
    limits = Limits(
        retries=settings.retries,
        timeout=settings.timeout,
        deadline=settings.deadline,
        resend_unknown=settings.resend_unknown,
    )
    with ExitStack() as opened:
        ledger = None
        # The sandbox is nobody's project, and forgets everything.
        if settings.ledger and not settings.sandbox:
            path = world.cwd / settings.ledger
            try:
                ledger = opened.enter_context(ledger_at(path, world, limits.deadline))
            except LedgerFailed as failure:
                return [_unsent(one, failure) for one in waiting]
        dispatch = Dispatch(world, session, limits, ledger, log)
        try:
            return dispatch.send(waiting)
        except Interrupted as interrupt:
            raise Cut(interrupt, dispatch.give_up()) from interrupt


def _unsent(one: Sending, failure: LedgerFailed) -> Delivery:
    return Delivery(
        target=one.target, outcome=Outcome.UNAVAILABLE, attempts=0, message=failure.message
    )
