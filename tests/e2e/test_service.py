"""The sandbox as a service beside a job, with a fault, as the examples have it."""

import json
import re
from pathlib import Path

import pytest

from tests.support.act import Job, act
from tests.support.engine import SESSION, Engine
from tests.support.gitlab import pipeline
from tests.support.pages import IMAGE, example
from tests.support.repo import RepoBuilder

RELEASES = "http://amplitude:8080/api/sandbox/releases"


@pytest.fixture
def repository(place: Path) -> RepoBuilder:
    """A checkout without a tag."""
    return RepoBuilder(place / "hello").commits("Start", "Add search")


def test_in_a_workflow(docker: Engine, image: str, action: Path, repository: RepoBuilder) -> None:
    job = example("github/sandbox")["jobs"]["try"]
    service = job["services"]["amplitude"]
    assert service.pop("image") == IMAGE
    # On GitHub, a job on the machine itself asks there; container actions know the service's name.
    assert service.pop("ports") == ["8080:8080"]
    checkout, step, look = job["steps"]
    assert checkout["uses"].startswith("actions/checkout@")
    ran = act(
        docker,
        repository.path,
        Job(
            step=step,
            then=[{"run": look["run"].replace("localhost", "amplitude")}],
            services={"amplitude": {"image": image, **service}},
        ),
        action=action,
        event=("push", {"ref": "refs/heads/main", "repository": {"pushed_at": 1774728000}}),
    )
    assert ran.succeeded, ran.log
    assert "attempt 1: unavailable (status 503); retrying" in ran.log
    assert ran.outputs["outcome"] == "created"
    [listed] = re.findall(r'\{"releases": .*\}', ran.log)
    [release] = json.loads(listed)["releases"]
    assert (release["id"], release["version"]) == ("sandbox1", ran.outputs["version"])


def test_in_a_pipeline(docker: Engine, image: str, repository: RepoBuilder) -> None:
    job = example("gitlab/sandbox")["try"]
    service = job["services"][0]
    assert job["image"] == service["name"] == IMAGE
    job["image"] = service["name"] = image
    ask = "import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).read().decode())"
    paths = [RELEASES, "http://amplitude:8080/", "http://amplitude:8080/chart.js"]
    job["script"] = [job["script"], *(f'python3 -c "{ask}" {path}' for path in paths)]
    name = f"{SESSION}-try"
    ran = pipeline(docker, repository.path, {name: job}, variables={})
    assert ran.succeeded, ran.log
    assert "healthcheck passed" in ran.log
    log = ran.jobs[name]
    assert "attempt 1: unavailable (status 503); retrying" in log
    assert "annotate: created sandbox1" in log
    [listed] = re.findall(r'\{"releases": .*\}', log)
    [release] = json.loads(listed)["releases"]
    assert release["id"] == "sandbox1"
    assert "<h1>annotate <span>sandbox</span></h1>" in log
    assert "export function draw(" in log
