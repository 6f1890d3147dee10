"""The sandbox's page in Chromium, through Playwright, and the script that takes the pictures."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.process import ROOT
from tests.support.tools import tool

#: Seconds for all tests of the page, on a busy machine.
PATIENCE = 600
TOOLS = ROOT / "tests/e2e/tools"


def node(*arguments: str) -> str:
    """What Node.js prints; an AssertionError with it where it fails."""
    if not shutil.which("chromium"):
        pytest.skip("Debian's chromium is not installed")
    done = subprocess.run(
        [tool("node"), *arguments],
        cwd=TOOLS,
        env={**os.environ, "PYTHON": sys.executable},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_page() -> None:
    """Each test of page.test.mjs; a failure shows which."""
    log = node("--test", "--test-reporter=spec", "page.test.mjs")
    assert "ℹ fail 0" in log
    assert "ℹ pass 0" not in log


def test_the_pictures(tmp_path: Path) -> None:
    node("pictures.mjs", str(tmp_path))
    taken = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert taken.keys() == {
        "sandbox-light.png", "sandbox-dark.png", "summary-light.png", "summary-dark.png",
    }  # fmt: skip
    assert all(20_000 < size < 150_000 for size in taken.values()), taken
