"""Messages of the command `backfill`."""

from collections.abc import Sequence
from pathlib import Path

from annotate.errors import Message, Topic
from annotate.text import one_line

# In the form of Amplitude's keys, so that there is no warning.
_ANY_KEY = "f" * 32

DECLINED = Message(
    "Nothing was sent.",
    "The question was not answered with `y`.",
    "annotate backfill --dry-run   # to look at the plan",
    topic=Topic.INTERRUPTED,
)


def bad_flag(reason: str) -> Message:
    """The message for a flag that cannot be read."""
    return Message(
        f"A flag of backfill could not be read: {one_line(reason)}.",
        "Beside the inputs, backfill knows --from and --to with a value, --yes and --json.",
        "annotate backfill --from v1.0.0 --to 2026-12-31 --dry-run",
        topic=Topic.INPUT,
    )


def bad_bound(flag: str, text: str) -> Message:
    """The message for a first or last release that is no version and no day."""
    return Message(
        f"The flag {flag} is neither a version nor a day: {one_line(text)}.",
        "It limits the tags that become releases.",
        f"annotate backfill {flag} v1.0.0\nannotate backfill {flag} 2026-01-31",
        topic=Topic.INPUT,
    )


def empty_range(first: str, last: str) -> Message:
    """The message for limits between which nothing can be."""
    return Message(
        f"No release can be from {one_line(first)} to {one_line(last)}.",
        "--from is after --to.",
        f"annotate backfill --from {one_line(last)} --to {one_line(first)}",
        topic=Topic.INPUT,
    )


def literal_inputs(names: Sequence[str]) -> Message:
    """The message for inputs that set what each tag says itself."""
    return Message(
        f"backfill cannot use {', '.join(names)}.",
        "Each release has the version, the notes and the date of its own tag.",
        "Unset them. Titles and descriptions of all releases can have a template:\n"
        'title-template: "{{ repository }} {{ version }}"',
        topic=Topic.INPUT,
    )


def sandbox() -> Message:
    """The message for the embedded Releases API, which ends with the run."""
    return Message(
        "backfill cannot send to the embedded sandbox.",
        "sandbox is `true`, and its releases would be gone when the run ends. A sandbox that is a"
        " server keeps them, and takes any two keys.",
        "annotate sandbox --port 8080   # in another terminal\n"
        f"export AMPLITUDE_API_KEY={_ANY_KEY} AMPLITUDE_SECRET_KEY={_ANY_KEY}\n"
        "annotate backfill --sandbox=false --api-url http://127.0.0.1:8080\n"
        "Or with Docker on Linux, so that both containers have the 127.0.0.1 of the machine:\n"
        "docker run --network host … sandbox --port 8080   # in another terminal\n"
        "docker run --network host --volume annotate:/data --env AMPLITUDE_API_KEY"
        " --env AMPLITUDE_SECRET_KEY … backfill --sandbox=false --api-url http://127.0.0.1:8080"
        " --ledger /data/sandbox.db",
        topic=Topic.SANDBOX_USED,
    )


def incomplete() -> Message:
    """The message for a checkout that lacks a part of the history."""
    return Message(
        "The history of this checkout is incomplete.",
        "backfill reads all releases, and this is a shallow or partial clone.",
        "git fetch --unshallow --tags   # or, in a workflow:\n"
        "- uses: actions/checkout@v7\n"
        "  with:\n"
        "    fetch-depth: 0",
        topic=Topic.HISTORY,
    )


def no_tags(newest: Sequence[str]) -> Message:
    """The message if no tag is selected. `newest` are tags that are versions, if there are any."""
    if newest:
        why = f"Of the tags that are versions, the newest are {', '.join(map(one_line, newest))}."
    else:
        why = "No tag of this repository that tag-pattern includes is a version."
    return Message(
        "There is no release to send: no tag is selected.",
        f"{why} --from, --to and tag-pattern select the tags.",
        "git fetch --tags   # if the tags are only on the remote\n"
        "annotate backfill --dry-run   # without limits, to see all releases",
        topic=Topic.VERSION,
    )


def no_ledger(reason: str) -> Message:
    """The message if no ledger is given where its default would be lost."""
    return Message(
        "backfill needs a ledger, so that it can be stopped and run again.",
        f"{reason}, so the input ledger must name a file that stays.",
        "annotate backfill --ledger /data/ledger.db\n"
        "docker run --volume annotate:/data …   # in a container of Docker",
        topic=Topic.LEDGER,
    )


def ledger_of_others(path: Path) -> Message:
    """The message for a ledger that has entries of other projects only."""
    return Message(
        f"The ledger {path} belongs to other projects.",
        "None of its entries is of a project that this backfill sends to; the keys or the region"
        " may be wrong.",
        "Check the keys and the region, or name another file:\nledger: .annotate/backfill.db",
        topic=Topic.LEDGER,
    )


def not_confirmed(count: int) -> Message:
    """The message if nobody can be asked."""
    return Message(
        f"Nothing was sent: {count:,} requests must be confirmed first.",
        "Releases cannot be deleted, and there is no terminal to ask on.",
        "annotate backfill --dry-run   # to look at the plan\n"
        "annotate backfill --yes       # to send it",
        topic=Topic.INPUT,
    )


def stopped(left: int) -> Message:
    """The message if not all releases were sent."""
    return Message(
        f"Not sent: {left:,} of the plan.",
        "The command was stopped, or the API took no more; see above.",
        "Run the same command again: the ledger knows what was sent.",
        topic=Topic.INTERRUPTED,
    )


def unknown(names: Sequence[str]) -> Message:
    """The message for releases of which nobody can know whether they were created."""
    return Message(
        f"It is unknown whether these releases were created: {', '.join(map(one_line, names))}.",
        "They were sent, and no answer was recorded. The Releases API cannot list releases.",
        "Look for them in Amplitude. To send those that are missing, name each of them:\n"
        "annotate backfill --from v1.2.3 --to v1.2.3 --resend-unknown",
        topic=Topic.UNKNOWN,
    )
