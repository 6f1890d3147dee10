"""An OCI image layout: a folder of blobs, named after their digests, and an index of them.

The forms are those of the OCI image specification 1.1: image-layout.md, image-index.md.
"""

import hashlib
import json
import shutil
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INDEX_TYPE = "application/vnd.oci.image.index.v1+json"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The image for one architecture, in a layout."""

    layout: Path
    #: As the index describes it: media type, digest, size.
    descriptor: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """The digest of the manifest, `sha256:…`."""
        return str(self.descriptor["digest"])

    @property
    def architecture(self) -> str:
        """The architecture, in Go's words: `amd64`."""
        return str(self._config["architecture"])

    @property
    def platform(self) -> dict[str, str]:
        """The platform, as an index has it beside the descriptor."""
        named = ("architecture", "os", "variant")
        return {name: self._config[name] for name in named if name in self._config}

    @property
    def _config(self) -> dict[str, Any]:
        return read(self.layout, read(self.layout, self.digest)["config"]["digest"])

    def files(self, wanted: Callable[[str], bool]) -> tuple[dict[str, bytes], dict[str, str]]:
        """The wanted files by their paths, and where links lead.

        A layer may replace a file, but none may remove one: ours only add.
        """
        found: dict[str, bytes] = {}
        links: dict[str, str] = {}
        for layer in read(self.layout, self.digest)["layers"]:
            with tarfile.open(blob(self.layout, layer["digest"])) as tar:
                for member in tar:
                    path = member.name.removeprefix("./")
                    if member.issym() and wanted(path):
                        links[path] = member.linkname
                    elif member.isfile() and wanted(path):
                        content = tar.extractfile(member)
                        found[path] = content.read() if content else b""
        return found, links


def blob(layout: Path, digest: str) -> Path:
    """Where a blob is."""
    return layout / "blobs" / digest.replace(":", "/")


def read(layout: Path, digest: str) -> dict[str, Any]:
    """A blob that is a JSON object."""
    return dict(json.loads(blob(layout, digest).read_bytes()))


def top(layout: Path) -> dict[str, Any]:
    """The descriptor of the one image, or the one index, that a layout holds."""
    [descriptor] = json.loads((layout / "index.json").read_bytes())["manifests"]
    return dict(descriptor)


def manifests(layout: Path) -> list[Manifest]:
    """The images for each architecture that the index in a layout lists."""
    index = read(layout, top(layout)["digest"])
    return [Manifest(layout=layout, descriptor=one) for one in index["manifests"]]


def join(images: list[Path], layout: Path, annotations: Mapping[str, str]) -> str:
    """Write a layout of an index of the images in other layouts; the index's digest."""
    described = []
    for image in images:
        shutil.copytree(image / "blobs", layout / "blobs", dirs_exist_ok=True)
        one = Manifest(layout=image, descriptor=top(image))
        kept = {name: one.descriptor[name] for name in ("mediaType", "digest", "size")}
        described.append({**kept, "platform": one.platform})
    index = {
        "schemaVersion": 2,
        "mediaType": INDEX_TYPE,
        "manifests": sorted(described, key=lambda one: one["platform"]["architecture"]),
        "annotations": dict(sorted(annotations.items())),
    }
    content = json.dumps(index, indent=2).encode()
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    blob(layout, digest).write_bytes(content)
    whole = {"mediaType": INDEX_TYPE, "digest": digest, "size": len(content)}
    (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [whole]}))
    (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return digest
