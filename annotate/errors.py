"""The outcomes of a run, their exit codes, and the errors that end it early.

outcome                                  exit   raised as
created, duplicate, dry-run, skipped        0   Skip (skipped, before anything was composed)
defect of ours                              1   any other exception
invalid inputs or config file               2   InvalidInputs
no-version: none to be had, no repository   3   NoVersion
rejected by the API                         4   }
refused credentials                         5   } values, not errors: a delivery that went wrong
unavailable: surely not sent                6   } still has a release, an answer and a history
unknown: sent, no answer                    7   }
interrupted by SIGINT                     130   Interrupted
interrupted by SIGTERM                    143   Interrupted

Exception
└── AnnotateError      carries the messages for the user
    ├── InvalidInputs  one message for each problem, all of them at once
    ├── NoVersion      one message
    └── Skip           one notice
BaseException
└── Interrupted        not an Exception, so that no handler of failures swallows it
"""

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import ClassVar


class Outcome(StrEnum):
    """How a run ended, in the words of the `outcome` output."""

    CREATED = "created"
    DUPLICATE = "duplicate"
    DRY_RUN = "dry-run"
    SKIPPED = "skipped"
    DEFECT = "defect"
    INVALID = "invalid"
    NO_VERSION = "no-version"
    REJECTED = "rejected"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"
    INTERRUPTED = "interrupted"

    @property
    def exit_code(self) -> int:
        """The process's exit code; that of INTERRUPTED depends on the signal, see Interrupted."""
        return EXIT_CODES.get(self, 0)


EXIT_CODES = {
    Outcome.DEFECT: 1,
    Outcome.INVALID: 2,
    Outcome.NO_VERSION: 3,
    Outcome.REJECTED: 4,
    Outcome.REFUSED: 5,
    Outcome.UNAVAILABLE: 6,
    Outcome.UNKNOWN: 7,
}

DELIVERY_FAILURES = frozenset(
    {Outcome.REJECTED, Outcome.REFUSED, Outcome.UNAVAILABLE, Outcome.UNKNOWN}
)

#: What a delivery can come to after which the release is surely not on the chart.
SURELY_NOT_THERE = frozenset({Outcome.REJECTED, Outcome.REFUSED, Outcome.UNAVAILABLE})


class Topic(StrEnum):
    """The headings of docs/troubleshooting.md, in its order."""

    INPUT = "An input is wrong"
    CONFIG = "The config file is wrong"
    TRUST = "The config file may not say that"
    TARGETS = "A target is wrong"
    TEMPLATE = "A template cannot be used"
    TIMES = "The release would end before it begins"
    TAG_DATE = "The tag has no date"
    KEYS = "The keys are missing"
    KEY_FORM = "A key looks wrong"
    ADDRESS = "The address is not the API's"
    REPOSITORY = "There is no repository"
    UNREADABLE = "The repository cannot be read"
    VERSION = "There is no version"
    NOT_A_RELEASE = "The tag is no release"
    FAMILIES = "Tags of several products fit"
    HISTORY = "The history is incomplete"
    RERUN = "The job is run again"
    REFUSED = "The keys were refused"
    REJECTED = "The release was rejected"
    DUPLICATE = "The release is there already"
    CERTIFICATE = "The certificate is not trusted"
    HOST = "The host cannot be reached"
    BUSY = "The API is too busy"
    UNKNOWN = "Nobody knows whether the release arrived"
    LEDGER = "The ledger cannot be used"
    INTERRUPTED = "The run was interrupted"
    FILES = "A file cannot be written"
    SANDBOX = "The sandbox cannot be served"
    DEFECT = "annotate failed"

    @property
    def address(self) -> str:
        """The heading in the page, from the project's top."""
        words = "".join(one for one in self.lower() if one.isalnum() or one == " ")
        return f"docs/troubleshooting.md#{words.replace(' ', '-')}"


@dataclass(frozen=True)
class Message:
    """What happened, why it is seen here, the YAML or command that mends it, and where more is."""

    what: str
    why: str = ""
    mend: str = ""
    _: KW_ONLY
    topic: Topic

    def __str__(self) -> str:
        """The whole message as indented plain text."""
        parts = [self.what]
        parts += [f"  {line}" for line in self.why.splitlines()]
        parts += [f"      {line}".rstrip() for line in self.mend.splitlines()]
        parts.append(f"  More: {self.topic.address}")
        return "\n".join(parts)


class AnnotateError(Exception):
    """An end of the run that the user can do something about."""

    outcome: ClassVar[Outcome]

    def __init__(self, *messages: Message) -> None:
        """Keep the messages; the first one is also the text of the exception."""
        super().__init__(messages[0].what)
        self.messages = messages


class InvalidInputs(AnnotateError):
    """Inputs or config file that cannot be acted on."""

    outcome = Outcome.INVALID


class NoVersion(AnnotateError):
    """No version can be had from what is there."""

    outcome = Outcome.NO_VERSION


class Skip(AnnotateError):
    """There is, by the user's own rules, nothing to do."""

    outcome = Outcome.SKIPPED


class Interrupted(BaseException):
    """A signal asked the process to stop."""

    def __init__(self, signal_number: int) -> None:
        """Keep the number of the signal, of which the exit code is made."""
        super().__init__(signal_number)
        self.signal_number = signal_number

    @property
    def exit_code(self) -> int:
        """128 + the number of the signal, as shells do."""
        return 128 + self.signal_number
