"""What is documented of inputs, outputs and outcomes follows from the code, and keeps its rules."""

import re
from typing import Any

import pytest
import yaml

from annotate.inputs.table import INPUTS
from annotate.outcome import DELIVERY_FAILURES, Outcome
from annotate.report.summary import summary
from annotate.result import Result
from annotate.run import BESIDE_SENDING
from tests.support.consumers import DOTENV_VARIABLES
from tests.support.process import ROOT
from tools import documents

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = documents.documents()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_make_docs_has_nothing_to_write(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == DOCUMENTS[path], "run `make docs`"


def test_a_document_without_its_comments_is_named() -> None:
    with pytest.raises(ValueError, match=r"README\.md has no two lines `prices: begin`"):
        documents.filled("README.md", prices="")


@pytest.mark.parametrize("path", [documents.DOCKER_ACTION, documents.COMPOSITE_ACTION])
def test_an_action_declares_no_default_but_the_token(path: str) -> None:
    """A runner passes a default as if the user had set it; the config file could never win."""
    inputs = yaml.safe_load(DOCUMENTS[path])["inputs"]
    defaults = {name: one["default"] for name, one in inputs.items() if "default" in one}
    assert defaults == {"github-token": "${{ github.token }}"}


def test_an_input_of_the_component_is_not_set_by_default() -> None:
    """GitLab refuses a default that is not among the options."""
    header, _ = yaml.safe_load_all(DOCUMENTS[documents.COMPONENT])
    own = {"job-name", "stage", "image", "rules"}
    inputs: dict[str, Any] = {
        name: one for name, one in header["spec"]["inputs"].items() if name not in own
    }
    assert {one["default"] for one in inputs.values()} == {""}
    assert all("" in one.get("options", [""]) for one in inputs.values())
    assert all(isinstance(word, str) for one in inputs.values() for word in one.get("options", []))


def test_the_component_has_no_secret() -> None:
    """A pipeline's configuration shows its inputs."""
    left_out = {one.name for one in INPUTS if not one.in_component}
    assert left_out == {"api-key", "secret-key", "github-token", "dotenv"}


def test_the_readme_lists_the_variables_of_the_dotenv_report() -> None:
    assert set(re.findall(r"`(RELEASE_\w+)`", README)) == DOTENV_VARIABLES


def test_the_readme_says_how_long_a_run_may_take() -> None:
    [deadline] = [float(one.default) for one in INPUTS if one.name == "deadline"]
    whole = f"{deadline + BESIDE_SENDING:g} seconds"
    parts = f"the default of `deadline`, {deadline:g}, and {BESIDE_SENDING:g} more"
    assert f"{whole}: {parts}" in README


def test_exit_codes_stay_as_they_are() -> None:
    """Users' scripts act on them."""
    assert {str(one): one.exit_code for one in Outcome if one.exit_code} == {
        "defect": 1,
        "invalid": 2,
        "no-version": 3,
        "rejected": 4,
        "refused": 5,
        "unavailable": 6,
        "unknown": 7,
    }


def test_on_failure_lets_each_failed_delivery_pass() -> None:
    """As the README says of `on-failure: warn`: the codes from 4 up are those of deliveries."""
    assert {one for one in Outcome if one.exit_code >= 4} == DELIVERY_FAILURES


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_has_its_words(outcome: Outcome) -> None:
    assert outcome.meaning.endswith(".")
    assert summary(Result(outcome=outcome)).startswith("<h3>")
