"""The harness itself: whatever ends it, nothing of it stays behind."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.engine import ANY_SESSION, PATIENCE, Engine
from tests.support.process import ROOT
from tests.support.waiting import wait_for

BOTH_SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
#: An engine of our own, in a network of its own so that it disturbs no other one.
OWN_ENGINE = """
import signal, sys
from tests.support.engine import _started
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
with _started() as engine:
    print(engine.env["DOCKER_HOST"], flush=True)
    signal.pause()
"""


@pytest.fixture(autouse=True)
def interrupts() -> Iterator[None]:
    """Processes take SIGINT, also where a shell runs the tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def commands_with(text: str) -> list[str]:
    """The command lines of all processes that hold a text."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in command:
            found.append(command)
    return found


@BOTH_SIGNALS
def test_interrupted_in_the_middle(docker: Engine, number: signal.Signals, tmp_path: Path) -> None:
    before = docker.things(ANY_SESSION)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "pytest", "-q", f"--basetemp={tmp_path}/inner"),
            str(ROOT / "tests/e2e/hanging.py"),
        ],
        cwd=ROOT,
        env=docker.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_for(
        lambda: any(
            name.startswith(f"act-{ANY_SESSION}")
            for kind, name in docker.things(ANY_SESSION) - before
            if kind == "container"
        ),
        process,
    )
    process.send_signal(number)
    log = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == pytest.ExitCode.INTERRUPTED, log
    assert docker.things(ANY_SESSION) <= before
    assert commands_with(str(tmp_path)) == []


@BOTH_SIGNALS
def test_an_engine_of_our_own(number: signal.Signals) -> None:
    if os.geteuid() != 0 or not shutil.which("dockerd"):
        pytest.skip("to start an engine takes root and the program dockerd")
    with subprocess.Popen(
        ["unshare", "--net", sys.executable, "-c", OWN_ENGINE],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().strip().removeprefix("unix://")).parent
        assert folder.name.startswith("annotate-engine-")
        assert commands_with(f"dockerd --host unix://{folder}")
        process.send_signal(number)
    assert commands_with(str(folder)) == []
    assert not folder.exists()
