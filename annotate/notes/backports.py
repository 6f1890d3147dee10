"""Find the changes of a commit range that the previous release has on its own branch."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from annotate.notes.history import Commit
from annotate.notes.reverts import reverted
from annotate.notes.subject import Subject
from annotate.regex import Regex

# git-cherry-pick(1), `-x`. HashiCorp's backport assistant writes the second form. Both patterns are
# for messages in lower case.
_PICKED = Regex(
    r"\b(?:cherry picked from|backport of)(?: commit)? (?P<sha>[0-9a-f]{7,64})\b",
    needs=("cherry picked from", "backport of"),
)
# If only a part of a change was backported, the rest is not known.
_BACKPORT = Regex(
    r"(?<!partial )(?<!partially )\bbackport(?:s|ed|ing)? (?:of |from )?"
    r"(?P<numbers>[#!][0-9]{1,9}\b(?:(?:, ?| and |, and )[#!][0-9]{1,9}\b){0,20})",
    needs=("backport",),
)
_NUMBER = Regex(r"[#!][0-9]+", needs=("#", "!"))
_SHORTEST_ID = 7
# Subjects with fewer words, such as `Fix typo`, may be those of different changes.
_LEAST_WORDS = 4


def backported(
    commits: Sequence[tuple[Commit, Subject]], known: Sequence[tuple[Commit, Subject]]
) -> set[str]:
    """Return the ids of those commits that are known from another branch.

    That is so if both have the same subject, apart from the request and the branch that it names,
    or if one of `known` names the commit or its request. What was reverted on the other branch is
    not known. Each commit is given with its subject or the title of its pull request.
    """
    if not known:
        return set()
    undone = reverted(known)
    known = [(commit, subject) for commit, subject in known if commit.sha not in undone]
    subjects = {key for _, subject in known if (key := _key(subject))}
    subjects -= _general(subject for _, subject in commits)
    messages = [f"{commit.subject}\n{commit.body}".lower() for commit, _ in known]
    picked = _picked(messages)
    requests = {
        number
        for message in messages
        for found in _BACKPORT.finditer(message)
        for number in _NUMBER.findall(found["numbers"])
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


def _general(subjects: Iterable[Subject]) -> set[str]:
    """Return what several pull requests have in common, such as `Update all dependencies`."""
    requests: dict[str, set[str]] = defaultdict(set)
    for subject in subjects:
        if subject.request:
            requests[_key(subject)].add(subject.request)
    return {key for key, numbers in requests.items() if len(numbers) > 1}


def _picked(messages: Iterable[str]) -> dict[str, list[str]]:
    """Return the ids that commits say they were picked from, by the start of the ids."""
    found: dict[str, list[str]] = defaultdict(list)
    for message in messages:
        for match in _PICKED.finditer(message):
            sha = match["sha"]
            found[sha[:_SHORTEST_ID]].append(sha)
    return found
