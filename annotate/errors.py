"""The exceptions that end a run early, and the messages that they carry.

`Stopped` is not an `Exception`, so that `except Exception` lets it pass. A failed delivery is a
value (`result.Delivery`) and not an exception: it still has a release, a response and a history.
"""

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import ClassVar

from annotate import PROJECT, __version__
from annotate.outcome import Outcome


class Topic(StrEnum):
    """The headings of docs/troubleshooting.md, in the order of that page."""

    INPUT = "An input is wrong"
    CONFIG = "The config file is wrong"
    TRUST = "The config file is not trusted"
    TARGETS = "A target is wrong"
    TEMPLATE = "A template cannot be used"
    TIMES = "The release ends before it starts"
    TAG_DATE = "The tag has no date"
    KEYS = "The keys are missing"
    KEY_FORM = "A key looks wrong"
    ADDRESS = "The URL is not Amplitude's Releases API"
    REPOSITORY = "No repository was found"
    UNREADABLE = "The repository cannot be read"
    OLD_GIT = "Git is too old"
    VERSION = "No version was found"
    NOT_A_RELEASE = "The tag is not a release"
    UNTAGGED = "Each push sends a release"
    FAMILIES = "Tags of several products match"
    HISTORY = "The history is incomplete"
    RERUN = "The job is run again"
    REFUSED = "The keys were refused"
    REJECTED = "The release was rejected"
    DUPLICATE = "The release already exists"
    CERTIFICATE = "The certificate is not trusted"
    HOST = "The host cannot be reached"
    BUSY = "The API is too busy"
    TIME = "The run took too long"
    UNKNOWN = "It is unknown whether the release was created"
    LEDGER = "The ledger cannot be used"
    INTERRUPTED = "The run was interrupted"
    FILES = "A file cannot be written"
    CHECK = "The check does not know"
    SANDBOX_USED = "The release went to the sandbox"
    SANDBOX = "The sandbox cannot be started"
    DEFECT = "An internal error occurred"

    @property
    def address(self) -> str:
        """The URL of the heading, in the documents of the version that runs."""
        words = "".join(letter for letter in self.lower() if letter.isalnum() or letter == " ")
        anchor = words.replace(" ", "-")
        return f"{PROJECT}/blob/v{__version__}/docs/troubleshooting.md#{anchor}"


@dataclass(frozen=True)
class Message:
    """What happened, why the user sees it here, and the YAML or command that fixes it."""

    what: str
    why: str = ""
    mend: str = ""
    _: KW_ONLY
    topic: Topic

    def __str__(self) -> str:
        """Return the whole message as indented plain text."""
        parts = [self.what]
        parts += [f"  {line}" for line in self.why.splitlines()]
        parts += [f"      {line}".rstrip() for line in self.mend.splitlines()]
        parts.append(f"  More: {self.topic.address}")
        return "\n".join(parts)


class AnnotateError(Exception):
    """Base of what ends a run early, with an outcome and messages of its own."""

    outcome: ClassVar[Outcome]

    def __init__(self, *messages: Message, warnings: tuple[Message, ...] = ()) -> None:
        """Keep the messages, of which the first is also the text, and warnings beside them."""
        super().__init__(messages[0].what)
        self.messages = messages
        self.warnings = warnings


class InvalidInputs(AnnotateError):
    """An input or the config file is wrong."""

    outcome = Outcome.INVALID


class NoVersion(AnnotateError):
    """No repository was found, or no version in it."""

    outcome = Outcome.NO_VERSION


class Skip(AnnotateError):
    """There is nothing to send, because of the user's settings or the event."""

    outcome = Outcome.SKIPPED


class Stopped(BaseException):
    """The run must end at once, whatever it is doing."""


class TimeUp(Stopped):
    """The time limit of the run has passed."""


class Interrupted(Stopped):
    """The process received SIGINT or SIGTERM."""

    def __init__(self, signal_number: int) -> None:
        """Keep the number of the signal."""
        super().__init__(signal_number)
        self.signal_number = signal_number

    @property
    def exit_code(self) -> int:
        """128 plus the number of the signal, as in shells."""
        return 128 + self.signal_number
