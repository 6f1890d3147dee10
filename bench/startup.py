"""Compare `docker run IMAGE --dry-run` with the least that a container of the image could take.

The least is `docker run` of the same image with `true` in place of annotate. All run in turns, with
the same repository mounted. What our layers of the image hold is counted, too.

    python -m bench.startup [image …]

Without an image, one is built of what is here; several are compared in the same run.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import layers
from bench.cost import Command, Cost, in_turns, median, ratio, table
from bench.repositories import Shape, made
from tests.support import base_image, engine
from tests.support.engine import Engine
from tests.support.process import ROOT

ROUNDS = 15
#: Highest accepted ratio of `--dry-run` to `true`. Without bytecode in the image, it is 6.
LIMIT = 3.0
LEAST, DRY_RUN = "true", "--dry-run"
#: What stands before the image in a command, and behind it.
_COMMANDS = {
    LEAST: (["--entrypoint", "true"], []),
    "--version": ([], ["--version"]),
    DRY_RUN: ([], ["--dry-run"]),
}
_SHAPE = Shape(commits=1_000, tags=10, since=50)


def main(images: list[str]) -> int:
    """Print the part of the page about the given images, or about one that is built."""
    with engine.running() as docker:
        print(page(docker, images))
    return 0


def page(docker: Engine, images: Sequence[str] = ()) -> str:
    """Measure images. Return a part of a page about them."""
    base_image.provide(docker)
    if not images:
        docker.docker("build", "--tag", "annotate:bench", str(ROOT))
        images = ["annotate:bench"]
    found = measured(docker, images)
    rows = [
        [image, command, f"{median(elapsed(costs)):.3f}", f"{beyond(found, image, command):.2f}"]
        for (image, command), costs in found.items()
    ]
    times = table(["image", "command", "s", f"× {LEAST}"], rows)
    rows = [
        [image, str(number), *(f"{size:,}" for size in (one.files, one.bytes, one.compressed))]
        for image in images
        for number, one in enumerate(layers.own(docker, image, base_image.NAME), start=1)
    ]
    sizes = table(["image", "layer of ours", "files", "bytes", "compressed"], rows)
    return f"## The image\n\nElapsed time of `docker run`.\n\n{times}\n{sizes}"


def measured(docker: Engine, images: Sequence[str]) -> dict[tuple[str, str], list[Cost]]:
    """Run each command with each image, in turns. Return the costs by image and command."""
    with tempfile.TemporaryDirectory() as name:
        [repository] = made(Path(name), [_SHAPE]).values()
        mount = ["--volume", f"{repository}:/work:ro", "--workdir", "/work"]
        runs = {}
        for image in images:
            for command, (before, behind) in _COMMANDS.items():
                arguments = ["docker", "run", "--rm", *mount, *before, image, *behind]
                runs[image, command] = Command(arguments=arguments, environment=docker.env).run
        return in_turns(runs, ROUNDS)


def beyond(found: dict[tuple[str, str], list[Cost]], image: str, command: str = DRY_RUN) -> float:
    """Return the ratio of a command to the least that a container of the image could take."""
    return ratio(elapsed(found[image, command]), elapsed(found[image, LEAST]))


def elapsed(costs: Sequence[Cost]) -> list[float]:
    """Return the seconds of each run."""
    return [one.elapsed for one in costs]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
