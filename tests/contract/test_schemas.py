"""Every YAML that a runner or GitHub itself reads, or that users copy, fits its schema.

So do config files, by the schema of ours; tests/run also runs the examples.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from annotate.errors import InvalidInputs
from annotate.inputs import config_file, settings, sources
from tests.support.pages import EXAMPLES, PAGES, blocks
from tests.support.process import ROOT

#: A schema that check-jsonschema brings, or ours, which it reads from its file.
CONFIG_FILE = "config-file"
SCHEMA = ROOT / "docs/config.schema.json"
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
    found[".gitlab-ci.yml"] = ("gitlab-ci", (ROOT / ".gitlab-ci.yml").read_text())
    found["the component's job"] = ("gitlab-ci", component_job())
    found[".github/dependabot.yml"] = ("dependabot", (ROOT / ".github/dependabot.yml").read_text())
    for path in (ROOT / ".github/ISSUE_TEMPLATE").iterdir():
        schema = "github-issue-config" if path.stem == "config" else "github-issue-forms"
        found[f".github/ISSUE_TEMPLATE/{path.name}"] = (schema, path.read_text(encoding="utf-8"))
    header, _ = (ROOT / "templates/annotate.yml").read_text().split("---\n")
    found["the component's header"] = ("gitlab-ci", header)
    for page in PAGES:
        for number, block in enumerate(blocks(page, "yaml")):
            if block.startswith("# .amplitude-release.yml"):
                schema = CONFIG_FILE
            else:
                schema = "github-workflows" if block.startswith("on:") else "gitlab-ci"
            found[f"{page.name}, block {number}"] = (schema, block)
    for path in EXAMPLES.glob("**/*.yml"):
        schemas = {"github": "github-workflows", "gitlab": "gitlab-ci"}
        schema = schemas.get(path.parent.name, CONFIG_FILE)
        found[f"{path.relative_to(EXAMPLES)}"] = (schema, path.read_text(encoding="utf-8"))
    return found


DOCUMENTS = documents()


def checked(schema: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    """What check-jsonschema says of the files, in JSON."""
    options = ["--builtin-schema", f"vendor.{schema}"]
    if schema == CONFIG_FILE:
        options = ["--schemafile", str(SCHEMA)]
    elif schema == "gitlab-ci":
        options += ["--data-transform", "gitlab-ci"]
    return subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema", *options, "--output-format", "json"),
            *map(str, paths),
        ],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_fits_its_schema(name: str, tmp_path: Path) -> None:
    schema, text = DOCUMENTS[name]
    path = tmp_path / "document.yml"
    path.write_text(text, encoding="utf-8")
    done = checked(schema, path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schema_of_the_config_file_is_one() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--check-metaschema", str(SCHEMA)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


_TARGET = """\
targets:
  - name: web
    api-key-variable: AMPLITUDE_WEB_API_KEY
    secret-key-variable: AMPLITUDE_WEB_SECRET_KEY
"""
RIGHT = [
    "region: eu",
    "version: 1.10",
    "title: true",
    "dry-run: true",
    'dry-run: "false"',
    "retries: 0",
    'retries: "100"',
    "timeout: 0.5",
    'deadline: "90"',
    "release-start: tag",
    "release-start: 1767312245",
    "release-start: 2026-01-31T12:00:00+01:00",
    "release-end: 2026-01-31 12:00:00",
    "platforms: iOS, Android",
    "platforms: [iOS, Android]",
    "paths:\n  - web/\n  - 2024/",
    "tag-pattern: |\n  v*\n  !v0.*",
    "on-untagged: skip",
    "ledger: .annotate/ledger.db",
    _TARGET,
    f"{_TARGET}    region: eu\n    platforms: [Web]\n    chart-visibility: false\n",
]
WRONG = [
    "regoin: eu",
    "region: asia",
    "api-key: 0123456789abcdef0123456789abcdef",
    "config: other.yml",
    "dry-run: yes",
    "title: {a: b}",
    "retries: -1",
    "retries: 101",
    "timeout: 0",
    "deadline: 90000",
    "deadline: long",
    "release-start: pipelin",
    "paths: [[a]]",
    "targets: [web]",
    f"{_TARGET}    regoin: eu\n",
    f"{_TARGET}    retries: 3\n",
    _TARGET.replace("    secret-key-variable: AMPLITUDE_WEB_SECRET_KEY\n", ""),
]


def test_the_schema_of_the_config_file_and_annotate_agree(tmp_path: Path) -> None:
    env = {"AMPLITUDE_ON_MISSING_CREDENTIALS": "skip", "AMPLITUDE_TRUST_CONFIG": "true"}
    texts, refused = {}, set()
    for number, text in enumerate([*RIGHT, *WRONG]):
        path = tmp_path / str(number) / config_file.DEFAULT_NAME
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        texts[str(path)] = text
        try:
            settings.read(sources.read([], env), env, path.parent)
        except InvalidInputs:
            refused.add(text)
    assert refused == set(WRONG)
    report = json.loads(checked(CONFIG_FILE, *map(Path, texts)).stdout)
    assert {texts[one["filename"]] for one in report["errors"]} == set(WRONG)
