"""How the text of an input becomes a value.

Each function raises ValueError for a text that is not valid. Its words continue the sentence
"The input x is `y`, ".
"""

import math
import re
from datetime import UTC, datetime
from enum import Enum, StrEnum, auto
from typing import TypeVar

from annotate.times import iso_time

Word = TypeVar("Word", bound=StrEnum)


class Kind(Enum):
    """How the text of an input is read."""

    TEXT = auto()
    #: Taken literally, white space included, so that columns in messages are right.
    TEMPLATE = auto()
    SECRET = auto()
    BOOLEAN = auto()
    CHOICE = auto()
    #: Items separated by commas or lines.
    LIST = auto()
    #: Items separated by lines; they may contain commas.
    LINES = auto()
    #: One of the input's choices, or a time.
    TIME = auto()
    #: A number of seconds above zero.
    SECONDS = auto()
    #: A whole number from zero up.
    COUNT = auto()


_UNIX_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]+)?")
_UNIX_MILLISECONDS = re.compile(r"[0-9]{13}")
_API_FORMAT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
#: Seconds.
LONGEST = 86_400
MOST = 100


def boolean(text: str) -> bool:
    """Read `true` or `false`."""
    if text in {"true", "false"}:
        return text == "true"
    raise ValueError("which is neither `true` nor `false`")


def word(text: str, words: type[Word]) -> Word:
    """Read a member of an enum, in any case of letters."""
    try:
        return words(text.lower())
    except ValueError:
        known = ", ".join(f"`{known}`" for known in words)
        raise ValueError(f"which is none of {known}") from None


def word_or_time(text: str, words: type[Word]) -> Word | datetime:
    """Read a member of an enum, or a time."""
    return words(text.lower()) if text.lower() in set(words) else time(text)


def time(text: str) -> datetime:
    """Read an aware time, in the zone of the text.

    Formats: ISO 8601 with an offset, the API's own `yyyy-MM-dd HH:mm:ss` (UTC, the seed), or Unix
    seconds.
    """
    if _UNIX_MILLISECONDS.fullmatch(text):
        raise ValueError("which looks like milliseconds; Unix time is given in seconds")
    try:
        if _UNIX_SECONDS.fullmatch(text):
            return datetime.fromtimestamp(float(text), UTC)
        if _API_FORMAT.fullmatch(text):
            return iso_time(f"{text}+00:00")
        if datetime.fromisoformat(text).tzinfo:
            return iso_time(text)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError("which is a time in no known format") from error
    raise ValueError("a time without an offset, so nobody can know which moment it means")


def items(text: str) -> tuple[str, ...]:
    """Read items that are parted by commas or lines; each counts once."""
    return lines(text.replace(",", "\n"))


def lines(text: str) -> tuple[str, ...]:
    """Read lines that are not empty; each counts once."""
    stripped = (line.strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in stripped if line))


def seconds(text: str) -> float:
    """Read a number of seconds above zero."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if 0 < number <= LONGEST:
        return number
    raise ValueError(f"which is not a number of seconds above 0 and up to {LONGEST}")


def count(text: str) -> int:
    """Read a whole number from zero up."""
    if re.fullmatch("[0-9]{1,3}", text) and int(text) <= MOST:
        return int(text)
    raise ValueError(f"which is not a whole number from 0 to {MOST}")
