"""Each lock is closed: it holds everything that its packages need, so nothing is resolved anew."""

from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.process import ROOT

#: Those that `make test` has installed; tests/e2e/test_install.py asks pip about all of them.
INSTALLED = ["requirements.txt", "requirements-dev.txt"]
LOCKS = [*INSTALLED, "requirements-e2e.txt", "requirements-publish.txt"]
_NO_EXTRA = {"extra": ""}


def locked(name: str) -> dict[str, str]:
    """The versions in a lock by the names of their packages, as far as they are for this Python."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    rows = [Requirement(line.rstrip("\\ ")) for line in lines if line[:1].isalnum()]
    return {
        canonicalize_name(row.name): str(row.specifier).removeprefix("==")
        for row in rows
        if row.marker is None or row.marker.evaluate()
    }


def needed(name: str) -> list[Requirement]:
    """What an installed package requires here, without its extras."""
    rows = map(Requirement, metadata.requires(name) or [])
    return [row for row in rows if row.marker is None or row.marker.evaluate(_NO_EXTRA)]


@pytest.mark.parametrize("lock", INSTALLED)
def test_a_lock_holds_all_that_its_packages_need(lock: str) -> None:
    versions = locked(lock)
    assert versions
    lacking = [
        f"{package} needs {row}"
        for package in versions
        for row in needed(package)
        if (name := canonicalize_name(row.name)) not in versions
        or not row.specifier.contains(versions[name])
    ]
    assert lacking == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_each_package_with_hashes(lock: str) -> None:
    blocks = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    pins = [line for line in blocks if line[:1].isalnum()]
    assert pins
    assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_says_how_it_is_made(lock: str) -> None:
    """Dependabot reads there that a lock is for every system, and for the oldest Python."""
    command = (ROOT / lock).read_text(encoding="utf-8").splitlines()[1]
    assert "--universal --python-version 3.11 " in command
