"""Finding the repository, or saying what is there instead."""

import os
import shutil
from pathlib import Path

import pytest

from annotate.errors import NoVersion
from annotate.git import checkout
from annotate.git.history import Query
from annotate.versions.pattern import Patterns
from tests.support.local import history_of
from tests.support.repo import RepoBuilder

QUERY = Query(patterns=Patterns.of(["**"]))


def failure(path: Path) -> str:
    with pytest.raises(NoVersion) as caught:
        history_of(path, QUERY)
    return str(caught.value.messages[0])


def test_no_repository(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert failure(tmp_path).startswith(f"There is no git repository in {tmp_path}, nor above it.")
    assert "this folder holds file." in failure(tmp_path)


def test_an_empty_folder(tmp_path: Path) -> None:
    assert "this folder holds nothing." in failure(tmp_path)


def test_no_folder(tmp_path: Path) -> None:
    assert failure(tmp_path / "none").startswith(f"The folder {tmp_path}/none does not exist.")


def test_a_repository_that_is_closed_to_this_user(
    repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    text = failure(repo.path)
    assert f"The repository in {repo.path} may not be read: {repo.path}/.git is closed to" in text


def test_no_commit(repo: RepoBuilder) -> None:
    assert failure(repo.path).startswith("The repository has no commit yet.")


def test_a_damaged_repository(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0")
    shutil.rmtree(repo.path / ".git" / "objects" / repo.head[:2])
    assert failure(repo.path).startswith(f"git cannot read the repository in {repo.path}.")


def test_a_head_that_is_rubbish(repo: RepoBuilder) -> None:
    repo.commits("one")
    (repo.path / ".git" / "HEAD").write_text("rubbish")
    assert "git says: fatal: not a git repository" in failure(repo.path)


def test_a_worktree_without_its_repository(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commits("one").tag("1.0.0")
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    repo.path.rename(tmp_path / "moved")
    text = failure(tmp_path / "tree")
    assert f"is a work tree whose repository is elsewhere, in {repo.path}/.git" in text


def test_a_worktree_with_its_repository(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commits("one").tag("1.0.0")
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    assert history_of(tmp_path / "tree", QUERY).version == "1.0.0"


def test_from_below_and_through_a_link(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commit("one", path="sub/file")
    repo.tag("1.0.0")
    (tmp_path / "link").symlink_to(repo.path / "sub")
    found = checkout.find(tmp_path / "link", lambda _: None)
    assert (found.root, found.name) == (repo.path, "app")


def test_a_bare_repository(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commits("one").tag("1.0.0")
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(tmp_path / "app.git"))
    found = checkout.find(tmp_path / "app.git", lambda _: None)
    assert (found.name, history_of(tmp_path / "app.git", QUERY).version) == ("app", "1.0.0")


def test_a_repository_of_another_owner(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0")
    if os.geteuid() != 0:
        pytest.skip("only root can give a repository to another user; CI runs as root")
    for folder, _, _ in os.walk(repo.path):
        os.chown(folder, 12345, 12345)
    assert history_of(repo.path, QUERY).version == "1.0.0"


def test_without_git(repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "git", None)
    assert failure(repo.path).startswith("The program `git` was not found.")
