"""The table of inputs, action.yml, the flags, the settings and the README say the same."""

import dataclasses
import re

import pytest
import yaml

from annotate.errors import EXIT_CODES, Outcome
from annotate.gather import settings
from annotate.gather.inputs import INPUTS, description
from annotate.report.outputs import OUTPUTS
from tests.support.process import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def test_the_action_has_the_inputs_of_the_table() -> None:
    assert {name: one["description"] for name, one in ACTION["inputs"].items()} == {
        one.name: description(one) for one in INPUTS
    }


def test_the_action_declares_no_default_but_the_token() -> None:
    defaults = {name: one["default"] for name, one in ACTION["inputs"].items() if "default" in one}
    assert defaults == {"github-token": "${{ github.token }}"}


def test_the_action_has_the_outputs_of_the_table() -> None:
    assert {name: one["description"] for name, one in ACTION["outputs"].items()} == OUTPUTS


def test_the_settings_have_a_field_for_each_input() -> None:
    own = {"given", "warnings"}
    fields = {one.name for one in dataclasses.fields(settings.Settings)} - own
    assert fields == {one.name.replace("-", "_") for one in INPUTS}


def test_the_readme_has_a_row_for_each_input() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", section("Inputs"), re.MULTILINE))
    assert rows == {one.name: description(one) for one in INPUTS}


def test_the_readme_has_a_row_for_each_output() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", section("Outputs"), re.MULTILINE))
    assert rows == OUTPUTS


def test_the_readme_has_each_outcome_with_its_exit_code() -> None:
    rows = re.findall(r"^\| (`.*?) \| ([0-9 /]+) \|", section("Outcomes"), re.MULTILINE)
    told = {name: codes for names, codes in rows for name in re.findall("`([a-z-]+)`", names)}
    expected = {one.value: str(EXIT_CODES.get(one, 0)) for one in Outcome}
    assert told == expected | {"interrupted": "130 / 143"}


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", README, re.DOTALL))
def test_the_readmes_yaml_is_yaml(block: str) -> None:
    assert yaml.safe_load(block)


@pytest.mark.parametrize("name", re.findall(r"\]\((?!http)([^)#]+)", README))
def test_the_readmes_links_lead_somewhere(name: str) -> None:
    assert (ROOT / name).exists()


def section(title: str) -> str:
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
