"""Run annotate in the sandbox, on a small repository made for it or on a given one.

The release is sent by HTTP to the embedded Releases API; nothing leaves this machine. On request,
the sandbox goes on as a server, and its page shows the release.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import MappingProxyType

from annotate.sandbox.server import running
from tests.support.repo import RepoBuilder

#: A sandbox takes any keys.
KEYS = {"AMPLITUDE_API_KEY": "0" * 32, "AMPLITUDE_SECRET_KEY": "0" * 32}
ENTRYPOINT = Path(__file__).parents[1] / "entrypoint.py"


def main(arguments: list[str]) -> int:
    """Run on the repository that the first argument names, or on a temporary one.

    If the second argument is not empty, leave the page running.
    """
    name, page = (*arguments, "", "")[:2]
    if name:
        repository = Path(name)
        if not repository.is_dir():
            print(f"There is no folder {repository}: make demo REPO=path/to/a/repository")
            return 2
        return run_with_page(repository) if page else run(repository, "--sandbox")
    with tempfile.TemporaryDirectory() as folder:
        repo = make_repository(Path(folder) / "recipes")
        if page:
            return run_with_page(repo.path, ["v1.0.0", "v1.1.0-rc.1"])
        return run(repo.path, "--sandbox")


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


def run_with_page(repository: Path, earlier: Sequence[str] = ()) -> int:
    """Send the release to a sandbox server, which goes on until Ctrl-C. Return the exit code.

    The releases of the `earlier` tags are sent before it, without a word.
    """
    with running(lambda: datetime.now(UTC)) as url:
        flags = ("--api-url", url, "--release-start", "tag")
        send = [sys.executable, str(ENTRYPOINT), *flags]
        env = environment(KEYS)
        for tag in earlier:
            subprocess.run(["git", "checkout", "--quiet", tag], cwd=repository, check=True)
            subprocess.run(send, cwd=repository, env=env, capture_output=True, check=True)
        if earlier:
            subprocess.run(["git", "checkout", "--quiet", "main"], cwd=repository, check=True)
        code = run(repository, *flags, env=KEYS)
        print(f"\nThe page is at {url}/ until you press Ctrl-C.", flush=True)
        # A shell that starts it in the background has it ignore Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            Event().wait()
    return code


def run(repository: Path, *flags: str, env: Mapping[str, str] = MappingProxyType({})) -> int:
    """Show the repository's log, run annotate there, and return its exit code."""
    print(f"$ cd {repository}\n$ git log --oneline --decorate --graph -8", flush=True)
    log = ["git", "--no-pager", "log", "--oneline", "--decorate", "--graph", "-8"]
    subprocess.run(log, cwd=repository, check=False)
    print(f"$ annotate {' '.join(flags)}", flush=True)
    command = [sys.executable, str(ENTRYPOINT), *flags]
    return subprocess.run(command, cwd=repository, env=environment(env), check=False).returncode


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment without a CI's variables, so that it looks the same as in a terminal."""
    foreign = ("ANNOTATE_", "GITHUB_", "GITLAB_", "CI_", "INPUT_", "AMPLITUDE_", "GIT_")
    env = {name: text for name, text in os.environ.items() if not name.startswith(foreign)}
    return env | dict(extra)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
