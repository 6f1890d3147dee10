"""The image: buildah builds it for one architecture, skopeo copies it to and from the registry."""

import tempfile
from hashlib import sha256
from pathlib import Path

from tools.release.command import Failed, run, run_bytes, show

#: What registries say of a name that is not there; GitHub's denies one that has no package yet.
_ABSENT = ("manifest unknown", "name unknown", "denied")


def _tls(name: str, option: str = "--tls-verify") -> list[str]:
    """A registry on this machine speaks plain http, as Docker has it."""
    return [f"{option}=false"] if name.startswith("127.0.0.1:") else []


def digest(name: str) -> str | None:
    """The digest that a tag of a registry has; None where there is no such tag."""
    try:
        return f"sha256:{sha256(_manifest(name)).hexdigest()}"
    except Failed as error:
        if any(word in str(error) for word in _ABSENT):
            return None
        raise


def base(name: str) -> str:
    """The base image as it is now: its name with its digest instead of its tag."""
    repository = name.rpartition(":")[0]
    return f"{repository}@sha256:{sha256(_manifest(name)).hexdigest()}"


def _manifest(name: str) -> bytes:
    return run_bytes(["skopeo", "inspect", *_tls(name), "--raw", f"docker://{name}"])


def build(context: Path, base_image: str, seconds: int, layout: Path) -> None:
    """Build the image for this machine's architecture, and write it as a layout.

    All times in it are `seconds`, and nothing of this machine is in it, so two builds give the same
    digest as long as Debian's mirror has the same packages. `--layers` keeps the libraries in a
    layer of their own, which most releases do not change.
    """
    with tempfile.TemporaryDirectory(prefix="annotate-build-") as folder:
        buildah = ["buildah", "--root", f"{folder}/root", "--runroot", f"{folder}/run"]
        show(
            [
                # Without namespaces, a build in a container works, too.
                *(*buildah, "build", "--isolation", "chroot", *_tls(base_image), "--layers"),
                *("--timestamp", str(seconds), "--identity-label=false"),
                *("--build-arg", f"BASE={base_image}", "--tag", "annotate", str(context)),
            ]
        )
        run([*buildah, "push", "annotate", f"oci:{layout}"])


def push(layout: Path, name: str) -> None:
    """Copy what a layout holds to a registry, where it has a digest, and no tag yet."""
    options = ["--all", "--preserve-digests", *_tls(name, "--dest-tls-verify")]
    run(["skopeo", "copy", *options, f"oci:{layout}", f"docker://{name}"])


def fetch(name: str, layout: Path) -> None:
    """Copy an image with all its architectures from a registry into a layout."""
    options = ["--all", "--preserve-digests", *_tls(name, "--src-tls-verify")]
    layout.parent.mkdir(parents=True, exist_ok=True)
    run(["skopeo", "copy", *options, f"docker://{name}", f"oci:{layout}"])


def tag(image: str, digest: str, name: str) -> None:
    """Give a digest of a registry a tag there."""
    tls = [*_tls(image, "--src-tls-verify"), *_tls(image, "--dest-tls-verify")]
    options = ["--all", "--preserve-digests", *tls]
    run(["skopeo", "copy", *options, f"docker://{image}@{digest}", f"docker://{image}:{name}"])
