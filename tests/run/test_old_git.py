"""A git that does not take our settings: a message that names its version, and nothing is run."""

import os
import shutil
from pathlib import Path

import pytest

from tests.support.process import annotate
from tests.support.repo import RepoBuilder

# As git before 2.31: what stands in these variables counts for nothing.
BEFORE_2_31 = """\
unset GIT_CONFIG_COUNT
[ "$1" = version ] && echo "git version 2.30.2" && exit
"""
# As git 2.34: it reads the settings, but this one from files only.
BEFORE_2_38 = """\
export GIT_TEST_ASSUME_DIFFERENT_OWNER=1
for number in 0 1 2 3 4 5 6 7 8 9 10 11 12; do
  eval "[ \\"\\$GIT_CONFIG_KEY_$number\\" = safe.directory ] && export GIT_CONFIG_KEY_$number=a.b"
done
[ "$1" = version ] && echo "git version 2.34.1" && exit
"""
MODERN = "export GIT_TEST_ASSUME_DIFFERENT_OWNER=1\n"


def path_with(folder: Path, behaviour: str) -> dict[str, str]:
    """A PATH on which a git that behaves so comes first; it counts its processes."""
    folder.mkdir()
    script = (
        f'#!/bin/sh\necho "$1" >> "{folder}/calls"\n{behaviour}exec "{shutil.which("git")}" "$@"\n'
    )
    (folder / "git").write_text(script)
    (folder / "git").chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def released(repo: RepoBuilder) -> RepoBuilder:
    """A release, in a repository whose config names a program."""
    repo.commits("Start").tag("v1.0.0").commits("Search").tag("v1.1.0")
    program = repo.path.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch {repo.path.parent}/was-run\n")
    program.chmod(0o755)
    repo.git("config", "core.fsmonitor", str(program))
    repo.git("config", "core.hooksPath", str(repo.path.parent))
    return repo


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (BEFORE_2_31, "error: This git is too old for annotate: it is version 2.30.2."),
        (BEFORE_2_38, "error: git 2.34.1 does not read this repository, because it belongs to"),
    ],
    ids=["2.30", "2.34"],
)
def test_a_git_that_is_too_old_is_named(
    released: RepoBuilder, tmp_path: Path, behaviour: str, words: str
) -> None:
    ran = annotate(released.path, "--dry-run", env=path_with(tmp_path / "bin", behaviour))
    assert ran.code == 3
    assert words in ran.log
    assert not (tmp_path / "was-run").exists()


def test_a_config_that_claims_our_settings_is_not_believed(
    released: RepoBuilder, tmp_path: Path
) -> None:
    released.git("config", "annotate.probe", "true")
    ran = annotate(released.path, "--dry-run", env=path_with(tmp_path / "bin", BEFORE_2_31))
    assert ran.code == 3
    assert "it is version 2.30.2" in ran.log


def test_a_repository_of_another_user_is_read_without_asking_for_the_version(
    released: RepoBuilder, tmp_path: Path
) -> None:
    ran = annotate(released.path, "--dry-run", env=path_with(tmp_path / "bin", MODERN))
    assert ran.code == 0, ran.log
    calls = (tmp_path / "bin/calls").read_text().split()
    assert "version" not in calls
    assert calls.count("config") == 1
