"""Sort changes into groups, the most important first.

If the commit range follows a convention such as Conventional Commits 1.0.0, the types decide the
groups, for subjects without a type their first words do, and changes that users do not see are only
counted. If it follows none, what is neither breaking nor a security fix is one list, as it was
written.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from annotate.notes.changes import Change, changes
from annotate.notes.dialects import UNSEEN
from annotate.notes.history import History
from annotate.notes.memory import REMEMBERED
from annotate.notes.subject import Subject
from annotate.notes.version_only import is_bare
from annotate.regex import Regex

# Headings; the most important first in `_ORDER`.
BREAKING, SECURITY, _REMOVED = "Breaking changes", "Security", "Removed"
NEW, FIXED, _FASTER = "New", "Fixed", "Faster"
_OTHER, _DOCUMENTED = "Also", "Documentation"
_ORDER = (
    BREAKING, SECURITY, _REMOVED, NEW, FIXED, _FASTER, _OTHER, _DOCUMENTED,
)  # fmt: skip
_HEADINGS = {
    "feat": NEW,
    "security": SECURITY,
    "remove": _REMOVED,
    "fix": FIXED,
    "perf": _FASTER,
    "docs": _DOCUMENTED,
}
# `Add the missing import` adds nothing new.
_ADDS_MISSING = r"add(?:s|ed)? (?:the |some )?missing\b"
# For subjects without a type, the first words decide.
_FIRST_WORDS = {
    _REMOVED: Regex(
        r"(?:drop(?:s|ped)?|remove[sd]?|end(?:s|ed)?)\b.*\bsupport\b|deprecate[sd]?\b",
        re.IGNORECASE,
    ),
    NEW: Regex(
        rf"(?!{_ADDS_MISSING})(?:(?:add|support|allow|implement)(?:s|ed)?|(?:introduce|enable)[sd]?)\b",
        re.IGNORECASE,
    ),
    FIXED: Regex(
        rf"{_ADDS_MISSING}|(?:fix(?:e[sd])?|(?:correct|prevent|avoid)(?:s|ed)?)\b",
        re.IGNORECASE,
    ),
    _FASTER: Regex(r"(?:speeds? up|optimi[sz]e[sd]?)\b", re.IGNORECASE),
}
# A change of the type `remove` that begins so removes nothing.
_REMOVES_NOTHING = Regex(
    r"(?:undo|un-?deprecate|restore|revert|postpone|correct|fix|adjust|narrow|update)(?:e?[sd])?\b",
    re.IGNORECASE,
)
# Changes of these types are never visible to users, whether or not the range has a convention.
_NEVER_SEEN = {"chore", "ci"}
_UNFINISHED = Regex(r"(?:fixup|squash|amend)! |wip\b", re.IGNORECASE)
_SAYS_NOTHING = Regex(
    r"(?:updates?|fix(?:es)?|fix-?ups?|lint(?:ing)?|format|fmt|typos?|clean-?up|misc|tests?|changes?"
    r"|(?:update|regenerate|refresh) (?:\S*lock\S*|snap(?:shot)?s?)"
    r"|(?:appl(?:y|ie[sd])|(?:address|implement|incorporate)(?:e?[sd])?) (?:the |some )?"
    r"(?:(?:pr|(?:(?:code|peer|pr) )?review) (?:comments?|feedback|suggestions?)"
    r"|(?:comments?|feedback|suggestions?) from (?:(?:code |peer )?review|@\S+)))",
    re.IGNORECASE,
)
# Without a request, nobody can look up what it is.
_ONLY_AN_ID = Regex(r"(?:backport of|cherry-pick) (?:commit )?[0-9a-f]{7,64}", re.IGNORECASE)
_BUMP = Regex(
    r"(?:\w{1,20}\(deps[^)]{0,20}\): )?"
    r"bump (?:\S+ from \S+ to \S+|the .+ group .*with [0-9]+ updates?)",
    re.IGNORECASE,
)
# What bots say of dependencies, beside that.
_UPDATE = Regex(
    r"(?:[\w./-]{1,40}: )?(?:bump\b|lock file maintenance"
    r"|(?:update|upgrade|pin|roll) (?:.* to [v=~^>]{0,3}(?:[0-9]|[0-9a-f]{7,64}$)"
    r"|.*\b(?:dependency|dependencies|lock ?files?|digests?)\b))",
    re.IGNORECASE,
)
_RELEASE = Regex(
    r"(?:(?:prepare|start|cut|new|next) )*(?:release[sd]?|publish|version packages)\b",
    re.IGNORECASE,
)
# A request that lost its title and its second parent.
_ONLY_A_NUMBER = Regex(r"merge pull request #[0-9]{1,9} from \S+", re.IGNORECASE)
# A merge that lost its second parent says which branches it joined.
_LOST_MERGE = Regex(r"merge (?:remote-tracking )?branch\b", re.IGNORECASE)
# In lower case, as the forms below. A set, for a pattern of so many words is slow.
_WORDS_OF_UPKEEP = frozenset([
    "ci", "test", "tests", "testing", "lint", "linter", "linting", "typo", "typos", "doc", "docs",
    "docstring", "docstrings", "documentation", "readme", "guide", "guides", "rdoc", "nodoc",
    "changelog", "relnotes", "mailmap", "gha", "contributing", "workflow", "workflows",
    "dependabot", "renovate", "ruff", "mypy", "black", "flake8", "eslint", "prettier",
    "devcontainer", "l10n", "po",
])  # fmt: skip
_FORMS_OF_UPKEEP = Regex(
    r"\brelease[- ]notes\b|\bpre-commit\b|\.github|\.vscode",
    needs=("notes", "pre-commit", ".github", ".vscode"),
)
_WORD = Regex(r"\w+")

# Who asks for no test run has changed no code. A line of a squash's list says it of one commit.
_NO_TEST_RUN = Regex(
    r"(?!\* )[^\n]*\[(?:ci[ -]skip|(?:skip|no)[ -]ci)\]", re.IGNORECASE, needs=("[",)
)


class Group(NamedTuple):
    """Changes of one kind, the newest first."""

    #: Empty for the only group of a range without a convention.
    heading: str
    changes: tuple[Change, ...]
    #: True if the subjects are shown with the types that users see only here, such as `build`.
    as_written: bool = False


class Groups(NamedTuple):
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
        for change in changes(history.commits, history.known_before)
        if change.breaking or not is_bare(change.subject.whole, repository)
    ]
    read = sum(not commit.is_merge for commit in history.commits)
    return of_changes(found)._replace(unread=history.count - read)


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
    # Without a convention there are no other groups that a heading would set it apart from.
    plain = not conventional and not by_heading.keys() - {_OTHER, _DOCUMENTED}
    groups = [
        Group(
            heading="" if heading == _OTHER and plain else heading,
            changes=tuple(sorted(by_heading[heading], key=_is_upkeep)),
            as_written=heading == _OTHER and not conventional,
        )
        for heading in _ORDER
        if heading in by_heading
    ]
    return Groups(groups=tuple(groups), unseen=unseen)


def _is_conventional(found: Iterable[Change]) -> bool:
    """Return True if the commit range follows a convention.

    That is so if a change has the type `feat` or `fix`, or if all have a type. Other types are also
    names of areas. Changes by bots count only if there are no others, and reverts never.
    """
    own = [change for change in found if change.subject.type != "revert"]
    own = [change for change in own if not change.by_bot] or own
    types = [change.subject.type for change in own]
    return not {"feat", "fix"}.isdisjoint(types) or (bool(types) and all(types))


def _is_unseen(change: Change, *, conventional: bool) -> bool:
    subject = change.subject
    if not subject.text:
        return True
    if change.breaking or change.security:
        return False
    return bool(
        (change.by_bot and _is_routine(subject))
        or _UNFINISHED.match(subject.whole)
        or _BUMP.match(subject.text)
        or _SAYS_NOTHING.fullmatch(subject.text)
        or (not subject.request and _ONLY_AN_ID.fullmatch(subject.text))
        or _LOST_MERGE.match(subject.text)
        or subject.scope.startswith("deps")
        or subject.type in (UNSEEN if conventional else _NEVER_SEEN)
    )


def _is_routine(subject: Subject) -> bool:
    """Return True for a bot's update of a dependency, and for its release commit."""
    return bool(
        subject.scope == "release" or _UPDATE.match(subject.text) or _RELEASE.match(subject.text)
    )


def _is_upkeep(change: Change) -> bool:
    """Return True for maintenance of the project, and for what only an id or a number tells."""
    if change.breaking or change.security:
        return False
    subject = change.subject
    return bool(
        subject.type == "types"
        or _names_upkeep(subject.whole)
        or _NO_TEST_RUN.match(change.commit.subject)
        or _NO_TEST_RUN.match(change.commit.body.lstrip())
        or _ONLY_AN_ID.fullmatch(subject.text)
        or _ONLY_A_NUMBER.fullmatch(subject.text)
    )


@lru_cache(maxsize=REMEMBERED)
def _names_upkeep(subject: str) -> bool:
    folded = subject.lower()
    words = _WORD.findall(folded)
    return not _WORDS_OF_UPKEEP.isdisjoint(words) or bool(_FORMS_OF_UPKEEP.search(folded))


def _heading(change: Change, *, conventional: bool) -> str:
    subject = change.subject
    if change.breaking:
        return BREAKING
    if change.security:
        return SECURITY
    if subject.type == "remove" and _REMOVES_NOTHING.match(subject.text):
        return _OTHER
    if subject.type or not conventional or _is_upkeep(change):
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
