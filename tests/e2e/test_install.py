"""annotate from a checkout without Docker: uvx, and pip for everyone else."""

import subprocess
import sys
from pathlib import Path

import pytest

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


def test_what_the_locks_installed_fits_together() -> None:
    """Pip resolved nothing when it installed them, so this is where it would find a gap."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
