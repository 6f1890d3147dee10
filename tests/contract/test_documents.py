"""The table of inputs, action.yml, the flags, the settings and the README say the same."""

import re
from typing import Any

import pytest
import yaml

from annotate.inputs.input import Input, description
from annotate.inputs.parsing import Kind
from annotate.inputs.table import INPUTS
from annotate.outcome import Outcome
from annotate.report.outputs import OUTPUTS
from tests.support.process import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCKER = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
COMPOSITE = yaml.safe_load((ROOT / "without-docker/action.yml").read_text(encoding="utf-8"))
COMPONENT, JOB = yaml.safe_load_all((ROOT / "templates/annotate.yml").read_text(encoding="utf-8"))
ACTIONS = pytest.mark.parametrize("action", [DOCKER, COMPOSITE], ids=["docker", "composite"])


@ACTIONS
def test_an_action_has_the_inputs_of_the_table(action: Any) -> None:
    assert {name: one["description"] for name, one in action["inputs"].items()} == {
        one.name: description(one) for one in INPUTS
    }


@ACTIONS
def test_an_action_declares_no_default_but_the_token(action: Any) -> None:
    defaults = {name: one["default"] for name, one in action["inputs"].items() if "default" in one}
    assert defaults == {"github-token": "${{ github.token }}"}


@ACTIONS
def test_an_action_has_the_outputs_of_the_table(action: Any) -> None:
    assert {name: one["description"] for name, one in action["outputs"].items()} == OUTPUTS


def test_the_composite_action_hands_everything_on() -> None:
    [step] = COMPOSITE["runs"]["steps"]
    assert step["env"] == {underscored(one): f"${{{{ inputs.{one.name} }}}}" for one in INPUTS}
    values = {name: one["value"] for name, one in COMPOSITE["outputs"].items()}
    assert values == {name: f"${{{{ steps.annotate.outputs.{name} }}}}" for name in OUTPUTS}


def test_the_component_has_the_inputs_of_the_table() -> None:
    """But secrets, which a pipeline's configuration would show, and the report's fixed name."""
    wanted = [one for one in INPUTS if one.kind is not Kind.SECRET and one.name != "dotenv"]
    inputs = COMPONENT["spec"]["inputs"]
    own = {"job-name", "stage", "image", "rules"}
    assert {name: one for name, one in inputs.items() if name not in own} == {
        one.name: {"description": description(one), "default": ""} for one in wanted
    }
    [job] = JOB.values()
    handed = {name: text for name, text in job["variables"].items() if name.startswith("INPUT_")}
    assert handed == {underscored(one): f"$[[ inputs.{one.name} ]]" for one in wanted}


def test_the_readme_has_a_row_for_each_input() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", section("Inputs"), re.MULTILINE))
    assert rows == {one.name: description(one) for one in INPUTS}


def test_the_readme_has_a_row_for_each_output() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", section("Outputs"), re.MULTILINE))
    assert rows == OUTPUTS


def test_the_readme_has_each_outcome_with_its_exit_code() -> None:
    rows = re.findall(r"^\| (`.*?) \| ([0-9 /]+) \|", section("Outcomes"), re.MULTILINE)
    told = {name: codes for names, codes in rows for name in re.findall("`([a-z-]+)`", names)}
    expected = {one.value: str(one.exit_code) for one in Outcome}
    assert told == expected | {"interrupted": "130 / 143"}


@pytest.mark.parametrize("name", re.findall(r"\]\((?!http)([^)#]+)", README))
def test_the_readmes_links_lead_somewhere(name: str) -> None:
    assert (ROOT / name).exists()


def section(title: str) -> str:
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def underscored(one: Input) -> str:
    """The variable of an input where a dash may be lost, as in shells."""
    return f"INPUT_{one.name.replace('-', '_').upper()}"
