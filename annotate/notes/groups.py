"""Changes in groups, as people want to read them: what users see, the most important first.

Where the range follows a convention, its types say what is new and what was mended, and what
users do not see is counted; where it does not, the subjects stand as they are.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from annotate.notes.changes import Change, changes
from annotate.notes.history import History
from annotate.notes.version_only import is_bare

# The most important first: what does not fit is cut from the end.
_BREAKING, _SECURITY, _REMOVED = "Breaking changes", "Security", "Removed"
_NEW, _FIXED, _FASTER = "New", "Fixed", "Faster"
_OTHER, _DOCUMENTED, _PLAIN = "Also", "Documentation", ""
_ORDER = (
    _BREAKING, _SECURITY, _REMOVED, _NEW, _FIXED, _FASTER, _OTHER, _DOCUMENTED, _PLAIN,
)  # fmt: skip
_HEADINGS = {
    "feat": _NEW,
    "security": _SECURITY,
    "fix": _FIXED,
    "perf": _FASTER,
    "docs": _DOCUMENTED,
}
# PartialRepository types, the first words of a subject tell as well what it is.
_FIRST_WORDS = {
    _REMOVED: re.compile(
        r"(?:drop(?:s|ped)?|removed?s?|ends?|ended)\b.*\bsupport\b|deprecate[sd]?\b", re.IGNORECASE
    ),
    _NEW: re.compile(r"(?:add|support|allow|implement|introduce|enable)(?:s|ed)?\b", re.IGNORECASE),
    _FIXED: re.compile(r"(?:fix(?:e[sd])?|correct|prevent|avoid)\b", re.IGNORECASE),
    _FASTER: re.compile(r"(?:speed up|optimi[sz]e)\b", re.IGNORECASE),
}
_ADVISORY = re.compile(r"\b(?:CVE-[0-9]{4}-[0-9]+|GHSA(?:-[0-9a-z]{4}){3})\b")
_UNSEEN = {"refactor", "chore", "ci", "test", "build", "style"}
# These are no part of any product, also where a range follows no convention.
_NEVER_SEEN = {"chore", "ci"}
_UNFINISHED = re.compile(r"(?:fixup|squash|amend)! |wip\b", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    r"(?:updates?|fix(?:es)?|lint(?:ing)?|format|fmt|typos?|clean-?up|misc|tests?|changes?)",
    re.IGNORECASE,
)
_BUMP = re.compile(
    r"(?:\w+\(deps[^)]*\): )?bump (?:\S+ from \S+ to \S+|the .+ group .*with [0-9]+ updates?)",
    re.IGNORECASE,
)
_UPKEEP = re.compile(
    r"\b(?:ci|tests?|testing|lint(?:er|ing)?|typos?|docs?|docstrings?|documentation|readme"
    r"|changelog|contributing|workflows?|pre-commit|dependabot|renovate|ruff|mypy|black|flake8"
    r"|eslint|prettier|devcontainer|l10n|po)\b|\.github|\.vscode",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Changes of one kind, the newest first."""

    #: Empty where the range follows no convention.
    heading: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Groups:
    """What is told of a range."""

    groups: tuple[Group, ...] = ()
    #: Commits that users do not see.
    unseen: int = 0
    #: Commits that are counted, but were not read.
    unread: int = 0


def of_history(history: History, repository: str) -> Groups:
    """The groups of a history; none where it is not known how far that reaches."""
    if not (history.complete or history.previous):
        return Groups()
    found = [
        one
        for one in changes(history.commits)
        if one.breaking or not is_bare(one.subject.whole, repository)
    ]
    read = sum(not commit.is_merge for commit in history.commits)
    return replace(of_changes(found), unread=history.count - read)


def of_changes(found: Sequence[Change]) -> Groups:
    """The same changes in groups."""
    conventional = _is_conventional(found)
    by_heading: dict[str, list[Change]] = defaultdict(list)
    unseen = 0
    for change in found:
        if _is_unseen(change, conventional=conventional):
            unseen += change.weight
        else:
            by_heading[_heading(change, conventional=conventional)].append(change)
    groups = [
        Group(heading=heading, changes=tuple(sorted(by_heading[heading], key=_is_upkeep)))
        for heading in _ORDER
        if heading in by_heading
    ]
    return Groups(groups=tuple(groups), unseen=unseen)


def _is_conventional(found: Iterable[Change]) -> bool:
    """Decided from the range itself.

    Two changes that say they are new or mended are no accident; one is enough where a third of
    all has a type, and none where all have.
    """
    types = [change.subject.type for change in found if not change.by_bot]
    telling = sum(one in {"feat", "fix"} for one in types)
    typed = sum(map(bool, types))
    return telling >= 2 or (telling == 1 and 3 * typed >= len(types)) or 0 < len(types) == typed


def _is_unseen(change: Change, *, conventional: bool) -> bool:
    subject = change.subject
    if not subject.text:
        return True
    if change.breaking or subject.type == "security" or _ADVISORY.search(subject.whole):
        return False
    return bool(
        change.by_bot
        or _UNFINISHED.match(subject.whole)
        or _BUMP.match(subject.whole)
        or _SAYS_NOTHING.fullmatch(subject.text)
        or subject.scope.startswith("deps")
        or subject.type in (_UNSEEN if conventional else _NEVER_SEEN)
    )


def _is_upkeep(change: Change) -> bool:
    """What keeps the project going, and changes nothing for users."""
    return not change.breaking and bool(_UPKEEP.search(change.subject.whole))


def _heading(change: Change, *, conventional: bool) -> str:
    subject = change.subject
    if change.breaking:
        return _BREAKING
    if not conventional:
        return _PLAIN
    if _ADVISORY.search(subject.whole):
        return _SECURITY
    if subject.type or _is_upkeep(change):
        return _HEADINGS.get(subject.type, _OTHER)
    # As it was written: `Fixes #12: crash` has lost its verb on the way.
    written = change.commit.subject if change.weight == 1 else subject.text
    return next(
        (
            heading
            for heading, words in _FIRST_WORDS.items()
            if words.match(subject.text) or words.match(written)
        ),
        _OTHER,
    )
