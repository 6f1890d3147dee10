"""An image registry on this machine: Debian's docker-registry."""

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NEEDED = ("buildah", "skopeo", "docker-registry")
_START_LIMIT = 30
_CONFIG = """\
version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: "{folder}"}}}}
http: {{addr: "{address}"}}
"""


class RegistryUnavailable(Exception):
    """The programs that build, copy and keep images are not there."""


@contextmanager
def registry(folder: Path) -> Iterator[str]:
    """An empty registry that ends with the context; its address."""
    lacking = [name for name in _NEEDED if not shutil.which(name)]
    if lacking or os.geteuid() != 0:
        raise RegistryUnavailable(f"to release takes root and Debian's packages {lacking}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    folder.mkdir()
    config = folder / "config.yml"
    config.write_text(_CONFIG.format(folder=folder / "data", address=address))
    process = subprocess.Popen(
        ["docker-registry", "serve", str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=_START_LIMIT)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + _START_LIMIT
    while True:
        try:
            with urllib.request.urlopen(f"http://{address}/v2/"):
                return
        except urllib.error.URLError as error:
            if process.poll() is not None or time.monotonic() > limit:
                raise RegistryUnavailable("docker-registry did not start") from error
            time.sleep(0.05)
