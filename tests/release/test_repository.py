"""What a release does in git: the same commit from the same, and tags that nobody else moved."""

from pathlib import Path

import pytest

from tests.support.repo import RepoBuilder
from tools.release import repository
from tools.release.command import Failed


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RepoBuilder:
    """A repository with a remote, which is the current directory."""
    RepoBuilder(tmp_path / "remote", bare=True)
    repo = RepoBuilder(tmp_path / "app").commits("Start", "Add search")
    repo.git("remote", "add", "origin", str(tmp_path / "remote"))
    repo.git("push", "--quiet", "origin", "main")
    monkeypatch.chdir(repo.path)
    return repo


def test_the_same_commit_from_the_same(repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"a": b"\0", "b/c": b"text\n"}
    first = repository.commit(repo.head, files, "Release 1.2.3")
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Somebody")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert repository.commit(repo.head, files, "Release 1.2.3") == first
    assert repository.commit(repo.head, {**files, "a": b"1"}, "Release 1.2.3") != first
    assert repository.parents(first) == (repo.head,)
    assert repository.date(first) == repository.date(repo.head)
    assert repo.git("status", "--porcelain") == ""
    assert repo.git("show", f"{first}:b/c") == "text"


def test_the_commits_of_tags(repo: RepoBuilder) -> None:
    repo.tag("v1.0.0").tag("v1.1.0", "With a message")
    repo.git("push", "--quiet", "--tags", "origin")
    assert repository.tags() == {"v1.0.0": repo.head, "v1.1.0": repo.head}


def test_a_tag_is_set_once(repo: RepoBuilder) -> None:
    before = repo.git("rev-parse", "HEAD^")
    repository.push_tag("v1.0.0", before)
    with pytest.raises(Failed, match="stale info"):
        repository.push_tag("v1.0.0", repo.head)
    assert repository.tags() == {"v1.0.0": before}


def test_a_tag_moves_from_where_it_was_seen(repo: RepoBuilder) -> None:
    before = repo.git("rev-parse", "HEAD^")
    repository.push_tag("v1", before)
    with pytest.raises(Failed, match="stale info"):
        repository.push_tag("v1", repo.head, instead_of="1" * 40)
    assert repository.tags() == {"v1": before}
    repository.push_tag("v1", repo.head, instead_of=before)
    assert repository.tags() == {"v1": repo.head}
