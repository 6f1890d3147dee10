"""The filters and tests of templates: each over plain values, each in steps that are counted.

They are called as Jinja2's of the same names, as far as a title or a description can need them.
Lists hold texts, numbers and commits, never lists; so whatever is done to one is done in as many
steps as it has items.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any
from urllib.parse import quote

#: Characters of one text, and items of one list, that a template may make.
SIZE = 100_000
#: Numbers beyond it are nobody's count.
LARGEST = 10**15

Charge = Callable[[int], None]


class RanAway(Exception):
    """The template took more than a rendering may take."""


class UnknownName(Exception):
    """A value has no field or method of that name."""

    def __init__(self, name: str, known: Sequence[str], what: str = "names") -> None:
        """Keep the name, those that are known, and what all of them are."""
        super().__init__(name)
        self.name = name
        self.known = known
        self.what = what


def text(value: Any) -> str:
    """A value as it stands in a text; TypeError for lists and commits."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return ""
    if isinstance(value, str | int | float):
        return str(value)
    raise TypeError("this is no text; name one of its fields, or go through it with `for`")


def items(value: Any) -> Sequence[Any]:
    """A value as a list; TypeError for anything else."""
    if isinstance(value, list | tuple):
        return value
    raise TypeError("this is no list")


def field_of(record: Any, name: Any) -> Any:
    """A field by its name; the record itself without one."""
    if name is None:
        return record
    if not is_dataclass(record):
        raise TypeError(f"`{name}` is a field of something that has none")
    known = [field.name for field in fields(record)]
    if name not in known:
        raise UnknownName(str(name), known)
    return getattr(record, name)


def number(value: Any) -> float:
    """A value as a number within bounds; TypeError for anything else."""
    if not isinstance(value, int | float):
        raise TypeError("this is no number")
    if abs(value) > LARGEST:
        raise RanAway
    return value


class Filters:
    """All of them, over one count of steps."""

    def __init__(self, charge: Charge) -> None:
        """Charge each step."""
        self._charge = charge
        self.tests: dict[str, Callable[..., bool]] = {
            "divisibleby": lambda value, by: number(value) % number(by) == 0,
            "equalto": self._equal,
            "even": lambda value: number(value) % 2 == 0,
            "false": lambda value: value is False,
            "in": self._is_in,
            "none": lambda value: value is None,
            "odd": lambda value: number(value) % 2 == 1,
            "true": lambda value: value is True,
        }
        self.filters: dict[str, Callable[..., Any]] = {
            "abs": lambda value: abs(number(value)),
            "capitalize": lambda value: text(value).capitalize(),
            "count": self._length,
            "default": _default,
            "first": lambda value: next(iter(items(value)), None),
            "int": _int,
            "join": self._join,
            "last": lambda value: next(iter(items(value)[-1:]), None),
            "length": self._length,
            "list": lambda value: self._made(items(value)),
            "lower": lambda value: text(value).lower(),
            "map": self._map,
            "max": self._max,
            "min": self._min,
            "reject": self._reject,
            "rejectattr": self._rejectattr,
            "replace": _replace,
            "reverse": lambda value: self._made(items(value))[::-1],
            "select": self._select,
            "selectattr": self._selectattr,
            "sort": self._sort,
            "title": lambda value: text(value).title(),
            "trim": lambda value: text(value).strip(),
            "truncate": _truncate,
            "unique": self._unique,
            "upper": lambda value: text(value).upper(),
            "urlencode": lambda value: quote(text(value), safe="/"),
        }

    def _made(self, values: Sequence[Any]) -> list[Any]:
        self._charge(len(values))
        return list(values)

    def _length(self, value: Any) -> int:
        return len(value) if isinstance(value, str | dict) else len(items(value))

    def _is_in(self, value: Any, within: Any) -> bool:
        if isinstance(within, str):
            return text(value) in within
        self._charge(len(within) if isinstance(within, dict) else len(items(within)))
        return value in within

    def _equal(self, value: Any, other: Any) -> bool:
        return text(value) == text(other)

    def _join(self, value: Any, between: Any = "", attribute: Any = None) -> str:
        parts = [text(field_of(one, attribute)) for one in self._made(items(value))]
        if sum(map(len, parts)) + len(parts) * len(text(between)) > SIZE:
            raise RanAway
        return text(between).join(parts)

    def _map(self, value: Any, name: Any = None, *arguments: Any, attribute: Any = None) -> Any:
        if name is None:
            return [field_of(one, attribute) for one in self._made(items(value))]
        if name not in self.filters:
            raise UnknownName(str(name), sorted(self.filters), "filters")
        return [self._mapped(name, one, arguments) for one in self._made(items(value))]

    def _mapped(self, name: str, value: Any, arguments: Sequence[Any]) -> Any:
        mapped = self.filters[name](text(value), *arguments)
        self._charge(len(text(mapped)) // 10)
        return mapped

    def _select(self, value: Any, test: Any = None, *arguments: Any) -> list[Any]:
        return [one for one in self._made(items(value)) if self._holds(one, test, arguments)]

    def _reject(self, value: Any, test: Any = None, *arguments: Any) -> list[Any]:
        return [one for one in self._made(items(value)) if not self._holds(one, test, arguments)]

    def _selectattr(self, value: Any, field: Any, test: Any = None, *more: Any) -> list[Any]:
        found = self._made(items(value))
        return [one for one in found if self._holds(field_of(one, field), test, more)]

    def _rejectattr(self, value: Any, field: Any, test: Any = None, *more: Any) -> list[Any]:
        found = self._made(items(value))
        return [one for one in found if not self._holds(field_of(one, field), test, more)]

    def _holds(self, value: Any, test: Any, arguments: Sequence[Any]) -> bool:
        if test is None:
            return bool(value)
        if test not in self.tests:
            raise UnknownName(str(test), sorted(self.tests), "tests")
        return self.tests[test](value, *arguments)

    def _sort(self, value: Any, reverse: Any = False, attribute: Any = None) -> list[Any]:  # noqa: FBT002 - as Jinja2 has it
        return sorted(self._made(items(value)), key=self._key(attribute), reverse=bool(reverse))

    def _unique(self, value: Any, attribute: Any = None) -> list[Any]:
        key = self._key(attribute)
        kept: dict[tuple[float, str], Any] = {}
        for one in self._made(items(value)):
            kept.setdefault(key(one), one)
        return list(kept.values())

    def _max(self, value: Any, attribute: Any = None) -> Any:
        return max(self._made(items(value)), key=self._key(attribute), default=None)

    def _min(self, value: Any, attribute: Any = None) -> Any:
        return min(self._made(items(value)), key=self._key(attribute), default=None)

    def _key(self, attribute: Any) -> Callable[[Any], tuple[float, str]]:
        def key(value: Any) -> tuple[float, str]:
            """Numbers in their order, then texts in theirs."""
            found = field_of(value, attribute)
            if isinstance(found, int | float):
                return number(found), ""
            self._charge(len(text(found)) // 10)
            return LARGEST + 1, text(found).casefold()

        return key


def _default(value: Any, other: Any = "", boolean: Any = False) -> Any:  # noqa: FBT002 - as Jinja2 has it
    return other if value is None or (boolean and not value) else value


def _int(value: Any, other: Any = 0) -> Any:
    try:
        return int(number(value)) if isinstance(value, int | float) else int(text(value)[:16])
    except ValueError:
        return other


def _replace(value: Any, old: Any, new: Any) -> str:
    whole, old, new = text(value), text(old), text(new)
    if len(whole) + whole.count(old) * len(new) > SIZE:
        raise RanAway
    return whole.replace(old, new)


def _truncate(value: Any, length: Any = 255, end: Any = "…") -> str:
    whole, room = text(value), int(number(length)) - len(text(end))
    return whole if len(whole) <= number(length) else whole[: max(room, 0)].rstrip() + text(end)
