"""Waits for what another process brings about."""

import subprocess
import time
from collections.abc import Callable
from typing import Any

from tests.support.engine import PATIENCE


def wait_for(condition: Callable[[], bool], process: "subprocess.Popen[Any]") -> None:
    """Wait until it is so; an AssertionError where the process ends, or patience does."""
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < limit
        time.sleep(0.05)
