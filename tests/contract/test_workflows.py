"""What no checker knows of the workflows."""

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
