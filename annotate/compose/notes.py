"""Title and description: what a product person reads on the chart.

Where the range follows a convention, what users see comes first, in groups, and what they do not
see is counted; where it does not, the subjects stand as they are. What has no room is counted.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotate.compose.bare import is_bare, says_only_version
from annotate.compose.changes import Change, changes
from annotate.compose.history import History
from annotate.compose.text import one_line, plain, shorten
from annotate.compose.version import Version

#: Amplitude documents no limit; a description is read on a chart, in a small window.
DESCRIPTION_LIMIT = 3000
TITLE_LIMIT = 200
_SUBJECT_LIMIT = 200

# The most important first: what does not fit is cut from the end.
_HEADINGS = {"feat": "New", "fix": "Fixed", "perf": "Faster"}
_BREAKING, _OTHER = "Breaking changes", "Also"
_UNSEEN = {"chore", "ci", "test", "build", "style"}
_UNFINISHED = re.compile(r"(?:fixup|squash|amend)! |wip\b", re.IGNORECASE)
_TRAILER = re.compile(r"(?:[a-z]+-)+by: .+|(?:change-id|cc): .+", re.IGNORECASE)
_NAME_ENDS = "@/-_. "


@dataclass(frozen=True, kw_only=True)
class Section:
    """Lines of one kind, the newest first, each with the commits that it stands for."""

    #: Empty where the range follows no convention.
    heading: str
    lines: tuple[tuple[str, int], ...]


def title(history: History, repository: str) -> str:
    """The subject of the annotated tag where it says more than the version, else both names."""
    commits = "commit" if history.ahead == 1 else "commits"
    since = f" (+{history.ahead} {commits})" if history.ahead else ""
    product = _product(history.tag or history.previous) or repository
    plainly = one_line(f"{product} {history.version}{since}")
    return shorten(title_of_tag(history, repository) or plainly, TITLE_LIMIT)


def title_of_tag(history: History, repository: str) -> str:
    """The subject of the annotated tag; empty where it says nothing but the version."""
    subject = one_line(history.message.subject)
    bare = subject == history.tag or says_only_version(subject, repository)
    return "" if bare else subject


def _product(tag: str) -> str:
    """The product that a tag names, as `@scope/web` of `@scope/web@1.2.3`; else empty."""
    version = Version.parse(tag)
    name = version.family.rstrip(_NAME_ENDS) if version else ""
    return "" if says_only_version(name, "") else name


def description(history: History, repository: str, compare_url: str) -> str:
    """The tag's body, what changed, and the compare address as the last line.

    Whole lines only, at most DESCRIPTION_LIMIT characters.
    """
    # How far a cut history reaches is not known without the release before.
    is_known = history.complete or history.previous
    found = changes(history.commits) if is_known else []
    told = [one for one in found if one.breaking or not is_bare(one.subject.whole, repository)]
    sections, unseen = sections_of(told)
    said = plain(history.message.body).split("\n")
    body = "\n".join(line for line in said if not _TRAILER.fullmatch(line)).strip("\n")
    head = [shorten(line, _SUBJECT_LIMIT * 2) for line in body.split("\n")] if body else []
    if not history.previous and history.commit and history.complete:
        head += ["", "First release."] if head else ["First release."]
    read = sum(not commit.is_merge for commit in history.commits)
    tail = ["", compare_url] if compare_url else []
    untold = history.count - read if is_known else 0
    return _fitted(head, sections, unseen, untold, tail)


def sections_of(found: Sequence[Change]) -> tuple[list[Section], int]:
    """What users see, in sections, the most important first; and how many commits they do not."""
    conventional = _is_conventional(found)
    lines: dict[str, dict[str, int]] = {}
    unseen = 0
    for change in found:
        if _is_unseen(change, conventional=conventional):
            unseen += change.weight
        else:
            rows = lines.setdefault(_heading(change, conventional=conventional), {})
            text = _line(change, conventional=conventional)
            rows[text] = rows.get(text, 0) + change.weight
    order = [_BREAKING, *_HEADINGS.values(), _OTHER, ""]
    return [
        Section(heading=heading, lines=tuple(lines[heading].items()))
        for heading in order
        if heading in lines
    ], unseen


def _is_conventional(found: Iterable[Change]) -> bool:
    """Decided from the range itself: one in three has a type, and one is new or mended."""
    types = [change.subject.type for change in found if not change.by_bot]
    return bool({"feat", "fix"} & set(types)) and 3 * sum(map(bool, types)) >= len(types)


def _is_unseen(change: Change, *, conventional: bool) -> bool:
    subject = change.subject
    unseen = (
        change.by_bot
        or _UNFINISHED.match(subject.whole)
        or (conventional and subject.type in _UNSEEN)
    )
    return not subject.text or bool(unseen and not change.breaking)


def _heading(change: Change, *, conventional: bool) -> str:
    if change.breaking:
        return _BREAKING
    return _HEADINGS.get(change.subject.type, _OTHER) if conventional else ""


def _line(change: Change, *, conventional: bool) -> str:
    subject = change.subject
    scope = f"{subject.scope}: " if subject.scope else ""
    text = f"{scope}{subject.text}" if conventional else subject.whole
    text = f"{text}: {change.note}" if change.breaking and change.note else text
    request = f" ({subject.request})" if subject.request else ""
    return f"- {shorten(text, _SUBJECT_LIMIT - len(request))}{request}"


def _fitted(
    head: list[str], sections: Sequence[Section], unseen: int, untold: int, tail: list[str]
) -> str:
    total = untold + sum(weight for section in sections for _, weight in section.lines)
    under_the_hood = _under_the_hood(unseen)
    room = DESCRIPTION_LIMIT - _length([*under_the_hood, *tail, "", _and_more(total)])
    lines = head[: _count_fitting(head, room)]
    room -= _length(lines)
    shown = 0
    for section in sections:
        opening = [*([""] if lines else []), *([section.heading] if section.heading else [])]
        fitting = _count_fitting([text for text, _ in section.lines], room - _length(opening))
        kept = section.lines[:fitting]
        added = [*opening, *(text for text, _ in kept)] if kept else []
        lines += added
        room -= _length(added)
        shown += sum(weight for _, weight in kept)
        if fitting < len(section.lines):
            break
    lines += [_and_more(total - shown)] if total > shown else []
    if under_the_hood:
        lines += ["", *under_the_hood] if lines else under_the_hood
    return "\n".join([*lines, *tail]).strip("\n")


def _and_more(count: int) -> str:
    return f"… and {count} more"


def _under_the_hood(count: int) -> list[str]:
    if not count:
        return []
    return [f"{count} {'change' if count == 1 else 'changes'} under the hood"]


def _count_fitting(lines: Sequence[str], room: int) -> int:
    for index, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            return index
    return len(lines)


def _length(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)
