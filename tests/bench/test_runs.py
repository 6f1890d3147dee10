"""What is compared does the same job, and the page says what was measured."""

import json
import re
from pathlib import Path

import pytest

from bench import runs
from bench.cost import Command
from bench.repositories import Shape, made
from tests.support.http import serving
from tests.support.process import KEYS, environment
from tests.support.repo import RepoBuilder

SHAPE = Shape(commits=60, tags=3, since=runs.SINCE)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("made"), [SHAPE])[SHAPE]


@pytest.mark.parametrize("name", runs.JOBS)
def test_each_of_them_sends_the_newest_release_once(repository: Path, name: str) -> None:
    with serving() as server:
        env = environment({**KEYS, "AMPLITUDE_API_URL": server.url})
        Command(arguments=runs.JOBS[name], directory=repository, environment=env).run()
    [request] = server.arrived
    assert (request.method, request.path) == ("POST", "/api/2/release")
    assert json.loads(request.body)["version"].removeprefix("v") == "1.2.0"


def test_the_naive_script_tells_of_the_release_alone(repository: Path) -> None:
    with serving() as server:
        env = environment({**KEYS, "AMPLITUDE_API_URL": server.url})
        naive = runs.JOBS[runs.NAIVE]
        Command(arguments=naive, directory=repository, environment=env).run()
    description = json.loads(server.arrived[0].body)["description"]
    assert len(re.findall(r"^- ", description, re.MULTILINE)) == SHAPE.since


def test_a_run_is_parted_into_git_and_annotate(repository: Path, tmp_path: Path) -> None:
    with runs.serving() as url:
        env = environment({**KEYS, "AMPLITUDE_API_URL": url})
        found = runs.parted(repository, tmp_path / "own", env)
    assert found.git > 0
    assert found.own > 0


@pytest.mark.slow
def test_the_page_has_every_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = RepoBuilder(tmp_path / "app").commits("One").tag("2.0.0").commits("Two").tag("2.1.0")
    monkeypatch.setattr(runs, "SHAPES", [SHAPE])
    assert runs.main(["--rounds", "1", "--results", str(tmp_path), str(given.path)]) == 0
    page = Path(capsys.readouterr().out.strip()).read_text(encoding="utf-8")
    assert re.search(r"Python 3\.[\d.]+, git [\d.]+, GitPython [\d.]+, requests [\d.]+", page)
    assert re.search(r"\d+ cores", page)
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")]
    assert [len(row) for row in rows[:6]] == [4] * 6
    measured = {
        (row[0].strip("| "), row[1]) for row in rows if len(row) == 6 and row[1] in runs.JOBS
    }
    assert measured == {(name, job) for name in ("app 2.1.0", str(SHAPE)) for job in runs.JOBS}
    assert f"| 60 | 3 | {runs.SINCE} | " in page


def test_a_release_must_be_named_where_no_tag_is_a_number(tmp_path: Path) -> None:
    path = RepoBuilder(tmp_path / "app").commits("One").tag("first").path
    with pytest.raises(SystemExit, match=r"Name the release: .*/app@tag"):
        runs.at_release(str(path), tmp_path)
