"""The programs that the end-to-end tests drive, in the project's own environment."""

import shutil
import sys
from pathlib import Path

from tests.support.process import ROOT

_FOLDERS = (Path(sys.executable).parent, ROOT / "tests/e2e/tools/node_modules/.bin")


class ToolMissing(Exception):
    """A program is not installed."""


def tool(name: str) -> str:
    """Where a program is; ToolMissing where `make e2e` has not installed it."""
    path = ":".join(str(folder) for folder in _FOLDERS)
    found = shutil.which(name, path=path)
    if found is None:
        raise ToolMissing(f"{name} is not installed: run the end-to-end tests by `make e2e`")
    return found
