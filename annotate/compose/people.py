"""Who made the commits: people once each, by one name, and bots not at all."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CO_AUTHOR = re.compile(
    r"^co-authored-by:[ \t]*(?P<name>[^<>\n]*?)[ \t]*<(?P<email>[^<>\s]+)>[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_BOTS = ("dependabot", "renovate", "greenkeeper", "snyk-bot", "pre-commit-ci", "github-actions")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """An author, as git knows one."""

    name: str = ""
    email: str = ""

    @property
    def is_bot(self) -> bool:
        """True for a program that commits."""
        text = f"{self.name} {self.email}".lower()
        return "[bot]" in text or any(bot in text for bot in _BOTS)


def co_authors(body: str) -> tuple[Person, ...]:
    """Those that a message names in trailers.

    Source of the form: GitHub Docs, "Creating a commit with multiple authors".
    """
    if "<" not in body:
        return ()
    found = _CO_AUTHOR.finditer(body)
    return tuple(Person(name=match["name"], email=match["email"]) for match in found)


def names_of(groups: Iterable[Sequence[Person]]) -> tuple[str, ...]:
    """The names of all people in the groups, one group for each commit, the most active first.

    One address is one person, by the name that comes first.
    """
    names: dict[str, str] = {}
    active: Counter[str] = Counter()
    for group in groups:
        together = {
            names.setdefault(one.email.lower() or one.name, one.name)
            for one in group
            if one.name and not one.is_bot
        }
        active.update(sorted(together))
    return tuple(name for name, _ in active.most_common())
