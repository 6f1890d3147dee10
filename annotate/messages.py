"""Messages about a run as a whole."""

import platform
import traceback

from annotate import __version__
from annotate.errors import Message, Topic
from annotate.pipeline import Pipeline

INTERRUPTED = Message(
    "The run was interrupted before anything was sent.",
    "A signal ended it: the job was cancelled, or it took too long.",
    "Run it again.",
    topic=Topic.INTERRUPTED,
)
INTERRUPTED_BETWEEN = Message(
    "The run was interrupted before all targets were served; the outcome of each is below.",
    "A signal ended it: the job was cancelled, or it took too long.",
    "Run it again; with a ledger, it sends what is missing.",
    topic=Topic.INTERRUPTED,
)
INTERRUPTED_AFTER_SENDING = Message(
    "The run was interrupted while it waited for the answer; the release may be on the charts.",
    "The request was sent, and the Releases API cannot be asked whether it arrived.",
    "Look at the project's releases in Amplitude before you run the step again.",
    topic=Topic.INTERRUPTED,
)
RERUN = Message(
    "This is not the first attempt of the pipeline; the release may be on the charts already.",
    "on-rerun is `post`, and without a ledger it is not known what earlier attempts sent.",
    "ledger: .annotate/ledger.db   # kept by a cache, it sends nothing twice",
    topic=Topic.RERUN,
)
RERUN_SKIPPED = Message(
    "This is not the first attempt of the pipeline; nothing was sent.",
    "on-rerun is `skip`, and without a ledger it is not known what earlier attempts sent.",
    "ledger: .annotate/ledger.db   # kept by a cache, it sends what is missing",
    topic=Topic.RERUN,
)
NO_KEYS = Message(
    "The keys are not set, so nothing was sent.",
    "on-missing-credentials is `skip`; secrets are empty in pull requests from forks.",
    "Set api-key and secret-key where releases are to be sent.",
    topic=Topic.KEYS,
)


def left_out(target: str) -> Message:
    """The message for a target without keys."""
    return Message(
        f"The target {target} is left out: its keys are not set.",
        "on-missing-credentials is `skip`.",
        topic=Topic.KEYS,
    )


def deleted_tag(pipeline: Pipeline) -> Message:
    """The message for a pipeline that was started by the deletion of a tag."""
    return Message(
        f"{pipeline.tag or 'A ref'} was deleted, which is not a release; nothing was sent.",
        "The pipeline was started by the deletion.",
        "on:\n  push:\n    tags: ['**']   # the event `delete` is not needed",
        topic=Topic.NOT_A_RELEASE,
    )


def defect(error: Exception) -> Message:
    """The message for an error of annotate itself, with what a report of it needs."""
    trace = "".join(traceback.format_exception(error)).rstrip()
    return Message(
        f"annotate failed because of an error of its own: {type(error).__name__}: {error}",
        "This must not happen, whatever the inputs are. Please report it with these lines:",
        f"annotate {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"{trace}",
        topic=Topic.DEFECT,
    )
