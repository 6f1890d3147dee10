#!/usr/bin/python3 -I
"""The entrypoint of the image, and its command `annotate`.

It also runs other commands, because GitLab runs a shell in the image. It is not a shell script,
because Debian's `sh` drops variables such as `INPUT_API-KEY`, which GitHub passes. Python runs
isolated (`-I`), so that no variable and no file of the checkout can change the code that runs with
the keys.
"""

import os
import signal
import sys
from pathlib import Path

# The first process of a container ignores signals without a handler. Block them until
# entrypoint.main has installed its handlers.
_SIGNALS = {signal.SIGINT, signal.SIGTERM}
signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
sys.path.insert(0, str(Path(__file__).resolve().parent))

import entrypoint  # noqa: E402 - needs the path above
from annotate import process  # noqa: E402 - as above
from annotate.inputs import remedies  # noqa: E402 - as above
from annotate.inputs.sources import COMMANDS  # noqa: E402 - as above

_SERVING = {"ANNOTATE_SANDBOX_HOST": "0.0.0.0", "ANNOTATE_SANDBOX_PORT": "8080"}  # noqa: S104 - it is a container


def main(arguments: list[str]) -> int:
    """Run annotate, or the command in `arguments`. Return the exit code, as a shell would."""
    command = next(iter(arguments), "")
    # The command `annotate` is a link to this file. In the script of a GitLab job, it may get the
    # variables that are meant for the job's services, and must not become one.
    if not command and Path(sys.argv[0]).name != "annotate" and os.environ.get("ANNOTATE_SERVE"):
        # A service container gets no arguments, and other containers must reach it.
        for name, default in _SERVING.items():
            os.environ[name] = os.environ.get(name) or default
        sys.argv.append("sandbox")
    if not command or command.startswith("-") or command in COMMANDS:
        return entrypoint.main()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    for ignored_by_python in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored_by_python, signal.SIG_DFL)
    try:
        os.execvp(command, arguments)  # noqa: S606 - the user asked for it
    except OSError as error:
        if remedies.nearest(command, COMMANDS):
            return entrypoint.main()
        print(f"{command}: {error.strerror}. The flags of annotate: annotate --help", flush=True)  # noqa: T201 - before any console
        return 127 if isinstance(error, FileNotFoundError) else 126


if __name__ == "__main__":
    process.leave(main(sys.argv[1:]))
