"""The settings -> what the room that delivers needs: what is to be sent, limits, the ledger."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from annotate.delivery.client import Keys, Request
from annotate.delivery.dispatch import Sending
from annotate.delivery.ledger import Ledger, ledger_at
from annotate.delivery.retry import Limits
from annotate.inputs.settings import Settings
from annotate.inputs.targets import Target
from annotate.process import World
from annotate.release import Release

# The sandbox knows nobody's keys, so the user's own need not go there.
_SANDBOX_KEY = "sandbox"


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


def limits(settings: Settings) -> Limits:
    """How long and how often to try."""
    return Limits(
        retries=settings.retries,
        timeout=settings.timeout,
        deadline=settings.deadline,
        resend_unknown=settings.resend_unknown,
    )


@contextmanager
def ledger(settings: Settings, world: World, until: float) -> Iterator[Ledger | None]:
    """The ledger, where there is one: the sandbox is nobody's project, and forgets everything."""
    if not settings.ledger or settings.sandbox:
        yield None
        return
    with ledger_at(world.cwd / settings.ledger, world, until) as opened:
        yield opened
