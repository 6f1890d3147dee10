"""A push to a branch that would send a release each time says so, and how to have it otherwise."""

from pathlib import Path

import pytest
import yaml

from annotate.ci import detection
from annotate.inputs.remedies import adapted, form
from tests.messages import mends
from tests.support.ci import captured
from tests.support.http import serving
from tests.support.process import KEYS, Annotate
from tests.support.repo import RepoBuilder
from tests.support.world import NOW

#: Pushes to a branch, and how a notice begins there.
RUNNERS = {"github-push-branch": "::notice", "gitlab-branch": "notice: "}
#: Pipelines that are no push to a branch, as changes of those that are.
OTHERS = {
    "GitHub, by hand": ("github-push-branch", {"GITHUB_EVENT_NAME": "workflow_dispatch"}),
    "GitHub, on a schedule": ("github-push-branch", {"GITHUB_EVENT_NAME": "schedule"}),
    "GitHub, a pull request": (
        *("github-push-branch",),
        {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/1/merge"},
    ),
    "GitHub, a tag": ("github-push-tag", {}),
    "GitLab, by hand": ("gitlab-branch", {"CI_PIPELINE_SOURCE": "web"}),
    "GitLab, a merge request": ("gitlab-branch", {"CI_COMMIT_BRANCH": ""}),
    "GitLab, a tag": ("gitlab-tag", {}),
}


@pytest.fixture
def ahead(repo: RepoBuilder) -> RepoBuilder:
    """A commit after a release."""
    repo.commits("Start").tag("v1.0.0").commits("Fix login")
    return repo


def pushed(runner: str, **changes: str) -> dict[str, str]:
    return captured(runner, GITHUB_API_URL="", AMPLITUDE_FETCH="never", **changes)


def told(log: str) -> bool:
    return "Each push to main sends a release" in log


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_notice_beside_the_release(annotate: Annotate, ahead: RepoBuilder, runner: str) -> None:
    with serving() as server:
        env = pushed(runner) | KEYS
        ran = annotate(ahead.path, "--api-url", server.url, env=env)
        assert [request.method for request in server.arrived] == ["POST"]
    assert (ran.code, told(ran.log)) == (0, True)
    [line] = [line for line in ran.log.splitlines() if told(line)]
    assert line.startswith(RUNNERS[runner])
    assert "::warning" not in ran.log
    assert "warning: " not in ran.log


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_dry_run_says_it_and_a_preview_does_not(
    annotate: Annotate, ahead: RepoBuilder, runner: str
) -> None:
    assert told(annotate(ahead.path, "--dry-run", env=pushed(runner)).log)
    assert not told(annotate(ahead.path, "preview", env=pushed(runner)).log)


@pytest.mark.parametrize("flags", [["--sandbox"], ["--sandbox", "--on-rerun", "post"]])
def test_it_stands_beside_other_notices(
    annotate: Annotate, ahead: RepoBuilder, flags: list[str]
) -> None:
    ran = annotate(ahead.path, *flags, env=pushed("github-push-branch", GITHUB_RUN_ATTEMPT="2"))
    assert told(ran.log)
    assert "The release went to the sandbox" in ran.log


def test_a_check_finds_it(annotate: Annotate, ahead: RepoBuilder) -> None:
    env = pushed("github-push-branch")
    ran = annotate(ahead.path, "check", "--sandbox", env=env)
    [line] = [line for line in ran.log.splitlines() if told(line)]
    assert line.split()[:2] == ["unknown", "version"]
    assert ran.code == 0
    assert not told(annotate(ahead.path, "check", "--on-untagged=describe", env=env).log)


@pytest.mark.parametrize(
    "flags",
    [
        ["--on-untagged", "describe"],
        ["--on-untagged", "sha"],
        ["--on-untagged", "skip"],
        ["--version", "1.1.0"],
    ],
)
@pytest.mark.parametrize("runner", RUNNERS)
def test_who_means_it_is_not_told(
    annotate: Annotate, ahead: RepoBuilder, runner: str, flags: list[str]
) -> None:
    ran = annotate(ahead.path, "--dry-run", *flags, env=pushed(runner))
    assert (ran.code, told(ran.log)) == (0, False)


def test_the_config_file_may_say_that_it_is_meant(annotate: Annotate, ahead: RepoBuilder) -> None:
    (ahead.path / ".amplitude-release.yml").write_text("on-untagged: describe\n")
    assert not told(annotate(ahead.path, "--dry-run", env=pushed("github-push-branch")).log)


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_commit_with_a_tag_is_a_release(
    annotate: Annotate, ahead: RepoBuilder, runner: str
) -> None:
    ahead.tag("v1.1.0")
    assert not told(annotate(ahead.path, "--dry-run", env=pushed(runner)).log)


@pytest.mark.parametrize("name", OTHERS)
def test_other_pipelines_say_nothing(name: str) -> None:
    runner, changes = OTHERS[name]
    env = captured(runner, **changes)
    assert detection.running(env).read(env, NOW, "").untagged_push is None


@pytest.mark.parametrize("runner", RUNNERS)
def test_what_mends_it_does(
    annotate: Annotate, ahead: RepoBuilder, tmp_path: Path, runner: str
) -> None:
    env = pushed(runner)
    ci = detection.running(env)
    notice = ci.read(env, NOW, "").untagged_push
    assert notice
    message = adapted(notice("v1.0.0"), form(ci.LOG_FORMAT, env))
    *_, skip, describe = map(yaml.safe_load, mends.blocks(message.mend))
    outcomes = []
    for setting in (skip, describe):
        variables = setting.get("variables") or {"INPUT_ON-UNTAGGED": setting.get("on-untagged")}
        ran = annotate(ahead.path, "--dry-run", env=env | variables, files=tmp_path / "files")
        outcomes.append(ran.outputs["outcome"])
        assert not told(ran.log)
        (tmp_path / "files/output").unlink()
    assert outcomes == ["skipped", "dry-run"]
