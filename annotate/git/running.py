"""A git command that runs, within limits of time, output and memory."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from threading import Thread
from typing import IO, cast

if sys.platform == "linux":
    import resource

#: Seconds that a command may go on after the deadline, so that the alarm of the process, where
#: there is one, comes first.
GRACE = 1.0


class Running:
    """A git command, whose output is read while it runs."""

    def __init__(self, process: "subprocess.Popen[bytes]", limit: int) -> None:
        """Read what the process prints; kill it if that is more than `limit` bytes."""
        self._process = process
        self._limit = limit
        self._printed: tuple[list[bytes], list[bytes]] = ([], [])
        #: True if it was killed because it printed too much.
        self.cut_off = False
        self._readers = [
            Thread(target=self._read, args=(cast("IO[bytes]", stream), into), daemon=True)
            for stream, into in zip((process.stdout, process.stderr), self._printed, strict=True)
        ]
        for reader in self._readers:
            reader.start()

    def ended(self, seconds: float) -> bool:
        """Wait so many seconds for the end of its output. Return False if it goes on."""
        until = time.monotonic() + seconds
        for reader in self._readers:
            reader.join(max(until - time.monotonic(), 0.0))
        if any(reader.is_alive() for reader in self._readers):
            return False
        try:
            self._process.wait(max(until - time.monotonic(), 0.0))
        except subprocess.TimeoutExpired:
            return False
        return True

    def limit_memory(self, size: int) -> None:
        """Let the command, and each helper process of it, have so many bytes; only on Linux."""
        if sys.platform == "linux":
            with suppress(ProcessLookupError):
                resource.prlimit(self._process.pid, resource.RLIMIT_DATA, (size, size))

    @property
    def left_helpers(self) -> bool:
        """True if git has ended, but a helper process of it keeps the streams open."""
        return self._process.poll() is not None

    @property
    def status(self) -> int:
        """The exit status of the command, which has ended."""
        return self._process.returncode

    @property
    def stdout(self) -> bytes:
        """What it has printed."""
        return b"".join(self._printed[0])

    @property
    def stderr(self) -> bytes:
        """What it has reported."""
        return b"".join(self._printed[1])

    def kill(self) -> None:
        """Kill the command and those of its helper processes that still run."""
        if sys.platform == "win32":
            self._process.kill()
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill what still runs, and release what the command had."""
        self.kill()
        if self.ended(GRACE):
            for stream in (self._process.stdout, self._process.stderr):
                cast("IO[bytes]", stream).close()

    def _read(self, stream: IO[bytes], into: list[bytes]) -> None:
        size = 0
        while chunk := os.read(stream.fileno(), 65_536):
            size += len(chunk)
            if size > self._limit:
                self.cut_off = True
                self.kill()
                return
            into.append(chunk)
