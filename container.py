#!/usr/bin/python3 -I
"""The image's `annotate`, and its entrypoint: also for other commands, as the shell of GitLab.

It is no shell script, for Debian's `sh` drops variables such as `INPUT_API-KEY`, which GitHub
passes. Python is isolated (`-I`): no variable and no file of the user's repository decides what
runs beside the keys.
"""

import os
import signal
import sys
from pathlib import Path

# The first process of a container is not stopped by a signal that it does not handle yet: hold
# it until entrypoint.main does.
_SIGNALS = {signal.SIGINT, signal.SIGTERM}
signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
sys.path.insert(0, str(Path(__file__).resolve().parent))

import entrypoint  # noqa: E402 - from the folder that was just named
from annotate.cli import COMMANDS  # noqa: E402 - as above


def main(arguments: list[str]) -> int:
    """Run what the arguments name; the exit code, for a command that does not start a shell's."""
    command = next(iter(arguments), "")
    if not command or command.startswith("-") or command in COMMANDS:
        return entrypoint.main()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    for ignored_by_python in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored_by_python, signal.SIG_DFL)
    try:
        os.execvp(command, arguments)  # noqa: S606 - running it is what the image is asked for
    except OSError as error:
        print(f"{command}: {error.strerror}. The flags of annotate: annotate --help")  # noqa: T201 - there is no console yet
        return 127 if isinstance(error, FileNotFoundError) else 126


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
