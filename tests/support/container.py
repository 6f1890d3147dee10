"""Our image as people run it: `docker run`, with a folder of theirs mounted."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from tests.support.engine import SESSION, Engine


@dataclass(frozen=True, kw_only=True)
class Container:
    """Runs our image in an engine."""

    engine: Engine
    image: str

    def run(
        self, options: Sequence[str], *command: str, name: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the image to its end; the log is in `stdout`."""
        name = name or f"{SESSION}-{uuid4().hex}"
        return self.engine.attempt("run", "--rm", "--name", name, *options, self.image, *command)
