"""The places in annotate that make messages, and which of them made a given one."""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from annotate.errors import Message
from tests.support.process import ROOT


@dataclass(frozen=True, kw_only=True)
class Place:
    """A call of `Message`."""

    #: From the top of the project.
    file: Path
    #: The function or the constant that it stands in.
    owner: str
    first_line: int
    last_line: int

    def __str__(self) -> str:
        """As the list of a failed test names it."""
        return f"{self.file}:{self.first_line}, in {self.owner}"


def places() -> list[Place]:
    """All places, in the order of files and lines."""
    return [
        place
        for path in sorted((ROOT / "annotate").rglob("*.py"))
        for place in _calls(ast.parse(path.read_text(encoding="utf-8")), path.relative_to(ROOT))
    ]


class Recorder:
    """Knows where messages came from that were made while it recorded."""

    def __init__(self) -> None:
        """Know the constants, which were made when their modules were imported."""
        self._made: list[tuple[Message, Path, int]] = []
        self._places = places()

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Note each message that is made, and the line that makes it."""
        initialize = Message.__init__

        def noted(message: Message, *values: Any, **named: Any) -> None:
            caller = sys._getframe(1)
            self._made.append((message, Path(caller.f_code.co_filename), caller.f_lineno))
            initialize(message, *values, **named)

        with patch.object(Message, "__init__", noted):
            yield

    def place_of(self, message: Message) -> Place | None:
        """The place that made exactly this message; None if none of annotate's did."""
        for made, path, line in self._made:
            if made is message:
                return self._at(path, line)
        return next((place for place in self._places if _constant(place) is message), None)

    def _at(self, path: Path, line: int) -> Place | None:
        for place in self._places:
            if ROOT / place.file == path and place.first_line <= line <= place.last_line:
                return place
        return None


def _calls(node: ast.AST, file: Path, owner: str = "") -> Iterator[Place]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Call(func=ast.Name(id="Message") | ast.Attribute(attr="Message")):
                last = child.end_lineno or child.lineno
                yield Place(file=file, owner=owner, first_line=child.lineno, last_line=last)
        yield from _calls(child, file, _owner(child) or owner)


def _owner(node: ast.AST) -> str:
    match node:
        case ast.FunctionDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)], col_offset=0):
            return name
        case _:
            return ""


def _constant(place: Place) -> object:
    module = import_module(".".join(place.file.with_suffix("").parts))
    return getattr(module, place.owner, None)
