"""Title and description, from the tag's message and the subjects of the commits."""

import re
from collections.abc import Sequence

from annotate.compose.history import History
from annotate.compose.text import one_line, plain, shorten

#: Amplitude documents no limit; a description is read on a chart, in a small window.
DESCRIPTION_LIMIT = 3000
TITLE_LIMIT = 200
_SUBJECT_LIMIT = 200

_VERSION_LIKE = re.compile(r"\b[vV]?[0-9]+(?:[._-][0-9A-Za-z]+)*\b")
_SCOPE = re.compile(r"^(\w+)\([^)]*\)!?:")
_SKIP_CI = re.compile(r"\[(?:skip ci|ci skip|no ci|skip actions)\]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
# What people write around a version when they mean nothing but the version.
_BARE_WORDS = frozenset(
    [
        "a",
        "the",
        "of",
        "for",
        "to",
        "new",
        "number",
        "numbers",
        "bump",
        "bumps",
        "bumped",
        "bumping",
        "build",
        "chore",
        "ci",
        "cut",
        "final",
        "make",
        "prepare",
        "preparing",
        "publish",
        "release",
        "released",
        "releases",
        "releasing",
        "set",
        "start",
        "tag",
        "tagged",
        "tagging",
        "update",
        "updates",
        "updated",
        "v",
        "ver",
        "version",
        "versions",
    ]
)


def title(history: History, repository: str) -> str:
    """The subject of the annotated tag where it says more than the version, else both names."""
    since = f" (+{history.ahead} commits)" if history.ahead else ""
    plainly = one_line(f"{repository} {history.version}{since}")
    return shorten(title_of_tag(history, repository) or plainly, TITLE_LIMIT)


def title_of_tag(history: History, repository: str) -> str:
    """The subject of the annotated tag; empty where it says nothing but the version."""
    subject = one_line(history.message.subject)
    return "" if _says_only_version(subject, repository) else subject


def description(history: History, repository: str, compare_url: str) -> str:
    """The tag's body, the commits newest first, and the compare address as the last line.

    Whole lines only, at most DESCRIPTION_LIMIT characters; what had no room is counted.
    """
    body = plain(history.message.body)
    subjects = [one_line(commit.subject) for commit in history.commits]
    told = [subject for subject in subjects if subject and not is_bare(subject, repository)]
    untold = history.count - len(subjects)
    head = [shorten(line, _SUBJECT_LIMIT * 2) for line in body.split("\n")] if body else []
    if not history.previous and history.commit and history.complete:
        head += ["", "First release."] if head else ["First release."]
    tail = ["", compare_url] if compare_url else []
    bullets = [f"- {shorten(subject, _SUBJECT_LIMIT)}" for subject in told]
    return _fit(head, bullets, untold, tail)


def is_bare(subject: str, repository: str) -> bool:
    """True for `Release 1.2.3`, `chore(release): v1.2.3 [skip ci]`: a commit that only tags."""
    subject = _SCOPE.sub(r"\1:", subject)
    names_one = _VERSION_LIKE.search(subject) or re.search(
        "release|version", subject, re.IGNORECASE
    )
    return bool(names_one) and _says_only_version(subject, repository)


def _says_only_version(subject: str, repository: str) -> bool:
    rest = _VERSION_LIKE.sub(" ", _SKIP_CI.sub(" ", subject))
    rest = re.sub(rf"\b{re.escape(repository)}\b", " ", rest, flags=re.IGNORECASE)
    return all(word.lower() in _BARE_WORDS for word in _WORD.findall(rest))


def _fit(head: list[str], bullets: list[str], untold: int, tail: list[str]) -> str:
    room = DESCRIPTION_LIMIT - _length(tail) - _length([_and_more(len(bullets) + untold)])
    head_kept = head[: _count_fitting(head, room)]
    if head_kept and bullets:
        head_kept.append("")
    bullets_kept = bullets[: _count_fitting(bullets, room - _length(head_kept))]
    more = len(bullets) - len(bullets_kept) + untold
    lines = [*head_kept, *bullets_kept, *([_and_more(more)] if more else []), *tail]
    return "\n".join(lines).strip("\n")


def _and_more(count: int) -> str:
    return f"… and {count} more"


def _count_fitting(lines: Sequence[str], room: int) -> int:
    for index, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            return index
    return len(lines)


def _length(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)
