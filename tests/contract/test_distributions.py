"""What goes to the package index: a wheel, and a source distribution that makes the same wheel."""

import os
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

import pytest

import annotate
from tests.support.process import ROOT
from tests.support.project import check_out
from tests.support.tools import tool

DIST_INFO = f"amplitude_annotate-{annotate.__version__}.dist-info"


def built(source: Path, folder: Path, kind: str) -> Path:
    """Make a distribution of a folder, with the locked setuptools."""
    subprocess.run(
        [
            *(tool("uv"), "build", "--quiet", "--offline", "--no-build-isolation", f"--{kind}"),
            *("--python", sys.executable, "--out-dir", folder, source),
        ],
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767323045"},
        check=True,
    )
    [path] = folder.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a checkout and its two distributions."""
    folder = tmp_path_factory.mktemp("distributions")
    check_out(folder / "checkout")
    built(folder / "checkout", folder / "sdist", "sdist")
    built(folder / "checkout", folder / "wheel", "wheel")
    return folder


@pytest.fixture
def wheel(place: Path) -> zipfile.ZipFile:
    """The wheel."""
    [path] = place.glob("wheel/*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture
def source(place: Path) -> tarfile.TarFile:
    """The source distribution."""
    [path] = place.glob("sdist/*.tar.gz")
    return tarfile.open(path)


def metadata(wheel: zipfile.ZipFile) -> Message:
    return BytesParser().parsebytes(wheel.read(f"{DIST_INFO}/METADATA"))


def package() -> set[str]:
    """The modules, and the files of the sandbox's page."""
    files = [path for path in (ROOT / "annotate").rglob("*.*") if path.suffix != ".pyc"]
    return {path.relative_to(ROOT).as_posix() for path in files}


def test_a_wheel_holds_the_package_alone(wheel: zipfile.ZipFile) -> None:
    names = {name for name in wheel.namelist() if not name.startswith(f"{DIST_INFO}/")}
    assert names == package()


def test_a_wheel_has_the_command_under_both_names(wheel: zipfile.ZipFile) -> None:
    assert wheel.read(f"{DIST_INFO}/entry_points.txt").decode().splitlines() == [
        "[console_scripts]",
        "amplitude-annotate = annotate.__main__:main",
        "annotate = annotate.__main__:main",
    ]


def test_a_wheel_has_its_licence_and_its_readme(wheel: zipfile.ZipFile) -> None:
    fields = metadata(wheel)
    assert fields["License-Expression"] == "MIT"
    assert wheel.read(f"{DIST_INFO}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    assert fields["Description-Content-Type"] == "text/markdown"
    assert fields.get_payload(decode=True) == (ROOT / "README.md").read_bytes()


def test_the_source_distribution_holds_what_builds_a_wheel_and_no_more(
    source: tarfile.TarFile,
) -> None:
    names = {one.name.partition("/")[2] for one in source.getmembers() if one.isfile()}
    made = {name for name in names if ".egg-info/" in name} | {"PKG-INFO", "setup.cfg"}
    assert names - made == package() | {"LICENSE", "MANIFEST.in", "README.md", "pyproject.toml"}


def test_the_source_distribution_makes_the_same_wheel(
    wheel: zipfile.ZipFile, source: tarfile.TarFile, tmp_path: Path
) -> None:
    source.extractall(tmp_path, filter="data")
    [folder] = tmp_path.iterdir()
    again = zipfile.ZipFile(built(folder, tmp_path / "dist", "wheel"))
    assert {name: again.read(name) for name in again.namelist()} == {
        name: wheel.read(name) for name in wheel.namelist()
    }
