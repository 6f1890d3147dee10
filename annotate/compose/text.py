"""Text from git made fit to be read: whatever the encoding, no control characters."""

import unicodedata

ELLIPSIS = "…"

# Cc and Cf are what terminals, command files and browsers act on: ANSI, NUL, bidirectional
# overrides, zero-width marks. Cs are the lone surrogates that no encoder takes; Zl and Zp end
# lines for some readers only.
_UNWANTED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Joiners build emoji and whole scripts (Persian, Hindi); alone they do no harm.
_HARMLESS = {"\n", "\u200c", "\u200d"}


def plain(text: str) -> str:
    r"""Text with `\n` alone between lines, no tabs, no trailing blanks, no control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").split("\n")
    return "\n".join("".join(map(_visible, line)).rstrip() for line in lines).strip("\n")


def one_line(text: str) -> str:
    """The same in a single line, each run of white space one blank."""
    return " ".join(plain(text).split())


def shorten(line: str, limit: int) -> str:
    """At most `limit` characters of a line, the last of them an ellipsis where it was cut."""
    return line if len(line) <= limit else line[: limit - 1].rstrip() + ELLIPSIS


def _visible(character: str) -> str:
    if character in _HARMLESS or unicodedata.category(character) not in _UNWANTED:
        return character
    return "\ufffd" if unicodedata.category(character) == "Cs" else ""
