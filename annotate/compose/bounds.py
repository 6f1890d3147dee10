"""A Jinja2 that cannot run away, whatever its template says: each step of it is counted.

No timer and no thread is needed. Every value that a template takes in hand costs a step, and
more where it is large; every pass of a loop costs one; and what makes much of little (powers,
repetitions, formats with a width) is not there. So neither time nor memory can grow beyond a
bound that the length of the template has no part in.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any

from jinja2 import StrictUndefined, TemplateRuntimeError, Undefined, UndefinedError, nodes
from jinja2.filters import FILTERS
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import SandboxedEnvironment
from jinja2.tests import TESTS
from jinja2.utils import Namespace, missing
from jinja2.visitor import NodeTransformer

#: Steps of one rendering; three loops over fifty thousand commits take less.
STEPS = 1_000_000
#: Characters of one text, and items of a list that a template makes.
SIZE = 100_000
#: Numbers beyond it are nobody's count.
_LARGEST = 10**15

_FILTERS = (
    "abs", "capitalize", "count", "d", "default", "first", "float", "groupby", "int", "last",
    "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "select",
    "selectattr", "sort", "title", "trim", "truncate", "unique", "upper", "urlencode",
)  # fmt: skip
_TESTS = (
    "defined", "divisibleby", "eq", "equalto", "even", "false", "ge", "gt", "in", "le", "lt", "ne",
    "none", "odd", "true",
)  # fmt: skip
_METHODS: dict[type, set[str]] = {
    str: {"endswith", "removeprefix", "removesuffix", "split", "startswith"},
    dict: {"get"},
    LoopContext: {"changed", "cycle"},
}
# Names that no template can write.
_MEASURED, _COUNTED = "a value", "the passes of a loop"
_VALUES = (nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Call, nodes.Concat, nodes.Add)


class RanAway(Exception):
    """The template took more than a rendering may take."""


class UnknownName(Exception):
    """A value has no field of that name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        """Keep the name, and those that the value has."""
        super().__init__(name)
        self.name = name
        self.known = known


class Strict(StrictUndefined):
    """What is not there; a field that does not exist is a mistake at once."""

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[TemplateRuntimeError] = UndefinedError,
    ) -> None:
        """As Jinja2 makes it."""
        if is_dataclass(obj):
            raise UnknownName(str(name), tuple(field.name for field in fields(obj)))
        super().__init__(hint, obj, name, exc)


class Bounded(SandboxedEnvironment):
    """The environment of one template; `steps` and `place` are those of its rendering."""

    intercepted_binops = frozenset(["+", "*", "**", "%"])

    def __init__(self) -> None:
        """Know the filters and tests that are harmless, and nothing else."""
        super().__init__(
            undefined=Strict,
            finalize=_printed,
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,
        )
        #: Steps taken.
        self.steps = 0
        #: Line and column of the value that was taken in hand last.
        self.place = (1, 1)
        self.globals = {"namespace": Namespace}
        self.tests = {name: TESTS[name] for name in _TESTS}
        own = {"join": self._join, "replace": self._replace}
        known = {name: FILTERS[name] for name in _FILTERS} | own
        self.filters = {name: self._charged(one) for name, one in known.items()}
        #: What a template may use, for messages.
        self.known_filters = tuple(sorted(self.filters))
        self.filters |= {_MEASURED: self._measured, _COUNTED: self._counted}

    def is_safe_callable(self, obj: Any) -> bool:
        """A few methods, and `namespace`."""
        owner = type(getattr(obj, "__self__", None))
        return obj is Namespace or getattr(obj, "__name__", "") in _METHODS.get(owner, set())

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The operators by which a value could grow."""
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or (operator in {"*", "%"} and not numbers):
            raise TypeError(f"`{operator}` is not known, or not for these values")
        if not numbers and _size(left) + _size(right) > SIZE:
            raise RanAway
        result = super().call_binop(context, operator, left, right)
        if numbers and abs(result) > _LARGEST:
            raise RanAway
        return result

    def _charge(self, steps: int) -> None:
        self.steps += steps
        if self.steps > STEPS:
            raise RanAway

    def _measured(self, value: Any, line: int, column: int) -> Any:
        """A value that a template takes in hand, at a place."""
        self.place = line, column
        self._charge(_cost(value))
        if isinstance(value, str) and len(value) > SIZE:
            raise RanAway
        return value

    def _counted(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            self._charge(1)
            yield value

    def _charged(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A filter that costs what it is given, also where `map` calls it."""

        @wraps(function)
        def charged(*arguments: Any, **named: Any) -> Any:
            self._charge(sum(map(_cost, arguments)))
            return function(*arguments, **named)

        return charged

    def _join(self, values: Iterable[Any], between: str = "") -> str:
        parts = []
        size = 0
        for value in values:
            parts.append(str(_printed(value)))
            size += len(parts[-1]) + len(between)
            self._charge(1)
            if size > SIZE:
                raise RanAway
        return str(between).join(parts)

    def _replace(self, text: str, old: str, new: str) -> str:
        if len(text) + text.count(old) * len(new) > SIZE:
            raise RanAway
        return text.replace(old, new)


class Counting(NodeTransformer):
    """Rewrites a template so that each value and each pass is counted."""

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 - Jinja2's name for it
        """A variable, where it is read."""
        return _measured(node) if node.ctx == "load" else node

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - as above
        """A loop."""
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, _COUNTED, [], [], None, None, lineno=node.lineno)
        return node

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        """Everything else that gives a value."""
        node = super().generic_visit(node, *args, **kwargs)
        return _measured(node) if isinstance(node, _VALUES) else node


def _measured(node: nodes.Expr) -> nodes.Filter:
    column = getattr(node.lineno, "column", 1)
    place: list[nodes.Expr] = [nodes.Const(int(node.lineno)), nodes.Const(column)]
    return nodes.Filter(node, _MEASURED, place, [], None, None, lineno=node.lineno)


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else 0


def _cost(value: Any) -> int:
    return 1 + _size(value) // 10


def _printed(value: Any) -> Any:
    """What may stand in a text: no list, no commit, whose Python form nobody wants to read."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return ""
    if isinstance(value, str | int | float | Undefined):
        return value
    raise TypeError("this is no text; name one of its fields, or go through it with `for`")
