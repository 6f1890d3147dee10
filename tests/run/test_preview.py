"""The preview of a tag's release, as JSON, and as a step of a pull request."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from annotate import cli
from tests.support.ci import captured
from tests.support.default_checkout import default_checkout
from tests.support.git_server import hosting
from tests.support.http import serving
from tests.support.process import KEYS, Annotate, environment
from tests.support.repo import RepoBuilder, fingerprint
from tests.support.world import running


@pytest.fixture
def released(repo: RepoBuilder) -> RepoBuilder:
    """Three releases, and a commit after them."""
    repo.git("remote", "add", "origin", "https://github.com/octo-org/hello.git")
    repo.commits("Start").tag("v1.0.0").commits("Add search").tag("v1.1.0", "Search\n\nFind it.\n")
    return repo.commits("Fix login").tag("v1.2.0").tag("v1").commits("Add a timer")


def previewed(cwd: Path, *flags: str, env: dict[str, str] | None = None) -> tuple[int, Any]:
    """The exit code, and what standard output holds, in JSON."""
    streams = io.StringIO(), io.StringIO()
    process = running(cwd, environment(env), streams[0])._replace(stderr=streams[1])
    code = cli.main(["preview", "--json", *flags], process)
    return code, json.loads(streams[0].getvalue())


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        (
            "v1.1.0",
            "Search\n\nFind it.\n\n- Add search\n\nhttps://github.com/octo-org/hello/compare",
        ),
        (
            "refs/tags/v1.2.0",
            "hello 1.2.0\n\n- Fix login\n\nhttps://github.com/octo-org/hello/compare",
        ),
        ("v1.0.0", "hello 1.0.0\n\nFirst release"),
    ],
)
def test_the_release_of_a_tag(
    annotate: Annotate, released: RepoBuilder, ref: str, expected: str
) -> None:
    ran = annotate(released.path, "preview", "--ref", ref)
    assert (ran.code, ran.log[: len(expected)]) == (0, expected)


def test_the_version_of_this_commit_is_not_that_of_the_tag(
    annotate: Annotate, released: RepoBuilder
) -> None:
    ran = annotate(released.path, "preview", "--ref=v1.2.0", env={"AMPLITUDE_VERSION": "1.3.0"})
    assert ran.log.startswith("hello 1.2.0\n\n- Fix login\n")


def test_a_tag_in_a_pipeline_of_another(annotate: Annotate, released: RepoBuilder) -> None:
    """Even of one that announces no release."""
    env = captured("github-tag-deleted", GITHUB_API_URL="", GITHUB_SHA=released.head)
    ran = annotate(released.path, "preview", "--fetch", "never", "--ref", "v1.1.0", env=env)
    assert (ran.code, ran.log.partition("\n")[0]) == (0, "Search")


def test_a_tag_that_does_not_exist(annotate: Annotate, released: RepoBuilder) -> None:
    ran = annotate(released.path, "preview", "--ref", "v1.2.1")
    assert ran.code == 3
    assert "error: The flag --ref is `v1.2.1`, which is not a tag of the repository." in ran.log
    assert "      annotate preview --ref v1.2.0\n" in ran.log


def test_a_tag_that_moves_is_none_of_a_release(annotate: Annotate, released: RepoBuilder) -> None:
    ran = annotate(released.path, "preview", "--ref", "v1")
    assert ran.code == 0
    assert ran.log.startswith("notice: The tag v1 moves with each release; this release is v1.2.0.")
    assert "      annotate preview --ref v1.2.0\n" in ran.log


def test_a_tag_needs_a_repository(annotate: Annotate, tmp_path: Path) -> None:
    ran = annotate(tmp_path, "preview", "--ref", "v1.2.3")
    assert ran.code == 3
    assert ran.log.startswith("error: There is no git repository in ")


def test_a_tag_that_the_checkout_lacks(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path
) -> None:
    (tmp_path / "hosted/octo-org").mkdir(parents=True)
    (tmp_path / "hosted/octo-org/hello.git").symlink_to(released.path / ".git")
    with hosting(tmp_path / "hosted") as server:
        clone = default_checkout(
            tmp_path / "clone", server, "octo-org/hello", released.head, "refs/remotes/pull/7/merge"
        )
        before = fingerprint(clone)
        ran = annotate(clone, "preview", "--ref", "v1.1.0")
    assert (ran.code, ran.log) == (0, "Search\n\nFind it.\n\n- Add search\n")
    assert fingerprint(clone) == before


def test_json_holds_what_is_sent(released: RepoBuilder, tmp_path: Path) -> None:
    code, shown = previewed(released.path, "--ref", "v1.1.0", "--release-start", "tag")
    assert code == 0
    [release] = shown.pop("releases")
    facts = {fact["name"]: (fact["value"], fact["source"]) for fact in shown.pop("facts")}
    assert facts["title"] == ("Search", "the annotated tag's message")
    assert facts["description"] == ("81 characters", "the annotated tag and the commits")
    assert shown == {
        "outcome": "dry-run",
        "exit-code": 0,
        "version": "1.1.0",
        "tag": "v1.1.0",
        "previous-tag": "v1.0.0",
        "commit-count": 1,
        "messages": [],
        "warnings": [],
    }
    assert release["url"] == "https://amplitude.com/api/2/release"
    assert (release["target"], release["payload"]["title"]) == ("", "Search")
    assert release["payload"]["release_start"] == "2026-01-01 04:00:00"


def test_json_holds_what_is_wrong(tmp_path: Path) -> None:
    code, shown = previewed(tmp_path)
    [message] = shown["messages"]
    assert (code, shown["exit-code"], shown["outcome"], shown["releases"]) == (
        *(3, 3, "no-version"),
        [],
    )
    assert message["what"].startswith("There is no git repository in ")
    assert message["mend"].startswith("Check out the repository in an earlier step")
    assert message["more"].endswith("/docs/troubleshooting.md#no-repository-was-found")


def test_json_in_a_github_job_commands_nobody(repo: RepoBuilder) -> None:
    repo.commits("Start").tag("v1.0.0", "Gone ##[error]\n\n::stop::")
    _, shown = previewed(repo.path, env={"GITHUB_ACTIONS": "true"})
    assert shown["releases"][0]["payload"]["title"] == "Gone ## [error]"


@pytest.mark.parametrize("variable", ["INPUT_COMMAND", "AMPLITUDE_COMMAND"])
def test_a_step_of_a_pull_request(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path, variable: str
) -> None:
    env = captured(
        *("github-push-branch",), GITHUB_EVENT_NAME="pull_request", GITHUB_API_URL=""
    ) | {variable: "preview", "AMPLITUDE_FETCH": "never"}
    with serving() as server:
        flags = ("--api-url", server.url)
        ran = annotate(released.path, *flags, env={**KEYS, **env}, files=tmp_path / "files")
        assert server.arrived == []
    assert ran.code == 0
    assert ran.outputs["outcome"] == "dry-run"
    assert ran.outputs["title"].startswith("hello 1.2.0-1-g")
    assert f"🔍 {ran.outputs['title']} would be sent" in ran.summary
    assert "- Add a timer" in ran.summary
    assert f"\n{ran.outputs['title']}\n\n- Add a timer\n" in ran.log


def test_no_report_for_later_jobs(annotate: Annotate, released: RepoBuilder) -> None:
    env = {"GITLAB_CI": "true", "AMPLITUDE_COMMAND": "preview", "AMPLITUDE_FETCH": "never"}
    before = fingerprint(released.path)
    ran = annotate(released.path, env=env)
    assert (ran.code, fingerprint(released.path)) == (0, before)


def test_an_argument_wins_over_the_input(annotate: Annotate, released: RepoBuilder) -> None:
    ran = annotate(released.path, "preview", env={"AMPLITUDE_COMMAND": "annotate"})
    assert ran.log.startswith("hello 1.2.0-1-g")


@pytest.mark.parametrize("command", ["chekc", "sandbox"])
def test_a_misspelt_command_sends_nothing(
    annotate: Annotate, released: RepoBuilder, command: str
) -> None:
    with serving() as server:
        flags = ("--api-url", server.url, "--command", command)
        ran = annotate(released.path, *flags, env=KEYS)
        assert (ran.code, server.arrived) == (2, [])
    assert f"The input command is `{command}`, which is not one of" in ran.log


def test_the_config_file_chooses_no_command(annotate: Annotate, released: RepoBuilder) -> None:
    (released.path / ".amplitude-release.yml").write_text("command: preview\n")
    with serving() as server:
        ran = annotate(released.path, "--api-url", server.url, env=KEYS)
        assert (ran.code, server.arrived) == (2, [])
    assert "The input command cannot be set in the config file" in ran.log


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--json"], "The flag --json is not one of the release's inputs."),
        (["--ref", "v1.0.0"], "      annotate preview --ref v1.2.3\n"),
        (["preview", "--ref"], "The flag --ref could not be read: expected one argument."),
        (["preview", "--json=yes"], "The flag --json could not be read: ignored explicit argument"),
    ],
)
def test_flags_of_commands(
    annotate: Annotate, released: RepoBuilder, argv: list[str], words: str
) -> None:
    ran = annotate(released.path, *argv, env=KEYS)
    assert ran.code == 2
    assert words in ran.log
