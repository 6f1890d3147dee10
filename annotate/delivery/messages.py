"""Messages about the ledger and its entries."""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from annotate.errors import Message, Topic


def created_before(changed_at: str) -> Message:
    """The message for a release that the ledger records as created."""
    return Message(
        f"The release was sent before, at {changed_at} UTC; nothing was sent now.",
        "The ledger records that the API confirmed it.",
        topic=Topic.DUPLICATE,
    )


def duplicate_before(changed_at: str) -> Message:
    """The message for a release of which the ledger records that it was there already."""
    return Message(
        f"The release existed already, at {changed_at} UTC; nothing was sent now.",
        "The ledger records that the API said so.",
        topic=Topic.DUPLICATE,
    )


def maybe_sent_before(changed_at: str) -> Message:
    """The message for a release that the ledger records without a confirmed result."""
    return Message(
        f"An earlier run may have sent the release, at {changed_at} UTC; nothing was sent now.",
        "The ledger records that it was about to be sent, but no response that confirms it. The"
        " Releases API cannot list releases.",
        "Check the project's releases in Amplitude. If it is missing, send it again:\n"
        "resend-unknown: true",
        topic=Topic.UNKNOWN,
    )


def foreign(path: Path) -> Message:
    """The message for a file that is not a ledger, or is damaged."""
    return Message(
        f"The file {path} is not a ledger of annotate, or it is damaged. It was not changed, and"
        " nothing was sent.",
        "The input ledger names it, but the earlier releases cannot be read from it.",
        "Name another file, or delete this one. A new ledger has no record of earlier releases:\n"
        "ledger: .annotate/ledger.db",
        topic=Topic.LEDGER,
    )


def newer(path: Path) -> Message:
    """The message for a ledger with a layout of a newer version of annotate."""
    return Message(
        f"The ledger {path} was written by a newer version of annotate. It was not changed, and"
        " nothing was sent.",
        "The input ledger names it, but this version cannot read what it records.",
        "Use the newer version, or name another file. A new ledger has no record of earlier"
        " releases:\n"
        "ledger: .annotate/ledger-2.db",
        topic=Topic.LEDGER,
    )


def tracked(path: Path, names: Sequence[str]) -> Message:
    """The message for a ledger that git tracks, or one of whose side files it tracks.

    `names` are the paths in the work tree of what git tracks.
    """
    return Message(
        f"The ledger {path} cannot be used, because git tracks {' and '.join(names)}. It was not"
        " opened, and nothing was sent.",
        "What is in the repository can be changed by a pull request, so it does not prove that a"
        " release was sent.",
        "Remove it from the repository, and commit that:\n"
        f"git rm --cached {' '.join(quote(f':/{name}') for name in names)}",
        topic=Topic.LEDGER,
    )


def unusable(path: Path, error: Exception) -> Message:
    """The message for a path at which no ledger can be opened."""
    return Message(
        f"The ledger {path} cannot be opened: {error}. Nothing was sent.",
        "The input ledger names it. It must be a file in a folder that annotate can write to.",
        "ledger: .annotate/ledger.db",
        topic=Topic.LEDGER,
    )


def in_use(path: Path, seconds: float) -> Message:
    """The message for a ledger that another run has open."""
    return Message(
        f"The ledger {path} was in use for {seconds:.0f} seconds. Nothing was sent.",
        "Another run has it open, and what that run sends is not known until it ends.",
        "Run the job again, or wait longer for other runs:\ndeadline: 300",
        topic=Topic.LEDGER,
    )


def failed(path: Path, error: Exception) -> tuple[Message, Message]:
    """The messages for a read or write error before, and after, the release was sent."""
    what = f"The ledger {path} could not be read or written: {error}."
    mend = "Free disk space, allow writing, or name another file:\nledger: .annotate/ledger.db"
    return (
        Message(
            f"{what} Nothing was sent.",
            "A release is only sent after the ledger has recorded it.",
            mend,
            topic=Topic.LEDGER,
        ),
        Message(
            f"{what} The result of the delivery is not recorded.",
            "The ledger still records that the release was about to be sent, so the next run will"
            " report it as `unknown`.",
            mend,
            topic=Topic.LEDGER,
        ),
    )
