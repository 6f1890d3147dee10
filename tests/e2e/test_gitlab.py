"""The component and the plain job in GitLab's pipelines, and a job that reads the report."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.conftest import DefaultCheckout, Releases
from tests.support.act import RUNNER_IMAGE
from tests.support.engine import SESSION, Engine
from tests.support.gitlab import pipeline
from tests.support.process import KEYS, ROOT
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


def readmes_job(number: int = 0) -> dict[str, Any]:
    """A job as the README tells users to write it: the plain one, and that with a ledger."""
    blocks = re.findall(r"```yaml\n(annotate:.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return dict(yaml.safe_load(blocks[number])["annotate"])


def component(image: str, releases: Releases) -> dict[str, Any]:
    inputs = {
        "job-name": JOB,
        "image": image,
        "platforms": "Web",
        "api-url": releases.url,
        "allow-http": "true",
    }
    include = {"component": "$CI_SERVER_FQDN/OWNER/annotate/annotate@v0", "inputs": inputs}
    return {"include": [include]}


def component_on_branches(image: str, releases: Releases) -> dict[str, Any]:
    config = component(image, releases)
    config["include"][0]["inputs"]["rules"] = ON_EVERY_PIPELINE
    return config


def plain_job(image: str, releases: Releases, number: int = 0) -> dict[str, Any]:
    job = readmes_job(number) | {"image": image}
    job["variables"] |= {
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
    config = plain_job(image, releases, number=1)
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


def test_the_component_does_nothing_on_branches(
    docker: Engine, image: str, repository: RepoBuilder, releases: Releases
) -> None:
    config = component(image, releases) | {LOOK: {"script": ["true"], "image": RUNNER_IMAGE}}
    ran = pipeline(docker, repository.path, config, variables={})
    assert (ran.succeeded, ran.jobs, releases.told) == (True, {}, []), ran.log
