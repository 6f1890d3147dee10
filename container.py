#!/usr/bin/env python3
"""The image's entrypoint: annotate, or any other command, such as the shell that GitLab starts.

It is no shell script: Debian's `sh` drops variables such as `INPUT_API-KEY`, which GitHub passes.
"""

import os
import sys

import entrypoint
from annotate.cli import COMMANDS


def main(arguments: list[str]) -> int:
    """Run what the arguments name; the exit code, which for a missing command is a shell's."""
    command = next(iter(arguments), "")
    if not command or command.startswith("-") or command in COMMANDS:
        return entrypoint.main()
    try:
        os.execvp(command, arguments)  # noqa: S606 - running it is what the image is asked for
    except OSError as error:
        print(f"{command}: {error.strerror}. The flags of annotate: annotate --help")  # noqa: T201 - there is no console yet
        return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
