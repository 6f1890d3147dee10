"""Run annotate in the sandbox, on a small repository made for it or on a given one.

The release is sent by HTTP to the embedded Releases API; nothing leaves this machine.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.repo import RepoBuilder

ENTRYPOINT = Path(__file__).parents[1] / "entrypoint.py"


def main(arguments: list[str]) -> int:
    """Run on the repository that the first argument names, or on a temporary one."""
    if arguments and arguments[0]:
        repository = Path(arguments[0])
        if not repository.is_dir():
            print(f"There is no folder {repository}: make demo REPO=path/to/a/repository")
            return 2
        return run(repository)
    with tempfile.TemporaryDirectory() as folder:
        return run(make_repository(Path(folder) / "recipes").path)


def make_repository(path: Path) -> RepoBuilder:
    """Make the repository of a recipe app, with two releases and a release candidate."""
    repo = RepoBuilder(path)
    repo.git("remote", "add", "origin", "https://github.com/OWNER/recipes.git")
    repo.commits("Start a cookery app", "Release 1.0.0").tag("v1.0.0")
    repo.commits("Scale a recipe by the number of guests", "Fix the oven's unit").tag("v1.1.0-rc.1")
    repo.branch("timer").commits("Add a timer to each step")
    repo.checkout("main").commits("Remember the last recipe")
    repo.merge("timer", "Merge branch 'timer'")
    repo.commits("Release 1.1.0").tag("v1.1.0", "Timers and guests\n\nCook for any number.\n")
    return repo


def run(repository: Path) -> int:
    """Show the repository's log, run `annotate --sandbox` there, and return its exit code."""
    command = [sys.executable, str(ENTRYPOINT), "--sandbox"]
    print(f"$ cd {repository}\n$ git log --oneline --decorate --graph -8", flush=True)
    log = ["git", "--no-pager", "log", "--oneline", "--decorate", "--graph", "-8"]
    subprocess.run(log, cwd=repository, check=False)
    print("$ annotate --sandbox", flush=True)
    # Without a CI's variables, the demonstration looks the same in a CI as in a terminal.
    foreign = ("GITHUB_", "GITLAB_", "CI_", "INPUT_", "AMPLITUDE_", "GIT_")
    env = {name: text for name, text in os.environ.items() if not name.startswith(foreign)}
    return subprocess.run(command, cwd=repository, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
