"""Apply a repository's `.mailmap` to the people of a history."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from annotate.git.checkout import Checkout
from annotate.git.command import lines
from annotate.notes.history import Commit, History
from annotate.notes.people import Person

#: Bytes of a file that is used; that of Linux has a twentieth. git sorts its lines while it reads
#: them, in a time that grows with their square.
SIZE_LIMIT = 1_048_576


def named(history: History, found: Checkout) -> History:
    """Return the history with the checkout's names for authors and co-authors."""
    return all_named([history], found)[0]


def all_named(histories: Sequence[History], found: Checkout) -> list[History]:
    """Return the histories with the checkout's names for authors and co-authors.

    One command looks them all up in the checkout, also those of fetched commits, because a fetched
    commit range has no files. Source: git-check-mailmap(1).
    """
    file = found.root / ".mailmap"
    if not file.is_file() or file.stat().st_size > SIZE_LIMIT:
        return list(histories)
    # Histories of releases and of their candidates have commits in common.
    commits = {commit.sha: commit for history in histories for commit in history.commits}
    everybody = dict.fromkeys(person for commit in commits.values() for person in commit.people)
    # One contact without an address makes git reject all of them.
    asked = [person for person in everybody if _plain(person.email).strip()]
    contacts = [f"{_plain(person.name)} <{_plain(person.email)}>" for person in asked]
    output = found.git("check-mailmap", "--stdin", accept=(0, 128), stdin=contacts)
    answers = lines(output)
    if len(answers) != len(asked):
        return list(histories)
    renamed = dict.fromkeys(everybody) | dict(zip(asked, map(_person, answers), strict=True))
    with_names = {sha: _with_names(commit, renamed) for sha, commit in commits.items()}
    return [
        replace(history, commits=tuple(with_names[commit.sha] for commit in history.commits))
        for history in histories
    ]


def _with_names(commit: Commit, renamed: Mapping[Person, Person | None]) -> Commit:
    people = tuple(renamed[person] or person for person in commit.people)
    if people == commit.people:
        return commit
    return commit._replace(author=people[0], co_authors=people[1:])


def _plain(text: str) -> str:
    """Return the text without characters that end a name or an address in a contact."""
    return "".join(character for character in text if character not in "<>\r\n")


def _person(contact: str) -> Person:
    name, _, rest = contact.rpartition("<")
    return Person(name=name.strip(), email=rest.removesuffix(">"))
