"""Typed values of the inputs, with a message for each invalid text."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from annotate.errors import InvalidInputs, Message, Topic
from annotate.inputs import parsing, remedies
from annotate.inputs.sources import Given, readable
from annotate.inputs.table import BY_NAME
from annotate.text import one_line, shorten
from annotate.versions.pattern import Patterns

if TYPE_CHECKING:
    from annotate.templates.template import Template

#: Characters of a wrong value that a message shows.
_SHOWN = 100
T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)


class Values:
    """Typed access to the inputs, or to the keys of one target in the config file.

    For an invalid text, a method appends a message to `problems` and returns the default of the
    input, or another value of the right type.
    """

    def __init__(
        self, given: Mapping[str, Given], problems: list[Message], *, target: str = ""
    ) -> None:
        """Read from `given`. `target` is the name of the target; empty for the inputs."""
        self._given = given
        self._target = target
        self.problems = problems

    def text(self, name: str) -> str:
        """Return the text without white space around it; empty if it is not set."""
        return self.literal(name).strip()

    def literal(self, name: str) -> str:
        """Return the text as it is; empty if it is not set."""
        given = self._given.get(name)
        return readable(given.text) if given else ""

    def boolean(self, name: str) -> bool:
        """Return True if the text is `true`."""
        return self._read(name, parsing.boolean, fallback=False)

    def word(self, name: str, words: type[Word]) -> Word:
        """Return a member of an enum."""
        first = next(iter(words))
        return self._read(name, lambda text: parsing.word(text, words), fallback=first)

    def time(self, name: str, words: type[Word]) -> Word | datetime:
        """Return a member of an enum, or an aware time."""
        first: Word | datetime = next(iter(words))
        return self._read(name, lambda text: parsing.word_or_time(text, words), fallback=first)

    def items(self, name: str) -> tuple[str, ...]:
        """Return items that are separated by commas or lines."""
        return self._read(name, parsing.items, fallback=())

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the lines of a text that are not empty."""
        return self._read(name, parsing.lines, fallback=())

    def seconds(self, name: str) -> float:
        """Return a number of seconds, more than zero."""
        default = parsing.seconds(BY_NAME[name].default)
        return self._read(name, parsing.seconds, fallback=default)

    def count(self, name: str) -> int:
        """Return a whole number, zero or more."""
        return self._read(name, parsing.count, fallback=0)

    def patterns(self, name: str) -> Patterns:
        """Return tag patterns, one per line."""
        try:
            return Patterns.of(self.lines(name))
        except ValueError as error:
            self.problems.append(
                Message(
                    f"The input {name} is not a valid pattern: {error}.",
                    f"{self._set_by(name)} The syntax is that of GitHub's tag filters.",
                    f'{name}: "v*"',
                    topic=Topic.INPUT,
                )
            )
            return Patterns.of(parsing.lines(BY_NAME[name].default))

    def template(self, name: str) -> "Template | None":
        """Return a template; None if it is not set."""
        given = self._given.get(name)
        if given is None or not given.text.strip():
            return None
        # Importing Jinja2 takes longer than importing all of annotate, and few runs need it.
        from annotate.templates.template import Template

        try:
            return Template(name, readable(given.text), given.source)
        except InvalidInputs as error:
            self.problems += error.messages
            return None

    def ca_bundle(self, name: str, cwd: Path) -> str:
        """Return the path of a file of certificates, relative to `cwd`; empty if it is not set."""
        text = self.text(name)
        if not text:
            return ""
        import ssl

        path = cwd / text
        try:
            ssl.create_default_context(cafile=path)
        except (OSError, ValueError) as error:
            self.problems.append(
                Message(
                    f"The input {name} names {text}, which cannot be used: {error}.",
                    f"It must be a PEM file of certificates. A relative path starts at {cwd}.",
                    f"{name}: path/to/ca.pem",
                    topic=Topic.INPUT,
                )
            )
        return str(path)

    def _read(self, name: str, parse: Callable[[str], T], *, fallback: T) -> T:
        text = self.text(name)
        if not text:
            return fallback
        try:
            return parse(text)
        except ValueError as error:
            self.problems.append(self._wrong(name, text, str(error)))
            return fallback

    def _wrong(self, name: str, text: str, reason: str) -> Message:
        declared = BY_NAME[name]
        shown = shorten(one_line(text), _SHOWN)
        subject = f"{name} of the target {self._target}" if self._target else f"The input {name}"
        return Message(
            f"{subject} is `{shown}`, {reason}.",
            f"{self._set_by(name)} {declared.help}",
            f"{name}: {remedies.value(declared, text)}",
            topic=Topic.TARGETS if self._target else Topic.INPUT,
        )

    def _set_by(self, name: str) -> str:
        return f"It is set by {self._given[name].source}."
