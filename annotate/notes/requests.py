"""Find the merges of pull requests, their titles and their commits.

A merge request of GitLab counts as a pull request. Source of the forms: the merge commits that
GitHub, GitLab and Bitbucket write.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Self

from annotate.notes.history import Commit
from annotate.notes.subject import Subject

_PLAIN_MERGE = re.compile(r"merge[ds]?\b", re.IGNORECASE)
_ADVISORY_MERGE = "Merge commit from fork"
_MERGED_REQUEST = re.compile(
    r"Merge(?:d in \S+ \(| )pull request (?P<number>#[0-9]{1,9})(?:\)| from \S+)?"
    r'(?:\s+"(?P<title>[^"]+)")?\s*'
)
_GITLAB_MERGE = re.compile(r"^See merge request \S*?(?P<number>![0-9]{1,9})\s*$", re.MULTILINE)
# Subjects of merges that update one branch with another.
_SYNC = re.compile(
    r"(?:sync|synchroni[sz]e|back-?merge|update|bring|pull|integrate|catch up)\b"
    r".*\b(?:with|from|into|to)\b",
    re.IGNORECASE,
)
_TRAILER = re.compile(r"[\w-]+: .*<.*>|[\w-]+-by: ", re.IGNORECASE)
_PROSE = re.compile(r"(?![*#\[]|Conflicts|See merge request|[\w-]+: )(?:\S+ ){3,}\S+")
# A branch with more commits, or with merges of its own, is taken for a long-lived branch.
_COMMITS_OF_A_TOPIC = 40


@dataclass(frozen=True, kw_only=True)
class Requests:
    """The pull requests of a commit range."""

    #: Title by the id of the merge. Its text is empty if the merge contains only the number.
    titles: Mapping[str, Subject]
    #: Id of the merge by the id of each commit of the pull request.
    merges: Mapping[str, str]

    @classmethod
    def of(cls, commits: Sequence[Commit], subjects: Sequence[Subject]) -> Self:
        """Find the pull requests. The commits are newest first; `subjects` are theirs."""
        titles = {
            commit.sha: title
            for commit, own in zip(commits, subjects, strict=True)
            if commit.is_merge and (title := _title(commit, own))
        }
        merges = brought(commits, titles.keys())
        sizes = Counter(merges.values())
        nested = {
            merges[commit.sha] for commit in commits if commit.is_merge and commit.sha in merges
        }
        lines = {
            sha
            for sha, title in titles.items()
            if not (title.request and title.text)
            and (sizes[sha] > _COMMITS_OF_A_TOPIC or sha in nested)
        }
        if not lines:
            return cls(titles=titles, merges=merges)
        titles = {sha: title for sha, title in titles.items() if sha not in lines}
        return cls(titles=titles, merges=brought(commits, titles.keys()))


def brought(commits: Sequence[Commit], merges: AbstractSet[str]) -> dict[str, str]:
    """Return the id of the merge by the id of each commit that it brought onto the main line.

    The main line follows the first parents. Merges other than `merges` are ignored.
    """
    known = {commit.sha: commit for commit in commits}
    main_line: dict[str, Commit] = {}
    tip = commits[0].sha if commits else ""
    while tip in known and tip not in main_line:
        main_line[tip] = known[tip]
        tip = next(iter(known[tip].parents), "")
    owners: dict[str, str] = {}
    # The oldest first, because a later merge of the same branch brings only new commits.
    for merge in reversed([commit for sha, commit in main_line.items() if sha in merges]):
        waiting = list(merge.parents)
        while waiting:
            sha = waiting.pop()
            if sha in known and sha not in main_line and sha not in owners:
                owners[sha] = merge.sha
                waiting += known[sha].parents
    return owners


def _title(merge: Commit, own: Subject) -> Subject | None:
    """Return the title of what a merge brings, or None if the merge does not contain one."""
    first = next((part for part in merge.body.split("\n\n") if part.strip()), "").strip()
    request = _MERGED_REQUEST.fullmatch(merge.subject)
    number = request or _GITLAB_MERGE.search(merge.body)
    if number:
        title = (request and request["title"]) or first.split("\n", 1)[0]
        text = "" if _GITLAB_MERGE.match(title) or _TRAILER.match(title) else title
        return replace(Subject.parse(text), request=number["number"])
    if merge.subject == _ADVISORY_MERGE:
        return Subject.parse(first.split("\n", 1)[0]) if first else None
    # GitHub has a setting to use the title of the pull request. A merge by git may have a body.
    if own.request or own.type:
        return own
    if not _PLAIN_MERGE.match(merge.subject):
        return None if _SYNC.match(own.whole) else own
    prose = " ".join(first.split())
    return Subject.parse(prose) if _PROSE.fullmatch(prose) else None
