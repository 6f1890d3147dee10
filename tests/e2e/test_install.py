"""annotate without Docker, from a checkout and from the package index, by uvx and by pip."""

import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.support.engine import PATIENCE
from tests.support.repo import RepoBuilder
from tests.support.tools import tool


@pytest.mark.parametrize("way", ["uvx", "pip"])
def test_installed_from_a_checkout(action: Path, repo: RepoBuilder, way: str) -> None:
    repo.commits("Start").tag("v1.0.0")
    if way == "uvx":
        command = [tool("uvx"), "--isolated", "--from", str(action), "annotate"]
    else:
        venv = repo.path.parent / "venv"
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        pip = [str(venv / "bin/pip"), "install", "--quiet", str(action)]
        subprocess.run(pip, capture_output=True, check=True)
        command = [str(venv / "bin/annotate")]
    ran = subprocess.run(
        [*command, "--sandbox"], cwd=repo.path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "annotate: created sandbox1 (app 1.0.0)" in ran.stdout
    with subprocess.Popen(
        [*command, "sandbox"], cwd=repo.path, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        url = server.stdout.readline().split()[-1]
        assert "<h1>annotate" in requests.get(url, timeout=PATIENCE).text
        server.terminate()


@pytest.fixture(scope="module")
def distributions(action: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel, made of the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    command = [tool("uv"), "build", "--quiet", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([*command, "--out-dir", str(folder), str(action)], check=True)
    return folder


def test_the_wheel_in_an_empty_environment(
    distributions: Path, repo: RepoBuilder, tmp_path: Path
) -> None:
    repo.commits("Start").tag("v1.0.0").commits("Add search").tag("v1.1.0")
    empty = tmp_path / "empty"
    empty.mkdir()
    subprocess.run([sys.executable, "-m", "venv", "venv"], cwd=empty, check=True)
    [wheel] = distributions.glob("*.whl")
    pip = ["venv/bin/python", "-m", "pip", "install", "--quiet", str(wheel)]
    subprocess.run(pip, cwd=empty, capture_output=True, check=True)
    command = [str(empty / "venv/bin/annotate"), "preview"]
    ran = subprocess.run(command, cwd=repo.path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "app 1.1.0\n\n- Add search\n"


def test_uvx_by_the_name_on_the_index(distributions: Path, repo: RepoBuilder) -> None:
    repo.commits("Start").tag("v1.0.0").commits("Add search").tag("v1.1.0")
    ran = subprocess.run(
        [
            *(tool("uvx"), "--isolated", "--find-links", str(distributions)),
            *("amplitude-annotate", "preview"),
        ],
        cwd=repo.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "app 1.1.0\n\n- Add search\n"


def test_what_the_locks_installed_fits_together() -> None:
    """Pip resolved nothing when it installed them, so this is where it would find a gap."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
