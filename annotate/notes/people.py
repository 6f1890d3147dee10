"""The authors of commits, each with one name, and without bots."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CO_AUTHORED_BY = "co-authored-by:"
_BOTS = re.compile(
    r"\[bot\]|\bbot\b|bot@|dependabot|renovate|greenkeeper|pre-commit-ci|github-actions"
    r"|copilot\b|@anthropic\.com|@cursor\.com",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """An author or co-author of a commit."""

    name: str = ""
    email: str = ""

    @property
    def is_bot(self) -> bool:
        """True for a program, and False for a person."""
        return bool(_BOTS.search(f"{self.name} {self.email}"))


def co_authors(body: str) -> tuple[Person, ...]:
    """Return the people in the trailers `Co-authored-by` of a message.

    Source: GitHub Docs, "Creating a commit with multiple authors".
    """
    if "<" not in body:
        return ()
    found = []
    for line in body.splitlines():
        name, opening, email = line[len(_CO_AUTHORED_BY) :].strip().rpartition("<")
        if (
            line[: len(_CO_AUTHORED_BY)].lower() == _CO_AUTHORED_BY
            and opening
            and email[-1:] == ">"
        ):
            found.append(Person(name=name.strip(), email=email[:-1].strip()))
    return tuple(found)


def names_of(groups: Iterable[Sequence[Person]]) -> tuple[str, ...]:
    """Return the names of all people, those with the most commits first.

    Each group has the people of one commit. People with the same address or the same name, in any
    case, are one person, with the name that comes first.
    """
    by_address: dict[str, str] = {}
    by_name: dict[str, str] = {}
    active: Counter[str] = Counter()
    for group in groups:
        names = set()
        for person in group:
            if person.name and not person.is_bot:
                name = person.name
                if person.email:
                    name = by_address.setdefault(person.email.lower(), name)
                names.add(by_name.setdefault(name.lower(), name))
        active.update(sorted(names))
    return tuple(name for name, _ in active.most_common())
