"""What the layers of an image hold: files, bytes, and bytes as a registry sends them."""

import gzip
import json
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.support.engine import Engine

#: What `docker push` uses.
_LEVEL = 6


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer."""

    files: int
    #: Of all files.
    bytes: int
    #: Of the whole layer as an archive, compressed by gzip.
    compressed: int


def own(engine: Engine, image: str, base: str) -> list[Layer]:
    """Return the layers that an image adds to its base, the lowest first."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "image.tar"
        engine.docker("save", "--output", str(file), image)
        with tarfile.open(file) as archive:
            [manifest] = json.loads(_content(archive, "manifest.json"))
            paths = manifest["Layers"][_depth(engine, base) :]
            found = [_layer(Path(name), _content(archive, path)) for path in paths]
    # The builder without BuildKit also makes layers for steps that change no file.
    return [layer for layer in found if layer.files]


def _depth(engine: Engine, image: str) -> int:
    """Return the number of layers of an image."""
    return len(json.loads(engine.docker("image", "inspect", image))[0]["RootFS"]["Layers"])


def _content(archive: tarfile.TarFile, path: str) -> bytes:
    file = archive.extractfile(path)
    return file.read() if file else b""


def _layer(folder: Path, content: bytes) -> Layer:
    # Some engines save layers compressed, others do not.
    content = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    file = folder / "layer.tar"
    file.write_bytes(content)
    with tarfile.open(file) as archive:
        sizes = [member.size for member in archive if member.isfile()]
    compressed = len(gzip.compress(content, _LEVEL))
    return Layer(files=len(sizes), bytes=sum(sizes), compressed=compressed)
