"""GitHub Actions on this machine: act runs a workflow's jobs in the engine."""

import base64
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.support.engine import PATIENCE, SESSION, Engine
from tests.support.process import KEYS
from tests.support.tools import tool

RUNNER_IMAGE = "annotate-e2e-runner"
SECRETS = tuple("=".join(pair) for pair in KEYS.items())
_MARK = "outputs in base64: "
_AFTER = {
    "if": "always()",
    "env": {"OUTPUTS": "${{ toJSON(steps.annotate.outputs) }}"},
    "run": f'echo "{_MARK}$(printf %s "$OUTPUTS" | base64 --wrap 0)"',
}


@dataclass(frozen=True, kw_only=True)
class ActRun:
    """How a workflow ended."""

    succeeded: bool
    #: What the steps wrote, without what act says itself.
    log: str
    #: The outputs as a step after ours sees them.
    outputs: dict[str, str]
    summary: str


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job with our step; the runner's image is its own container where `services` run beside it.

    act has no other way for a job to reach its services by their names, as container actions do on
    GitHub.
    """

    step: Mapping[str, Any]
    #: Steps after ours.
    then: Sequence[Mapping[str, Any]] = ()
    services: Mapping[str, Any] = field(default_factory=dict)


def workflow(job: Job) -> str:
    """A workflow for every event: check out, our step, and one that looks at its outputs."""
    checkout = {"uses": "actions/checkout@v7", "with": {"fetch-depth": 0}}
    steps = [checkout, {"id": "annotate", **job.step}, *job.then, _AFTER]
    beside = {"container": RUNNER_IMAGE, "services": dict(job.services)} if job.services else {}
    events = ["push", "release", "workflow_dispatch", "pull_request"]
    # act puts the name into the names of its containers.
    jobs = {"annotate": {"runs-on": "ubuntu-latest", **beside, "steps": steps}}
    return yaml.safe_dump({"name": SESSION, "on": events, "jobs": jobs})


def act(
    engine: Engine,
    repository: Path,
    job: Job | Mapping[str, Any],
    *,
    action: Path,
    event: tuple[str, Mapping[str, Any]],
    secrets: Sequence[str] = (),
    network: str = "host",
) -> ActRun:
    """Run a job, or only our step, on a checkout; `OWNER/annotate` is the project in `action`.

    An event has a name and a payload.
    """
    # PartialRepository the repository: what is under test is a checkout without our files in it.
    place = repository.parent / "act"
    place.mkdir(exist_ok=True)
    (place / "workflow.yml").write_text(workflow(job if isinstance(job, Job) else Job(step=job)))
    (place / "event.json").write_text(json.dumps(event[1]))
    done = subprocess.run(
        [
            *(tool("act"), event[0], "--json", "--rm", "--pull=false", "--no-cache-server"),
            *("--workflows", str(place / "workflow.yml"), "--eventpath", str(place / "event.json")),
            *("--platform", f"ubuntu-latest={RUNNER_IMAGE}", "--container-daemon-socket", "-"),
            *("--local-repository", f"OWNER/annotate@v0={action}"),
            *("--action-cache-path", str(place / "cache"), "--network", network),
            *(part for secret in secrets for part in ("--secret", secret)),
        ],
        cwd=repository,
        env=engine.env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]
    assert lines, done.stderr.decode()
    said = [line["msg"] for line in lines if line.get("raw_output") or "raw" in line]
    outputs = [text.partition(_MARK)[2] for text in said if text.startswith(_MARK)]
    assert len(outputs) == 1, "\n".join(str(line.get("msg")) for line in lines)
    return ActRun(
        succeeded=done.returncode == 0,
        log="".join(said),
        outputs=json.loads(base64.b64decode(outputs[0])),
        summary="".join(line["content"] for line in lines if line.get("command") == "summary"),
    )
