"""Compare the time of `docker run IMAGE --version` with the least that it could take.

The least is the time of a container of the same image in which Python only imports the libraries of
annotate. The ratio shows what annotate's own code adds.
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
    """Build the image and measure it. Return 1 if the ratio is above the limit."""
    with engine.running() as docker:
        base_image.provide(docker)
        docker.docker("build", "--tag", "annotate:bench", str(ROOT))
        return int(ratio(docker, "annotate:bench") > LIMIT)


def ratio(docker: Engine, image: str) -> float:
    """Print the medians of several rounds. Return the median of their ratios."""
    rows = [(version(docker, image), imports(docker, image)) for _ in range(ROUNDS)]
    ours, least = (statistics.median(column) for column in zip(*rows, strict=True))
    found = statistics.median(own / imported for own, imported in rows)
    print(f"docker run IMAGE --version              {ours:.3f} s")
    print(f"docker run IMAGE, the imports alone     {least:.3f} s")
    print(f"ratio, median of {ROUNDS} rounds             {found:.2f} (at most {LIMIT})")
    return found


def version(docker: Engine, image: str) -> float:
    """Return the seconds for the smallest command of annotate."""
    return measured(docker, image, "--version")


def imports(docker: Engine, image: str) -> float:
    """Return the seconds for a container that only imports the libraries."""
    return measured(docker, "--entrypoint", "python3", image, "-c", IMPORTS)


def measured(docker: Engine, *arguments: str) -> float:
    """Return the seconds of a `docker run`."""
    start = time.perf_counter()
    docker.docker("run", "--rm", *arguments)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
