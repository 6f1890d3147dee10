"""What `annotate check` finds: one finding for each fact on which a release depends."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from annotate.errors import Message, Topic
from annotate.outcome import Outcome

#: What a message is about, by its topic.
_SUBJECTS = {
    Topic.CONFIG: "config file",
    Topic.TRUST: "config file",
    Topic.TARGETS: "targets",
    Topic.TEMPLATE: "templates",
    Topic.TIMES: "release start",
    Topic.TAG_DATE: "release start",
    Topic.KEYS: "keys",
    Topic.KEY_FORM: "keys",
    Topic.REFUSED: "keys",
    Topic.ADDRESS: "API",
    Topic.HOST: "API",
    Topic.CERTIFICATE: "certificate",
    Topic.REPOSITORY: "repository",
    Topic.UNREADABLE: "repository",
    Topic.OLD_GIT: "git",
    Topic.HISTORY: "checkout",
    Topic.VERSION: "version",
    Topic.FAMILIES: "version",
    Topic.NOT_A_RELEASE: "version",
    Topic.UNTAGGED: "version",
    Topic.LEDGER: "ledger",
    Topic.SANDBOX_USED: "API",
}


class Grade(StrEnum):
    """How good a finding is."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


class Finding(NamedTuple):
    """One finding."""

    #: What it is about, in a word or two.
    subject: str
    grade: Grade
    #: What was found, in one or more lines.
    text: str
    #: What is wrong or not known, and what mends it; None for what is good.
    message: Message | None = None
    #: Exit code of a release that ends for this reason; 0 unless it is bad.
    exit_code: int = 0
    #: Name of the target; empty if it is about all of them.
    target: str = ""


def good(subject: str, text: str) -> Finding:
    """Return a finding of what is right."""
    return Finding(subject=subject, grade=Grade.GOOD, text=text)


def bad(message: Message, outcome: Outcome) -> Finding:
    """Return a finding of what would end a release with an outcome."""
    return Finding(
        subject=_subject(message),
        grade=Grade.BAD,
        text=message.what,
        message=message,
        exit_code=outcome.exit_code,
    )


def unknown(message: Message, subject: str = "") -> Finding:
    """Return a finding of what is not known, or good as far as anybody knows."""
    return Finding(
        subject=subject or _subject(message),
        grade=Grade.UNKNOWN,
        text=message.what,
        message=message,
    )


def exit_code(findings: Iterable[Finding]) -> int:
    """Return the highest exit code of the findings; 0 if none is bad."""
    return max((finding.exit_code for finding in findings), default=0)


def tally(findings: Iterable[Finding]) -> str:
    """Return how many findings there are of each grade, as in `1 bad, 0 unknown, 9 good`."""
    counts = Counter(finding.grade for finding in findings)
    return ", ".join(f"{counts[grade]} {grade}" for grade in (Grade.BAD, Grade.UNKNOWN, Grade.GOOD))


def _subject(message: Message) -> str:
    return _SUBJECTS.get(message.topic, "inputs")
