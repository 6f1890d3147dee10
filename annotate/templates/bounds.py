"""A Jinja2 that cannot run away, whatever its template says: each step of it is counted.

No timer and no thread is needed. A template has plain values, commits, and flat lists of those;
the filters are our own. Every value that it takes in hand costs a step, and more where it is
large; every pass of a loop costs as many as its body has parts. So time and memory have a bound
in which the length of the template has no part.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from jinja2 import StrictUndefined, TemplateRuntimeError, Undefined, UndefinedError, nodes
from jinja2 import pass_context as with_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import Namespace, missing
from jinja2.visitor import NodeTransformer

from annotate.templates.filters import SIZE, Filters, RanAway, UnknownName, items, number, text

#: Steps of one rendering; about a second of a slow machine.
STEPS = 3_000_000
METHODS: dict[type, set[str]] = {
    str: {"endswith", "removeprefix", "removesuffix", "split", "startswith"},
    dict: {"get"},
    LoopContext: {"changed", "cycle"},
}
# Names that no template can write: its filters are looked up among ours.
_MEASURED, _MADE, _COUNTED, _FLAT, _JOINED, _SCALAR = (
    "in hand", "made", "the passes of a loop", "a literal", "joined", "one value",
)  # fmt: skip


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
            raise UnknownName(str(name), [field.name for field in fields(obj)])
        super().__init__(hint, obj, name, exc)


class Bounded(SandboxedEnvironment):
    """The environment of one template; `place` is where its rendering is."""

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "**", "%"])
    intercepted_unops = frozenset(["+", "-"])

    def __init__(self) -> None:
        """Know what is harmless, and nothing else."""
        super().__init__(undefined=Strict, finalize=_printed, lstrip_blocks=True, optimized=False)
        self._steps = 0
        #: Line and column of the value that was taken in hand last.
        self.place = (1, 1)
        ours = Filters(self.charge)
        self.known_filters, self.known_tests = sorted(ours.filters), sorted(ours.tests)
        self.globals = {"namespace": Namespace}
        self.tests = dict(ours.tests)
        self.filters = {
            **ours.filters,
            _MEASURED: self._measured,
            _MADE: self._made,
            _COUNTED: self._counted,
            _FLAT: _flat,
            _JOINED: self._joined,
            _SCALAR: _scalar,
        }

    def start(self) -> None:
        """A rendering begins."""
        self._steps, self.place = 0, (1, 1)

    def charge(self, steps: int) -> None:
        """So many steps are taken; RanAway where they are too many."""
        self._steps += steps
        if self._steps > STEPS:
            raise RanAway

    def is_safe_callable(self, obj: Any) -> bool:
        """A few methods, and `namespace`."""
        owner = type(getattr(obj, "__self__", None))
        return obj is Namespace or getattr(obj, "__name__", "") in METHODS.get(owner, set())

    def call(self, context: Context, obj: Any, *arguments: Any, **named: Any) -> Any:
        """A method, or `namespace`."""
        if not self.is_safe_callable(obj):
            methods = sorted({one for names in METHODS.values() for one in names})
            raise UnknownName(getattr(obj, "__name__", "()"), methods, "methods")
        return super().call(context, obj, *arguments, **named)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic of numbers; `+` also puts texts or lists together."""
        if operator == "**":
            raise TypeError("there are no powers here")
        if operator == "+" and isinstance(left, str | list | tuple):
            if len(left) + len(text(right) if isinstance(left, str) else items(right)) > SIZE:
                raise RanAway
            return left + right if isinstance(left, str) else [*left, *right]
        return number(super().call_binop(context, operator, number(left), number(right)))

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        """The sign of a number."""
        return super().call_unop(context, operator, number(arg))

    def _measured(self, value: Any, line: int, column: int) -> Any:
        """A value that is taken in hand, at a place."""
        self.place = line, column
        self.charge(1 + _size(value) // 10)
        if isinstance(value, str) and len(value) > SIZE:
            raise RanAway
        return value

    def _made(self, value: Any, line: int, column: int) -> Any:
        """A value that did not exist before."""
        self.charge(_size(value) if isinstance(value, list | tuple) else 0)
        return self._measured(value, line, column)

    def _counted(self, values: Any, parts: int) -> Iterator[Any]:
        for value in values.items() if isinstance(values, dict) else items(values):
            self.charge(parts)
            yield value

    def _joined(self, values: list[Any]) -> str:
        parts = [text(value) for value in values]
        if sum(map(len, parts)) > SIZE:
            raise RanAway
        return "".join(parts)


class Counting(NodeTransformer):
    """Rewrites a template so that each value and each pass is counted, and no list is nested."""

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 - Jinja2's name for it
        """A variable, where it is read."""
        return _at(node, _MEASURED) if node.ctx == "load" else node

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - as above
        """A loop: a pass costs what is in it."""
        parts = 1 + sum(1 for _ in node.find_all(nodes.Node))
        self.generic_visit(node)
        node.iter = _filtered(node.iter, _COUNTED, nodes.Const(parts))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - as above
        """Texts that are put together."""
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return _at(_filtered(parts, _JOINED), _MADE)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802 - as above
        """A comparison; only `in` looks through a list."""
        self.generic_visit(node)
        node.expr = _filtered(node.expr, _SCALAR)
        for operand in node.ops:
            if operand.op not in {"in", "notin"}:
                operand.expr = _filtered(operand.expr, _SCALAR)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802 - as above
        """An item, or a part of a list."""
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            return _at(node, _MADE)
        node.arg = _filtered(node.arg, _SCALAR)
        return _at(node, _MEASURED)

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        """Everything else that gives a value."""
        node = super().generic_visit(node, *args, **kwargs)
        match node:
            case nodes.BinExpr() if not isinstance(node, nodes.And | nodes.Or):
                # The operands have been in hand; what may fail now is this.
                node.right = _at(node.right, _MEASURED, node)
                return _at(node, _MADE)
            case nodes.List() | nodes.Tuple(ctx="load") | nodes.Dict():
                return _filtered(node, _FLAT)
            case nodes.Filter() | nodes.Call():
                return _at(node, _MADE)
            case nodes.Getattr():
                return _at(node, _MEASURED)
            case _:
                return node


def _at(node: nodes.Expr, name: str, where: nodes.Expr | None = None) -> nodes.Filter:
    line = (where or node).lineno
    return _filtered(node, name, nodes.Const(int(line)), nodes.Const(getattr(line, "column", 1)))


def _filtered(node: nodes.Node, name: str, *arguments: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(arguments), [], None, None, lineno=node.lineno)


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else 0


def _scalar(value: Any) -> Any:
    if isinstance(value, list | tuple | dict):
        raise TypeError("a list is not compared, nor a key")
    return value


def _flat(value: Any) -> Any:
    parts: Iterable[Any] = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    if any(isinstance(part, list | tuple | dict) for part in parts):
        raise TypeError("a list cannot hold lists")
    return value


@with_context
def _printed(_context: Context, value: Any) -> Any:
    """What may stand in a text. The context keeps Jinja2 from doing it ahead, uncounted."""
    return value if isinstance(value, Undefined) else text(value)
