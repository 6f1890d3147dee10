"""Title and description of a release, as people read them on a chart.

Lines are never cut to fit, and the most important come first. Those that do not fit are counted.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from annotate.notes.changes import Change
from annotate.notes.folding import Line, folded
from annotate.notes.groups import Groups
from annotate.notes.history import History
from annotate.notes.version_only import says_only_version
from annotate.text import fitted, length, one_line, plain, shorten, whole_lines
from annotate.versions.version import Version

#: Characters. Amplitude documents no limit; a chart shows a description in a small window.
DESCRIPTION_LIMIT = 3000
TITLE_LIMIT = 200
_SUBJECT_LIMIT = 200
_TRAILER = re.compile(r"(?:[a-z]+-)+by: .+|(?:change-id|cc): .+", re.IGNORECASE)
_NAME_ENDS = "@/-_. "


@dataclass(frozen=True, kw_only=True)
class Section:
    """The heading and the lines of a group."""

    heading: str
    lines: tuple[Line, ...]


def title(history: History, repository: str) -> str:
    """Return the subject of the annotated tag, else the names of the product and the version."""
    commits = "commit" if history.ahead == 1 else "commits"
    since = f" (+{history.ahead} {commits})" if history.ahead else ""
    product = _product(history.tag or history.previous) or repository
    names = one_line(f"{product} {history.version}{since}")
    return shorten(title_of_tag(history, repository) or names, TITLE_LIMIT)


def title_of_tag(history: History, repository: str) -> str:
    """Return the subject of the annotated tag; empty if it contains only the version."""
    subject = one_line(history.message.subject)
    bare = subject == history.tag or says_only_version(subject, repository)
    return "" if bare else subject


def _product(tag: str) -> str:
    """Return the product that a tag names, `@scope/web` for `@scope/web@1.2.3`; else empty."""
    version = Version.parse(tag)
    name = version.family.rstrip(_NAME_ENDS) if version else ""
    return "" if says_only_version(name, "") else name


def description(
    history: History, grouped: Groups, compare_url: str, limit: int = DESCRIPTION_LIMIT
) -> str:
    """Return the body of the tag, the changes in groups, and the compare URL as the last line.

    The text has whole lines only, and at most `limit` characters.
    """
    written = plain(history.message.body).split("\n")
    body = "\n".join(line for line in written if not _TRAILER.fullmatch(line)).strip("\n")
    head = [shorten(line, _SUBJECT_LIMIT * 2) for line in body.split("\n")] if body else []
    if not history.previous and history.commit and history.complete:
        head += ["", "First release."] if head else ["First release."]
    tail = ["", compare_url] if compare_url else []
    # If not even the counts fit, the first lines remain.
    return fitted(_composed(head, sections_of(grouped), grouped, tail, limit), limit)


def sections_of(grouped: Groups) -> list[Section]:
    """Return the lines of the groups. Changes with the same text are one line."""
    sections = []
    for group in grouped.groups:
        conventional = bool(group.heading)
        same: dict[str, list[Change]] = defaultdict(list)
        for change in group.changes:
            same[_text(change, conventional=conventional).casefold()].append(change)
        lines = [
            (_line(changes, conventional=conventional), sum(change.weight for change in changes))
            for changes in same.values()
        ]
        sections.append(Section(heading=group.heading, lines=tuple(folded(lines))))
    return sections


def _line(changes: Sequence[Change], *, conventional: bool) -> str:
    numbers = dict.fromkeys(change.subject.request for change in changes if change.subject.request)
    requests = shorten(f" ({', '.join(numbers)})", _SUBJECT_LIMIT // 2) if numbers else ""
    text = _text(changes[0], conventional=conventional)
    return f"- {shorten(text, _SUBJECT_LIMIT - len(requests))}{requests}"


def _text(change: Change, *, conventional: bool) -> str:
    subject = change.subject
    scope = f"{subject.scope}: " if subject.scope else ""
    text = f"{scope}{subject.text}" if conventional else subject.whole
    return f"{text}: {change.note}" if change.note else text


def _composed(
    head: list[str], sections: Sequence[Section], grouped: Groups, tail: list[str], limit: int
) -> str:
    total = grouped.unread + sum(weight for section in sections for _, weight in section.lines)
    under_the_hood = _under_the_hood(grouped.unseen)
    room = limit - length([*under_the_hood, *tail, "", _and_more(total)])
    lines = whole_lines(head, room)
    room -= length(lines)
    shown = 0
    for section in sections:
        opening = [*([""] if lines else []), *([section.heading] if section.heading else [])]
        fitting = whole_lines([text for text, _ in section.lines], room - length(opening))
        kept = section.lines[: len(fitting)]
        added = [*opening, *fitting] if kept else []
        lines += added
        room -= length(added)
        shown += sum(weight for _, weight in kept)
        if len(kept) < len(section.lines):
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
