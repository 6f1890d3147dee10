"""Jinja2's sandbox with a budget: whatever a template says, it ends soon and stays small."""

import re
from collections.abc import Iterable, Iterator, MappingView
from functools import wraps
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.filters import make_attrgetter
from jinja2.lexer import Lexer
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from annotate.regex import Regex

BUDGET = 20_000_000  #: What a rendering may cost; 1 is about 0.1 µs.
GROWTH = 10_000_000  #: What a call may make, at worst its value's size times its arguments'.
#: Filters and methods that are random, for HTML, or have no bound.
NO_FILTERS = {"pprint", "random", "round", "striptags", "urlize", "xmlattr"}
NO_METHODS = {"encode", "format", "format_map", "striptags"}
# What can make much of little; `()` is any method, which may also search one text for another.
_GROWING = {
    "()", "*", "**", "batch", "center", "indent", "join", "replace", "slice", "tojson",
    "trim", "wordwrap",
}  # fmt: skip
_UNBOUNDED = Regex(r"%[#0\- +.\d]*(?:\*|\(|\d{3})")
_SIZED = (str, bytes, list, tuple, dict)


class PlacingLexer(Lexer):
    """Gives tokens their positions, from 1, in place of lines."""

    def tokeniter(self, source: str, *others: Any) -> Iterator[tuple[int, str, str]]:
        """The tokens, without the end of a line that holds nothing but statements."""
        position, alone = 0, True
        try:
            for _, kind, value in super().tokeniter(source, *others):
                start = source.index(value, position)
                position = start + len(value)
                ends = kind == "data" and alone and start > 0
                yield start + 1, kind, re.sub(r"\A\s*?\n", "", value) if ends else value
                if kind == "data":
                    alone = (alone or "\n" in value) and not value.rpartition("\n")[2].strip()
                alone = alone and kind != "variable_begin"
        except TemplateSyntaxError as error:
            error.lineno = position + 1
            raise


class Environment(ImmutableSandboxedEnvironment):
    """The environment of one template; `left` is what is left of its budget."""

    lexer = property(PlacingLexer)

    def __init__(self) -> None:
        # Asking for the context keeps Jinja2 from printing constants while it reads.
        finalize = pass_context(lambda _, value: _text(value))
        super().__init__(undefined=StrictUndefined, finalize=finalize, lstrip_blocks=True)
        self.optimized, self.left = False, BUDGET
        del self.globals["lipsum"]
        known = self.filters | self.binop_table | {"join": self._join, "()": self._call}
        bounded = {name: self._bounded(name, known[name]) for name in known.keys() - NO_FILTERS}
        self.filters = bounded | {"a value": self._measured, "passes of a loop": self._passes}
        self.filters |= {"count": len, "length": len}  # These are cheap, and stand in loops.
        self.tests = {name: self._bounded(name, test) for name, test in self.tests.items()}

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An item; also a field, where a filter asks for it."""
        self._size(argument)
        return self._measured(super().getitem(obj, argument))

    def _bounded(self, name: str, function: Any) -> Any:
        @wraps(function)
        def bounded(*arguments: Any, **named: Any) -> Any:
            # Some are given Jinja2's context or environment first, which is no value.
            values = (*arguments[hasattr(function, "jinja_pass_arg") :], *named.values())
            values = tuple(map(_text, values)) if name == "replace" else values
            # A number may say how often something is repeated.
            size, *sizes = [abs(v) if isinstance(v, int) else self._size(v) for v in values]
            self._charge(sum(map(_division, values)))
            made = (1 + size) * (1 + sum(sizes)) if name in _GROWING else 0
            # Where it could make too much, it costs all that is left.
            self._charge(made // 10 if made < GROWTH else BUDGET)
            self._charge(100 * size if name in {"sum", "wordwrap"} else 0)  # which may square it
            if name in {"%", "format"} and _UNBOUNDED.search(str(values[0]).replace("%%", "")):
                raise RuntimeError("a format has no names, no `*` and no width of three digits")
            return self._measured(function(*arguments, **named))

        return bounded

    def _measured(self, value: Any) -> Any:
        if isinstance(value, Iterator | MappingView | range):
            value = list(self._passes(value))
        self._size(value)
        return value

    def _size(self, value: Any) -> int:
        """Its characters and items, all the way down; of a method, those of its owner."""
        value = getattr(value, "__self__", value)
        value = [*value.items()] if isinstance(value, dict) else value
        size = len(value) if isinstance(value, _SIZED) else 1
        self._charge(50 + 3 * size + _division(value))
        parts = value if isinstance(value, list | tuple) else ()
        return size + sum([self._size(part) for part in parts if isinstance(part, _SIZED)])

    def _charge(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise RuntimeError("it runs away, and was stopped")

    def _passes(self, values: Any, parts: int = 1) -> Iterator[Any]:
        for value in values:
            self._charge(10 * abs(parts))
            yield value

    @pass_context
    def _call(self, context: Any, obj: Any, /, *arguments: Any, **named: Any) -> Any:
        if getattr(obj, "__name__", "") in NO_METHODS:
            raise RuntimeError(f"`{obj.__name__}` is not available")
        return self.call(context, obj, *arguments, **named)

    def _join(self, value: Iterable[Any], d: Any = "", attribute: Any = None) -> str:
        return _text(d).join(map(_text, map(make_attrgetter(self, attribute), value)))


class Counting(NodeTransformer):
    """Turns into filters what Jinja2 does without asking its environment."""

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        """The node, or the filter in its place."""
        node = super().generic_visit(node, *args, **kwargs)
        match node:
            case nodes.For():
                parts = nodes.Const(sum(1 for _ in node.find_all(nodes.Node)))
                node.iter = self._filter("passes of a loop", node.iter, parts)
            case nodes.Compare() | nodes.Operand():
                node.expr = self._filter("a value", node.expr)
            case nodes.Pair():
                node.key = self._filter("a value", node.key)
            case nodes.Getitem(arg=nodes.Slice()):
                return self._filter("a value", node)
            case nodes.Concat():
                return self._filter("join", nodes.List(node.nodes, lineno=node.lineno))
            case nodes.BinExpr(operator=operator) if operator not in {"and", "or"}:
                return self._filter(operator, node.left, node.right)
            case nodes.Call():
                arguments = (node.args, node.kwargs, node.dyn_args, node.dyn_kwargs)
                return nodes.Filter(node.node, "()", *arguments, lineno=node.lineno)
        return node

    def _filter(self, name: str, node: Any, *arguments: nodes.Expr) -> nodes.Filter:
        return nodes.Filter(node, name, list(arguments), [], None, None, lineno=node.lineno)


def _division(value: Any) -> int:
    """What it costs to divide a number, which grows with the square of its digits."""
    return value.bit_length() ** 2 // 100 if isinstance(value, int) else 0


def _text(value: Any) -> str:
    if not isinstance(value, str | int | float | Undefined | None):
        raise TypeError("this is no text; name one of its fields, or go through it with `for`")
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
