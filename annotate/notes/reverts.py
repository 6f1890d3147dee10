"""Find reverts, and the commits that they revert in the same commit range."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from annotate.notes.history import Commit
from annotate.notes.memory import REMEMBERED
from annotate.notes.subject import Subject
from annotate.regex import Regex

_SENTENCE = Regex(
    r"This reverts (?:(?:merge )?commit )?(?P<sha>[0-9a-f]{7,64})\b", needs=("This reverts",)
)
_SHORT = Regex(
    r"(?:reverts?:?|back(?:s|ed)? ?out) (?:(?:merge )?(?:commit|changeset) )?"
    r"(?P<sha>[0-9a-f]{7,64})\b",
    re.IGNORECASE,
)
# Conventional Commits 1.0.0, "How does Conventional Commits handle revert commits?".
_REFERENCE = Regex(r"^Refs: (?P<sha>[0-9a-f]{7,64})\b", re.MULTILINE, needs=("Refs: ",))
_SUBJECT = Regex(r'Revert "(?P<subject>.+)"(?:\s*\([#!][0-9]+\))?', needs=('Revert "',))
_REQUEST = Regex(
    r"^Reverts (?:[\w./-]+)?(?P<number>[#!][0-9]{1,9})\b", re.MULTILINE, needs=("Reverts ",)
)
_WORDS = ("revert", "backout", "back out", "reapply")


def reverted(commits: Sequence[tuple[Commit, Subject]]) -> set[str]:
    """Return the ids of reverts and of what they revert.

    The commits are newest first, each with its subject or the title of its pull request.
    """
    reverts = [
        commit
        for commit, _ in commits
        if "This reverts" in commit.body or _says_revert(commit.subject)
    ]
    if not reverts:
        return set()
    by_id: dict[str, list[str]] = defaultdict(list)
    by_name: dict[str, list[str]] = defaultdict(list)
    for commit, subject in reversed(commits):
        by_id[commit.sha[:7]].append(commit.sha)
        for name in {commit.subject, subject.request} - {""}:
            by_name[name].append(commit.sha)
    gone: set[str] = set()
    # The newest first: the revert of a revert removes both, and the first commit remains.
    for commit in reverts:
        target = _target(commit, by_id, by_name)
        if target and target != commit.sha and gone.isdisjoint((target, commit.sha)):
            gone |= {commit.sha, target}
    return gone


@lru_cache(maxsize=REMEMBERED)
def _says_revert(subject: str) -> bool:
    folded = subject.lower()
    return any(word in folded for word in _WORDS)


def _target(
    commit: Commit, by_id: Mapping[str, Sequence[str]], by_name: Mapping[str, Sequence[str]]
) -> str:
    """Return the id of the commit that a commit reverts; empty if it is not in the range.

    Of several commits with the same name, it is the oldest, as a revert comes after its target.
    """
    # A squashed branch may mention a revert in its list of commits, which reverts nothing.
    sentence = _SENTENCE.match(commit.body.lstrip())
    if not sentence and _says_revert(commit.subject):
        sentence = (
            _SENTENCE.search(commit.body)
            or _SHORT.match(commit.subject)
            or _REFERENCE.search(commit.body)
        )
    if sentence:
        named = by_id.get(sentence["sha"][:7], ())
        return next((sha for sha in named if sha.startswith(sentence["sha"])), "")
    if match := _SUBJECT.fullmatch(commit.subject.strip()):
        request = _REQUEST.search(commit.body)
        name = request["number"] if request else match["subject"]
        return next(iter(by_name.get(name, ())), "")
    return ""
