"""Read the subject of a commit: its type, scope, pull request and plain text.

Source of the form: Conventional Commits 1.0.0. GitHub adds `(#12)` to the subject of a squashed
pull request; GitLab adds `(!12)` for a merge request.
"""

import re
from dataclasses import dataclass

from annotate.text import one_line

#: The names of each type, the most important types first.
TYPES = {
    "feat": ("feat", "feature", "features"),
    "security": ("security", "sec"),
    "fix": ("fix", "fixes", "bugfix", "hotfix", "bug"),
    "perf": ("perf", "performance"),
    "docs": ("docs", "doc"),
    "refactor": ("refactor", "refact"),
    "revert": ("revert",),
    "chore": ("chore", "chores", "deps", "maint", "mnt"),
    "ci": ("ci",),
    "test": ("test", "tests"),
    "build": ("build",),
    "style": ("style",),
}
_TYPE_OF = {name: kind for kind, names in TYPES.items() for name in names}

#: Characters of a subject that are read, because the patterns below can take quadratic time.
LONGEST = 500
_LONGEST_NUMBER = 20
_CONVENTIONAL = re.compile(
    r"(?P<type>[a-z]+)\s*(?:\((?P<scope>[^()]{1,60})\))?(?P<breaking>!)?:(?:\s+|(?=[^\W\d_]))"
    r"(?P<text>\S.*)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\[(?P<type>[a-z]+)\]:?\s+(?P<text>\S.*)", re.IGNORECASE)
_REQUEST = re.compile(r"\s*\((?P<number>[#!][0-9]{1,9})\)\s*$")
_SHORTCODE = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]*:(?![\w:])")
_LEADING_SYMBOLS = re.compile(r"^[^\w\s\"'`(\[<{#@$./*_~+-]+\s+")
_LINK = re.compile(r"!?\[([^\[\]]+)\]\([^()\s]+\)")
# Not `__`, which in subjects is part of a name such as `__init__`.
_EMPHASIS = re.compile(r"(\*\*|`{1,3})(?=\S)(.+?)(?<=\S)\1")
_CLOSING = re.compile(
    r"[\s,;(–-]*\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s+"
    r"(?:#[0-9]+(?:\s*(?:,|and)\s*)?)+\)?\.?$",
    re.IGNORECASE,
)
_LEADING_ISSUE = re.compile(
    r"^(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)?\s*#[0-9]+\s*[:–-]\s+", re.IGNORECASE
)
_ENDS_OPEN = re.compile(r"\b(?:in|by|for|from|of|to|see|with|and|issue|pr)$", re.IGNORECASE)
_TRAILING_ISSUES = re.compile(r"(?:\s+(?:#[0-9]+|\(#[0-9]+\)))+$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """The parts of a subject."""

    #: A key of `TYPES`; empty if there is none.
    type: str
    scope: str
    #: True if it is marked with `!`.
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
        whole = readable(line)
        request = ""
        # A revert of a squashed pull request ends in two numbers, and the last is its own.
        if match := _REQUEST.search(whole):
            request, whole = match["number"], whole[: match.start()]
        whole = _bare(whole)
        found = _CONVENTIONAL.fullmatch(whole) or _BRACKETED.fullmatch(whole)
        kind = _TYPE_OF.get(found["type"].lower(), "") if found else ""
        if not found or not kind:
            whole = capitalized(whole, line)
            return cls(type="", scope="", breaking=False, text=whole, request=request, whole=whole)
        parts = found.groupdict("")
        text = capitalized(parts["text"], line)
        return cls(
            type=kind,
            scope=parts.get("scope", "").strip(),
            breaking=bool(parts.get("breaking")),
            # Without `Reverted`, the text would mean the opposite.
            text=f"Reverted: {text}" if kind == "revert" else text,
            request=request,
            whole=whole,
        )


def readable(line: str) -> str:
    """Return a line without emoji shortcodes, Markdown, closing keywords and extra spaces.

    Source: GitHub Docs, "Linking a pull request to an issue", for the closing keywords.
    """
    line = one_line(_SHORTCODE.sub("", line) if ":" in line else line)
    line = _LINK.sub(r"\1", line) if "](" in line else line
    line = _EMPHASIS.sub(r"\2", line) if "`" in line or "**" in line else line
    kept = line
    if "#" in line:
        kept = _CLOSING.sub("", line) or line
    return one_line(_LEADING_SYMBOLS.sub("", kept))


def capitalized(text: str, written: str) -> str:
    """Return the text with its first letter in upper case, unless the first word is a name.

    A name has capitals, digits or signs, or is in backticks in `written`, the original text.
    """
    first = text.split(" ", 1)[0]
    letters = first.replace("-", "")
    ordinary = letters.isalpha() and letters.islower() and f"`{first}" not in written
    return text[:1].upper() + text[1:] if ordinary else text


def _bare(text: str) -> str:
    """Return the text without issue numbers at its ends, and without the full stop."""
    if "#" in text:
        text = _LEADING_ISSUE.sub("", text)
        rest = _TRAILING_ISSUES.sub("", text)
        # In `Fixed in #12` the number is part of the sentence.
        text = rest if " " in rest and not _ENDS_OPEN.search(rest) else text
    return text[:-1] if text.endswith(".") and not text.endswith(("..", "etc.")) else text
