"""Commits that cancel each other: reverts, and what they revert in the same range."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from annotate.notes.history import Commit
from annotate.notes.subject import Subject

_SENTENCE = re.compile(r"This reverts (?:merge )?commit (?P<sha>[0-9a-f]{7,40})\b")
_SUBJECT = re.compile(r'Revert "(?P<subject>.+)"(?:\s*\([#!][0-9]+\))?')
_REQUEST = re.compile(r"^Reverts (?:[\w./-]+)?(?P<number>[#!][0-9]{1,9})\b", re.MULTILINE)
_REVERTING = re.compile(r"(?:revert|back ?out|reapply)", re.IGNORECASE)


def reverted(told: Sequence[tuple[Commit, Subject]]) -> set[str]:
    """The ids of all that is gone; each commit comes with its subject, or its request's title."""
    if not any("This reverts" in one.body or 'Revert "' in one.subject for one, _ in told):
        return set()
    by_name: dict[str, list[str]] = defaultdict(list)
    for commit, subject in reversed(told):
        for name in {commit.sha[:7], commit.subject, subject.request} - {""}:
            by_name[name].append(commit.sha)
    gone: set[str] = set()
    # The newest first: what reverts a revert takes both away, and the first stays.
    for commit, _ in told:
        target = _target(commit, by_name)
        if target and commit.sha not in gone and target not in gone | {commit.sha}:
            gone |= {commit.sha, target}
    return gone


def _target(commit: Commit, by_name: Mapping[str, Sequence[str]]) -> str:
    """The id of what a commit reverts; empty where that is not in the range.

    The oldest of one name counts: nothing reverts what comes after it.
    """
    # A squashed branch may tell of a revert among other things; that alone reverts nothing.
    sentence = _SENTENCE.match(commit.body.lstrip())
    if not sentence and _REVERTING.search(commit.subject):
        sentence = _SENTENCE.search(commit.body)
    if sentence:
        named = by_name.get(sentence["sha"][:7], ())
        return next((sha for sha in named if sha.startswith(sentence["sha"])), "")
    if match := _SUBJECT.fullmatch(commit.subject.strip()):
        request = _REQUEST.search(commit.body)
        name = request["number"] if request else match["subject"]
        return next(iter(by_name.get(name, ())), "")
    return ""
