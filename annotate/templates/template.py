"""The user's templates for title and description: Jinja2, strict, and bounded in what they take.

A template comes from the user's own inputs alone. What it renders (tags, commits) is data, and
never read as a template.
"""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Self

from jinja2 import Template as Compiled
from jinja2 import TemplateSyntaxError, nodes
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from annotate.errors import InvalidInputs, Message, Topic
from annotate.templates.bounds import Bounded, Counting
from annotate.templates.context import Context
from annotate.templates.filters import RanAway, UnknownName
from annotate.templates.strictness import unknown_names

#: Characters of a template.
LONGEST = 16_384
#: Characters that are taken of what a template gives; the rest is never rendered.
TAKEN = 65_536
_STATEMENTS = (nodes.For, nodes.If, nodes.Assign, nodes.Output)
_EXAMPLES = {
    "title-template": 'title-template: "{{ version }} is out"',
    "description-template": "description-template: |\n"
    "  {% for commit in commits %}\n  {{ commit.subject }}\n  {% endfor %}",
}
# What people write for the statements that Jinja2 calls otherwise.
_WRITTEN = {
    "assignblock": "set … endset",
    "callblock": "call",
    "filterblock": "filter",
    "scopedevalcontextmodifier": "autoescape",
}
# The tokens that Jinja2's parser does not see.
_SKIPPED = {
    "comment", "comment_begin", "comment_end", "raw_begin", "raw_end", "whitespace",
}  # fmt: skip


class Fault(Exception):
    """What is wrong with a template."""

    def __init__(self, reason: str, line: int = 1, column: int = 1, help_text: str = "") -> None:
        """Keep what is wrong, where (both from 1), and what would be right."""
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column
        self.help_text = help_text


class Place(int):
    """The number of a line that knows its column too; both from 1."""

    column: int

    @classmethod
    def of(cls, source: str, position: int) -> Self:
        """The place of a character."""
        place = cls(source.count("\n", 0, position) + 1)
        place.column = position - source.rfind("\n", 0, position)
        return place


class Columns(Extension):
    """Gives the tokens places instead of mere lines, so that errors can tell the column."""

    def preprocess(self, source: str, *_: str | None) -> str:
        """Find out where each token begins."""
        self.places = list(_places(self.environment.lexer.tokeniter(source, None), source))
        return source

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The same tokens at their places; a line of statements alone does not end in the text."""
        alone, before = True, ""
        for token, place in zip(stream, self.places, strict=False):
            value = token.value
            if token.type == "data":
                first, newline, _ = value.partition("\n")
                # Two texts in a row: there was a comment between them.
                if newline and not first.strip() and alone and before in {"block_end", "data"}:
                    value = value[len(first) + 1 :]
                last = token.value.rpartition("\n")[2]
                alone = not last.strip() and (bool(newline) or alone)
            elif token.type == "variable_begin":
                alone = False
            before = token.type
            yield Token(place, token.type, value)


class Template:
    """A template that can be rendered."""

    def __init__(self, name: str, text: str, source: str) -> None:
        """Read the text of the input `name`, set by `source`; InvalidInputs says what is wrong."""
        self._name = name
        #: Where it is set.
        self.source = source
        self._environment = Bounded()
        self._environment.add_extension(Columns)
        with self._faults():
            self._compiled = self._compile(text.replace("\r\n", "\n").replace("\r", "\n"))

    def render(self, context: Context) -> str:
        """What it gives, at most TAKEN characters; InvalidInputs where it fails or runs away."""
        self._environment.start()
        parts: list[str] = []
        size = 0
        with self._faults():
            for part in self._compiled.generate(context.names()):
                parts.append(part)
                size += len(part)
                if size > TAKEN:
                    break
        return "".join(parts)[:TAKEN]

    def _compile(self, text: str) -> Compiled:
        if len(text) > LONGEST:
            raise Fault(f"it is longer than {LONGEST} characters")
        tree = self._environment.parse(text)
        _check(tree, self._environment)
        code = self._environment.compile(Counting().visit(tree))
        return Compiled.from_code(self._environment, code, self._environment.globals)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Whatever goes wrong with a template is an error of the input that holds it."""
        try:
            yield
        except Exception as error:
            fault = _fault_of(error, self._environment.place)
            raise InvalidInputs(
                Message(
                    f"The template in {self._name} cannot be used: {fault.reason}"
                    f" (line {fault.line}, column {fault.column} of the template).",
                    f"It is set by {self.source}. {fault.help_text}".rstrip(),
                    _EXAMPLES.get(self._name, ""),
                    topic=Topic.TEMPLATE,
                )
            ) from error


def _fault_of(error: Exception, place: tuple[int, int]) -> Fault:
    match error:
        case Fault():
            return error
        case TemplateSyntaxError(lineno=Place() as line):
            return Fault(str(error.message).rstrip("."), int(line), line.column)
        case TemplateSyntaxError():
            return Fault(str(error.message).rstrip("."), error.lineno)
        case RanAway():
            return Fault("it runs away, and was stopped", *place)
        case UnknownName():
            return _unknown(error.name, error.known, place, error.what)
        case RecursionError() | MemoryError() | SyntaxError():
            return Fault("it is nested too deep", *place)
        case _:
            return Fault(str(error).rstrip("."), *place)


def _places(tokens: Iterator[tuple[int, str, str]], source: str) -> Iterator[Place]:
    position = 0
    try:
        for _, kind, text in tokens:
            start = source.index(text, position)
            position = start + len(text)
            if kind not in _SKIPPED:
                yield Place.of(source, start)
    except TemplateSyntaxError as error:
        error.lineno = Place.of(source, position)
        raise


def _check(tree: nodes.Template, environment: Bounded) -> None:
    """Raise for the first thing that a template may not use."""
    filters, tests = environment.known_filters, environment.known_tests
    for node in tree.find_all(nodes.Node):
        match node:
            case nodes.Stmt() if not isinstance(node, _STATEMENTS):
                name = type(node).__name__.lower()
                statement = _WRITTEN.get(name, name)
                raise _unknown(statement, ("if", "for", "set"), _place(node), "statements")
            case nodes.For(recursive=True):
                raise Fault("a loop may not be recursive", *_place(node))
            case nodes.Filter(name=name) if name not in filters:
                raise _unknown(name, filters, _place(node), "filters")
            case nodes.Test(name=name) if name not in tests:
                raise _unknown(name, tests, _place(node), "tests")
    for node, name, known in unknown_names(tree):
        line, column = _place(node)
        # The place of a field is that of its dot.
        raise _unknown(name, known, (line, column + isinstance(node, nodes.Getattr)))


def _unknown(name: str, known: Iterable[str], place: tuple[int, int], what: str = "names") -> Fault:
    known = tuple(known)
    nearest = difflib.get_close_matches(name, known, n=1)
    close = f" The nearest is {nearest[0]}." if nearest else ""
    help_text = f"The {what} that are known here: {', '.join(known)}.{close}"
    return Fault(f"`{name}` is not known", *place, help_text)


def _place(node: nodes.Node) -> tuple[int, int]:
    return int(node.lineno), getattr(node.lineno, "column", 1)
