"""Parsers for the texts of inputs.

Each function raises ValueError for an invalid text. The message of the exception continues the
sentence "The input x is `y`, ".
"""

import math
import re
from datetime import UTC, datetime
from enum import Enum, StrEnum, auto
from typing import TypeVar

from annotate.regex import Regex
from annotate.times import iso_time

Word = TypeVar("Word", bound=StrEnum)


class Kind(Enum):
    """The type of an input."""

    TEXT = auto()
    #: Not stripped, so that the columns in messages are correct.
    TEMPLATE = auto()
    SECRET = auto()
    BOOLEAN = auto()
    CHOICE = auto()
    #: Items separated by commas or lines.
    LIST = auto()
    #: One item per line; an item may contain commas.
    LINES = auto()
    #: One of the input's choices, or a timestamp.
    TIME = auto()
    #: A number of seconds above zero.
    SECONDS = auto()
    #: A whole number, zero or more.
    COUNT = auto()


_UNIX_SECONDS = Regex(r"[0-9]{1,12}(\.[0-9]+)?")
_UNIX_MILLISECONDS = Regex(r"[0-9]{13}")
_API_FORMAT = Regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
#: The largest number of SECONDS: a day.
LONGEST = 86_400
#: The largest COUNT.
MOST = 100


def boolean(text: str) -> bool:
    """Parse `true` or `false`."""
    if text in {"true", "false"}:
        return text == "true"
    raise ValueError("which is neither `true` nor `false`")


def word(text: str, words: type[Word]) -> Word:
    """Parse a member of an enum, in upper or lower case."""
    try:
        return words(text.lower())
    except ValueError:
        known = ", ".join(f"`{known}`" for known in words)
        raise ValueError(f"which is not one of {known}") from None


def word_or_time(text: str, words: type[Word]) -> Word | datetime:
    """Parse a member of an enum, or a time (see `time`)."""
    return words(text.lower()) if text.lower() in set(words) else time(text)


def time(text: str) -> datetime:
    """Parse a time. The result is aware, in the time zone of the text.

    Formats: ISO 8601 with a UTC offset, the API's `yyyy-MM-dd HH:mm:ss` (in UTC, "Create a
    release"), or Unix time in seconds.
    """
    if _UNIX_MILLISECONDS.fullmatch(text):
        raise ValueError("which looks like milliseconds; Unix time must be in seconds")
    try:
        if _UNIX_SECONDS.fullmatch(text):
            return datetime.fromtimestamp(float(text), UTC)
        if _API_FORMAT.fullmatch(text):
            return iso_time(f"{text}+00:00")
        if datetime.fromisoformat(text).tzinfo:
            return iso_time(text)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError("which is not a time in a supported format") from error
    raise ValueError("a time without a UTC offset, which is ambiguous")


def items(text: str) -> tuple[str, ...]:
    """Parse items that are separated by commas or lines. Duplicates are removed."""
    return lines(text.replace(",", "\n"))


def lines(text: str) -> tuple[str, ...]:
    """Parse the lines that are not empty. Duplicates are removed."""
    stripped = (line.strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in stripped if line))


def seconds(text: str) -> float:
    """Parse a number of seconds, more than zero."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if 0 < number <= LONGEST:
        return number
    raise ValueError(f"which is not a number of seconds above 0 and at most {LONGEST}")


def count(text: str) -> int:
    """Parse a whole number, zero or more."""
    if re.fullmatch("[0-9]{1,3}", text) and int(text) <= MOST:
        return int(text)
    raise ValueError(f"which is not a whole number from 0 to {MOST}")
