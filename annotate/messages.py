"""Messages about a run as a whole."""

import platform
import traceback
from collections.abc import Sequence
from typing import Literal

from annotate import __version__
from annotate.errors import Message, Topic

INTERRUPTED = Message(
    "The run was interrupted before anything was sent.",
    "The process received a signal: the job was cancelled or exceeded its time limit.",
    "Run the job again.",
    topic=Topic.INTERRUPTED,
)
INTERRUPTED_BETWEEN = Message(
    "The run was interrupted before all targets had an outcome; each is listed below.",
    "The process received a signal: the job was cancelled or exceeded its time limit.",
    "Run the job again; with a ledger, it only sends what is missing.",
    topic=Topic.INTERRUPTED,
)
INTERRUPTED_AFTER_SENDING = Message(
    "The run was interrupted while it waited for the response; the release may exist.",
    "The request was sent, and the Releases API cannot list releases.",
    "Check the project's releases in Amplitude before you run the job again.",
    topic=Topic.INTERRUPTED,
)
RERUN = Message(
    "This is not the first attempt of the pipeline; the release may exist already.",
    "on-rerun is `post`, and no ledger has an entry for the release.",
    "ledger: .annotate/ledger.db   # in a folder that the CI caches",
    topic=Topic.RERUN,
)
RERUN_SKIPPED = Message(
    "This is not the first attempt of the pipeline; nothing was sent.",
    "on-rerun is `skip`, and no ledger has an entry for the release.",
    "Check the project's releases in Amplitude. If it is missing, start a new run for the tag,"
    " which is no re-run. With a ledger, this is not needed:\n"
    "ledger: .annotate/ledger.db   # in a folder that the CI caches",
    topic=Topic.RERUN,
)
NO_KEYS = Message(
    "The keys are not set, so nothing was sent.",
    "on-missing-credentials is `skip`; secrets are empty in pull requests from forks.",
    "Set api-key and secret-key in the pipelines that should send releases.",
    topic=Topic.KEYS,
)


def sandbox(source: str, unused: Sequence[str]) -> Message:
    """The notice of a run in the sandbox.

    `source` is where the input `sandbox` is set. `unused` are the inputs that are set, but have no
    effect in a sandbox that knows no other run.
    """
    why = (
        f"sandbox is `true`, set by {source}. The sandbox is a Releases API inside this run, and"
        " ends with it."
    )
    mend = "sandbox: false   # to send to Amplitude, with api-key and secret-key"
    if unused:
        names = " and ".join(unused)
        has = "have" if len(unused) > 1 else "has"
        why += f" So {names} {has} no effect here."
        mend += (
            f"\nOr, to try {names}, send to a sandbox that stays, such as a service of the job; it"
            " takes any two keys:\n"
            "sandbox: false\n"
            "allow-http: true\n"
            "api-url: http://amplitude:8080   # amplitude is the name of the service"
        )
    return Message(
        "The release went to the sandbox: nothing went to Amplitude.",
        why,
        mend,
        topic=Topic.SANDBOX_USED,
    )


def time_up(
    sending: float, beside: float, spent: str, *, left: Literal["all", "some", "unknown"]
) -> Message:
    """The message for a run that was stopped at its deadline.

    The deadline is `sending`, the input `deadline`, plus `beside`, both in seconds; `spent` says
    how long each part of the run took. `left` are the targets without an outcome: all, some, or
    those of which nobody knows.
    """
    limit = sending + beside
    longer = f"allow twice the time:\ndeadline: {2 * limit - beside:g}"
    match left:
        case "all":
            what = "before anything was sent."
            mend = f"Run the job again, or {longer}"
        case "some":
            what = "before all targets had an outcome; each is listed below."
            mend = f"Run the job again; with a ledger, it only sends what is missing. Or {longer}"
        case _:
            what = "while it waited for the response; the release may exist."
            mend = "Check the project's releases in Amplitude before you run the job again."
    return Message(
        f"The run was stopped after {limit:g} seconds, {what}",
        f"A run may take as long as the input deadline and {beside:g} seconds more, so that a"
        f" release never holds up a deployment. Time was spent on: {spent}.",
        mend,
        topic=Topic.TIME,
    )


def target_without_keys(target: str) -> Message:
    """The message for a target without keys."""
    return Message(
        f"The target {target} is skipped: its keys are not set.",
        "on-missing-credentials is `skip`.",
        topic=Topic.KEYS,
    )


def defect(error: Exception) -> Message:
    """The message for an internal error, with the details that a bug report needs."""
    trace = "".join(traceback.format_exception(error)).rstrip()
    return Message(
        f"An internal error occurred: {type(error).__name__}: {error}",
        "This is a bug in annotate, whatever the inputs are. Please report it with these lines:",
        f"annotate {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"{trace}",
        topic=Topic.DEFECT,
    )
