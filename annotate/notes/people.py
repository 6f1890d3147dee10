"""The authors of commits, each with one name, and without programs."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from annotate.notes.memory import REMEMBERED
from annotate.regex import Regex

_CO_AUTHORED_BY = "co-authored-by:"
_BOTS = Regex(
    r"\[bot\]|\bbot\b|bot@|dependabot|renovate|greenkeeper|pre-commit-ci|github-actions"
    r"|noreply-(?:mt|addon)-[\w-]+@weblate\.org",
    re.IGNORECASE,
)
_BOT_ADDRESSES = frozenset([
    "hosted@weblate.org", "noreply@weblate.org", "support@crowdin.com", "support+bot@crowdin.com",
])  # fmt: skip
# Agents by their exact addresses: people work at the same domains. Of an address such as
# `198982749+Copilot@users.noreply.github.com`, the name of the account.
_AGENTS = frozenset([
    "noreply@anthropic.com", "cursoragent@cursor.com", "copilot@github.com", "noreply@aider.chat",
    "aider@aider.chat", "openhands@all-hands.dev", "codex@openai.com", "noreply@openai.com",
    "amp@ampcode.com", "agent@warp.dev",
    "copilot", "copilot-swe-agent[bot]", "claude[bot]", "cursor[bot]", "openhands-agent",
    "devin-ai-integration[bot]", "google-labs-jules[bot]", "gemini-code-assist[bot]",
    "chatgpt-codex-connector[bot]", "factory-droid[bot]", "sweep-ai[bot]",
])  # fmt: skip
_ACCOUNT = Regex(
    r"(?:[0-9]+\+)?([^@]+)@users\.noreply\.github\.com", needs=("@users.noreply.github.com",)
)


class Person(NamedTuple):
    """An author or co-author of a commit."""

    name: str = ""
    email: str = ""

    @property
    def is_agent(self) -> bool:
        """True for an AI agent, which makes changes like any other author."""
        return _is_agent(self)

    @property
    def is_bot(self) -> bool:
        """True for a program that follows rules, such as one that updates dependencies."""
        return _is_bot(self)

    @property
    def is_human(self) -> bool:
        """True for neither an agent nor a bot."""
        return not (self.is_agent or self.is_bot)


# The same few people make most commits.
@lru_cache(maxsize=REMEMBERED)
def _is_agent(person: Person) -> bool:
    email = person.email.lower()
    account = _ACCOUNT.fullmatch(email)
    return (account[1] if account else email or person.name.lower()) in _AGENTS


@lru_cache(maxsize=REMEMBERED)
def _is_bot(person: Person) -> bool:
    if person.email.lower() in _BOT_ADDRESSES:
        return True
    return bool(_BOTS.search(f"{person.name} {person.email}")) and not person.is_agent


def co_authors(body: str) -> tuple[Person, ...]:
    """Return the people in the trailers `Co-authored-by` of a message.

    Source: GitHub Docs, "Creating a commit with multiple authors".
    """
    if _CO_AUTHORED_BY not in body.lower():
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
            if person.name and person.is_human:
                name = person.name
                if person.email:
                    name = by_address.setdefault(person.email.lower(), name)
                names.add(by_name.setdefault(name.lower(), name))
        active.update(sorted(names))
    return tuple(name for name, _ in active.most_common())
