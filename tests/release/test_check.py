"""The first step refuses what is wrong here before it asks anybody."""

import subprocess
from pathlib import Path

import pytest

from tests.support.release import Stage
from tests.support.repo import START, RepoBuilder

NOBODY = "127.0.0.1:9"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A stage that has been prepared, to be copied."""
    stage = Stage(place=tmp_path_factory.mktemp("sources") / "stage", registry="", index="")
    stage.prepare()
    return stage


@pytest.fixture
def stage(tmp_path: Path, sources: Stage) -> Stage:
    """A remote, and nobody that answers beside it."""
    return sources.copied(tmp_path / "stage", NOBODY, f"http://{NOBODY}")


def test_what_is_in_no_commit(stage: Stage) -> None:
    stage.develop("0.1.1")
    checkout = stage.checkout("run")
    (checkout.path / "action.yml").write_text("")
    done = checkout.step("check", "0.1.1")
    assert (done.returncode, done.stdout) == (
        1,
        "Files have changes that are in no commit:\nM action.yml\n"
        "Commit or remove them: a release is made of a commit.\n",
    )


def test_a_commit_that_nobody_can_see(stage: Stage) -> None:
    stage.develop("0.1.1")
    checkout = stage.checkout("run")
    repo = RepoBuilder.existing(checkout.path, START)
    commit = repo.commit("Of mine")
    done = checkout.step("check", "0.1.1")
    assert (done.returncode, done.stdout) == (
        1,
        f"{commit} is not on origin's branch main.\n"
        "Others must be able to see what is released: git push origin HEAD:main\n",
    )


def test_sources_of_another_repository(stage: Stage) -> None:
    """The command in the message mends it, also where the owner has capital letters."""
    commit = stage.develop("0.1.1")
    options = ["--repository", "Other/annotate"]
    done = stage.checkout("run", commit).step("check", "0.1.1", *options)
    assert done.returncode == 1
    repo = stage.sources
    command = done.stdout.splitlines()[-1]
    subprocess.run(["bash", "-c", command], cwd=repo.path, check=True)
    repo.git("commit", "--quiet", "--all", "--message", "Fill in the repository")
    repo.git("push", "--quiet", "origin", "main")
    done = stage.checkout("again").step("check", "0.1.1", *options)
    # The sources are right; the next that is asked is the registry, which is not there.
    assert done.stdout.startswith("skopeo inspect")


def test_another_version(stage: Stage) -> None:
    stage.develop("0.1.1")
    done = stage.checkout("run").step("check", "0.1.2")
    assert done.returncode == 1
    assert done.stdout.startswith("The sources are version 0.1.1, not 0.1.2.\n")


def test_a_changelog_without_the_version(stage: Stage) -> None:
    stage.develop("0.1.1")
    repo = stage.sources
    changelog = repo.path / "CHANGELOG.md"
    changelog.write_text(changelog.read_text().replace("- Is 0.1.1.", ""))
    repo.git("commit", "--quiet", "--all", "--message", "Say nothing")
    repo.git("push", "--quiet", "origin", "main")
    done = stage.checkout("run").step("check", "0.1.1")
    assert done.returncode == 1
    assert done.stdout.startswith("CHANGELOG.md says nothing about 0.1.1.\n")


def test_what_is_no_version(stage: Stage) -> None:
    done = stage.checkout("run").step("check", "v1")
    assert (done.returncode, done.stdout) == (
        1,
        "'v1' is no version. Give three numbers, such as 1.2.3.\n",
    )
