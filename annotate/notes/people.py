"""Who made the commits: people once each, by one name, and bots not at all."""

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
    """An author, as git knows one."""

    name: str = ""
    email: str = ""

    @property
    def is_bot(self) -> bool:
        """True for a program that commits."""
        return bool(_BOTS.search(f"{self.name} {self.email}"))


def co_authors(body: str) -> tuple[Person, ...]:
    """Those that a message names in trailers.

    Source of the form: GitHub Docs, "Creating a commit with multiple authors".
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
    """The names of all people in the groups, one group for each commit, the most active first.

    One address is one person, by the name that comes first, and so is one name.
    """
    by_address: dict[str, str] = {}
    by_name: dict[str, str] = {}
    active: Counter[str] = Counter()
    for group in groups:
        together = set()
        for one in group:
            if one.name and not one.is_bot:
                name = by_address.setdefault(one.email.lower(), one.name) if one.email else one.name
                together.add(by_name.setdefault(name.lower(), name))
        active.update(sorted(together))
    return tuple(name for name, _ in active.most_common())
