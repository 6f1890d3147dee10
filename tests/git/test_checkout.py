"""Finding the repository, or saying what is there instead."""

import os
import shutil
import time
from pathlib import Path

import pytest

from annotate.deadline import Deadline
from annotate.errors import Message, NoVersion, Topic
from annotate.git import checkout
from annotate.git.history import Query, without_repository
from annotate.versions.pattern import Patterns
from tests.support.local import history_of
from tests.support.repo import RepoBuilder

FAR = Deadline(monotonic=time.monotonic, until=time.monotonic() + 3600)
QUERY = Query(patterns=Patterns.of(["**"]))


def failure(path: Path) -> Message:
    with pytest.raises(NoVersion) as caught:
        history_of(path, QUERY)
    return caught.value.messages[0]


def test_no_repository(tmp_path: Path) -> None:
    (tmp_path / "file.txt").touch()
    message = failure(tmp_path)
    assert message.topic is Topic.REPOSITORY
    assert str(tmp_path) in message.what
    assert "file.txt" in message.why


def test_an_empty_folder(tmp_path: Path) -> None:
    assert "nothing" in failure(tmp_path).why


def test_no_folder(tmp_path: Path) -> None:
    message = failure(tmp_path / "none")
    assert message.topic is Topic.REPOSITORY
    assert f"{tmp_path}/none" in message.what


def test_a_repository_that_is_closed_to_this_user(
    repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    message = failure(repo.path)
    assert message.topic is Topic.UNREADABLE
    assert f"{repo.path}/.git" in message.what


def test_a_given_version_needs_no_repository_and_the_reason_is_kept(repo: RepoBuilder) -> None:
    repo.commits("one")
    (repo.path / ".git" / "HEAD").write_text("rubbish")
    with pytest.raises(NoVersion) as caught:
        history_of(repo.path, QUERY)
    [concern] = without_repository(QUERY._replace(version="1.2.3"), caught.value).concerns
    assert concern.topic is Topic.UNREADABLE
    assert "fatal: not a git repository" in concern.why


def test_no_commit(repo: RepoBuilder) -> None:
    assert failure(repo.path).topic is Topic.VERSION


def test_a_damaged_repository(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0")
    shutil.rmtree(repo.path / ".git" / "objects" / repo.head[:2])
    assert failure(repo.path).topic is Topic.UNREADABLE


def test_a_head_that_is_rubbish(repo: RepoBuilder) -> None:
    repo.commits("one")
    (repo.path / ".git" / "HEAD").write_text("rubbish")
    message = failure(repo.path)
    assert message.topic is Topic.UNREADABLE
    assert "fatal: not a git repository" in message.why


def test_a_worktree_without_its_repository(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commits("one").tag("1.0.0")
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    repo.path.rename(tmp_path / "moved")
    message = failure(tmp_path / "tree")
    assert message.topic is Topic.UNREADABLE
    assert f"{repo.path}/.git" in message.what


def test_a_worktree_with_its_repository(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commits("one").tag("1.0.0")
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    assert history_of(tmp_path / "tree", QUERY).version == "1.0.0"


def test_from_below_and_through_a_link(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commit("one", path="sub/file")
    repo.tag("1.0.0")
    (tmp_path / "link").symlink_to(repo.path / "sub")
    found = checkout.find(tmp_path / "link", lambda _: None, FAR)
    assert (found.root, found.name) == (repo.path, "app")


def test_a_bare_repository(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commits("one").tag("1.0.0")
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(tmp_path / "app.git"))
    found = checkout.find(tmp_path / "app.git", lambda _: None, FAR)
    assert (found.name, history_of(tmp_path / "app.git", QUERY).version) == ("app", "1.0.0")


def test_a_repository_of_another_owner(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0")
    if os.geteuid() != 0:
        pytest.skip("only root can give a repository to another user; CI runs as root")
    for folder, _, _ in os.walk(repo.path):
        os.chown(folder, 12345, 12345)
    assert history_of(repo.path, QUERY).version == "1.0.0"


def test_without_git(repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo.path))
    assert failure(repo.path).topic is Topic.UNREADABLE
