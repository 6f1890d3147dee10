"""Find the changes of a commit range that the previous release has on its own branch."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from annotate.notes.history import Commit
from annotate.notes.subject import Subject

# git-cherry-pick(1), `-x`.
_PICKED = re.compile(r"\(cherry picked from commit (?P<sha>[0-9a-f]{7,40})\)")
_BACKPORT = re.compile(
    r"\bbackport(?:s|ed|ing)? (?:of |from )?(?P<number>[#!][0-9]{1,9})\b", re.IGNORECASE
)
_SHORTEST_ID = 7
# Subjects with fewer words, such as `Fix typo`, may be those of different changes.
_LEAST_WORDS = 4


def backported(
    commits: Sequence[tuple[Commit, Subject]], known: Sequence[tuple[Commit, Subject]]
) -> set[str]:
    """Return the ids of those commits that are known from another branch.

    That is so if both have the same subject, apart from the request and the branch that it names,
    or if one of `known` names the commit or its request. Each commit is given with its subject or
    the title of its pull request.
    """
    if not known:
        return set()
    subjects = {key for _, subject in known if (key := _key(subject))}
    picked = _picked(commit for commit, _ in known)
    requests = {
        found["number"]
        for commit, _ in known
        if "backport" in commit.body.lower()
        for found in _BACKPORT.finditer(commit.body)
    }
    return {
        commit.sha
        for commit, subject in commits
        if _key(subject) in subjects
        or subject.request in requests
        or any(map(commit.sha.startswith, picked.get(commit.sha[:_SHORTEST_ID], ())))
    }


def _key(subject: Subject) -> str:
    """Return what is compared of a subject; empty if it is too general."""
    words = subject.text.split()
    return f"{subject.scope}: {subject.text}".casefold() if len(words) >= _LEAST_WORDS else ""


def _picked(commits: Iterable[Commit]) -> dict[str, list[str]]:
    """Return the ids that the commits were cherry-picked from, by the start of the ids."""
    found: dict[str, list[str]] = defaultdict(list)
    for commit in commits:
        if "cherry picked" in commit.body:
            for match in _PICKED.finditer(commit.body):
                found[match["sha"][:_SHORTEST_ID]].append(match["sha"])
    return found
