"""Sort changes into groups, the most important first.

If the commit range follows Conventional Commits 1.0.0, the types decide the groups, and changes
that users do not see are only counted. If it does not, only breaking changes have a group of their
own.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from annotate.notes.changes import Change, changes
from annotate.notes.history import History
from annotate.notes.version_only import is_bare

# The most important first: what does not fit is left out from the end.
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
# For subjects without a type, the first words decide.
_FIRST_WORDS = {
    _REMOVED: re.compile(
        r"(?:drop(?:s|ped)?|remove[sd]?|end(?:s|ed)?)\b.*\bsupport\b|deprecate[sd]?\b",
        re.IGNORECASE,
    ),
    _NEW: re.compile(
        r"(?:(?:add|support|allow|implement)(?:s|ed)?|(?:introduce|enable)[sd]?)\b", re.IGNORECASE
    ),
    _FIXED: re.compile(r"(?:fix(?:e[sd])?|(?:correct|prevent|avoid)(?:s|ed)?)\b", re.IGNORECASE),
    _FASTER: re.compile(r"(?:speeds? up|optimi[sz]e[sd]?)\b", re.IGNORECASE),
}
_ADVISORY = re.compile(r"\b(?:CVE-[0-9]{4}-[0-9]+|GHSA(?:-[0-9a-z]{4}){3})\b")
_UNSEEN = {"refactor", "chore", "ci", "test", "build", "style"}
# Changes of these types are never visible to users, whether or not the range has a convention.
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

    #: Empty if the range follows no convention.
    heading: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Groups:
    """The changes of a commit range in groups, and counts of the others."""

    groups: tuple[Group, ...] = ()
    #: Number of commits that users do not see.
    unseen: int = 0
    #: Number of commits in the range that were not read.
    unread: int = 0


def of_history(history: History, repository: str) -> Groups:
    """Return the groups of a history; none if its commit range is not known."""
    if not (history.complete or history.previous):
        return Groups()
    found = [
        change
        for change in changes(history.commits)
        if change.breaking or not is_bare(change.subject.whole, repository)
    ]
    read = sum(not commit.is_merge for commit in history.commits)
    return replace(of_changes(found), unread=history.count - read)


def of_changes(found: Sequence[Change]) -> Groups:
    """Return the changes in groups."""
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
    """Return True if the commit range follows Conventional Commits.

    That is so if two changes have the type `feat` or `fix`, or one has it and a third of all have
    any type, or all have a type. Changes by bots do not count.
    """
    types = [change.subject.type for change in found if not change.by_bot]
    features_and_fixes = sum(kind in {"feat", "fix"} for kind in types)
    typed = sum(map(bool, types))
    return (
        features_and_fixes >= 2
        or (features_and_fixes == 1 and 3 * typed >= len(types))
        or 0 < len(types) == typed
    )


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
    """Return True for maintenance of the project, which changes nothing for users."""
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
    # Also the subject as written: `Fixes #12: crash` was shortened to `Crash`.
    written = change.commit.subject if change.weight == 1 else subject.text
    return next(
        (
            heading
            for heading, words in _FIRST_WORDS.items()
            if words.match(subject.text) or words.match(written)
        ),
        _OTHER,
    )
