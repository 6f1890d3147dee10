"""How messages look in a log, several at once: variables in, the whole log out."""

from pathlib import Path

import pytest

from tests.messages.golden import general, golden
from tests.support.process import annotate
from tests.support.repo import RepoBuilder

CASES = sorted((Path(__file__).parent / "logs").glob("*.env"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_whole_log(case: Path, repo: RepoBuilder) -> None:
    repo.commits("Start").tag("docs-only")
    lines = case.read_text(encoding="utf-8").splitlines()
    ran = annotate(repo.path, env=dict(line.split("=", 1) for line in lines))
    log = general(ran.log, repo.path)
    assert log == golden(case.with_suffix(".txt"), log), "if this is meant, run `make golden`"
    assert ran.code in {2, 3}
