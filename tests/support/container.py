"""Our image as people run it: `docker run`, with a folder of theirs mounted."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from tests.support.engine import SESSION, Engine
from tests.support.process import KEYS

#: The keys, as options of `docker run`.
WITH_KEYS = [part for pair in KEYS.items() for part in ("--env", "=".join(pair))]


@dataclass(frozen=True, kw_only=True)
class Container:
    """Runs our image in an engine."""

    engine: Engine
    image: str

    def run(self, options: Sequence[str], *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the image to its end; the log is in `stdout`."""
        name = f"{SESSION}-{uuid4().hex}"
        return self.engine.attempt("run", "--rm", "--name", name, *options, self.image, *command)
