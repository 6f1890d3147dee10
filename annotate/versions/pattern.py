"""Tag patterns, in the syntax of GitHub's own tag filters.

Source: GitHub Docs, "Workflow syntax", filter pattern cheat sheet. `*` is any run without `/`,
`**` any run, `?` makes the character before it optional, `+` repeats it, `[a-z0-9]` is one of a
set, a backslash takes the next character literally, and `!` at the start takes away. The last
pattern that matches a name decides.

Matching follows all possibilities at once, so its time is linear in the name whatever the
pattern: a regular expression made of `*a*a*a*b` is not.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Self

_RANGE = re.compile(r"(.)(?:-(.))?")


@dataclass(frozen=True)
class _Atom:
    accepts: Callable[[str], bool]
    optional: bool = False
    repeated: bool = False


class Pattern:
    """One line of `tag-pattern`."""

    def __init__(self, text: str) -> None:
        """Read the pattern; ValueError says in words what is wrong with it."""
        self.negative = text.startswith("!")
        self._atoms = _atoms(text.removeprefix("!"))

    def matches(self, name: str) -> bool:
        """Whether the whole name fits."""
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
        reached = set(states)
        for state, atom in enumerate(self._atoms):
            if state in reached and atom.optional:
                reached.add(state + 1)
        return reached


@dataclass(frozen=True)
class Patterns:
    """All lines of `tag-pattern` together."""

    lines: tuple[str, ...]
    patterns: tuple[Pattern, ...]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Self:
        """Read the lines; ValueError for the first that is none."""
        lines = tuple(lines)
        return cls(lines, tuple(map(Pattern, lines)))

    def take(self, name: str) -> bool:
        """Whether a tag of this name is a release; patterns that only take away start from all."""
        taken = all(pattern.negative for pattern in self.patterns)
        for pattern in self.patterns:
            if pattern.matches(name):
                taken = not pattern.negative
        return taken


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
