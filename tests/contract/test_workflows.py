"""What no checker knows of the workflows."""

import re

import yaml

from tests.support.process import ROOT


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
