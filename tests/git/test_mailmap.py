"""People by the names that `.mailmap` gives them."""

import time

import pytest

from annotate.git import mailmap
from annotate.git.history import Query
from annotate.notes.history import Commit
from annotate.notes.people import Person
from annotate.versions.pattern import Patterns
from tests.support.local import history_of
from tests.support.repo import RepoBuilder

ADA = Person(name="Ada Lovelace", email="ada@lovelace.org")


def newest(repo: RepoBuilder) -> Commit:
    return history_of(repo.path, Query(patterns=Patterns.of(["**"]))).commits[0]


def mapped(repo: RepoBuilder, text: str) -> None:
    (repo.path / ".mailmap").write_text(text, encoding="utf-8")


def test_authors_and_co_authors_bear_their_mapped_names(repo: RepoBuilder) -> None:
    repo.commits("Start").tag("v1").commits("Add\n\nCo-authored-by: bob <B@x.org>\n").tag("v2")
    mapped(repo, "Ada Lovelace <ada@lovelace.org> <ada@example.com>\nBob B <b@x.org>\n")
    found = newest(repo)
    assert found.people == (ADA, Person(name="Bob B", email="B@x.org"))


def test_a_mailmap_that_is_too_large_is_not_used(repo: RepoBuilder) -> None:
    repo.commits("Start").tag("v1")
    line = "Ada Lovelace <ada@lovelace.org> <ada@example.com>\n"
    mapped(repo, line + "#" * (mailmap.SIZE_LIMIT - len(line)))
    assert newest(repo).people == (ADA,)
    mapped(repo, line + "#" * (mailmap.SIZE_LIMIT - len(line) + 1))
    assert newest(repo).people == (Person(name="Ada", email="ada@example.com"),)


def test_a_huge_mailmap_takes_no_time(repo: RepoBuilder) -> None:
    """Also `git log` read it: for minutes."""
    repo.commits("Start").tag("v1")
    names = (f"A{n:07} <a{n:07}@x.org> <b{n:07}@x.org>\n" for n in reversed(range(300_000)))
    mapped(repo, "".join(names))
    start = time.monotonic()
    newest(repo)
    assert time.monotonic() - start < 5


def test_without_a_mailmap_they_are_as_they_committed(repo: RepoBuilder) -> None:
    repo.commits("Start").tag("v1")
    assert newest(repo).people == (Person(name="Ada", email="ada@example.com"),)


@pytest.mark.parametrize(
    "name", ["<", "a <b> c", "", "-x", "  ", "e\u202e", "x" * 5000, "# ; a", "a\\nb"]
)
def test_odd_names_do_no_harm(repo: RepoBuilder, name: str) -> None:
    mapped(repo, "Ada Lovelace <ada@lovelace.org> <ada@example.com>\n")
    trailer = f"Co-authored-by: {name} <odd@x.org>"
    repo.commits("Start").tag("v1").commits(f"Add it\n\n{trailer}").tag("v2")
    found = newest(repo)
    assert found.author == ADA
    assert [one.email for one in found.co_authors] == ["odd@x.org"]


def test_one_without_an_address_costs_nobody_a_name(repo: RepoBuilder) -> None:
    mapped(repo, "Ada Lovelace <ada@lovelace.org> <ada@example.com>\n")
    repo.commits("Start").tag("v1").commits("Add\n\nCo-authored-by: Odd <>").tag("v2")
    assert newest(repo).people == (ADA, Person(name="Odd", email=""))


def test_a_broken_mailmap_is_no_obstacle(repo: RepoBuilder) -> None:
    (repo.path / ".mailmap").write_bytes(b"\xff\x00 <<<>>\n" * 100)
    repo.commits("Start").tag("v1")
    assert newest(repo).author.name == "Ada"
