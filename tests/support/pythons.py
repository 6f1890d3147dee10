"""The Pythons of this machine on which annotate runs."""

import json
import os
import subprocess
from pathlib import Path

from tests.support.tools import tool


def pythons() -> dict[str, str]:
    """The newest of each minor version: its path by `3.11` and so on."""
    # pyenv has more Pythons than are on the PATH.
    folders = [*Path.home().glob(".pyenv/versions/3.*/bin"), os.environ["PATH"]]
    listed = subprocess.run(
        [tool("uv"), *("python", "list", "--only-installed", "--offline", "--output-format=json")],
        env={**os.environ, "PATH": os.pathsep.join(map(str, folders))},
        capture_output=True,
        check=True,
    ).stdout
    found = {}
    for row in reversed(json.loads(listed)):
        version = row["version_parts"]
        if row["implementation"] == "cpython" and (version["major"], version["minor"]) >= (3, 11):
            found[f"{version['major']}.{version['minor']}"] = row["path"]
    return found
