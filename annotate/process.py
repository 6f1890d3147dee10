"""The environment, clock, streams and signals of the process.

The rest of the program receives a `Process` as an argument, so that tests can replace it. Two
modules ask for more themselves: `git/running.py` waits for a process by the system's clock, and
`git/command.py` sets two variables while it imports GitPython.
"""

import gc
import io
import math
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NamedTuple, NoReturn, Protocol, TextIO

from annotate.errors import Interrupted, TimeUp

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Variables that child processes get, in any case of letters: what git and ssh need to start, to
# write temporary files, and to reach a remote; the second half is for Windows. Others may hold keys
# or tokens of this or another step, or, as GIT_DIR, select another repository.
_FOR_CHILDREN = frozenset([
    "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "SSH_AUTH_SOCK",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE",
    "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES",
])  # fmt: skip
# New objects after which Python looks for those that nobody uses. Its default, 700 or 2,000 by
# version, has it look up to a hundred times in a run; with this, it hardly ever does.
_GARBAGE = 200_000
# Seconds between two signals of a timer. Python handles signals in the main thread alone. One that
# arrives just before that thread waits for a lock, or that the system gives to another thread,
# would be handled only when the wait ends. The next signal of the timer interrupts the wait.
_TICK = 1.0
# Seconds after which the alarm goes off again. Python drops an exception that is raised in a
# finalizer.
_ALARM_INTERVAL = 10.0


class Stream(Protocol):
    """A text stream for output."""

    def write(self, text: str, /) -> int:
        """Write a text."""

    def flush(self) -> None:
        """Write the buffered text."""

    def isatty(self) -> bool:
        """Return True if the stream is a terminal."""


class Process(NamedTuple):
    """The process around a run."""

    env: Mapping[str, str]
    #: The current directory. Relative paths in inputs are relative to it.
    cwd: Path
    stdout: Stream
    stderr: Stream
    #: Returns the current time, aware, in any time zone.
    now: Callable[[], datetime]
    #: Returns the seconds of a monotonic clock.
    monotonic: Callable[[], float]
    #: Sleeps for a number of seconds.
    sleep: Callable[[float], None]
    #: Returns a random number in [0, 1), for the jitter between attempts.
    random: Callable[[], float]
    #: Raises `TimeUp` in the main thread after a number of seconds. A later call replaces it.
    set_alarm: Callable[[float], None]
    #: Ignores SIGINT, SIGTERM and the alarm from now on, so that the result is reported completely.
    hold_signals: Callable[[], None]
    #: Asks the user a question and returns the answer; None if no user sits at a terminal.
    ask: Callable[[str], str] | None = None


def run(command: Callable[[Sequence[str], Process], int]) -> int:
    """Run a command with the arguments of this process and return its exit code.

    SIGINT and SIGTERM raise `Interrupted` in the main thread.
    """
    gc.set_threshold(_GARBAGE)
    _mend_streams()
    process = _process()
    try:
        _take_signals()
        return command(sys.argv[1:], process)
    except Interrupted as interrupt:
        return interrupt.exit_code
    finally:
        _stop_timer()
        _flush(sys.stdout)
        _flush(sys.stderr)


def leave(code: int) -> NoReturn:
    """End the process after `run`, which has flushed the streams.

    Python would first take apart all modules and objects: a sixth of a run.
    """
    os._exit(code)


def _mend_streams() -> None:
    """See to it that both streams are there, and take any character."""
    # A stream is None if the shell closed it (`>&-`). The run continues without it. What belongs to
    # standard error, such as a mask, must not go to standard output instead.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until the end
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as above
    if isinstance(sys.stdout, io.TextIOWrapper):
        # An emoji must not raise an exception if the terminal's encoding lacks it.
        sys.stdout.reconfigure(errors="backslashreplace")


def _process() -> Process:
    """Return the process around a run. Its `env` keeps the variables that `os.environ` loses."""
    env = dict(os.environ)
    try:
        cwd = Path.cwd()
    except FileNotFoundError:
        # It was removed; its former path leads nowhere, which a message then says.
        cwd = Path(env.get("PWD", "removed"))
    # GitPython gives git the whole environment of this process, also where it gets another one.
    for name in [name for name in env if name.upper() not in _FOR_CHILDREN]:
        del os.environ[name]
    return Process(
        env=env,
        cwd=cwd,
        stdout=sys.stdout,
        stderr=sys.stderr,
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        sleep=time.sleep,
        random=random.random,
        set_alarm=_set_alarm,
        hold_signals=_hold_signals,
        ask=_ask if sys.stdin and sys.stdin.isatty() and sys.stderr.isatty() else None,
    )


def _ask(question: str) -> str:
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline()


def _take_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    _set_alarm(math.inf)
    if hasattr(signal, "pthread_sigmask"):
        # container.py blocks both signals; one that arrived in the meantime is delivered now.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    _hold_signals()
    raise Interrupted(number)


def _set_alarm(seconds: float) -> None:
    """Stop even what never looks at a clock. Without effect on Windows, which has no timer."""
    if sys.platform == "win32":
        return
    until = time.monotonic() + seconds

    def tick(_number: int, _frame: FrameType | None) -> None:
        left = until - time.monotonic()
        if left > 0:
            signal.setitimer(signal.ITIMER_REAL, min(left, _TICK), _TICK)
        else:
            signal.setitimer(signal.ITIMER_REAL, _ALARM_INTERVAL, _ALARM_INTERVAL)
            raise TimeUp

    signal.signal(signal.SIGALRM, tick)
    # Zero would switch the timer off.
    signal.setitimer(signal.ITIMER_REAL, max(min(seconds, _TICK), 0.001), _TICK)


def _hold_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    _stop_timer()


def _stop_timer() -> None:
    """Stop it before Python ends, which first gives up the handler: the signal would then kill."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, 0)


def _flush(stream: TextIO) -> None:
    """Flush a stream. If its pipe is closed, redirect it: Python would exit with code 120."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
