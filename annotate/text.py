"""Text from git made fit to be read: whatever the encoding, no control characters."""

import unicodedata
from collections.abc import Sequence

ELLIPSIS = "…"

# Cc and Cf are what terminals, command files and browsers act on: ANSI, NUL, bidirectional
# overrides, zero-width marks. Cs are the lone surrogates that no encoder takes; Zl and Zp end
# lines for some readers only.
_UNWANTED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Joiners build emoji and whole scripts (Persian, Hindi); alone they do no harm.
_HARMLESS = {"\n", "\u200c", "\u200d"}


def plain(text: str) -> str:
    r"""Text with `\n` alone between lines, no tabs, no trailing blanks, no control characters."""
    if text.isascii() and text.isprintable():
        return text.rstrip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").split("\n")
    return "\n".join("".join(map(_visible, line)).rstrip() for line in lines).strip("\n")


def one_line(text: str) -> str:
    """The same in a single line, each run of white space one blank."""
    return " ".join(plain(text).split())


def shorten(line: str, limit: int) -> str:
    """At most `limit` characters of a line, the last of them an ellipsis where it was cut."""
    return line if len(line) <= limit else line[: limit - 1].rstrip() + ELLIPSIS


def whole_lines(lines: Sequence[str], room: int) -> list[str]:
    """The first of the lines that fit into so many characters, each with its end."""
    for index, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            return list(lines[:index])
    return list(lines)


def length(lines: Sequence[str]) -> int:
    """The characters of lines, each with its end."""
    return sum(len(line) + 1 for line in lines)


def fitted(text: str, limit: int) -> str:
    """The whole lines of a text that fit, and an ellipsis in the place of the others."""
    if len(text) <= limit:
        return text
    kept = whole_lines(text.split("\n"), limit - len(ELLIPSIS))
    return "\n".join([*kept, ELLIPSIS])[: max(limit, 0)]


def _visible(character: str) -> str:
    if character in _HARMLESS or unicodedata.category(character) not in _UNWANTED:
        return character
    return "\ufffd" if unicodedata.category(character) == "Cs" else ""
