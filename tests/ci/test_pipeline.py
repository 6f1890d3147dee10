"""What the pipelines know."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from annotate import ci
from annotate.ci import detection, github, gitlab, local
from annotate.git.checkout import repository_of
from annotate.http.session import Session
from annotate.pipeline import Login, Moment, Pipeline
from tests.support.ci import captured
from tests.support.http import Answer, serving

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MARCH = datetime(2026, 3, 28, 20, tzinfo=UTC)


def read(name: str, **changes: str) -> Pipeline:
    env = captured(name, **changes)
    return detection.running(env).read(env, NOW, "ghs_t")


MODULES = {path.stem for path in Path(ci.__path__[0]).glob("*.py")} - {"__init__", "detection"}


@pytest.mark.parametrize("name", sorted(MODULES - {"github_events", "untagged"}))
def test_every_ci_is_known(name: str) -> None:
    assert import_module(f"annotate.ci.{name}") in detection.KNOWN, "name it in detection.KNOWN"


def test_no_ci_is_behind_the_local_one() -> None:
    """It says yes to every environment, so a CI behind it would never run."""
    assert detection.KNOWN[-1] is local


def test_github_on_a_tag() -> None:
    assert read("github-push-tag") == Pipeline(
        ci="GitHub Actions",
        start=Moment(at=MARCH, source="the event's repository.pushed_at"),
        event="push",
        ref="refs/tags/v1.2.3",
        tag="v1.2.3",
        commit="d1d82ca8ce7262ad9d27245ce44f86571287810e",
        actor="re-runner",
        repository="octo-org/hello",
        web_url="https://github.com/octo-org/hello",
        forge="github",
        run_url="https://github.com/octo-org/hello/actions/runs/9000001",
        attempt=2,
        login=Login(owner="github-token", user="x-access-token", token="ghs_t"),
        flattens_tags=True,
    )


def test_gitlab_on_a_tag() -> None:
    assert read("gitlab-tag") == Pipeline(
        ci="GitLab CI",
        start=Moment(at=MARCH, source="CI_PIPELINE_CREATED_AT"),
        event="push",
        ref="refs/tags/v1.2.3",
        tag="v1.2.3",
        commit="d1d82ca8ce7262ad9d27245ce44f86571287810e",
        actor="Ada Lovelace",
        repository="group/sub/hello",
        web_url="https://gitlab.example.com/group/sub/hello",
        forge="gitlab",
        run_url="https://gitlab.example.com/group/sub/hello/-/pipelines/77",
        login=Login(owner="CI_JOB_TOKEN", user="gitlab-ci-token", token=""),
    )


def test_no_ci() -> None:
    assert detection.running({}) is local
    assert local.read({}, NOW, "") == Pipeline(ci="no CI", start=Moment(at=NOW, source="the clock"))


def test_gitlab_is_recognised_where_its_own_variable_says_false() -> None:
    env = captured("gitlab-branch", GITLAB_CI="false")
    assert detection.running(env) is gitlab


def test_gitlab_on_a_branch() -> None:
    pipeline = read("gitlab-branch")
    assert (pipeline.ref, pipeline.tag, pipeline.name) == ("main", "", "hello")


def test_gitlab_without_a_time() -> None:
    assert read("gitlab-branch", CI_PIPELINE_CREATED_AT="soon").start.at == NOW


@pytest.mark.parametrize(
    ("name", "tag", "start", "source"),
    [
        ("github-push-branch", "", MARCH, "the event's repository.pushed_at"),
        ("github-release", "v1.2.3", MARCH, "the event's release.published_at"),
        ("github-deployment", "", MARCH, "the event's deployment.created_at"),
        ("github-workflow-run", "", MARCH, "the event's workflow_run.run_started_at"),
        ("github-dispatch", "", NOW, "the clock"),
    ],
)
def test_github_events(name: str, tag: str, start: datetime, source: str) -> None:
    pipeline = read(name)
    assert (pipeline.tag, pipeline.start) == (tag, Moment(at=start, source=source))


def test_a_deleted_tag() -> None:
    message = read("github-tag-deleted").no_release
    assert message
    assert message.what == "The tag v1.2.3 was deleted, so there is no release to send."


@pytest.mark.parametrize("content", ["", "{", "[" * 100_000, "[]", '{"release": 1}'])
def test_an_event_that_is_rubbish_does_no_harm(tmp_path: Path, content: str) -> None:
    (tmp_path / "event").write_text(content)
    pipeline = read("github-release", GITHUB_EVENT_PATH=str(tmp_path / "event"))
    assert (pipeline.tag, pipeline.start.at) == ("v1.2.3", NOW)


@pytest.mark.parametrize("value", [True, 10**30, "soon", None, "2026-01-01T00:00:00"])
def test_a_push_time_that_is_none(tmp_path: Path, value: object) -> None:
    (tmp_path / "event").write_text(json.dumps({"repository": {"pushed_at": value}}))
    assert read("github-push-tag", GITHUB_EVENT_PATH=str(tmp_path / "event")).start.at == NOW


def test_no_event_file_is_no_trouble() -> None:
    assert read("github-push-tag", GITHUB_EVENT_PATH="").warnings == ()


def asked(answer: Answer, token: str = "ghs_t", limit: Callable[[], None] = lambda: None) -> Moment:
    limit()
    fallback = Moment(at=NOW, source="the clock")
    with serving(answer) as server:
        env = captured("github-push-tag", GITHUB_API_URL=server.url)
        question = github.ask_for_start(
            env, token, lambda: Session(env, ca_bundle="", debug=lambda _: None)
        )
        assert question
        moment = question.result(fallback)
        [request] = server.arrived
        assert request.path == "/repos/octo-org/hello/actions/runs/9000001/attempts/2"
        assert request.all_of("Authorization") == ["Bearer ghs_t"]
    return moment


def test_github_says_when_the_run_started() -> None:
    answer = Answer(body=b'{"run_started_at": "2026-03-28T20:00:00Z"}')
    assert asked(answer) == Moment(at=MARCH, source="GitHub's run_started_at")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(status=403, body=b"{}"), "it answered with status 403"),
        (Answer(body=b"no"), "Expecting value"),
        (Answer(body=b"[]"), "it answered with status 200"),
        (Answer(cut=True), "the connection failed"),
    ],
)
def test_github_does_not_say(answer: Answer, reason: str) -> None:
    moment = asked(answer)
    assert moment.at == NOW
    assert f"GitHub did not say when the run started: {reason}" in moment.source


def test_github_is_not_waited_for_longer_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github, "START_LIMIT", 0.2)
    assert "the time limit was reached" in asked(Answer(hang=True)).source


def nobody() -> Session:
    raise AssertionError("nobody is to be asked")


@pytest.mark.parametrize(
    ("changes", "token"),
    [
        ({}, ""),
        ({"GITHUB_API_URL": ""}, "t"),
        ({"GITHUB_API_URL": "http://api.example.com"}, "t"),
        ({"GITHUB_REPOSITORY": "a/../b"}, "t"),
        ({"GITHUB_RUN_ID": "1/../2"}, "t"),
    ],
)
def test_nobody_is_asked(changes: dict[str, str], token: str) -> None:
    env = captured("github-push-tag", **changes)
    assert github.ask_for_start(env, token, nobody) is None


@pytest.mark.parametrize(
    ("origin", "path", "page"),
    [
        ("https://github.com/o/r.git", "o/r", "https://github.com/o/r"),
        ("https://user:secret@gitlab.com:8443/g/s/r/", "g/s/r", "https://gitlab.com/g/s/r"),
        ("git@github.com:o/r.git", "o/r", "https://github.com/o/r"),
        ("ssh://git@host.example:22/o/r", "o/r", "https://host.example/o/r"),
        ("/srv/git/r.git", "", ""),
        ("file:///srv/git/r", "", ""),
        ("https://[bad/x", "", ""),
        ("", "", ""),
    ],
)
def test_the_repository_behind_a_remote(origin: str, path: str, page: str) -> None:
    assert repository_of(origin) == (path, page)
