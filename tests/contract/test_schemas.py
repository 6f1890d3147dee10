"""Every YAML that GitHub and GitLab read, or that the README has users copy, fits its schema.

The README's config files are run by tests/job.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.process import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
_INPUT = re.compile(r"\$\[\[ inputs\.([a-z-]+) \]\]")


def component_job() -> str:
    """The component's job as GitLab reads it, with the defaults of its inputs."""
    spec, job = yaml.safe_load_all((ROOT / "templates/annotate.yml").read_text(encoding="utf-8"))
    inputs = spec["spec"]["inputs"]
    defaults = {name: one.get("default", "an-image") for name, one in inputs.items()}
    return yaml.safe_dump(filled(job, defaults))


def filled(node: Any, values: dict[str, Any]) -> Any:
    """A document with values in the place of `$[[ inputs.name ]]`."""
    if isinstance(node, dict):
        return {filled(key, values): filled(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [filled(one, values) for one in node]
    if isinstance(node, str) and (whole := _INPUT.fullmatch(node)):
        return values[whole[1]]
    return node


def documents() -> dict[str, tuple[str, str]]:
    """The name of each document, with its schema and its text."""
    actions = ["action.yml", "without-docker/action.yml"]
    workflows = [
        f".github/workflows/{path.name}" for path in (ROOT / ".github/workflows").iterdir()
    ]
    found = {name: ("github-actions", (ROOT / name).read_text()) for name in actions}
    found |= {name: ("github-workflows", (ROOT / name).read_text()) for name in workflows}
    found["the component's job"] = ("gitlab-ci", component_job())
    for number, block in enumerate(BLOCKS):
        if block.startswith("# .amplitude-release.yml"):
            continue
        schema = "github-workflows" if block.startswith("on:") else "gitlab-ci"
        found[f"README, block {number}"] = (schema, block)
    return found


DOCUMENTS = documents()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_fits_its_schema(name: str, tmp_path: Path) -> None:
    schema, text = DOCUMENTS[name]
    path = tmp_path / "document.yml"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"),
            *(["--data-transform", "gitlab-ci"] if schema == "gitlab-ci" else []),
            str(path),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
