"""What a run came to: everything that outputs, summary and log tell."""

from dataclasses import dataclass, replace

from annotate.errors import Message, Outcome
from annotate.notes.history import History
from annotate.release import Release


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How the sending of one release ended."""

    #: The target's name; empty where there is only one.
    target: str = ""
    outcome: Outcome
    #: The API's own id of the release; empty where it gave none.
    release_id: str = ""
    #: The body of the answer, as text; empty where there was none.
    response: str = ""
    #: Requests begun.
    attempts: int = 1
    message: Message | None = None
    warnings: tuple[Message, ...] = ()
    #: The process's exit code, were it the only one.
    exit_code: int = 0


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that was found out, for people: what, which, and where from."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """A run as far as it came; each step replaces it by a fuller one."""

    outcome: Outcome
    exit_code: int = 0
    facts: tuple[Fact, ...] = ()
    history: History | None = None
    #: One for each target.
    releases: tuple[Release, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    #: Why it ended so, where there is something to say.
    messages: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()

    @property
    def release(self) -> Release | None:
        """The first target's."""
        return next(iter(self.releases), None)

    @property
    def delivery(self) -> Delivery | None:
        """The first target's."""
        return next(iter(self.deliveries), None)


def of_target(delivery: Delivery, message: Message) -> Message:
    """A message of a delivery, which says whose it is where there are several."""
    what = f"{delivery.target}: {message.what}" if delivery.target else message.what
    return replace(message, what=what)
