"""Read the subject of a commit: its type, scope, pull request and plain text.

Source of the form: Conventional Commits 1.0.0. GitHub adds `(#12)` to the subject of a squashed
pull request; GitLab adds `(!12)` for a merge request. The names of types are in `dialects`.
"""

import re
from typing import NamedTuple

from annotate.notes import dialects
from annotate.regex import Regex
from annotate.text import one_line

#: Characters of a line that are read, because the patterns below can take quadratic time.
LONGEST = 500
_LONGEST_NUMBER = 20
_CONVENTIONAL = Regex(
    r"(?P<type>[a-z]{1,20}(?:[/,] ?[a-z]{1,20}){0,3}) ?(?P<early>!)?(?:\((?P<scope>[^()]{0,60})\))?"
    r" ?(?P<breaking>!)? ?[:：](?: |(?=[^\W\d_]))(?P<text>\S.*)",
    re.IGNORECASE,
    needs=(":", "："),
)
_BREAKING = Regex(
    r"breaking(?:[ -]changes?)?(?:\((?P<scope>[^()]{0,60})\))?!?[:：] ?(?P<text>\S.*)",
    re.IGNORECASE,
    needs=(":", "："),
)
_GROUP = Regex(
    r"(?:\[(?P<group>[^\[\]]{1,80})\]|【(?P<wide>[^【】]{1,80})】) ?(?:[:：] ?|- )?(?=\S)",
    needs=("[", "【"),
)
_GROUPS = 4
_REVERT = Regex(r'(?:revert )?"(?P<text>[^"].*?)"?', re.IGNORECASE, needs=('"',))
_SAYS_REVERT = Regex(
    r"(?:\S+ ){0,2}(?:revert|undo|back(?:s|ed)? ?out|roll(?:s|ed)? ?back)", re.IGNORECASE
)
_REQUEST = Regex(r"\s*\((?P<number>[#!][0-9]{1,9})\)\s*$", needs=("#", "!"))
SHORTCODE = Regex(r"(?<![\w:]):[a-z][a-z0-9_+-]*:(?![\w:])", needs=(":",))
_LEADING_SYMBOLS = Regex(r"^[^\w\s\"'`(\[<{#@$./*_~+-]+\s+")
_LINK = Regex(r"!?\[([^\[\]]+)\]\([^()\s]+\)", needs=("](",))
# Not `__`, which in subjects is part of a name such as `__init__`.
_EMPHASIS = Regex(r"(\*\*|`{1,3})(?=\S)(.+?)(?<=\S)\1", needs=("**", "`"))
_CLOSING = Regex(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|ref(?:s|erences?)?|relates? to"
    r"|(?<!revert )(?<!reverts )part of)"
    r"\b:?\s+(?:#[0-9]+(?:\s*(?:,|and)\s*)?)+\)?\.?$",
    re.IGNORECASE,
    needs=("#",),
)
_SKIPS = Regex(r" ?\[(?:(?:skip|no)[ -][\w-]+|[\w-]+[ -]skip)\]", re.IGNORECASE, needs=("[",))
# What translation robots write beside the language.
_ROBOTS_PAGE = Regex(
    r" ?[(<]?https?://[^\s/]*(?:weblate|crowdin|transifex)[^\s()<>]*[)>]?",
    re.IGNORECASE,
    needs=("://",),
)
_MESSAGE_ID = Regex(
    r" ?\(?(?:cf\.|see|source:|ref:|link:) <[^<>@\s]{1,200}@[^<>\s]{1,200}>\)?",
    re.IGNORECASE,
    needs=("<",),
)
_LEADING_ISSUE = Regex(
    r"^(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)?\s*#[0-9]+\s*[:–-]\s+", re.IGNORECASE, needs=("#",)
)
_WITHIN_WORDS = str.maketrans("", "", "-'’")
_ENDS_OPEN = Regex(r"\b(?:in|by|for|from|of|to|see|with|and|issue|pr)$", re.IGNORECASE)
_TRAILING_ISSUES = Regex(r"(?:\s+(?:#[0-9]+|\(#[0-9]+\)))+$", needs=("#",))


class Subject(NamedTuple):
    """The parts of a subject."""

    #: A key of `TYPES`; empty if there is none.
    type: str
    scope: str
    #: True if it is marked as breaking.
    breaking: bool
    #: The text without type, scope and pull request.
    text: str
    #: The pull or merge request, `#12` or `!12`; empty if there is none.
    request: str
    #: The text with type and scope, for commit ranges that follow no convention.
    whole: str

    @classmethod
    def parse(cls, line: str) -> "Subject":
        """Read a subject. All parts are clean lines of text."""
        if len(line) > LONGEST:
            # The number is at the end of the line.
            number = _REQUEST.search(line[-_LONGEST_NUMBER:])
            line = line[:LONGEST] + (f" ({number['number']})" if number else "")
        sign, rest = dialects.sign(line)
        other_sign, rest = dialects.sign(rest)
        whole = readable(rest)
        request = ""
        # A revert of a squashed pull request ends in two numbers, and the last is its own.
        if match := _REQUEST.search(whole):
            request, whole = match["number"], whole[: match.start()]
        found = _read(_bare(dialects.without_branch(whole)))
        kind, scope = found.type, found.scope
        if not kind and sign and sign != dialects.BREAKING:
            kind, scope = ("chore", "deps") if sign == "deps" else (sign, scope)
        told = capitalized(found.whole, line)
        text = told if found.text == found.whole else capitalized(found.text, line)
        return cls(
            type=kind,
            scope=scope,
            breaking=found.breaking or dialects.BREAKING in {sign, other_sign},
            text=_told_of_revert(text, named=found.names_reverted) if kind == "revert" else text,
            request=request,
            whole=told,
        )


class _Parts(NamedTuple):
    """What stands in a subject without its request."""

    text: str
    whole: str
    type: str = ""
    scope: str = ""
    breaking: bool = False
    #: True if the text is the subject of the commit that this one reverts.
    names_reverted: bool = False


def _read(text: str) -> _Parts:
    """Read type and scope, also those in brackets at the start."""
    kind = area = of_ticket = ""
    breaking, rest = False, text
    for _ in range(_GROUPS):
        found = _GROUP.match(rest)
        if not found:
            break
        group = (found["group"] or found["wide"]).strip()
        if dialects.is_reference(group):
            of_ticket = of_ticket or dialects.type_of_ticket(group)
        elif not kind and (named := dialects.type_of(group)):
            kind = named
        elif group.lower().startswith(dialects.BREAKING):
            breaking = True
        elif area:
            break
        else:
            area = group
        rest = rest[found.end() :]
    parts = _conventional(rest)
    if parts.type or kind:
        kind = parts.type or kind
        return parts._replace(
            type=kind, scope=parts.scope or area, breaking=parts.breaking or breaking
        )
    whole = f"[{area}] {rest}" if area else parts.whole
    return parts._replace(
        type=of_ticket,
        breaking=parts.breaking or breaking,
        text=whole if area else parts.text,
        whole=whole,
    )


def _conventional(text: str) -> _Parts:
    """Read a text in the form of Conventional Commits, or the revert that git writes."""
    if found := _BREAKING.fullmatch(text):
        inner = found["text"]
        return _Parts(scope=found["scope"] or "", breaking=True, text=inner, whole=inner)
    found = _CONVENTIONAL.fullmatch(text)
    kind = dialects.type_of(found["type"]) if found else ""
    if found and kind:
        inner = found["text"]
        if kind == "revert":
            return _revert(inner)
        _, inner = dialects.sign(inner)
        return _Parts(
            type=kind,
            scope=(found["scope"] or "").strip(),
            breaking=bool(found["early"] or found["breaking"]),
            text=_LEADING_SYMBOLS.sub("", inner) or inner,
            whole=text,
        )
    return _revert(text) if text[:8].lower() == 'revert "' else _Parts(text=text, whole=text)


def _revert(text: str) -> _Parts:
    """Return the parts of a revert. If it names what it reverts, that is its text."""
    quoted = _REVERT.fullmatch(text)
    inner = quoted["text"] if quoted else text
    inner = _bare(_REQUEST.sub("", inner))
    found = _CONVENTIONAL.fullmatch(inner)
    if not found or not dialects.type_of(found["type"]):
        return _Parts(type="revert", text=inner, whole=inner, names_reverted=bool(quoted))
    scope = (found["scope"] or "").strip()
    text = f"{scope}: {found['text']}" if scope else found["text"]
    return _Parts(type="revert", text=text, whole=text, names_reverted=True)


def _told_of_revert(text: str, *, named: bool) -> str:
    """Return what is told of a revert, given the text that it `named` or a text of its own."""
    if named:
        # The text alone would mean the opposite.
        return f"Reverted: {text}"
    # `revert: remove the tokens` may have removed them, or have brought them back.
    return text if _SAYS_REVERT.match(text) else f"Revert: {text}"


def readable(line: str) -> str:
    """Return a line without emoji shortcodes, Markdown, closing keywords and extra spaces.

    Only its start is read if it is very long. Source: GitHub Docs, "Linking a pull request to an
    issue", for the closing keywords.
    """
    line = line[: LONGEST + _LONGEST_NUMBER]
    line = one_line(SHORTCODE.sub("", line))
    line = _LINK.sub(r"\1", line)
    line = _EMPHASIS.sub(r"\2", line)
    line = _ROBOTS_PAGE.sub("", line)
    line = _MESSAGE_ID.sub("", line)
    line = _SKIPS.sub("", line) or line
    return one_line(_LEADING_SYMBOLS.sub("", _without_closing(line)))


def _without_closing(line: str) -> str:
    """Return the line without the issues that it closes or refers to at its end."""
    found = _CLOSING.search(line)
    return (line[: found.start()].rstrip(" ,;(–-") or line) if found else line


def capitalized(text: str, written: str) -> str:
    """Return the text with its first letter in upper case, unless the first word is a name.

    A name has capitals, digits or signs, or is in backticks in `written`, the original text.
    """
    first = text.split(" ", 1)[0]
    letters = first.rstrip(",").translate(_WITHIN_WORDS)
    ordinary = letters.isalpha() and letters.islower() and f"`{first}" not in written
    return text[:1].upper() + text[1:] if ordinary else text


def _bare(text: str) -> str:
    """Return the text without issue numbers at its ends, and without the full stop."""
    if "#" in text:
        text = _LEADING_ISSUE.sub("", text)
        text = _without_closing(text)
        rest = _TRAILING_ISSUES.sub("", text)
        # In `Fixed in #12` the number is part of the sentence.
        text = rest if " " in rest and not _ENDS_OPEN.search(rest) else text
    return text[:-1] if text.endswith(".") and not text.endswith(("..", "etc.")) else text
