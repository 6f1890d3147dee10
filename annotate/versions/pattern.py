"""Tag patterns, in the syntax of the tag filters of GitHub.

Source: GitHub Docs, "Workflow syntax", filter pattern cheat sheet. `*` matches any characters but
`/`, `**` any characters, `?` makes the character before it optional, `+` repeats it, `[a-z0-9]`
matches a character of a set, a backslash makes the next character literal, and `!` at the start
excludes what the pattern matches. The last pattern that matches a name decides.

A pattern is an automaton of which all states are followed at once, so the time is linear in the
length of the name. A regular expression for `*a*a*a*b` would backtrack. The states are the bits of
one integer, so that also a pattern of thousands of characters takes little more time than a short
one: extended Shift-And of Navarro and Raffinot, "Flexible Pattern Matching in Strings", 4.4.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Self

from annotate.regex import Regex

# The default of `tag-pattern`.
_ALL = ("**",)
_RANGE = Regex(r"(.)(?:-(.))?")


class _Atom(NamedTuple):
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
        self._optional = _bits(atom.optional for atom in self._atoms)
        self._repeated = _bits(atom.repeated for atom in self._atoms)
        # The state from which any rest matches, if the pattern ends in `**`, as the default does.
        ends_in_anything = self._atoms and self._atoms[-1].accepts is _anything
        self._matched = 1 << len(self._atoms) - 1 if ends_in_anything else 0
        self._accepting: dict[str, int] = {}

    def matches(self, name: str) -> bool:
        """Return True if the pattern, without its `!`, matches the whole name."""
        # In state n, the first n atoms have matched.
        states = self._skipping(1)
        for character in name:
            if states & self._matched:
                return True
            matched = states & self._atoms_for(character)
            states = self._skipping(matched << 1 | matched & self._repeated)
            if not states:
                return False
        return bool(states >> len(self._atoms))

    def _atoms_for(self, character: str) -> int:
        """Return the atoms that match the character."""
        if character not in self._accepting:
            self._accepting[character] = _bits(atom.accepts(character) for atom in self._atoms)
        return self._accepting[character]

    def _skipping(self, states: int) -> int:
        """Return the states and those reached from them by skipping optional atoms.

        The sum carries a state through the optional atoms that follow it, to the one after them.
        """
        return states | (self._optional + (states & self._optional)) ^ self._optional


class Patterns(NamedTuple):
    """The lines of `tag-pattern`."""

    lines: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    #: True if all patterns start with `!`.
    only_excludes: bool

    @classmethod
    def of(cls, lines: Iterable[str]) -> Self:
        """Parse the lines. Raises ValueError for the first that is not a pattern."""
        lines = tuple(lines)
        patterns = tuple(map(Pattern, lines))
        return cls(lines, patterns, all(pattern.negative for pattern in patterns))

    @property
    def take_all(self) -> bool:
        """True for the default, which need not be tried on thousands of names."""
        return self.lines == _ALL

    def take(self, name: str) -> bool:
        """Return True if the name is included. If all patterns start with `!`, other names are."""
        taken = self.only_excludes
        for pattern in self.patterns:
            if pattern.matches(name):
                taken = not pattern.negative
        return taken


def literal(text: str) -> str:
    """Return the pattern that matches exactly this text."""
    return re.sub(r"[*?+\[\]\\!]", r"\\\g<0>", text)


def _bits(flags: Iterable[bool]) -> int:
    """Return an integer with a bit for each flag, the lowest for the first."""
    return int("".join("1" if flag else "0" for flag in flags)[::-1] or "0", 2)


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
