"""The names and fields that a template uses, checked before anything is rendered.

A misspelt field of a commit would else be found by the first release that has such a commit. So
each expression gets its kind, as far as it can be told: a record, a list of records, or neither.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from jinja2 import nodes

from annotate.templates.context import Context

# The kinds by the names in scope: a record's class, `tuple[class, ...]`, or nothing known.
_Kinds = dict[str, Any]

_SAME = {"list", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "unique"}
_ELEMENT = {"first", "last", "max", "min"}
_BY_FIELD = {"join", "map", "max", "min", "rejectattr", "selectattr", "sort", "unique"}


def unknown_names(tree: nodes.Template) -> Iterator[tuple[nodes.Node, str, Sequence[str]]]:
    """Where a name or field is used that there is not: the place, the name, and those there are."""
    yield from _body(tree.body, get_type_hints(Context) | {"namespace": None})


def _body(
    body: Sequence[nodes.Node], kinds: _Kinds
) -> Iterator[tuple[nodes.Node, str, Sequence[str]]]:
    for node in body:
        match node:
            case nodes.For():
                yield from _loop(node, kinds)
            case nodes.If():
                yield from _expression(node.test, kinds)
                parts: tuple[Sequence[nodes.Node], ...] = (node.body, node.elif_, node.else_)
                branches = [dict(kinds) for _ in parts]
                for part, branch in zip(parts, branches, strict=True):
                    yield from _body(part, branch)
                for name in {name for branch in branches for name in branch}:
                    found = [branch.get(name) for branch in branches]
                    kinds[name] = found[0] if found.count(found[0]) == len(found) else None
            case nodes.Assign():
                yield from _expression(node.node, kinds)
                if isinstance(node.target, nodes.Name):
                    kinds[node.target.name] = _kind(node.node, kinds)
                else:
                    kinds |= {name.name: None for name in node.target.find_all(nodes.Name)}
            case _:
                yield from _expression(node, kinds)


def _loop(node: nodes.For, kinds: _Kinds) -> Iterator[tuple[nodes.Node, str, Sequence[str]]]:
    yield from _expression(node.iter, kinds)
    inner = dict(kinds) | {"loop": None}
    inner |= {name.name: None for name in node.target.find_all(nodes.Name)}
    if isinstance(node.target, nodes.Name):
        inner[node.target.name] = _element(_kind(node.iter, kinds))
    if node.test:
        yield from _expression(node.test, inner)
    yield from _body(node.body, inner)
    yield from _body(node.else_, dict(kinds))


def _expression(
    expression: nodes.Node, kinds: _Kinds
) -> Iterator[tuple[nodes.Node, str, Sequence[str]]]:
    for node in [expression, *expression.find_all(nodes.Expr)]:
        named: list[tuple[Any, str]] = []
        if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in kinds:
            yield node, node.name, [one.name for one in fields(Context)]
        elif isinstance(node, nodes.Getattr):
            named = [(_kind(node.node, kinds), node.attr)]
        elif isinstance(node, nodes.Filter) and node.node and node.name in _BY_FIELD:
            named = [(_element(_kind(node.node, kinds)), name) for name in _field_of(node)]
        for kind, name in named:
            if is_dataclass(kind) and name not in (known := [one.name for one in fields(kind)]):
                yield node, name, known


def _field_of(node: nodes.Filter) -> list[str]:
    """The field by which a filter goes, where it is written out."""
    given = [one.value for one in node.kwargs if one.key == "attribute"]
    if node.name in {"rejectattr", "selectattr"}:
        given = node.args[:1] or given
    return [
        one.value for one in given if isinstance(one, nodes.Const) and isinstance(one.value, str)
    ]


def _kind(node: nodes.Node, kinds: _Kinds) -> Any:
    match node:
        case nodes.Name():
            return kinds.get(node.name)
        case nodes.Getattr():
            owner = _kind(node.node, kinds)
            return get_type_hints(owner).get(node.attr) if is_dataclass(owner) else None
        case nodes.Getitem():
            owner = _kind(node.node, kinds)
            return owner if isinstance(node.arg, nodes.Slice) else _element(owner)
        case nodes.Filter() if node.node and node.name in _SAME:
            return _kind(node.node, kinds)
        case nodes.Filter() if node.node and node.name in _ELEMENT:
            return _element(_kind(node.node, kinds))
        case _:
            return None


def _element(kind: Any) -> Any:
    return next(iter(get_args(kind)), None)
