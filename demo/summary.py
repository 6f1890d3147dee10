"""Print the step summary that GitHub gets from a run on the demonstration's repository.

The release is sent to a sandbox server on this machine. `tests/e2e/tools/pictures.mjs` makes the
README's picture of it.
"""

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from annotate.sandbox.server import running
from demo.__main__ import ENTRYPOINT, KEYS, environment, make_repository

#: Nobody's repository.
_REPOSITORY = "octo-org/cookery"


def main() -> int:
    """Run annotate, and print the summary alone. Return the exit code."""
    with tempfile.TemporaryDirectory() as name, running(lambda: datetime.now(UTC)) as url:
        folder = Path(name)
        repo = make_repository(folder / "cookery")
        repo.git("remote", "set-url", "origin", f"https://github.com/{_REPOSITORY}.git")
        summary = folder / "summary.html"
        job = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": _REPOSITORY,
            "GITHUB_RUN_ID": "9000001",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_ACTOR": "octocat",
            "GITHUB_REF": "refs/tags/v1.1.0",
            "GITHUB_SHA": repo.head,
            "GITHUB_STEP_SUMMARY": str(summary),
        }
        done = subprocess.run(
            [sys.executable, str(ENTRYPOINT), "--api-url", url, "--release-start", "tag"],
            cwd=repo.path,
            env=environment({**KEYS, **job}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            sys.stderr.write(done.stdout.decode())
        else:
            sys.stdout.write(summary.read_text(encoding="utf-8"))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
