"""What no checker knows of the workflows."""

import inspect
import re

import yaml

from tests.support.process import ROOT
from tools.release.steps import ARCHITECTURES, Release


def test_the_required_check_needs_every_other_job() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]
    others = [name for name in jobs if name != "required"]
    assert jobs["required"]["needs"] == others
    # Without it, GitHub skips the job where another one failed, and counts that as passed.
    assert jobs["required"]["if"] == "always()"


def test_each_job_has_a_time_limit_and_permissions_of_its_own() -> None:
    for path in (ROOT / ".github/workflows").iterdir():
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert workflow["permissions"] == {}, path
        for name, job in workflow["jobs"].items():
            assert {"timeout-minutes", "permissions"} <= job.keys(), (path, name)


def test_a_release_reads_only_what_is_written() -> None:
    """What GitHub does not find is an empty text."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    jobs = workflow["jobs"]
    # In YAML 1.1, `on` is true.
    inputs = workflow[True]["workflow_dispatch"]["inputs"]
    assert set(re.findall(r"\binputs\.(\w+)", str(workflow))) <= inputs.keys()
    seen = 0
    for job in jobs.values():
        written = {step["id"]: outputs_of(step["run"]) for step in job["steps"] if "id" in step}
        for step, name in re.findall(r"\bsteps\.(\w+)\.outputs\.([\w-]+)", str(job)):
            assert name in written[step]
            seen += 1
        for other, name in re.findall(r"\bneeds\.(\w+)\.outputs\.([\w-]+)", str(job)):
            assert other in job["needs"]
            assert name in jobs[other]["outputs"]
            seen += 1
    assert seen > 10


def outputs_of(script: str) -> set[str]:
    """The outputs that a script writes by the steps of tools/release which it runs."""
    source = "".join(
        inspect.getsource(getattr(Release, step))
        for step in re.findall(r"tools\.release (\w+)", script)
    )
    names = re.findall(r'\boutput\(f?"([^"]+)"', source)
    return {name.replace("{one.architecture}", one) for name in names for one in ARCHITECTURES}


def test_the_actions_that_users_copy_are_as_new_as_ours() -> None:
    """Nothing else updates those: Dependabot reads the workflows of the project alone."""
    ours = {
        name: major
        for path in (ROOT / ".github/workflows").iterdir()
        for name, major in re.findall(r"uses: (\S+)@[0-9a-f]{40} # v(\d+)", path.read_text("utf-8"))
    }
    shown = [ROOT / "README.md"]
    for folder, files in (("docs", "*.md"), ("example-workflows", "*.yml"), ("annotate", "*.py")):
        shown += (ROOT / folder).rglob(files)
    found = [
        (path.name, name, major)
        for path in shown
        for name, major in re.findall(r"uses: ([\w./-]+)@v(\d+)", path.read_text("utf-8"))
        if name in ours
    ]
    assert {name for _, name, _ in found} == {"actions/checkout", "actions/setup-python"}
    assert [one for one in found if one[2] != ours[one[1]]] == []
