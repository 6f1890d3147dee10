"""What is said of a ledger, and of the releases that it knows."""

from pathlib import Path

from annotate.errors import Message, Topic


def known(changed_at: str) -> Message:
    """The ledger has that the release was sent."""
    return Message(
        f"The release was sent before, at {changed_at} UTC; nothing was sent now.",
        "The ledger has it.",
        topic=Topic.DUPLICATE,
    )


def doubted(changed_at: str) -> Message:
    """The ledger has that the release was about to be sent."""
    return Message(
        f"An earlier run may have sent the release, at {changed_at} UTC; nothing was sent now.",
        "The ledger has that it was about to be sent, and that no answer confirmed it. The"
        " Releases API cannot be asked.",
        "Look at the project's releases in Amplitude. If it is not there, send it once more:\n"
        "resend-unknown: true",
        topic=Topic.UNKNOWN,
    )


def foreign(path: Path) -> Message:
    """The file is somebody else's, or damaged."""
    return Message(
        f"The file {path} is no ledger of annotate, or a damaged one. It was left as it is, and"
        " nothing was sent.",
        "The input ledger names it; what was sent before cannot be read from it.",
        "Name another file, or take this one away. A new ledger knows of no release before:\n"
        "ledger: .annotate/ledger.db",
        topic=Topic.LEDGER,
    )


def unusable(path: Path, error: Exception) -> Message:
    """There can be no ledger at that place."""
    return Message(
        f"The ledger {path} cannot be opened: {error}. Nothing was sent.",
        "The input ledger names it; it must be a file, in a folder in which annotate may write.",
        "ledger: .annotate/ledger.db",
        topic=Topic.LEDGER,
    )


def in_use(path: Path, seconds: float) -> Message:
    """Another run keeps it to itself."""
    return Message(
        f"The ledger {path} was in use for {seconds:.0f} seconds. Nothing was sent.",
        "Another run has it open, and until that ends nobody knows what it has sent.",
        "Run the job again, or let runs wait longer for each other:\ndeadline: 300",
        topic=Topic.LEDGER,
    )


def failed(path: Path, error: Exception) -> tuple[Message, Message]:
    """What is said where nothing was sent yet, and where it was."""
    what = f"The ledger {path} could not be read or written: {error}."
    mend = "Make room, let annotate write there, or name another:\nledger: .annotate/ledger.db"
    return (
        Message(
            f"{what} Nothing was sent.",
            "A release is sent only where the ledger has it first.",
            mend,
            topic=Topic.LEDGER,
        ),
        Message(
            f"{what} What became of the release is not in it.",
            "The next run will find that the release was about to be sent, and report it as"
            " `unknown`.",
            mend,
            topic=Topic.LEDGER,
        ),
    )
