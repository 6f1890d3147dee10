"""The histories of many releases are those that each would have alone."""

import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from annotate.deadline import Deadline
from annotate.git import checkout, mailmap
from annotate.git.checkout import Checkout
from annotate.git.histories import Histories
from annotate.git.history import Query, find_history
from annotate.git.repository import LocalRepository
from annotate.notes.history import History
from annotate.versions.pattern import Patterns
from tests.support.repo import HOUR, START, RepoBuilder

QUERY = Query(patterns=Patterns.of(["**"]), auto_paths=True)


def opened(path: Path, commands: list[str] | None = None) -> Checkout:
    deadline = Deadline(monotonic=time.monotonic, until=time.monotonic() + 600)
    debug = commands.append if commands is not None else lambda _: None
    return checkout.find(path, debug, deadline)


def together(path: Path, query: Query = QUERY, commands: list[str] | None = None) -> list[History]:
    return list(Histories(opened(path, commands), query, lambda _: True))


def alone(path: Path, tag: str, query: Query = QUERY) -> History:
    found = opened(path)
    source = LocalRepository(found.git, head=found.head)
    return mailmap.named(find_history(source, query._replace(event_tag=tag)), found)


def drawn(path: Path, seed: int, *, skew: int = 0) -> RepoBuilder:
    """A repository with merges, several roots, equal dates, and tags on any commit.

    With `skew`, some commits are so many seconds older than their parents.
    """
    chance = random.Random(seed)  # noqa: S311 - it draws a history, no secret
    repo = RepoBuilder(path)
    rows, seconds = [], START
    for number in range(1, 61):
        seconds += chance.choice([0, HOUR, HOUR, -skew])
        earlier = range(max(1, number - 6), number)
        few = chance.choice([1, 1, 1, 2]) if number > 2 else min(number - 1, 1)
        parents = [] if chance.random() < 0.03 else chance.sample(earlier, few)
        who = f"Ada <ada@example.com> {seconds} +0000"
        name = f"Commit {number}"
        rows += [f"commit refs/heads/b{number}", f"mark :{number}", f"committer {who}"]
        rows += [f"data {len(name)}", name]
        rows += [f"{'merge' if row else 'from'} :{one}" for row, one in enumerate(parents)]
        rows += [f"M 100644 inline {chance.choice(['api', 'web'])}/{number % 5}"]
        rows += ["data 2", str(number % 90 + 10)]
    for number, mark in enumerate(chance.sample(range(1, 61), 14)):
        name = f"{chance.choice(['', 'v', 'v', 'api/v'])}1.{number}.0"
        if chance.random() < 0.5:
            rows += [f"reset refs/tags/{name}", f"from :{mark}", ""]
        else:
            rows += [f"tag {name}", f"from :{mark}", f"tagger Bo <bo@example.com> {seconds} +0000"]
            rows += ["data 3", "New"]
    subprocess.run(
        ["git", "fast-import", "--quiet"],
        cwd=path,
        input="\n".join([*rows, ""]).encode(),
        env={"PATH": os.environ["PATH"], "HOME": str(path)},
        check=True,
    )
    repo.git("update-ref", "refs/heads/main", "refs/heads/b60")
    return repo


@pytest.mark.parametrize("seed", range(12))
def test_each_is_that_of_its_own_run(tmp_path: Path, seed: int) -> None:
    path = drawn(tmp_path / "app", seed).path
    # The folder of a product is looked at as it was at the release, so all commits are compared.
    query = QUERY._replace(auto_paths=False)
    found = together(path, query)
    assert len(found) == 14
    for history in found:
        assert history == alone(path, history.tag, query)


@pytest.mark.parametrize("seed", range(4))
def test_clocks_that_were_wrong_change_no_range(tmp_path: Path, seed: int) -> None:
    path = drawn(tmp_path / "app", seed, skew=HOUR).path
    query = QUERY._replace(auto_paths=False)
    found = together(path, query)
    assert len(found) == 14
    for history in found:
        assert history.commits == alone(path, history.tag, query).commits


def test_the_oldest_comes_first(tmp_path: Path) -> None:
    repo = RepoBuilder(tmp_path / "app").commits("Start").tag("v1.0.0", "First")
    repo.commits("Fix").tag("v2.0.0").commits("Backport").tag("v1.0.1", "Fixes")
    assert [(one.tag, one.previous) for one in together(repo.path)] == [
        ("v1.0.0", ""),
        ("v2.0.0", "v1.0.0"),
        ("v1.0.1", "v1.0.0"),
    ]


def products(path: Path) -> Path:
    repo = RepoBuilder(path)
    for number in range(3):
        for name in ("api", "web"):
            repo.commit(f"Change {name} {number}", path=f"packages/{name}/file")
            repo.tag(f"{name}@1.{number}.0", "New")
    return repo.path


def test_of_a_product_it_is_that_of_its_folder(tmp_path: Path) -> None:
    path = products(tmp_path / "app")
    found = together(path)
    assert len(found) == 6
    for history in found:
        assert history == alone(path, history.tag)
        assert history.folders == (f"packages/{history.tag[:3]}",)


def test_people_have_the_names_of_the_mailmap(tmp_path: Path) -> None:
    repo = RepoBuilder(tmp_path / "app").commits("Start").tag("v1.0.0")
    (repo.path / ".mailmap").write_text("Ada Lovelace <ada@example.com>\n")
    [history] = together(repo.path)
    assert history.commits[0].author.name == "Ada Lovelace"


@pytest.mark.parametrize("tags", [3, 30])
def test_git_is_asked_as_often_for_thirty_tags_as_for_three(tmp_path: Path, tags: int) -> None:
    repo = RepoBuilder(tmp_path / "app")
    for number in range(tags):
        repo.commits(f"Change {number}").tag(f"v1.{number}.0", "New")
    commands: list[str] = []
    assert len(together(repo.path, commands=commands)) == tags
    assert len(commands) == 6, commands


def test_texts_are_read_in_parts_of_many_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.git.histories._COMMITS", 3)
    path = drawn(tmp_path / "app", 1).path
    query = QUERY._replace(auto_paths=False)
    assert [one.tag for one in together(path, query) if one != alone(path, one.tag, query)] == []
