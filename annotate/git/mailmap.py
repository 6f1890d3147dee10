"""The names that a repository's `.mailmap` gives to people."""

from collections.abc import Mapping
from dataclasses import replace

from annotate.git.checkout import Checkout
from annotate.git.command import lines
from annotate.notes.history import Commit, History
from annotate.notes.people import Person


def named(history: History, found: Checkout) -> History:
    """The history with authors and co-authors by the names that the checkout has for them.

    All of them are asked for at once, wherever their commits came from: a fetched range comes
    without files. Source: git-check-mailmap(1).
    """
    if not (found.root / ".mailmap").is_file():
        return history
    everybody = dict.fromkeys(one for commit in history.commits for one in commit.people)
    # git refuses all of them for one without an address.
    asked = [one for one in everybody if _plain(one.email).strip()]
    contacts = "".join(f"{_plain(one.name)} <{_plain(one.email)}>\n" for one in asked)
    _, output = found.git.run(
        "check-mailmap", "--stdin", accept=(0, 128), stdin=contacts.encode(errors="replace")
    )
    answers = lines(output)
    if len(answers) != len(asked):
        return history
    known = dict.fromkeys(everybody) | dict(zip(asked, map(_person, answers), strict=True))
    return replace(history, commits=tuple(_renamed(commit, known) for commit in history.commits))


def _renamed(commit: Commit, known: Mapping[Person, Person | None]) -> Commit:
    author, *others = (known[one] or one for one in commit.people)
    return replace(commit, author=author, co_authors=tuple(others))


def _plain(text: str) -> str:
    """Without what would end the name or the address."""
    return "".join(character for character in text if character not in "<>\r\n")


def _person(contact: str) -> Person:
    name, _, rest = contact.rpartition("<")
    return Person(name=name.strip(), email=rest.removesuffix(">"))
