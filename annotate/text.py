"""Clean text from git, and fit it into a limit."""

import unicodedata
from collections.abc import Sequence

ELLIPSIS = "…"

# Categories of Unicode. Terminals, command files and browsers act on Cc and Cf: ANSI escapes, NUL,
# bidirectional overrides, zero-width marks. Cs are lone surrogates, which cannot be encoded. Zl and
# Zp end a line for some programs only.
_UNWANTED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# The joiners are part of emoji and of scripts (Persian, Hindi), and do no harm.
_HARMLESS = {"\u200c", "\u200d"}


def plain(text: str) -> str:
    r"""Return the text with `\n` as its only control character.

    A tab becomes four spaces, and a lone surrogate becomes U+FFFD. Spaces at the end of a line and
    empty lines at both ends are removed.
    """
    if text.isprintable():
        return text.rstrip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").split("\n")
    return "\n".join("".join(map(_visible, line)).rstrip() for line in lines).strip("\n")


def one_line(text: str) -> str:
    """Return the text as `plain` does, on one line, with single spaces."""
    return " ".join(plain(text).split())


def shorten(line: str, limit: int) -> str:
    """Return at most `limit` characters of a line. A line that is cut ends with an ellipsis."""
    return line if len(line) <= limit else line[: limit - 1].rstrip() + ELLIPSIS


def without_middle(text: str, limit: int) -> str:
    """Return a text, without its middle if it has more than `limit` characters.

    Requests stand at the end of a subject, and trailers at the end of a message.
    """
    if len(text) <= limit:
        return text
    end = limit // 4
    return f"{text[: limit - end - 1]}{ELLIPSIS}{text[-end:]}"


def whole_lines(lines: Sequence[str], room: int) -> list[str]:
    """Return the first lines that fit into `room` characters, a line end counted for each."""
    for index, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            return list(lines[:index])
    return list(lines)


def length(lines: Sequence[str]) -> int:
    """Return the number of characters of the lines, a line end counted for each."""
    return sum(len(line) + 1 for line in lines)


def fitted(text: str, limit: int) -> str:
    """Return the first lines of a text that fit into `limit`, and an ellipsis for the others."""
    if len(text) <= limit:
        return text
    kept = whole_lines(text.split("\n"), limit - len(ELLIPSIS))
    return "\n".join([*kept, ELLIPSIS])[: max(limit, 0)]


def counted(count: int, noun: str) -> str:
    """Return a number and a regular noun, as in `1 commit` and `2,000 commits`."""
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def _visible(character: str) -> str:
    if character in _HARMLESS or unicodedata.category(character) not in _UNWANTED:
        return character
    return "\ufffd" if unicodedata.category(character) == "Cs" else ""
