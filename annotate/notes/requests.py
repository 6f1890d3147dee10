"""Find the merges of pull requests, their titles and their commits.

A merge request of GitLab counts as a pull request. Source of the forms: the merge commits that
GitHub, GitLab and Bitbucket write.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple, Self

from annotate.notes.dialects import UNSEEN
from annotate.notes.history import Commit
from annotate.notes.memory import REMEMBERED
from annotate.notes.subject import LONGEST, Subject
from annotate.regex import Regex

_PLAIN_MERGE = Regex(r"merge[ds]?\b", re.IGNORECASE)
#: Subject of the merge that GitHub makes of the private fork of a security advisory.
ADVISORY_MERGE = "Merge commit from fork"
_MERGED_REQUEST = Regex(
    r"Merge(?:d in \S+ \(| )pull request (?P<number>#[0-9]{1,9})(?:\)| from \S+)?"
    r'(?:\s+"(?P<title>[^"]+)")?\s*',
    needs=("pull request",),
)
_GITLAB_MERGE = Regex(
    r"^See merge request \S*?(?P<number>![0-9]{1,9})\s*$",
    re.MULTILINE,
    needs=("See merge request",),
)
# Branches that others are merged into.
_LINE = (
    r"(?:(?:origin|upstream)/\S+|main|master|trunk|dev|develop|development|next|upstream|unstable"
    r"|stable|release\S*|\S+ branch)"
)
# Subjects of merges that update one branch with another.
_SYNC = Regex(
    r"(?:sync|synchroni[sz]e|back-?merge|catch up)\b.*\b(?:with|from|into|to)\b"
    rf"|(?:update|bring|pull|integrate)\b.* (?:with|from|into|to) (?:the )?(?:latest )?{_LINE}$"
    r"|(?:update|pull) from \S+$",
    re.IGNORECASE,
)
_MERGES_BRANCH = Regex(
    rf"merge[ds]? (?:branch )?\S+ (?:branch )?(?:in)?to (?:{_LINE}|v?[0-9]\S*)", re.IGNORECASE
)
_TRAILER = Regex(r"[\w-]+: [^<]*<[^>]*>|[\w-]+-by: ", re.IGNORECASE, needs=(": ",))
# What a title is not: the issues that a request closes, and git's list of the commits.
_REFERENCES = Regex(
    r"(?:(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|see|refs?):? )?"
    r"(?:(?:gh-|#)[0-9]{1,9}(?:, ?| and |, and )?){1,20}\.?",
    re.IGNORECASE,
    needs=("#", "-"),
)
_SHORTLOG = Regex(r"\* \S+:$", needs=("* ",))
_PROSE = Regex(r"(?![*#\[]|Conflicts|See merge request|[\w-]+: )(?:\S+ ){3,}\S+")
# A branch with more commits, or with merges of its own, is taken for a long-lived branch.
_COMMITS_OF_A_TOPIC = 40
# A request that brings more other requests is not described by its title.
_REQUESTS_OF_A_TOPIC = 12
# Lines of development are looked for within such lines, so often.
_DEPTH = 4
# Types that the title of a request must not hide.
_FEATURES = frozenset(["feat", "security", "remove"])
# A long title is cut by GitHub, and continues in the first line of the body.
_CUTS = ("…", "...")
_NUMBER = Regex(r" ?\([#!][0-9]{1,9}\)$", needs=("#", "!"))


class Requests(NamedTuple):
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
        for _ in range(_DEPTH):
            lines = _lines_of_development(commits, subjects, titles, merges)
            if not lines:
                break
            # What a line brings has merges of its own, which were hidden until now.
            titles = {sha: title for sha, title in titles.items() if sha not in lines}
            merges = brought(commits, titles.keys())
        return cls(titles=titles, merges=merges)


def subject_of(commit: Commit) -> Subject:
    """Return the subject of a commit; of a cherry-picked merge, the title of its request."""
    if not commit.is_merge and commit.subject.startswith("Merge"):
        request = _MERGED_REQUEST.fullmatch(commit.subject)
        title = _title_of_request(commit, request) or _title_of_advisory(commit)
        if title and title.text:
            return title
    return Subject.parse(_continued(commit.subject, commit.body))


def title_of(commit: Commit) -> Subject:
    """Return the title of what a merge brings, if it contains one; else its own subject."""
    own = subject_of(commit)
    return (_title(commit, own) or own) if commit.is_merge else own


def _continued(title: str, below: str) -> str:
    """Return a title that GitHub has cut as a whole, if the text below it goes on.

    GitHub continues it there. The commits of a squashed request are listed there, too.
    """
    number = _NUMBER.search(title[-20:])
    stem = title[: -len(number[0])] if number else title
    if not stem.endswith(_CUTS):
        return title
    stem = stem.rstrip("….")
    first = below.lstrip()[:LONGEST].split("\n", 1)[0].rstrip()
    if first.startswith(_CUTS):
        whole = f"{stem}{first.lstrip('….')}"
    elif first.removeprefix("* ").startswith(stem):
        whole = first.removeprefix("* ")
    else:
        return title
    return f"{whole}{number[0] if number else ''}"


def _lines_of_development(
    commits: Sequence[Commit],
    subjects: Sequence[Subject],
    titles: Mapping[str, Subject],
    merges: Mapping[str, str],
) -> set[str]:
    """Return the ids of those merges that are shown by what they bring, not by their titles."""
    sizes: Counter[str] = Counter()
    nested: set[str] = set()
    typed: Counter[str] = Counter()
    numbered: Counter[str] = Counter()
    featured: set[str] = set()
    for commit, subject in zip(commits, subjects, strict=True):
        owner = merges.get(commit.sha, "")
        if not owner:
            continue
        own = titles.get(commit.sha, subject)
        if not commit.is_merge:
            sizes[owner] += 1
        # A request that was brought up to date has a merge, too, but only of the main line.
        elif not titles[owner].request or any(
            merges.get(parent) == owner for parent in commit.parents[1:]
        ):
            nested.add(owner)
        numbered[owner] += bool(own.request)
        typed[owner] += bool(own.type or own.request) and not commit.is_merge
        if own.breaking or own.type in _FEATURES or (own.request and own.type in {"fix", "perf"}):
            featured.add(owner)
    return {
        sha
        for sha, title in titles.items()
        if numbered[sha] > _REQUESTS_OF_A_TOPIC
        # Where most of the commits have no titles of their own, the request's title is better.
        or (title.type in UNSEEN and sha in featured and 2 * typed[sha] >= sizes[sha])
        or (sha in nested and _joins_lines(title.text))
        or _MERGES_BRANCH.fullmatch(title.text)
        or (
            not (title.request and title.text)
            and (sizes[sha] > _COMMITS_OF_A_TOPIC or sha in nested)
        )
    }


def brought(commits: Sequence[Commit], merges: AbstractSet[str]) -> dict[str, str]:
    """Return the id of the merge by the id of each commit that it brought onto a line.

    The main line follows the first parents. A merge other than `merges` joins two lines.
    """
    known = {commit.sha: commit for commit in commits}
    lines: set[str] = set()
    tips = [commits[0].sha] if commits else []
    while tips:
        sha = tips.pop()
        while sha in known and sha not in lines:
            lines.add(sha)
            parents = known[sha].parents
            if sha not in merges:
                tips += parents[1:]
            sha = next(iter(parents), "")
    owners: dict[str, str] = {}
    # The oldest first, because a later merge of the same branch brings only new commits.
    for merge in reversed([c for c in commits if c.sha in merges and c.sha in lines]):
        waiting = list(merge.parents[1:])
        while waiting:
            sha = waiting.pop()
            if sha in known and sha not in lines and sha not in owners:
                owners[sha] = merge.sha
                waiting += known[sha].parents
    return owners


def _title_of_request(merge: Commit, request: re.Match[str] | None) -> Subject | None:
    """Return the title of a request with a number; its text is empty if it has only that."""
    number = request or _GITLAB_MERGE.search(merge.body)
    if not number:
        return None
    first, _, below = merge.body.lstrip().partition("\n")
    title = (request and request["title"]) or _continued(first.rstrip(), below)
    others = (_GITLAB_MERGE.match, _TRAILER.match, _SHORTLOG.match, _REFERENCES.fullmatch)
    text = "" if any(other(title) for other in others) else title
    return Subject.parse(text)._replace(request=number["number"])


def _title_of_advisory(merge: Commit) -> Subject | None:
    first = _first_paragraph(merge) if merge.subject == ADVISORY_MERGE else ""
    return Subject.parse(first.split("\n", 1)[0]) if first else None


def _first_paragraph(commit: Commit) -> str:
    return next((part for part in commit.body.split("\n\n") if part.strip()), "").strip()


def brings_more(title: Subject, types: AbstractSet[str]) -> bool:
    """Return True for a title of a type that users do not see, and commits with one they see."""
    return title.type in UNSEEN and not types.isdisjoint(_FEATURES)


def _joins_lines(title: str) -> bool:
    """Return True for a title that names only the branches, as in `Merge v3.0 into develop`."""
    return bool(_SYNC.match(title) or _PLAIN_MERGE.match(title))


@lru_cache(maxsize=REMEMBERED)
def _title(merge: Commit, own: Subject) -> Subject | None:
    """Return the title of what a merge brings, or None if the merge does not contain one."""
    numbered = _title_of_request(merge, _MERGED_REQUEST.fullmatch(merge.subject))
    if numbered:
        return numbered
    if merge.subject == ADVISORY_MERGE:
        return _title_of_advisory(merge)
    # GitHub has a setting to use the title of the pull request. A merge by git may have a body.
    if own.request or own.type:
        return own
    if not _PLAIN_MERGE.match(merge.subject):
        return None if _SYNC.match(own.whole) else own
    prose = " ".join(_first_paragraph(merge).split())
    return Subject.parse(prose) if _PROSE.fullmatch(prose) else None
