"""Tag patterns, in the syntax of the tag filters of GitHub.

Source: GitHub Docs, "Workflow syntax", filter pattern cheat sheet. `*` matches any characters but
`/`, `**` any characters, `?` makes the character before it optional, `+` repeats it, `[a-z0-9]`
matches a character of a set, a backslash makes the next character literal, and `!` at the start
excludes what the pattern matches. The last pattern that matches a name decides.

A pattern is an automaton of which all states are followed at once, so the time is linear in the
length of the name. A regular expression for `*a*a*a*b` would backtrack.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Self

_RANGE = re.compile(r"(.)(?:-(.))?")


@dataclass(frozen=True)
class _Atom:
    """A part of a pattern that matches one character."""

    accepts: Callable[[str], bool]
    optional: bool = False
    repeated: bool = False


class Pattern:
    """One line of `tag-pattern`."""

    def __init__(self, text: str) -> None:
        """Parse the pattern. Raises ValueError with the reason in words if it is malformed."""
        self.negative = text.startswith("!")
        self._atoms = _atoms(text.removeprefix("!"))

    def matches(self, name: str) -> bool:
        """Return True if the pattern, without its `!`, matches the whole name."""
        states = self._skipping({0})
        for character in name:
            moved = set()
            for state in states:
                if state < len(self._atoms) and self._atoms[state].accepts(character):
                    moved.add(state + 1)
                    if self._atoms[state].repeated:
                        moved.add(state)
            states = self._skipping(moved)
        return len(self._atoms) in states

    def _skipping(self, states: set[int]) -> set[int]:
        """Return the states and those reached from them by skipping optional atoms."""
        reached = set(states)
        for state, atom in enumerate(self._atoms):
            if state in reached and atom.optional:
                reached.add(state + 1)
        return reached


@dataclass(frozen=True)
class Patterns:
    """The lines of `tag-pattern`."""

    lines: tuple[str, ...]
    patterns: tuple[Pattern, ...]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Self:
        """Parse the lines. Raises ValueError for the first that is not a pattern."""
        lines = tuple(lines)
        return cls(lines, tuple(map(Pattern, lines)))

    def take(self, name: str) -> bool:
        """Return True if the name is included. If all patterns start with `!`, other names are."""
        taken = all(pattern.negative for pattern in self.patterns)
        for pattern in self.patterns:
            if pattern.matches(name):
                taken = not pattern.negative
        return taken


def literal(text: str) -> str:
    """Return the pattern that matches exactly this text."""
    return re.sub(r"[*?+\[\]\\!]", r"\\\g<0>", text)


def _atoms(text: str) -> list[_Atom]:
    atoms: list[_Atom] = []
    characters = iter(text)
    for character in characters:
        if character in "?+":
            if not atoms:
                raise ValueError(f"nothing stands before `{character}`")
            last = atoms.pop()
            atoms.append(
                _Atom(
                    last.accepts,
                    optional=last.optional or character == "?",
                    repeated=last.repeated or character == "+",
                )
            )
        elif character == "*":
            # `**` crosses slashes: its second star takes any character.
            second = bool(atoms) and atoms[-1].accepts is _anything_but_slash
            accepts = _anything if second else _anything_but_slash
            atoms.append(_Atom(accepts, optional=True, repeated=True))
        elif character == "[":
            atoms.append(_Atom(_one_of(characters)))
        elif character == "\\":
            atoms.append(_Atom(next(characters, "\\").__eq__))
        else:
            atoms.append(_Atom(character.__eq__))
    return atoms


def _one_of(characters: Iterator[str]) -> Callable[[str], bool]:
    inside = ""
    for character in characters:
        if character == "]":
            break
        inside += character
    else:
        raise ValueError("a `[` is not closed")
    if not inside:
        raise ValueError("a `[]` is empty")
    ranges = _RANGE.findall(inside)
    return lambda character: any(low <= character <= (high or low) for low, high in ranges)


def _anything(_: str) -> bool:
    return True


def _anything_but_slash(character: str) -> bool:
    return character != "/"
