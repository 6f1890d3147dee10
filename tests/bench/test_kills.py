"""The benchmark that kills backfills finds what is wrong, and finds nothing where nothing is."""

from collections import Counter
from pathlib import Path

import pytest

from bench import kills
from tests.support.counting import violations
from tests.support.repo import RepoBuilder

PLAN = {"v1.0.0": "1.0.0", "v1.1.0": "1.1.0"}
UNKNOWN = "error: It is unknown whether these releases were created: v1.1.0.\n"


@pytest.mark.parametrize(
    ("sent", "code", "log", "wrong"),
    [
        (["1.0.0", "1.1.0"], 0, "", []),
        (["1.0.0", "1.1.0"], 7, UNKNOWN, []),
        (["1.0.0"], 7, UNKNOWN, []),
        (["1.0.0"], 0, "", ["v1.1.0 is lost, and not listed as unknown"]),
        (["1.0.0"], 0, UNKNOWN, ["the last run ended with 0 instead of 7"]),
        (["1.0.0", "1.1.0", "1.1.0"], 0, "", ["1.1.0 arrived 2 times"]),
        (["1.0.0", "1.1.0", "9.9.9"], 0, "", ["9.9.9 belongs to no tag of the plan"]),
        (["1.0.0", "1.1.0"], 6, "", ["the last run ended with 6 instead of 0"]),
    ],
)
def test_it_names_what_is_wrong(sent: list[str], code: int, log: str, wrong: list[str]) -> None:
    assert violations(PLAN, Counter(sent), code, log) == wrong


@pytest.mark.slow
def test_it_kills_a_backfill_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = RepoBuilder(tmp_path / "app")
    for number in range(60):
        made.commits(f"feat: Change {number}").tag(f"v1.{number}.0", "New")
    assert kills.main([str(made.path), "--kills", "4"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("app, 60 tags with a number, 60 in the plan\n")
    assert page.count(" s after its ") + page.count("| too late") == 4
    assert page.endswith("\nnothing twice, nothing lost silently\n")
