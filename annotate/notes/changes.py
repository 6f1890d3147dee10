"""Turn a commit range into changes: a pull request is one change, reverted commits are removed."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Self

from annotate.notes.backports import backported
from annotate.notes.dialects import OF_THE_PRODUCT, TYPES
from annotate.notes.history import Commit
from annotate.notes.memory import REMEMBERED
from annotate.notes.people import Person
from annotate.notes.requests import (
    ADVISORY_MERGE,
    Requests,
    brings_more,
    brought,
    subject_of,
    title_of,
)
from annotate.notes.reverts import reverted
from annotate.notes.subject import LONGEST, Subject, readable
from annotate.regex import Regex

_BREAKING = Regex(
    r"^BREAKING[ -]CHANGE(?:\([^)\n]{0,60}\))?!?:[ \t]*(?P<note>.*)",
    re.MULTILINE,
    needs=("BREAKING",),
)
#: Ids of security advisories.
ADVISORY = Regex(r"\b(?:CVE-[0-9]{4}-[0-9]+|GHSA(?:-[0-9a-z]{4}){3})\b", needs=("CVE-", "GHSA-"))
# Renovate marks its fixes like this, at the end: at the start it is the name of an area.
_SECURITY_MARK = Regex(r"\[security\](?: \([#!][0-9]+\))?$", re.IGNORECASE, needs=("[",))
_SECURITY_FIX = Regex(
    r"security (?:bump|fix(?:es)?|patch(?:es)?|updates?|upgrade)(?:$|:| (?:for|in|of|to)\b)"
    r"|(?:(?:bump|update|upgrade)s? .*\bto )?"
    r"(?:fix(?:e[sd])?|mitigates?|resolves?|address(?:es)?) "
    r"(?:(?:an?|the|some|several|two|multiple|potential|possible|critical|severe|reported) ){0,3}"
    r"(?:security (?:issues?|holes?|bugs?|flaws?|fixes)|(?:security )?vulnerabilit(?:y|ies))\b",
    re.IGNORECASE,
)
# A line of a body with nothing but advisories, such as `[CVE-2026-12345]`.
_ADVISORY_LINE = Regex(r"(?:fix(?:es|ed)?|security|cve|advisory|ref)?\W*$", re.IGNORECASE)


class Change(NamedTuple):
    """A change, made by one commit or by those of a pull request."""

    subject: Subject
    #: Its commit, or the merge of its pull request.
    commit: Commit
    #: Its authors and co-authors.
    people: tuple[Person, ...]
    #: True if the commits mark it as breaking (Conventional Commits 1.0.0).
    breaking: bool = False
    #: Text of the `BREAKING CHANGE` footer; empty if there is none.
    note: str = ""
    #: True if it fixes a vulnerability.
    security: bool = False
    #: True if all its authors are bots. Agents are not bots.
    by_bot: bool = False
    #: Number of commits that it stands for, without merges.
    weight: int = 1

    @classmethod
    def of(cls, commit: Commit) -> Self:
        """Return the change of a single commit."""
        subject = subject_of(commit)
        footer = _BREAKING.search(commit.body)
        return cls(
            subject=subject,
            breaking=subject.breaking or footer is not None,
            note=readable(footer["note"]) if footer else "",
            security=_is_security(commit, subject),
            by_bot=commit.author.is_bot,
            commit=commit,
            people=commit.people,
        )


def changes(commits: Sequence[Commit], known_before: Sequence[Commit] = ()) -> list[Change]:
    """Return the changes of a commit range, newest first.

    The commits of a pull request are one change, with its title. A commit or pull request that a
    later commit of the range reverts is removed, together with that commit. So is what the previous
    release has on its own branch; `known_before` are the commits there.
    """
    parts = [_alone(commit) for commit in commits]
    requests = Requests.of(commits, [part.subject for part in parts])
    titles = requests.titles
    pairs = list(zip(commits, parts, strict=True))
    named = [(commit, titles.get(commit.sha, part.subject)) for commit, part in pairs]
    gone = reverted(named) | backported(named, [(one, title_of(one)) for one in known_before])
    merges = brought(commits, titles.keys() | gone) if gone else requests.merges
    inside: dict[str, list[Change]] = defaultdict(list)
    for commit, part in pairs:
        if not commit.is_merge and commit.sha in merges and commit.sha not in gone:
            inside[merges[commit.sha]].append(part)
    return [
        _of_request(commit, titles[commit.sha], inside[commit.sha])
        if commit.sha in inside
        else part
        for commit, part in pairs
        if commit.sha not in gone
        and (commit.sha in inside if commit.is_merge else commit.sha not in merges)
    ]


@lru_cache(maxsize=REMEMBERED)
def _alone(commit: Commit) -> Change:
    return Change.of(commit)


def _is_security(commit: Commit, subject: Subject) -> bool:
    """Return True for the fix of a vulnerability. The message of a bot quotes those of others."""
    if subject.type == "security" or commit.subject == ADVISORY_MERGE:
        return True
    if ADVISORY.search(subject.whole) or _SECURITY_FIX.match(subject.text):
        return True
    if _SECURITY_MARK.search(commit.subject):
        return True
    if commit.author.is_bot or not ("CVE-" in commit.body or "GHSA-" in commit.body):
        return False
    return any(
        ADVISORY.search(line) and _ADVISORY_LINE.match(ADVISORY.sub("", line).strip(" []()*-"))
        for line in commit.body.splitlines()
        if len(line) <= LONGEST
    )


def _of_request(merge: Commit, title: Subject, parts: Sequence[Change]) -> Change:
    """Return the change of a pull request.

    A missing type or text of the title is taken from the commits, the oldest first. So is a type
    that users do not see, if there is one that they see. One commit in `docs` of many without a
    type does not make a request documentation.
    """
    oldest_first = [part.subject for part in reversed(parts)]
    kinds = Counter(subject.type for subject in oldest_first)
    # The most important type of the commits.
    most = next((known for known in TYPES if known in kinds), "")
    if title.text and "" in kinds and most not in OF_THE_PRODUCT and 2 * kinds[most] < len(parts):
        most = ""
    kind = title.type if title.type and not brings_more(title, kinds.keys()) else most
    if not title.text:
        first = next((part for part in oldest_first if part.type == kind), oldest_first[0])
        title = first._replace(request=title.request)
    return Change(
        subject=title._replace(type=kind),
        breaking=title.breaking or any(part.breaking for part in parts),
        note=next((part.note for part in parts if part.note), ""),
        security=_is_security(merge, title) or any(part.security for part in parts),
        by_bot=all(part.by_bot for part in parts),
        weight=len(parts),
        commit=merge,
        people=tuple(person for part in parts for person in part.people),
    )
