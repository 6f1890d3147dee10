"""Compare the start of the action without Docker with the start of the image.

    python -m bench.without_docker

A job makes one dry run, with the same repository: in the image, by the bundle (`make bundle`) with
and without the bytecode of this Python, and by pip, as in the first step of a job and in a later
one. All run in turns. The Python is the one that runs this module.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.cost import Command, Cost, in_turns, median, table
from bench.repositories import Shape, made
from bench.startup import elapsed
from tests.support import base_image, engine
from tests.support.engine import Engine
from tests.support.process import ROOT
from tests.support.project import check_out
from tools import bundle

ROUNDS = 7
_IMAGE = "annotate:bench"
_SHAPE = Shape(commits=1_000, tags=10, since=50)


def main() -> int:
    """Print a table with the times of all."""
    with engine.running() as docker, tempfile.TemporaryDirectory() as name:
        base_image.provide(docker)
        docker.docker("build", "--tag", _IMAGE, str(ROOT))
        found = in_turns(jobs(docker, Path(name)), ROUNDS)
    rows = [[name, f"{median(elapsed(costs)):.2f}"] for name, costs in found.items()]
    print(table(["dry run", "s"], rows))
    return 0


def jobs(docker: Engine, folder: Path) -> dict[str, Callable[[], Cost]]:
    """Return what runs each, by its name."""
    [repository] = made(folder, [_SHAPE]).values()
    mount = ["--volume", f"{repository}:/work:ro", "--workdir", "/work"]
    image = ["docker", "run", "--rm", *mount, _IMAGE, "--dry-run"]
    by_pip = checkout(folder / "by pip")
    first = step(by_pip, repository, folder / "first")
    return {
        "the image, pulled": Command(arguments=image, environment=docker.env).run,
        "the bundle": step(
            checkout(folder / "with", [sys.executable]), repository, folder / "1"
        ).run,
        "the bundle, without bytecode": step(
            checkout(folder / "without", []), repository, folder / "2"
        ).run,
        "pip, first step of a job": lambda: in_a_new_job(first, folder / "first"),
        "pip, later step": step(by_pip, repository, folder / "later").run,
    }


def checkout(folder: Path, pythons: list[str] | None = None) -> Path:
    """Copy the action, with the bundle for some Pythons unless it is None. Return its script."""
    script = check_out(folder) / "without-docker/annotate.sh"
    if pythons is not None:
        bundle.write(script.with_name("annotate.pyz"), pythons)
    return script


def step(script: Path, repository: Path, temporary: Path) -> Command:
    """Return the step of the action, where the runner's Python is the one of this process."""
    temporary.mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "INPUT_DRY_RUN": "true", "RUNNER_TEMP": str(temporary)}
    return Command(arguments=["bash", str(script)], directory=repository, environment=env)


def in_a_new_job(command: Command, temporary: Path) -> Cost:
    """Run a step after everything that an earlier one installed was removed."""
    shutil.rmtree(temporary)
    temporary.mkdir()
    return command.run()


if __name__ == "__main__":
    sys.exit(main())
