"""The examples are those of the pages, and ask for no more rights than they need."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.pages import ACTIONS, EXAMPLES, PAGES, blocks, example
from tests.support.process import ROOT

WORKFLOWS = sorted(path.stem for path in EXAMPLES.glob("github/*.yml"))
#: The files without the comment on top of them, which the text around stands for on a page.
TEXTS = {
    re.sub(r"\A# .*\n", "", path.read_text(encoding="utf-8")) for path in EXAMPLES.glob("**/*.yml")
}
_CONFIG = "# .amplitude-release.yml\n"


@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page, "yaml")], ids=lambda page: page.name
)
def test_a_pipeline_on_a_page_is_a_file(page: Path) -> None:
    for block in blocks(page, "yaml"):
        if not block.startswith(_CONFIG) or "targets:" in block:
            assert block.removeprefix(_CONFIG) in TEXTS


def test_a_page_leads_to_every_file() -> None:
    links = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in re.findall(r"\]\(([^)\s#]+)\)", page.read_text(encoding="utf-8"))
    }
    quoted = {block.removeprefix(_CONFIG) for page in PAGES for block in blocks(page, "yaml")}
    for path in EXAMPLES.glob("**/*.yml"):
        shown = re.sub(r"\A# .*\n", "", path.read_text(encoding="utf-8"))
        assert path in links or shown in quoted, path


@pytest.mark.parametrize("name", WORKFLOWS)
def test_annotate_only_reads(name: str) -> None:
    """A job with annotate has the right to read the repository, and no other."""
    workflow = example(f"github/{name}")
    jobs: list[dict[str, Any]] = [
        job
        for job in workflow["jobs"].values()
        if "OWNER/annotate" in str(job["steps"]) or job.get("services")
    ]
    assert jobs
    for job in jobs:
        assert job.get("permissions", workflow["permissions"]) == {"contents": "read"}


def test_the_component_has_the_inputs_of_its_example() -> None:
    header, _ = yaml.safe_load_all((ROOT / "templates/annotate.yml").read_text(encoding="utf-8"))
    [include] = example("gitlab/component")["include"]
    assert include["inputs"].keys() <= header["spec"]["inputs"].keys()


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_action_has_a_version(name: str) -> None:
    for job in example(f"github/{name}")["jobs"].values():
        for step in job["steps"]:
            uses = step.get("uses", ACTIONS[0])
            assert uses in ACTIONS or re.fullmatch(r"[\w./-]+@v\d+", uses)
