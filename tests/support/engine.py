"""A Docker engine for the tests: the one that answers, or one of our own while they run."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import IO

#: Seconds; a build on a busy machine takes about one minute.
PATIENCE = 600
_START_LIMIT = 60
#: In the names of all that the tests of any session start in an engine; then of this session.
ANY_SESSION = "annotate-e2e-"
SESSION = f"{ANY_SESSION}{secrets.token_hex(4)}"


class EngineUnavailable(Exception):
    """No engine answers here, and none can be started."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """An engine that answers."""

    #: The variables that lead docker, act and gitlab-ci-local to it.
    env: Mapping[str, str]

    def docker(self, *arguments: str, stdin: IO[bytes] | None = None) -> str:
        """What a command prints; an AssertionError with its words where it fails."""
        done = self.attempt(*arguments, stdin=stdin)
        assert done.returncode == 0, f"docker {' '.join(arguments)}\n{done.stdout}"
        return done.stdout.strip()

    def attempt(
        self, *arguments: str, stdin: IO[bytes] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A command that may fail; both of its streams are in `stdout`."""
        return subprocess.run(
            ["docker", *arguments],
            env=self.env,
            stdin=stdin or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
            text=True,
            errors="replace",
        )

    def has_image(self, name: str) -> bool:
        """Whether an image is there or can be pulled."""
        return any(
            self.attempt(*command, name).returncode == 0
            for command in (["image", "inspect"], ["pull", "--quiet"])
        )

    def gateway(self) -> str:
        """This machine's address on the engine's own bridge."""
        form = "{{(index .IPAM.Config 0).Subnet}}"
        subnet = ip_network(self.docker("network", "inspect", "bridge", "--format", form))
        return str(subnet[1])

    def things(self, session: str = SESSION) -> set[tuple[str, str]]:
        """What a session and its tools started: kind and name, also of what has ended."""
        found = set()
        for kind, field in (("container", "Names"), ("network", "Name"), ("volume", "Name")):
            every = ["--all"] if kind == "container" else []
            names = self.docker(kind, "ls", *every, "--format", f"{{{{.{field}}}}}").split()
            found |= {(kind, name) for name in names if session in name}
        return found

    def remove(self, things: set[tuple[str, str]]) -> None:
        """Take them away, containers first."""
        for kind, name in sorted(things):
            # Networks know no force; containers and volumes need it.
            force = [] if kind == "network" else ["--force"]
            self.attempt(kind, "rm", *force, name)


@contextmanager
def running() -> Iterator[Engine]:
    """The engine that answers, else a new one that ends with the context."""
    given = Engine(env=dict(os.environ))
    if shutil.which("docker") and given.attempt("info").returncode == 0:
        yield given
    else:
        with _started() as started:
            yield started


@contextmanager
def _started() -> Iterator[Engine]:
    """An engine of our own; needs root, Debian's docker.io and iptables."""
    lacking = [name for name in ("docker", "dockerd", "iptables") if not shutil.which(name)]
    if lacking or not sys.platform.startswith("linux") or os.geteuid() != 0:
        raise EngineUnavailable(
            "no Docker engine answers; to start one takes root on Linux"
            f" and the programs docker, dockerd and iptables (lacking: {lacking})"
        )
    bridge = Path("/sys/class/net/docker0")
    with ExitStack() as ending:
        folder = Path(tempfile.mkdtemp(prefix="annotate-engine-"))
        ending.callback(_remove_folder, folder)
        if not bridge.exists():
            ending.callback(_remove_link, bridge.name)
        log = ending.enter_context((folder / "log").open("wb"))
        host = f"unix://{folder}/docker.sock"
        process = subprocess.Popen(
            [
                *("dockerd", "--host", host, "--data-root", f"{folder}/data"),
                *("--exec-root", f"{folder}/exec", "--pidfile", f"{folder}/pid"),
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            # Its own group: an interrupt at the terminal is for the tests, which then stop it.
            start_new_session=True,
        )
        ending.callback(process.wait, timeout=_START_LIMIT)
        ending.callback(process.terminate)
        engine = Engine(env={**os.environ, "DOCKER_HOST": host})
        limit = time.monotonic() + _START_LIMIT
        while engine.attempt("info").returncode != 0:
            if process.poll() is not None or time.monotonic() > limit:
                text = (folder / "log").read_text(errors="replace")
                raise EngineUnavailable(f"dockerd did not start:\n{text[-2000:]}")
            time.sleep(0.1)
        yield engine


def _remove_folder(folder: Path) -> None:
    """Remove the engine's files; a host's network namespace stays mounted among them."""
    for line in Path("/proc/mounts").read_text().splitlines():
        place = line.split()[1]
        if place.startswith(f"{folder}/"):
            subprocess.run(["umount", place], capture_output=True, check=False)
    shutil.rmtree(folder)


def _remove_link(name: str) -> None:
    subprocess.run(["ip", "link", "delete", name], capture_output=True, check=False)
