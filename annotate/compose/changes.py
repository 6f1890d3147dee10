"""The commits of a range -> what changed: each request once, reverts taken off what they revert."""

import re
from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from annotate.compose.history import Commit
from annotate.compose.subject import TYPES, Subject, readable

_BREAKING = re.compile(r"^BREAKING[ -]CHANGE(?:\([^)]*\))?!?:[ \t]*(?P<note>.*)", re.MULTILINE)
_REVERTS = re.compile(r"\bThis reverts commit (?P<sha>[0-9a-f]{7,40})\b")
_REVERTED_SUBJECT = re.compile(r'Revert "(?P<subject>.+)"(?:\s*\([#!][0-9]+\))?')
_REVERTED_REQUEST = re.compile(r"^Reverts (?:[\w./-]+)?(?P<number>[#!][0-9]{1,9})\b", re.MULTILINE)
_PLAIN_MERGE = re.compile(r"merge[ds]?\b", re.IGNORECASE)
_ADVISORY_MERGE = "Merge commit from fork"
_MERGED_REQUEST = re.compile(
    r"Merge(?:d in \S+ \(| )pull request (?P<number>#[0-9]{1,9})(?:\)| from \S+)"
)
_GITLAB_MERGE = re.compile(r"^See merge request \S*?(?P<number>![0-9]{1,9})\s*$", re.MULTILINE)
_BOTS = ("dependabot", "renovate", "greenkeeper", "snyk-bot", "pre-commit-ci", "github-actions")


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


def changes(commits: Sequence[Commit]) -> list[Change]:
    """What changed, newest first: the commits of a request are one change, with its title.

    Commits and requests that a later commit of the range reverts are left out, with that commit.
    """
    parts = [_of_commit(commit) for commit in commits]
    told = list(zip(commits, parts, strict=True))
    requests = {
        commit.sha: request
        for commit, part in told
        if (request := _request_of(commit, part.subject))
    }
    reverted = _reverted([(one, requests.get(one.sha, part.subject)) for one, part in told])
    owners = _owners(commits, requests.keys() | reverted)
    inside: dict[str, list[Change]] = defaultdict(list)
    for commit, part in told:
        if not commit.is_merge and commit.sha in owners and commit.sha not in reverted:
            inside[owners[commit.sha]].append(part)
    return [
        _of_request(requests[commit.sha], inside[commit.sha]) if commit.sha in inside else part
        for commit, part in told
        if commit.sha not in reverted
        and (commit.sha in inside if commit.is_merge else commit.sha not in owners)
    ]


def _of_commit(commit: Commit) -> Change:
    subject = Subject.parse(commit.subject)
    footer = _BREAKING.search(commit.body)
    return Change(
        subject=subject,
        breaking=subject.breaking or footer is not None,
        note=readable(footer["note"]) if footer else "",
        by_bot=_is_bot(commit),
    )


def _of_request(request: Subject, parts: Sequence[Change]) -> Change:
    """The request by its title; what that does not say, its commits do."""
    kinds = {part.subject.type for part in parts}
    kind = request.type or next((one for one in TYPES if one in kinds), "")
    return Change(
        subject=replace(request, type=kind),
        breaking=request.breaking or any(part.breaking for part in parts),
        note=next((part.note for part in parts if part.note), ""),
        by_bot=all(part.by_bot for part in parts),
        weight=len(parts),
    )


def _request_of(commit: Commit, own: Subject) -> Subject | None:
    """The title of the request that a merge brings in; None where it names none.

    Source of the forms: what GitHub, GitLab and Bitbucket write into their merge commits. A
    subject of its own is a title too: GitHub can be told to use the request's.
    """
    if not commit.is_merge:
        return None
    number = _MERGED_REQUEST.match(commit.subject) or _GITLAB_MERGE.search(commit.body)
    title = next((line for line in commit.body.splitlines() if line.strip()), "")
    if not (number or commit.subject == _ADVISORY_MERGE):
        says_more = own.request or own.type or not _PLAIN_MERGE.match(commit.subject)
        return own if says_more else None
    if not readable(title) or _GITLAB_MERGE.match(title):
        return None
    parsed = Subject.parse(title)
    return replace(parsed, request=number["number"]) if number else parsed


def _owners(commits: Sequence[Commit], merges: AbstractSet[str]) -> dict[str, str]:
    """The merge that brought each commit of a branch onto the main line, for some merges."""
    known = {commit.sha: commit for commit in commits}
    main_line: dict[str, Commit] = {}
    tip = commits[0].sha if commits else ""
    while tip in known and tip not in main_line:
        main_line[tip] = known[tip]
        tip = next(iter(known[tip].parents), "")
    owners: dict[str, str] = {}
    # The oldest first: a later merge of the same branch brings only what is new on it.
    for merge in reversed([commit for sha, commit in main_line.items() if sha in merges]):
        waiting = list(merge.parents[1:])
        while waiting:
            sha = waiting.pop()
            if sha in known and sha not in main_line and sha not in owners:
                owners[sha] = merge.sha
                waiting += known[sha].parents
    return owners


def _reverted(told: Sequence[tuple[Commit, Subject]]) -> set[str]:
    """The commits that cancel each other: reverts, and what they revert in the same range."""
    by_name: dict[str, str] = {}
    for commit, subject in told:
        # The oldest of one name counts: nothing reverts what comes after it.
        names = [commit.sha[:7], commit.subject, *([subject.request] if subject.request else [])]
        by_name |= dict.fromkeys(names, commit.sha)
    gone: set[str] = set()
    # The newest first: what reverts a revert takes both away, and the first stays.
    for commit, _ in told:
        name = _what_is_reverted(commit)
        target = by_name.get(name, "") if name else ""
        if target and commit.sha not in gone and target not in gone | {commit.sha}:
            gone |= {commit.sha, target}
    return gone


def _what_is_reverted(commit: Commit) -> str:
    """The name of what a commit reverts: a shortened id, a request, a subject; or nothing."""
    if match := _REVERTS.search(commit.body):
        return match["sha"][:7]
    match = _REVERTED_SUBJECT.fullmatch(commit.subject.strip())
    if match is None:
        return ""
    request = _REVERTED_REQUEST.search(commit.body)
    return request["number"] if request else match["subject"]


def _is_bot(commit: Commit) -> bool:
    name = f"{commit.author} {commit.email}".lower()
    return "[bot]" in name or any(bot in name for bot in _BOTS)
