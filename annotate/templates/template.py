"""The user's templates for title and description. What they render is never a template itself."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import fields
from difflib import get_close_matches
from traceback import walk_tb

from jinja2 import TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext

from annotate.errors import InvalidInputs, Message, Topic
from annotate.templates.context import Context, PreviousRelease, TemplateCommit, TemplateGroup
from annotate.templates.environment import BUDGET, NO_METHODS, Counting, Environment

LONGEST = 16_384  #: Characters of a template.
_SHOWN = 200  # Characters of a template that a message shows, with its mistake mended.
TAKEN = 65_536  #: Characters that are taken of what it gives; the rest is never rendered.
_STATEMENTS = (nodes.Assign, nodes.For, nodes.If, nodes.Output, nodes.Scope)
_NAMES, *_FIELDS = (
    {field.name for field in fields(record)}
    for record in (Context, PreviousRelease, TemplateCommit, TemplateGroup)
)
_METHODS = {name for name in dir(str) + dir(list) + dir(dict) + dir(LoopContext) if name > "a"}


class _UnknownName(TemplateSyntaxError):
    """A template names what is not known; `nearest` is the most similar name that is, or empty."""

    def __init__(self, unknown: str, known: Collection[str], position: int) -> None:
        self.unknown = unknown
        # To compare two long names takes minutes, and a long one is no name of ours.
        short = [name for name in known if len(name) <= _SHOWN]
        self.nearest = next(iter(get_close_matches(unknown, short, 1)), "")
        nearest = f", `{self.nearest}` is" if self.nearest else ""
        super().__init__(f"`{unknown}` is not known{nearest}", position)


class Template:
    """A template that can be rendered."""

    def __init__(self, name: str, text: str, source: str) -> None:
        """Read the text of the input `name`, set by `source`; InvalidInputs says what is wrong."""
        self._name, self.source = name, source
        self._text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._environment = Environment()
        with self._mistakes():
            if len(text) > LONGEST:
                raise TemplateSyntaxError(f"it is longer than {LONGEST} characters", 1)
            tree = self._environment.parse(self._text)
            self._check(tree)
            self._compiled = self._environment.from_string(Counting().visit(tree))

    def render(self, context: Context) -> str:
        """What it gives, at most TAKEN characters; InvalidInputs where it fails or runs away."""
        self._environment.left = BUDGET
        rendered = ""
        with self._mistakes():
            for part in self._compiled.generate({name: getattr(context, name) for name in _NAMES}):
                rendered += part
                if len(rendered) > TAKEN:
                    break
        return rendered[:TAKEN]

    def _check(self, tree: nodes.Template) -> None:
        """Find what is not known, also where no release would come to it."""
        for statement in tree.find_all(nodes.Stmt):
            if not isinstance(statement, _STATEMENTS) or getattr(statement, "recursive", False):
                word = self._text[statement.lineno - 1 :].split()[0]
                raise TemplateSyntaxError(f"`{word}` cannot be used like this", statement.lineno)
        own = {one.key for one in tree.find_all(nodes.Keyword)} | {"loop"}
        own |= {one.attr for one in tree.find_all(nodes.NSRef)}
        own |= {one.name for one in tree.find_all(nodes.Name) if one.ctx == "store"}
        own |= {getattr(one.key, "value", "") for one in tree.find_all(nodes.Pair)}
        known = {
            nodes.Name: own.union(_NAMES, self._environment.globals),
            nodes.Getattr: own.union({"grouper", "list", "next"}, _METHODS - NO_METHODS, *_FIELDS),
            nodes.Filter: self._environment.filters,
            nodes.Test: self._environment.tests,
        }
        for node in tree.find_all(tuple(known)):
            name, names = getattr(node, "attr", getattr(node, "name", "")), known[type(node)]
            if name not in names:
                raise _UnknownName(name, names, node.lineno)

    @contextmanager
    def _mistakes(self) -> Iterator[None]:
        """Whatever goes wrong with a template is an error of the input that holds it."""
        try:
            yield
        except Exception as error:
            # What Jinja2 takes for lines are positions: see `PlacingLexer`.
            frames = walk_tb(error.__traceback__)
            lines = [line for frame, line in frames if frame.f_code.co_filename == "<template>"]
            position = error.lineno if isinstance(error, TemplateSyntaxError) else [1, *lines][-1]
            above = self._text[: position - 1].split("\n")
            place = f"line {len(above)}, column {len(above[-1]) + 1} of the template"
            reason = str(getattr(error, "message", error)).replace(f"{Context.__module__}.", "")
            if isinstance(error, RecursionError | MemoryError | SyntaxError):
                reason = "it is nested too deep"
            what = f"The template in {self._name} cannot be used: {reason.rstrip('.')} ({place})."
            why = f"It is set by {self.source}."
            mend = f"{self._name}: {json.dumps(self._mended(error), ensure_ascii=False)}"
            raise InvalidInputs(Message(what, why, mend, topic=Topic.TEMPLATE)) from error

    def _mended(self, error: Exception) -> str:
        """Return the template with the name that is meant, or one that gives the usual text."""
        if isinstance(error, _UnknownName) and error.nearest and len(self._text) <= _SHOWN:
            start = self._text.index(error.unknown, error.lineno - 1)
            end = start + len(error.unknown)
            return f"{self._text[:start]}{error.nearest}{self._text[end:]}"
        return f"{{{{ {self._name.removesuffix('-template')} }}}}"
