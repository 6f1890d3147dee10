"""What our start costs: `docker run IMAGE --version` against the least that it could cost.

That is a container of the same image in which a Python imports our libraries and ends: the ratio
shows what our own code adds.
"""

import statistics
import sys
import time

from tests.support import base_image, engine
from tests.support.engine import Engine
from tests.support.process import ROOT

ROUNDS = 15
LIMIT = 1.5
IMPORTS = "import sys; sys.path.insert(0, '/opt/annotate'); import requests, git, yaml"


def main() -> int:
    """Build the image and measure it; 1 where the ratio is above the limit."""
    with engine.running() as docker:
        base_image.provide(docker)
        docker.docker("build", "--tag", "annotate:bench", str(ROOT))
        return int(ratio(docker, "annotate:bench") > LIMIT)


def ratio(docker: Engine, image: str) -> float:
    """Print the medians of several rounds; the median of their ratios."""
    rows = [(version(docker, image), imports(docker, image)) for _ in range(ROUNDS)]
    ours, least = (statistics.median(column) for column in zip(*rows, strict=True))
    found = statistics.median(one / other for one, other in rows)
    print(f"docker run IMAGE --version              {ours:.3f} s")
    print(f"docker run IMAGE, the imports alone     {least:.3f} s")
    print(f"ratio, median of {ROUNDS} rounds             {found:.2f} (at most {LIMIT})")
    return found


def version(docker: Engine, image: str) -> float:
    """Seconds for the smallest thing that annotate does."""
    return measured(docker, image, "--version")


def imports(docker: Engine, image: str) -> float:
    """Seconds for a container, and in it for the imports alone."""
    return measured(docker, "--entrypoint", "python3", image, "-c", IMPORTS)


def measured(docker: Engine, *arguments: str) -> float:
    """Seconds of a `docker run`."""
    start = time.perf_counter()
    docker.docker("run", "--rm", *arguments)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
