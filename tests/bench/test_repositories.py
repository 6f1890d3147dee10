"""The repositories that benchmarks measure are what they are called."""

from pathlib import Path

import pytest

from bench.repositories import Shape, git, highest, made, standing_at
from tests.support.repo import RepoBuilder, fingerprint

SHAPES = (
    Shape(commits=300, tags=10, since=50),
    Shape(commits=300, tags=100, since=50),
    Shape(commits=60, tags=2, since=50),
    Shape(commits=1, tags=2, since=0),
)


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> dict[Shape, Path]:
    return made(tmp_path_factory.mktemp("made"), SHAPES)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_made_repository_has_its_shape(repositories: dict[Shape, Path], shape: Shape) -> None:
    path = repositories[shape]
    assert int(git(path, "rev-list", "--count", "HEAD")) == shape.commits
    kinds = git(path, "for-each-ref", "--format=%(objecttype)", "refs/tags").split()
    assert kinds == ["tag"] * shape.tags
    newest, before = git(path, "tag", "--sort=-version:refname").split()[:2]
    assert newest in git(path, "tag", "--points-at", "HEAD").split()
    assert int(git(path, "rev-list", "--count", f"{before}..{newest}")) == shape.since
    assert not list((path / ".git/refs/tags").iterdir()), "a clone has packed references"


def test_those_that_differ_in_tags_alone_have_the_same_commits(
    repositories: dict[Shape, Path],
) -> None:
    few, many, *_ = (git(path, "rev-parse", "HEAD") for path in repositories.values())
    assert few == many


def test_tags_are_spread_over_what_is_older() -> None:
    shape = Shape(commits=1_000, tags=6, since=100)
    assert shape.releases() == [1, 181, 361, 541, 900, 1_000]


def test_a_given_repository_stands_at_its_highest_final_and_is_not_written(
    tmp_path: Path,
) -> None:
    given = RepoBuilder(tmp_path / "given").commits("One").tag("v1.9.0")
    wanted = given.commits("Two").tag("v1.10.0").head
    given.commits("Three").tag("v2.0.0-rc.1").tag("deploy-7").commits("Four")
    before = fingerprint(given.path)
    assert highest(given.path) == "v1.10.0"
    path = standing_at(given.path, "v1.10.0", tmp_path / "standing")
    assert git(path, "rev-parse", "HEAD").strip() == wanted
    assert git(path, "tag").split() == ["deploy-7", "v1.10.0", "v1.9.0", "v2.0.0-rc.1"]
    assert fingerprint(given.path) == before


def test_a_repository_without_numbers_has_no_highest(tmp_path: Path) -> None:
    assert highest(RepoBuilder(tmp_path / "given").commits("One").tag("first").path) == ""
