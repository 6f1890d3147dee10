"""`python -m tools.release STEP VERSION`; docs/releasing.md has the steps."""

import argparse
import os
import sys
from pathlib import Path

from tools.release.command import Failed
from tools.release.rules import Refused, Version
from tools.release.steps import Release

#: In their order; `major` is no step, but moves the major tag by hand.
STEPS = ["check", "build", "package", "push", "tag", "draft", "advance", "publish"]


def main(arguments: list[str]) -> int:
    """Run one step. Return its exit code: 1 where it is refused or fails."""
    parser = argparse.ArgumentParser(prog="python -m tools.release")
    parser.add_argument("step", choices=[*STEPS, "major"])
    parser.add_argument("version", help="such as 1.2.3")
    parser.add_argument("--repository", default=os.environ.get("GITHUB_REPOSITORY"))
    parser.add_argument("--registry", default="ghcr.io")
    parser.add_argument("--branch", default="main", help="where the released commit is")
    parser.add_argument("--base-image", default="debian:trixie-slim")
    parser.add_argument("--base", default="", help="the base image with its digest, from `check`")
    parser.add_argument("--index", default=os.environ.get("PACKAGE_INDEX", ""))
    parser.add_argument("--tests", default=".ci/run", help="the command that tests everything")
    asked = parser.parse_args(arguments)
    if not asked.repository:
        parser.error("--repository is needed, such as acme/annotate")
    if asked.step in ("build", "push") and not asked.base:
        parser.error("--base is needed: `check` prints it")
    try:
        release = Release(
            version=Version.parse(asked.version),
            repository=asked.repository,
            # Docker knows no capital letters in names.
            image=f"{asked.registry}/{asked.repository.lower()}",
            branch=asked.branch,
            base_image=asked.base_image,
            index=asked.index,
            folder=Path("build/release"),
        )
        match asked.step:
            case "check":
                release.check(asked.tests)
            case "build" | "push":
                getattr(release, asked.step)(asked.base)
            case _:
                getattr(release, asked.step)()
    except (Failed, Refused) as error:
        line = str(error).replace("%", "%25").replace("\n", "%0A")
        print(f"::error::{line}" if os.environ.get("CI") else error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
