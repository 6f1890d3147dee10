"""The recipes for GitHub, as its runner would read them."""

import subprocess

import pytest

from tests.support.pages import EXAMPLES
from tests.support.tools import tool


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("github/*.yml")))
def test_actionlint_finds_nothing(name: str) -> None:
    done = subprocess.run(
        [tool("actionlint"), "-shellcheck", tool("shellcheck"), str(EXAMPLES / "github" / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
