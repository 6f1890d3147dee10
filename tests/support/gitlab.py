"""GitLab CI on this machine: gitlab-ci-local runs a pipeline's jobs in the engine."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.act import RUNNER_IMAGE
from tests.support.engine import PATIENCE, Engine
from tests.support.process import ROOT
from tests.support.repo import RepoBuilder
from tests.support.tools import tool

WAITER_IMAGE = "annotate-e2e-waiter"
_HOSTED_AT = "https://gitlab.com/OWNER/annotate.git"
_LINE = re.compile(r"^(?P<job>\S+) +> (?P<text>.*)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class PipelineRun:
    """How a pipeline ended."""

    succeeded: bool
    #: Everything that gitlab-ci-local says.
    log: str
    #: What the jobs wrote, by their names.
    jobs: dict[str, str]


def pipeline(
    engine: Engine,
    repository: Path,
    config: Mapping[str, Any],
    *,
    variables: Mapping[str, str],
) -> PipelineRun:
    """Run a pipeline on a checkout; its includes find this project's component."""
    (repository / ".gitlab-ci.yml").write_text(yaml.safe_dump(dict(config), sort_keys=False))
    component = repository.parent / "component"
    if not component.exists():
        _make_component(component)
    place = repository.parent / "gitlab"
    done = subprocess.run(
        [
            *(tool("gitlab-ci-local"), "--pull-policy", "if-not-present", "--color=false"),
            *("--helper-image", RUNNER_IMAGE, "--wait-image", WAITER_IMAGE, "--home", str(place)),
            *(part for pair in variables.items() for part in ("--variable", "=".join(pair))),
        ],
        cwd=repository,
        env={
            **engine.env,
            "PATH": f"{Path(tool('node')).parent}:{engine.env['PATH']}",
            # git finds the component's project here instead of at its host.
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{component.as_uri()}.insteadOf",
            "GIT_CONFIG_VALUE_0": _HOSTED_AT,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE,
        check=False,
        text=True,
    )
    jobs: dict[str, str] = {}
    for line in _LINE.finditer(done.stdout):
        jobs[line["job"]] = jobs.get(line["job"], "") + f"{line['text']}\n"
    return PipelineRun(succeeded=done.returncode == 0, log=done.stdout, jobs=jobs)


def _make_component(place: Path) -> None:
    """This project as a host of components has it: committed, with the tag that users name."""
    project = RepoBuilder(place)
    (place / "templates").mkdir()
    template = ROOT / "templates/annotate.yml"
    (place / "templates/annotate.yml").write_bytes(template.read_bytes())
    project.git("add", ".")
    project.commit("Release")
    project.tag("v0")
