"""The command line. Version and help need next to nothing, so they import next to nothing."""

from collections.abc import Sequence

from annotate import __version__
from annotate.process import Process


def main(argv: Sequence[str], process: Process) -> int:
    """Run a command and return its exit code."""
    if list(argv) == ["--version"]:
        return _print(process, f"annotate {__version__}\n")
    if {"--help", "-h"} & set(argv):
        from annotate import usage

        return _print(process, usage.text(argv))
    from annotate import commands

    return commands.run(argv, process)


def _print(process: Process, text: str) -> int:
    process.stdout.write(text)
    process.stdout.flush()
    return 0
