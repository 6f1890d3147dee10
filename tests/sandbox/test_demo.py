"""`make demo PAGE=1` leaves a sandbox running, with releases to look at."""

import signal
import subprocess
import sys

import requests

from tests.support.process import ROOT, environment


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
