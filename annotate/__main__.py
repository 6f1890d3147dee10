"""The installed command, the zip application, and `python -m annotate`."""

from annotate import cli, process


def main() -> int:
    """Run annotate in this process and return its exit code."""
    return process.run(cli.main)


if __name__ == "__main__":
    process.leave(main())
