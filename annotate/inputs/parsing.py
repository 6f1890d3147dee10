"""How the text of an input becomes a value: one reader for each kind of input.

A reader raises ValueError, whose text goes on after "The input x is `y`, ".
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum, auto


class Kind(Enum):
    """How the text of an input is read."""

    TEXT = auto()
    #: Taken as it stands, blanks included: columns are told of it.
    TEMPLATE = auto()
    SECRET = auto()
    BOOLEAN = auto()
    CHOICE = auto()
    #: Items between commas or on lines of their own.
    LIST = auto()
    #: Items on lines of their own; they may hold commas.
    LINES = auto()
    #: A keyword of the input's choices, or a time.
    TIME = auto()
    #: A number of seconds above zero.
    SECONDS = auto()
    #: A whole number from zero up.
    COUNT = auto()


Value = str | bool | int | float | datetime | tuple[str, ...]

_UNIX_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]+)?")
_UNIX_MILLISECONDS = re.compile(r"[0-9]{13}")
_API_FORMAT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_LONGEST = 86_400
_MOST = 100


def value_of(kind: Kind, text: str, choices: tuple[str, ...]) -> Value:
    """Read one text; ValueError says what it should be."""
    if kind is Kind.CHOICE:
        return _choice(text, choices)
    if kind is Kind.TIME:
        return text.lower() if text.lower() in choices else time(text)
    return _READERS[kind](text)


def time(text: str) -> datetime:
    """An aware time, in the zone in which it was written.

    ISO 8601 with an offset, the API's own `yyyy-MM-dd HH:mm:ss` (UTC, the seed), or Unix seconds.
    """
    if _UNIX_MILLISECONDS.fullmatch(text):
        raise ValueError("which looks like milliseconds; Unix time is given in seconds")
    try:
        if _UNIX_SECONDS.fullmatch(text):
            return datetime.fromtimestamp(float(text), UTC)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo:
            # What is no time in UTC is none that the API can be told.
            return moment.astimezone(UTC).astimezone(moment.tzinfo)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError("which is a time in no known format") from error
    if _API_FORMAT.fullmatch(text):
        return moment.replace(tzinfo=UTC)
    raise ValueError("a time without an offset, so nobody can know which moment it means")


def _choice(text: str, choices: tuple[str, ...]) -> str:
    if text.lower() in choices:
        return text.lower()
    raise ValueError(f"which is none of {', '.join(f'`{choice}`' for choice in choices)}")


def _boolean(text: str) -> bool:
    if text in {"true", "false"}:
        return text == "true"
    raise ValueError("which is neither `true` nor `false`")


def _list(text: str) -> tuple[str, ...]:
    return _lines(text.replace(",", "\n"))


def _lines(text: str) -> tuple[str, ...]:
    stripped = (line.strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in stripped if line))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if 0 < seconds <= _LONGEST:
        return seconds
    raise ValueError(f"which is no number of seconds above 0 and up to {_LONGEST}")


def _count(text: str) -> int:
    if re.fullmatch("[0-9]{1,3}", text) and int(text) <= _MOST:
        return int(text)
    raise ValueError(f"which is no whole number from 0 to {_MOST}")


_READERS: dict[Kind, Callable[[str], Value]] = {
    Kind.TEXT: str,
    Kind.TEMPLATE: str,
    Kind.SECRET: str.strip,
    Kind.BOOLEAN: _boolean,
    Kind.LIST: _list,
    Kind.LINES: _lines,
    Kind.SECONDS: _seconds,
    Kind.COUNT: _count,
}
