"""The commits of a range -> what changed: each request once, reverts taken off what they revert."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from annotate.notes.history import Commit
from annotate.notes.people import Person
from annotate.notes.requests import Requests, brought
from annotate.notes.reverts import reverted
from annotate.notes.subject import TYPES, Subject, readable

_BREAKING = re.compile(
    r"^BREAKING[ -]CHANGE(?:\([^)\n]{0,60}\))?!?:[ \t]*(?P<note>.*)", re.MULTILINE
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that changed, however many commits it took."""

    subject: Subject
    breaking: bool = False
    #: What breaks, where a footer says it.
    note: str = ""
    by_bot: bool = False
    #: The commits without merges that it stands for.
    weight: int = 1
    #: The commit that it is told by: of a request, the merge.
    commit: Commit
    #: Who made it.
    people: tuple[Person, ...]

    @classmethod
    def of(cls, commit: Commit) -> Self:
        """A commit by itself."""
        subject = Subject.parse(commit.subject)
        footer = _BREAKING.search(commit.body)
        return cls(
            subject=subject,
            breaking=subject.breaking or footer is not None,
            note=readable(footer["note"]) if footer else "",
            by_bot=commit.author.is_bot,
            commit=commit,
            people=commit.people,
        )


def changes(commits: Sequence[Commit]) -> list[Change]:
    """What changed, newest first: the commits of a request are one change, with its title.

    Commits and requests that a later commit of the range reverts are left out, with that commit.
    """
    parts = [Change.of(commit) for commit in commits]
    requests = Requests.of(commits, [part.subject for part in parts])
    titles = requests.titles
    told = list(zip(commits, parts, strict=True))
    gone = reverted([(one, titles.get(one.sha, part.subject)) for one, part in told])
    merges = brought(commits, titles.keys() | gone) if gone else requests.merges
    inside: dict[str, list[Change]] = defaultdict(list)
    for commit, part in told:
        if not commit.is_merge and commit.sha in merges and commit.sha not in gone:
            inside[merges[commit.sha]].append(part)
    return [
        _of_request(commit, titles[commit.sha], inside[commit.sha])
        if commit.sha in inside
        else part
        for commit, part in told
        if commit.sha not in gone
        and (commit.sha in inside if commit.is_merge else commit.sha not in merges)
    ]


def _of_request(merge: Commit, title: Subject, parts: Sequence[Change]) -> Change:
    """The request by its title; what that does not say, its commits do, the oldest first."""
    oldest_first = [part.subject for part in reversed(parts)]
    kinds = {one.type for one in oldest_first}
    kind = title.type or next((one for one in TYPES if one in kinds), "")
    if not title.text:
        first = next((one for one in oldest_first if one.type == kind), oldest_first[0])
        title = replace(first, request=title.request)
    return Change(
        subject=replace(title, type=kind),
        breaking=title.breaking or any(part.breaking for part in parts),
        note=next((part.note for part in parts if part.note), ""),
        by_bot=all(part.by_bot for part in parts),
        weight=len(parts),
        commit=merge,
        people=tuple(one for part in parts for one in part.people),
    )
