"""What users read when their inputs are wrong, whole: variables in, text out."""

from pathlib import Path

import pytest

from tests.support.process import annotate
from tests.support.repo import RepoBuilder

CASES = sorted((Path(__file__).parents[1] / "data" / "errors").glob("*.env"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_whole_text(case: Path, repo: RepoBuilder) -> None:
    repo.commits("Start").tag("docs-only")
    lines = case.read_text(encoding="utf-8").splitlines()
    env = dict(line.split("=", 1) for line in lines)
    ran = annotate(repo.path, env=env)
    expected = case.with_suffix(".txt").read_text(encoding="utf-8")
    assert ran.log.replace(str(repo.path), "{repo}") == expected
    assert ran.code in {2, 3}
