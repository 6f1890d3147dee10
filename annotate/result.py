"""The result of a run: everything that the log, the outputs and the summary show."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from annotate.errors import Message
from annotate.notes.history import History
from annotate.outcome import OnDuplicate, OnFailure, Outcome, exit_code
from annotate.pipeline import Pipeline
from annotate.release import Fact, Release


class Posting(NamedTuple):
    """A release and its URL, without credentials."""

    url: str
    #: Headers of the request, with stars instead of the credentials.
    headers: Mapping[str, str]
    release: Release
    #: Name of the target; empty if there is only one.
    target: str = ""


class Delivery(NamedTuple):
    """How the delivery of a release to one target ended."""

    outcome: Outcome
    #: Name of the target; empty if there is only one.
    target: str = ""
    #: ID of the release in Amplitude; empty if no response contained one.
    release_id: str = ""
    #: Body of the response as text; empty without a response.
    response: str = ""
    #: Number of requests that were attempted.
    attempts: int = 1
    message: Message | None = None
    warnings: tuple[Message, ...] = ()
    #: Exit code of this delivery alone.
    exit_code: int = 0


class Result(NamedTuple):
    """The state of a run. Each step replaces it with a more complete one."""

    outcome: Outcome
    exit_code: int = 0
    #: Facts about the pipeline, and where the inputs are set.
    seen: tuple[Fact, ...] = ()
    #: Facts about the release, and their sources.
    decided: tuple[Fact, ...] = ()
    history: History | None = None
    #: As far as it is known, with the repository.
    pipeline: Pipeline | None = None
    #: One per target.
    releases: tuple[Release, ...] = ()
    #: One per target that has keys.
    postings: tuple[Posting, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    #: Reasons for the outcome.
    messages: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()
    notices: tuple[Message, ...] = ()
    #: True if the releases were sent to the sandbox instead of Amplitude.
    sandbox: bool = False
    #: Path of the dotenv report as the input `dotenv` has it; empty for none.
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
        """Return the result with an outcome, its exit code, and the reasons."""
        return self._replace(outcome=outcome, exit_code=outcome.exit_code, messages=messages)

    def delivered(
        self, deliveries: Iterable[Delivery], on_failure: OnFailure, on_duplicate: OnDuplicate
    ) -> "Result":
        """Return the result with its deliveries, and the outcome and exit code of the worst."""
        coded = tuple(
            delivery._replace(exit_code=exit_code(delivery.outcome, on_failure, on_duplicate))
            for delivery in deliveries
        )
        worst = max(coded, key=_severity)
        return self._replace(outcome=worst.outcome, exit_code=worst.exit_code, deliveries=coded)


def _severity(delivery: Delivery) -> tuple[int, int, bool]:
    """Return a sort key: the worst delivery is last, and `created` is last among successes."""
    created = delivery.outcome is Outcome.CREATED
    return delivery.exit_code, delivery.outcome.exit_code, created


def of_target(delivery: Delivery, message: Message) -> Message:
    """Return the message, with the name of the delivery's target in front if it has one."""
    what = f"{delivery.target}: {message.what}" if delivery.target else message.what
    return replace(message, what=what)
