"""How a run ends: its exit code, and what is said of the ends that no room knows of."""

import platform
import traceback
from dataclasses import replace

from annotate import __version__
from annotate.compose.result import Result
from annotate.errors import DELIVERY_FAILURES, Message, Outcome
from annotate.gather.pipeline import Pipeline
from annotate.gather.settings import Settings

INTERRUPTED = Message(
    "The run was interrupted before anything was sent.",
    "A signal ended it: the job was cancelled, or its time was up.",
    "Run it again.",
)
INTERRUPTED_AFTER_SENDING = Message(
    "The run was interrupted while it waited for the answer; the release may be on the chart.",
    "The request was sent, and nobody can ask the Releases API what became of it.",
    "Look at the project's releases in Amplitude before you run the step again.",
)
NO_KEYS = Message(
    "No keys are there, so nothing was sent.",
    "on-missing-credentials is `skip`; secrets are empty in pull requests from forks.",
    "Set api-key and secret-key where releases are to be sent.",
)


def deleted_tag(pipeline: Pipeline) -> Message:
    """The pipeline runs because a tag went away."""
    return Message(
        f"{pipeline.tag or 'A ref'} was deleted, which is no release; nothing was sent.",
        "The pipeline was started by the deletion.",
        "on:\n  push:\n    tags: ['**']   # the event `delete` is not needed",
    )


def defect(error: Exception) -> Message:
    """An error of ours, with what a report of it needs."""
    trace = "".join(traceback.format_exception(error)).rstrip()
    return Message(
        f"annotate failed by a defect of its own: {type(error).__name__}: {error}",
        "This should not happen, whatever the inputs are. Please report it with these lines:",
        f"annotate {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"{trace}",
    )


def settled(result: Result, settings: Settings) -> Result:
    """The result of a delivery with the exit code that the user's rules give it."""
    code = result.outcome.exit_code
    if result.outcome in DELIVERY_FAILURES and settings.on_failure == "warn":
        code = 0
    if result.outcome is Outcome.DUPLICATE and settings.on_duplicate == "fail":
        code = Outcome.REJECTED.exit_code
    return replace(result, exit_code=code)
