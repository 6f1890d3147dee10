"""The image that ours starts from: pulled, or a stand-in where no registry answers.

The stand-in is what debootstrap makes of the machine's own mirror of Debian, which is how the
published image is made too.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.support.engine import PATIENCE, Engine, EngineUnavailable

NAME = "debian:trixie-slim"
_SUITE = "trixie"
#: Where Debian's ca-certificates, once installed, does not write over it.
_BUNDLE = "/etc/certificates-of-the-machine.pem"


def provide(engine: Engine) -> None:
    """Make sure that the base is there, under its published name."""
    if engine.has_image(NAME):
        return
    if not shutil.which("debootstrap") or os.geteuid() != 0:
        raise EngineUnavailable(
            f"{NAME} cannot be pulled, and a stand-in takes root and the program debootstrap"
        )
    with tempfile.TemporaryDirectory(prefix="annotate-base-") as name:
        folder = Path(name)
        subprocess.run(
            ["debootstrap", "--variant=minbase", _SUITE, str(folder), _mirror()],
            stdout=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=True,
        )
        _trust_what_the_machine_trusts(folder)
        shutil.rmtree(folder / "var/cache/apt/archives")
        archive = ["tar", "--directory", name, "--create", "."]
        with subprocess.Popen(archive, stdout=subprocess.PIPE) as tar:
            engine.docker("import", "-", NAME, stdin=tar.stdout)


def _mirror() -> str:
    """The mirror of Debian that this machine uses."""
    places = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    text = "\n".join(place.read_text() for place in places if place.is_file())
    form = r"^(?:URIs:|deb(?: \[.*?\])?)\s+(https?://\S+/debian)/?(?:\s|$)"
    found = re.search(form, text, re.MULTILINE)
    if not found:
        raise EngineUnavailable("this machine's sources of apt name no mirror of Debian")
    return found[1]


def _trust_what_the_machine_trusts(folder: Path) -> None:
    """Have pip trust the machine's certificates, where it is behind a proxy with its own."""
    bundle = os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE")
    if bundle:
        shutil.copyfile(bundle, folder / _BUNDLE.removeprefix("/"))
        (folder / "etc/pip.conf").write_text(f"[global]\ncert = {_BUNDLE}\n")
