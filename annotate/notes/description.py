"""Title and description of a release, as people read them on a chart.

Lines are never cut to fit, and the most important come first. Those that do not fit are counted.
No group takes the room of another one entirely.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from annotate.notes.changes import Change
from annotate.notes.folding import Line, folded
from annotate.notes.groups import BREAKING, FIXED, NEW, SECURITY, Groups
from annotate.notes.history import History, TagMessage
from annotate.notes.product import product
from annotate.notes.version_only import says_only_version
from annotate.regex import Regex
from annotate.text import ELLIPSIS, counted, fitted, length, one_line, plain, shorten, whole_lines

#: Characters. Amplitude documents no limit; a chart shows a description in a small window.
DESCRIPTION_LIMIT = 3000
TITLE_LIMIT = 200
_SUBJECT_LIMIT = 200
# Scopes, and requests, of a line that many changes have in common. A list that is not much longer
# is complete.
_LIST_LIMIT, _WHOLE_LIST_LIMIT = 60, 120
_COMMON_LINE_LIMIT = 300
_TRAILER = Regex(r"(?:[a-z]+-)+by: .+|(?:change-id|cc): .+", re.IGNORECASE, needs=(": ",))
_QUOTES = {'"': '"', "'": "'", "“": "”", "`": "`"}
# Shares of the room when not everything fits; those of other groups are 1.
_SHARES = {"": 3, BREAKING: 3, SECURITY: 3, NEW: 3, FIXED: 3}
# Types that are names of areas in commit ranges without a convention.
_AREAS = frozenset(["build", "refactor", "style", "test", "types"])
# Texts with fewer words may be the same by chance, and keep lines of their own by scope.
_LEAST_WORDS = 3
# Part of the room that the tag's own message may take from the changes.
_HEAD_SHARE = 2 / 3


class Section(NamedTuple):
    """The heading and the lines of a group."""

    heading: str
    lines: tuple[Line, ...]

    @property
    def opening(self) -> list[str]:
        """The lines before the list: an empty one, and the heading if there is one."""
        return ["", self.heading] if self.heading else [""]


def title(history: History, repository: str) -> str:
    """Return the subject of the annotated tag, else the names of the product and the version.

    `repository` is its path, such as `octo/shop`.
    """
    since = f" (+{counted(history.ahead, 'commit')})" if history.ahead else ""
    name = product(history.tag or history.previous, repository)
    names = one_line(f"{name} {history.version}{since}")
    return shorten(title_of_tag(history, repository) or names, TITLE_LIMIT)


def title_of_tag(history: History, repository: str) -> str:
    """Return the subject of the annotated tag; empty if it contains only the version."""
    subject = one_line(_unquoted(history.message).subject)
    bare = subject == history.tag or says_only_version(subject, repository)
    return "" if bare else subject


def _unquoted(message: TagMessage) -> TagMessage:
    """Return a message without quotes around all of it, which a shell left there."""
    subject, body = message.subject.strip(), message.body.strip()
    closing = _QUOTES.get(subject[:1], "")
    whole = f"{subject}\n{body}".rstrip()
    if len(whole) < 2 or not closing or whole.find(closing, 1) != len(whole) - 1:
        return message
    if body:
        return TagMessage(subject=subject[1:], body=body[:-1])
    return TagMessage(subject=subject[1:-1])


def description(
    history: History, grouped: Groups, compare_url: str, limit: int = DESCRIPTION_LIMIT
) -> str:
    """Return the body of the tag, the changes in groups, and the compare URL as the last line.

    The lines before that say how many commits are not listed. The text has whole lines only, and at
    most `limit` characters.
    """
    written = plain(_unquoted(history.message).body).split("\n")
    body = "\n".join(line for line in written if not _TRAILER.fullmatch(line)).strip("\n")
    head = [shorten(line, _SUBJECT_LIMIT * 2) for line in body.split("\n")] if body else []
    if not history.previous and history.commit and history.complete:
        head += ["", "First release."] if head else ["First release."]
    counts = [*_under_the_hood(grouped.unseen), *_elsewhere(history)]
    tail = ["", compare_url] if compare_url else []
    # If not even the counts fit, the first lines remain.
    return fitted(_composed(head, sections_of(grouped), grouped.unread, counts, tail, limit), limit)


def sections_of(grouped: Groups) -> list[Section]:
    """Return the lines of the groups. Changes with the same text are one line."""
    sections = []
    for group in grouped.groups:
        same: dict[str, list[Change]] = defaultdict(list)
        for change in group.changes:
            text = _text(change, as_written=group.as_written)
            general = len(text.split()) < _LEAST_WORDS or group.as_written
            scope = change.subject.scope if general else ""
            same[f"{scope}: {text}".casefold()].append(change)
        lines = [
            (_line(changes, as_written=group.as_written), sum(change.weight for change in changes))
            for changes in same.values()
        ]
        sections.append(Section(heading=group.heading, lines=tuple(folded(lines))))
    return sections


def _line(changes: Sequence[Change], *, as_written: bool) -> str:
    numbers = dict.fromkeys(change.subject.request for change in changes if change.subject.request)
    requests = _listed(numbers)
    scopes = {change.subject.scope.casefold(): change.subject.scope for change in changes}
    text = _text(changes[0], as_written=as_written)
    if _is_as_written(changes[0], as_written=as_written):
        scopes = {}
    scope = _listed(filter(None, scopes.values()))
    text = f"{scope}: {text}" if scope else text
    end = f" ({requests})" if requests else ""
    limit = _SUBJECT_LIMIT if len(changes) == 1 else _COMMON_LINE_LIMIT
    return f"- {shorten(text, limit - len(end))}{end}"


def _listed(names: Iterable[str]) -> str:
    """Return the names with commas between them, and a count of those that are left out."""
    names = list(names)
    whole = ", ".join(names)
    if len(whole) <= _WHOLE_LIST_LIMIT:
        return whole
    kept = names[:1]
    for name in names[1:]:
        if length(kept) + len(kept) + len(name) >= _LIST_LIMIT:
            break
        kept.append(name)
    text = shorten(", ".join(kept), _LIST_LIMIT)
    return f"{text} and {len(names) - len(kept)} more" if len(kept) < len(names) else text


def _is_as_written(change: Change, *, as_written: bool) -> bool:
    return as_written and change.subject.type in _AREAS


def _text(change: Change, *, as_written: bool) -> str:
    """Return the text of a change, without its scope unless it is shown as written."""
    subject = change.subject
    text = subject.whole if _is_as_written(change, as_written=as_written) else subject.text
    return f"{text}: {change.note}" if change.note else text


def _composed(
    head: list[str],
    sections: Sequence[Section],
    unread: int,
    counts: list[str],
    tail: list[str],
    limit: int,
) -> str:
    total = unread + sum(weight for section in sections for _, weight in section.lines)
    room = limit - length([*counts, *tail, "", _and_more(total)])
    head_room = int(room * _HEAD_SHARE) if sections else room
    lines = whole_lines(head, head_room)
    if len(lines) < len(head) and sections:
        lines = [*whole_lines(head, head_room - length([ELLIPSIS])), ELLIPSIS]
    shown = _shares(sections, room - length(lines), _and_more(total))
    rest = unread + sum(
        weight
        for section, number in zip(sections, shown, strict=True)
        if not number
        for _, weight in section.lines
    )
    last = max((place for place, number in enumerate(shown) if number), default=-1)
    for place, (section, number) in enumerate(zip(sections, shown, strict=True)):
        if not number:
            continue
        lines += section.opening[0 if lines else 1 :]
        lines += [text for text, _ in section.lines[:number]]
        more = sum(weight for _, weight in section.lines[number:]) + (rest if place == last else 0)
        lines += [_and_more(more)] if more else []
    if rest and last < 0:
        lines.append(_and_more(rest))
    if counts:
        lines += ["", *counts] if lines else counts
    return "\n".join([*lines, *tail]).strip("\n")


def _shares(sections: Sequence[Section], room: int, more: str) -> list[int]:
    """Return how many lines of each section are shown.

    A section that needs less than its share leaves the rest to the others, and what remains at the
    end goes to the most important ones. `more` is the longest line that counts the others.
    """
    texts = [[text for text, _ in section.lines] for section in sections]
    ends = length([more])
    needs = [
        length([*section.opening, *lines]) for section, lines in zip(sections, texts, strict=True)
    ]
    if sum(needs) <= room:
        return [len(lines) for lines in texts]
    weights = [_SHARES.get(section.heading, 1) for section in sections]
    shown = [0] * len(sections)
    left, weight_left = room, sum(weights)
    for place in sorted(range(len(sections)), key=lambda place: needs[place] / weights[place]):
        share = left * weights[place] // weight_left
        shown[place] = _fitting(sections[place], texts[place], share, ends)
        left -= _used(sections[place], texts[place], shown[place], ends)
        weight_left -= weights[place]
    for place, section in enumerate(sections):
        left += _used(section, texts[place], shown[place], ends)
        shown[place] = max(shown[place], _fitting(section, texts[place], left, ends))
        left -= _used(section, texts[place], shown[place], ends)
    return shown


def _fitting(section: Section, texts: Sequence[str], room: int, ends: int) -> int:
    """Return how many lines of a section fit, with its heading and a count of the others."""
    room -= length(section.opening)
    if length(texts) <= room:
        return len(texts)
    return len(whole_lines(texts, room - ends))


def _used(section: Section, texts: Sequence[str], shown: int, ends: int) -> int:
    if not shown:
        return 0
    return length([*section.opening, *texts[:shown]]) + (ends if shown < len(texts) else 0)


def _and_more(count: int) -> str:
    return f"… and {count} more"


def _under_the_hood(count: int) -> list[str]:
    if not count:
        return []
    return [f"{counted(count, 'change')} under the hood"]


def _elsewhere(history: History) -> list[str]:
    """Say how many commits were left out because they are not in the folder of the product."""
    if not history.elsewhere:
        return []
    folders = ", ".join(f"{one_line(folder).rstrip('/')}/" for folder in history.folders)
    commits = counted(history.elsewhere, "commit")
    are = "is" if history.elsewhere == 1 else "are"
    return [f"{commits} outside of {folders} {are} not listed."]
