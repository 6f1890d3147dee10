"""The component and the plain job in GitLab's pipelines, and a job that reads the report."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.conftest import DefaultCheckout, Releases
from tests.support import checks
from tests.support.act import RUNNER_IMAGE
from tests.support.engine import SESSION, Engine
from tests.support.gitlab import pipeline
from tests.support.pages import example
from tests.support.process import KEYS, ROOT
from tests.support.project import check_out
from tests.support.repo import RepoBuilder

ON_EVERY_PIPELINE = [{"when": "on_success"}]
# gitlab-ci-local puts the names of jobs into those of its containers.
JOB, LOOK = f"{SESSION}-annotate", f"{SESSION}-look"


@pytest.fixture
def repository(place: Path) -> RepoBuilder:
    """A checkout with its history, one commit after its newest release."""
    repo = RepoBuilder(place / "hello")
    repo.git("remote", "add", "origin", "https://gitlab.com/octo-group/hello.git")
    repo.commits("Start").tag("v1.0.0").commits("Add search").tag("v1.1.0")
    return repo.commits("Add a timer")


def component(image: str, releases: Releases, **more: Any) -> dict[str, Any]:
    inputs = {
        "job-name": JOB,
        "image": image,
        "platforms": "Web",
        "api-url": releases.url,
        "allow-http": "true",
        **more,
    }
    include = {"component": "$CI_SERVER_FQDN/OWNER/annotate/annotate@v0", "inputs": inputs}
    return {"include": [include]}


def component_on_branches(image: str, releases: Releases, **more: Any) -> dict[str, Any]:
    return component(image, releases, rules=ON_EVERY_PIPELINE, **more)


def plain_job(image: str, releases: Releases, name: str = "tag") -> dict[str, Any]:
    job = example(f"gitlab/{name}")["annotate"] | {"image": image}
    job["variables"] = job.get("variables", {}) | {
        "AMPLITUDE_API_URL": releases.url,
        "AMPLITUDE_ALLOW_HTTP": "true",
        "AMPLITUDE_PLATFORMS": "Web",
    }
    return {JOB: job}


@pytest.mark.parametrize(
    ("form", "tag"),
    [(component, "v1.1.0"), (component_on_branches, ""), (plain_job, "v1.1.0")],
)
def test_a_later_job_reads_the_report(
    docker: Engine, image: str, repository: RepoBuilder, releases: Releases, form: Any, tag: str
) -> None:
    repository.checkout(tag or "main")
    config = form(image, releases) | {
        "stages": ["deploy", "after"],
        LOOK: {
            "stage": "after",
            "image": RUNNER_IMAGE,
            "rules": ON_EVERY_PIPELINE,
            "script": ['echo "id=$RELEASE_ID version=$RELEASE_VERSION tag=$RELEASE_TAG"'],
        },
    }
    # gitlab-ci-local knows branches only; GitLab sets this one in the pipelines of tags.
    variables = KEYS | ({"CI_COMMIT_TAG": tag} if tag else {})
    ran = pipeline(docker, repository.path, config, variables=variables)
    assert ran.succeeded, ran.log
    [release] = releases.created
    assert release["version"] == "1.1.0" if tag else release["version"].startswith("1.1.0-1-g")
    assert release["platforms"] == ["Web"]
    assert ran.jobs[LOOK] == f"id={release['id']} version={release['version']} tag={tag}\n"


def test_the_ledger_in_the_cache_keeps_a_job_that_is_run_again_from_sending(
    docker: Engine, image: str, repository: RepoBuilder, releases: Releases
) -> None:
    repository.checkout("v1.1.0")
    config = plain_job(image, releases, "ledger")
    variables = KEYS | {"CI_COMMIT_TAG": "v1.1.0"}
    logs = []
    for _ in range(2):
        ran = pipeline(docker, repository.path, config, variables=variables)
        assert ran.succeeded, ran.log
        logs.append(ran.jobs[JOB])
    assert "annotate: created" in logs[0]
    assert "annotate: duplicate" in logs[1]
    assert len(releases.created) == 1


def test_the_default_checkout(
    docker: Engine,
    image: str,
    repository: RepoBuilder,
    releases: Releases,
    hosted: DefaultCheckout,
) -> None:
    commit = repository.git("rev-parse", "v1.1.0")
    directory = hosted(repository, commit, "refs/heads/pipeline")
    variables = KEYS | {"CI_COMMIT_TAG": "v1.1.0"}
    ran = pipeline(docker, directory, plain_job(image, releases), variables=variables)
    assert ran.succeeded, ran.log
    [release] = releases.created
    assert (release["version"], release["description"][:12]) == ("1.1.0", "- Add search")
    assert "previous         v1.0.0" in ran.jobs[JOB]


@pytest.mark.parametrize("variables", [{}, {"CI_COMMIT_TAG": "production"}])
def test_the_component_does_nothing_without_the_tag_of_a_version(
    docker: Engine,
    image: str,
    repository: RepoBuilder,
    releases: Releases,
    variables: dict[str, str],
) -> None:
    config = component(image, releases) | {LOOK: {"script": ["true"], "image": RUNNER_IMAGE}}
    ran = pipeline(docker, repository.path, config, variables=variables)
    assert (ran.succeeded, ran.jobs, releases.told) == (True, {}, []), ran.log


@pytest.mark.parametrize("tag", ["", "v1.1.0"])
def test_the_pipeline_of_a_copy_tests_its_own_component(
    docker: Engine, image: str, place: Path, tag: str
) -> None:
    project = RepoBuilder(place / "annotate")
    check_out(project.path)
    project.git("remote", "add", "origin", "https://gitlab.com/octo-group/annotate.git")
    project.git("add", ".")
    project.commits("Start").tag("v1.0.0").commits("Add search").tag("v1.1.0")
    config = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    config["include"][0]["inputs"]["job-name"] = JOB
    config |= {
        f"{SESSION}-outcome": config.pop("outcome"),
        # GitLab's own image, which makes the release, cannot be had here.
        f"{SESSION}-release": config.pop("release") | {"image": RUNNER_IMAGE},
    }
    variables = {"IMAGE": image} | ({"CI_COMMIT_TAG": tag} if tag else {})
    ran = pipeline(docker, project.path, config, variables=variables)
    assert ran.succeeded, ran.log
    assert "nothing went to Amplitude" in ran.jobs[JOB]
    assert ran.jobs.get(f"{SESSION}-release") == (f"{tag}\n" if tag else None)


def test_a_check_of_what_is_right(docker: Engine, image: str, repository: RepoBuilder) -> None:
    repository.checkout("v1.1.0")
    with checks.answering(checks.ACCEPTED, docker.gateway()) as server:
        config = component(image, Releases(url=server.url), command="check")
        ran = pipeline(
            docker, repository.path, config, variables=KEYS | {"CI_COMMIT_TAG": "v1.1.0"}
        )
        assert len(server.arrived) == 1
    assert ran.succeeded, ran.log
    assert "annotate check: 0 bad, 0 unknown, " in ran.jobs[JOB]


def test_a_check_of_five_mistakes(docker: Engine, image: str, repository: RepoBuilder) -> None:
    checks.with_a_ledger(repository)
    mistakes = {
        f"AMPLITUDE_{name.replace('-', '_').upper()}": text
        for name, text in checks.MISTAKES.items()
    }
    with checks.answering(checks.REFUSED, docker.gateway()) as server:
        config = plain_job(image, Releases(url=server.url))
        config[JOB]["rules"] = ON_EVERY_PIPELINE
        config[JOB]["variables"] |= {"AMPLITUDE_COMMAND": "check", **mistakes}
        ran = pipeline(docker, repository.path, config, variables=KEYS)
        assert len(server.arrived) == 1
    assert not ran.succeeded
    assert checks.mistakes_in(ran.jobs[JOB]) == list(checks.LINES)
