"""How a run ends: its exit code, and what is said of the ends that no room knows of."""

import platform
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import replace

from annotate import __version__
from annotate.ci.pipeline import Pipeline
from annotate.errors import DELIVERY_FAILURES, Message, Outcome, Topic
from annotate.inputs.settings import Settings
from annotate.result import Delivery, Result

INTERRUPTED = Message(
    "The run was interrupted before anything was sent.",
    "A signal ended it: the job was cancelled, or its time was up.",
    "Run it again.",
    topic=Topic.INTERRUPTED,
)
INTERRUPTED_BETWEEN = Message(
    "The run was interrupted before all targets were served; what came of each is told below.",
    "A signal ended it: the job was cancelled, or its time was up.",
    "Run it again; with a ledger, it sends what is missing.",
    topic=Topic.INTERRUPTED,
)
INTERRUPTED_AFTER_SENDING = Message(
    "The run was interrupted while it waited for the answer; the release may be on the chart.",
    "The request was sent, and nobody can ask the Releases API what became of it.",
    "Look at the project's releases in Amplitude before you run the step again.",
    topic=Topic.INTERRUPTED,
)
RERUN = Message(
    "This is not the first attempt of the pipeline; the release may be on the charts already.",
    "on-rerun is `post`, and without a ledger nobody knows what the attempts before have sent.",
    "ledger: .annotate/ledger.db   # kept by a cache, it sends nothing twice",
    topic=Topic.RERUN,
)
RERUN_SKIPPED = Message(
    "This is not the first attempt of the pipeline; nothing was sent.",
    "on-rerun is `skip`, and without a ledger nobody knows what the attempts before have sent.",
    "ledger: .annotate/ledger.db   # kept by a cache, it sends what is missing",
    topic=Topic.RERUN,
)
NO_KEYS = Message(
    "No keys are there, so nothing was sent.",
    "on-missing-credentials is `skip`; secrets are empty in pull requests from forks.",
    "Set api-key and secret-key where releases are to be sent.",
    topic=Topic.KEYS,
)


def left_out(target: str) -> Message:
    """A target whose keys are not there."""
    return Message(
        f"The target {target} is left out: its keys are not there.",
        "on-missing-credentials is `skip`.",
        topic=Topic.KEYS,
    )


def deleted_tag(pipeline: Pipeline) -> Message:
    """The pipeline runs because a tag went away."""
    return Message(
        f"{pipeline.tag or 'A ref'} was deleted, which is no release; nothing was sent.",
        "The pipeline was started by the deletion.",
        "on:\n  push:\n    tags: ['**']   # the event `delete` is not needed",
        topic=Topic.NOT_A_RELEASE,
    )


def defect(error: Exception) -> Message:
    """An error of ours, with what a report of it needs."""
    trace = "".join(traceback.format_exception(error)).rstrip()
    return Message(
        f"annotate failed by a defect of its own: {type(error).__name__}: {error}",
        "This should not happen, whatever the inputs are. Please report it with these lines:",
        f"annotate {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"{trace}",
        topic=Topic.DEFECT,
    )


def settled(result: Result, deliveries: Iterable[Delivery], settings: Settings) -> Result:
    """The result with its deliveries: exit code and outcome are those of the worst."""
    coded = tuple(replace(one, exit_code=_code(one.outcome, settings)) for one in deliveries)
    worst = max(coded, key=_badness)
    return replace(
        result,
        outcome=worst.outcome,
        exit_code=worst.exit_code,
        deliveries=coded,
        warnings=tuple(
            dict.fromkeys([*result.warnings, *(text for one in coded for text in one.warnings)])
        ),
    )


def interrupted(result: Result, deliveries: Sequence[Delivery], settings: Settings) -> Result:
    """The result of a run that a signal ended, with the deliveries as far as they came."""
    told = settled(result, deliveries, settings)
    cut = {one.outcome for one in deliveries if not one.message} & {
        Outcome.INTERRUPTED,
        Outcome.UNKNOWN,
    }
    if Outcome.UNKNOWN in cut:
        return replace(told, outcome=Outcome.UNKNOWN, messages=(INTERRUPTED_AFTER_SENDING,))
    if not cut:
        return told
    whole = all(one.outcome is Outcome.INTERRUPTED for one in deliveries)
    message = INTERRUPTED if whole else INTERRUPTED_BETWEEN
    return replace(told, outcome=Outcome.INTERRUPTED, messages=(message,))


def _badness(one: Delivery) -> tuple[int, int, bool]:
    """The order of deliveries, the worst last; among the good, what was done is worth telling."""
    return one.exit_code, one.outcome.exit_code, one.outcome is Outcome.CREATED


def _code(outcome: Outcome, settings: Settings) -> int:
    if outcome is Outcome.DUPLICATE and settings.on_duplicate == "fail":
        return Outcome.REJECTED.exit_code
    if outcome in DELIVERY_FAILURES and settings.on_failure == "warn":
        return 0
    return outcome.exit_code
