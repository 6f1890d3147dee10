"""`make demo` sends a release; with `PAGE=1`, it leaves a sandbox running, to look at."""

import signal
import subprocess
import sys

import requests

from tests.support.process import ROOT, environment
from tests.support.repo import RepoBuilder


def demo(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run it as `make demo` does, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "demo", *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_demonstration() -> None:
    done = demo("", "")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nannotate: created sandbox1 (Timers and guests), in the sandbox" in done.stdout


def test_a_repository_of_ones_own(repo: RepoBuilder) -> None:
    repo.commits("Start").tag("v7.1.0")
    done = demo(str(repo.path), "")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nannotate: created sandbox1 (app 7.1.0), in the sandbox" in done.stdout
    missing = demo(str(repo.path / "nowhere"), "")
    assert (missing.returncode, "make demo REPO=path" in missing.stdout) == (2, True)


def test_the_page_of_the_demonstration() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "demo", "", "1"],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        # Ctrl-C at a terminal goes to the whole group.
        start_new_session=True,
    )
    assert process.stdout
    url = ""
    for line in process.stdout:
        if line.startswith("The page is at "):
            url = line.split()[4]
            break
    assert "<h1>annotate" in requests.get(url, timeout=60).text
    listed = requests.get(f"{url}api/sandbox/releases", timeout=60).json()["releases"]
    assert [one["version"] for one in listed] == ["1.0.0", "1.1.0-rc.1", "1.1.0"]
    assert listed[-1]["title"] == "Timers and guests"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
