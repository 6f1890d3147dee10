"""An index of the images for two architectures, as the OCI specification has it."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.support.release import as_arm64, small_base
from tools.release import layout


@pytest.fixture
def images(tmp_path: Path) -> list[Path]:
    """The same files for arm64 and for amd64."""
    small_base(tmp_path / "amd64", {"etc/motd": "Welcome", "etc/hosts": ""})
    as_arm64(tmp_path / "amd64", tmp_path / "arm64")
    return [tmp_path / "arm64", tmp_path / "amd64"]


def test_an_index_of_two_architectures(images: list[Path], tmp_path: Path) -> None:
    digest = layout.join(images, tmp_path / "image", {"b": "2", "a": "1"})
    folder = tmp_path / "image"
    assert json.loads((folder / "oci-layout").read_text()) == {"imageLayoutVersion": "1.0.0"}
    assert layout.top(folder)["digest"] == digest
    index = layout.read(folder, digest)
    assert (index["schemaVersion"], index["annotations"]) == (2, {"a": "1", "b": "2"})
    for one in index["manifests"]:
        content = layout.blob(folder, one["digest"]).read_bytes()
        assert one["digest"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert one["size"] == len(content)
        assert one["mediaType"] == json.loads(content)["mediaType"]
    found = layout.manifests(folder)
    assert [one.platform for one in found] == [
        {"architecture": "amd64", "os": "linux"},
        {"architecture": "arm64", "os": "linux"},
    ]


def test_the_same_index_whatever_was_built_first(images: list[Path], tmp_path: Path) -> None:
    digests = {
        layout.join(images, tmp_path / "first", {"a": "1"}),
        layout.join(images[::-1], tmp_path / "second", {"a": "1"}),
    }
    assert len(digests) == 1
    assert layout.join(images, tmp_path / "third", {"a": "2"}) not in digests


def test_the_files_of_an_image(images: list[Path], tmp_path: Path) -> None:
    layout.join(images, tmp_path / "image", {})
    for one in layout.manifests(tmp_path / "image"):
        files, links = one.files(lambda path: path.endswith("motd"))
        assert (files, links) == ({"etc/motd": b"Welcome"}, {})
