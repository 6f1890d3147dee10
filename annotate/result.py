"""The result of a run: everything that the log, the outputs and the summary show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from annotate.errors import Message
from annotate.notes.history import History
from annotate.outcome import OnDuplicate, OnFailure, Outcome, exit_code
from annotate.release import Fact, Release


@dataclass(frozen=True, kw_only=True)
class Posting:
    """A release and where it goes, without credentials."""

    #: Name of the target; empty if there is only one.
    target: str = ""
    url: str
    #: Headers of the request; the credentials are stars.
    headers: Mapping[str, str]
    release: Release


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How the delivery of a release to one target ended."""

    #: Name of the target; empty if there is only one.
    target: str = ""
    outcome: Outcome
    #: Amplitude's id of the release; empty if no answer named one.
    release_id: str = ""
    #: Body of the answer as text; empty without an answer.
    response: str = ""
    #: Number of requests that were started.
    attempts: int = 1
    message: Message | None = None
    warnings: tuple[Message, ...] = ()
    #: The exit code of the run if there were no other delivery.
    exit_code: int = 0


@dataclass(frozen=True, kw_only=True)
class Result:
    """A run as far as it came. Each step replaces the result by a fuller one."""

    outcome: Outcome
    exit_code: int = 0
    #: What the CI says of the pipeline, and where the inputs are set.
    seen: tuple[Fact, ...] = ()
    #: What was decided about the release, and why.
    decided: tuple[Fact, ...] = ()
    history: History | None = None
    #: One for each target.
    releases: tuple[Release, ...] = ()
    #: One for each target with keys.
    postings: tuple[Posting, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    #: Why the run ended as it did.
    messages: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()
    notices: tuple[Message, ...] = ()
    #: Path of the dotenv report, as the inputs name it; empty for none.
    dotenv: str = ""

    @property
    def release(self) -> Release | None:
        """The release of the first target."""
        return next(iter(self.releases), None)

    @property
    def delivery(self) -> Delivery | None:
        """The delivery to the first target."""
        return next(iter(self.deliveries), None)

    def ended(self, outcome: Outcome, *messages: Message) -> "Result":
        """Return the result of a run that ends now."""
        return replace(self, outcome=outcome, exit_code=outcome.exit_code, messages=messages)

    def delivered(
        self, deliveries: Iterable[Delivery], on_failure: OnFailure, on_duplicate: OnDuplicate
    ) -> "Result":
        """Return the result with its deliveries; outcome and exit code are those of the worst."""
        coded = tuple(
            replace(delivery, exit_code=exit_code(delivery.outcome, on_failure, on_duplicate))
            for delivery in deliveries
        )
        worst = max(coded, key=_badness)
        return replace(self, outcome=worst.outcome, exit_code=worst.exit_code, deliveries=coded)


def _badness(delivery: Delivery) -> tuple[int, int, bool]:
    """Return the order of deliveries, the worst last; `created` is last among the good ones."""
    created = delivery.outcome is Outcome.CREATED
    return delivery.exit_code, delivery.outcome.exit_code, created


def of_target(delivery: Delivery, message: Message) -> Message:
    """Return a message of a delivery with the name of its target, if there are several."""
    what = f"{delivery.target}: {message.what}" if delivery.target else message.what
    return replace(message, what=what)
