"""Runs that may be killed, against a server that counts what reached it."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.support.http import Server
from tests.support.process import ENTRYPOINT, KEYS, environment

RELEASE = ("--title", "T", "--release-start", "now", "--ledger", "ledger.db")


def arrivals(server: Server) -> Counter[str]:
    """How often each version reached the server, whole."""
    return Counter(json.loads(one.body)["version"] for one in server.arrived)


def started(place: Path, server: Server, version: str, *flags: str) -> "subprocess.Popen[bytes]":
    """A run with a ledger, on its way."""
    return subprocess.Popen(
        [
            *(sys.executable, str(ENTRYPOINT), "--version", version, *RELEASE),
            *("--api-url", server.url, *flags),
        ],
        cwd=place,
        env=environment(KEYS),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def killed_after(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Kill it so many seconds from now, if it is still there then."""
    with process:
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
