"""The project as a runner checks it out."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.support.process import ROOT


def check_out(folder: Path) -> Path:
    """Copy the project into a folder, without what git does not know or ignores."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in listed.split("\0")[:-1]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


def pinned() -> dict[str, str]:
    """The libraries that requirements.txt installs on Linux, by name, and their versions."""
    text = (ROOT / "requirements.txt").read_text()
    # Other systems are named after the version.
    found = re.findall(r"^([\w-]+)==([\w.]+) \\$", text, re.MULTILINE)
    return {name.lower(): version for name, version in found}
