"""annotate/__init__.py has the version, pyproject.toml the oldest Python; all else follows."""

import re
import subprocess
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from packaging.version import Version

import annotate
from tests.support.process import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAJOR = f"v{annotate.__version__.partition('.')[0]}"
#: Of the project as the hosts write it: a step, a component, an image, a file of the repository.
_PIN = re.compile(
    rf"{re.escape(annotate.PROJECT.removeprefix('https://github.com/'))}"
    r"(?:/without-docker|/annotate)?(?:@|:|/blob/|/)(v\d[\w.]*)",
    re.IGNORECASE,
)
CHANGELOG = "## [Unreleased]\n## [0.2.0] - 2026-02-01\n### Added\n## [0.1.1] - 2026-01-01\n"


def pins() -> list[tuple[str, str]]:
    """Each place that names a version of annotate: its file and the version."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    paths = [ROOT / name for name in names.split("\0")[:-1]]
    return [
        (path.relative_to(ROOT).as_posix(), pin)
        for path in paths
        if path.is_file() and path != Path(__file__)
        for pin in _PIN.findall(path.read_text(encoding="utf-8", errors="replace"))
    ]


def released(changelog: str) -> list[str]:
    """The versions that have a heading in a changelog, from top to bottom."""
    return re.findall(r"^## \[(\d\S*)\]", changelog, re.MULTILINE)


def test_every_pin_names_this_major_version() -> None:
    found = pins()
    assert {"README.md", "templates/annotate.yml", "tests/e2e/test_github.py"} <= dict(found).keys()
    own = {MAJOR, f"v{annotate.__version__}"}
    assert [(path, pin) for path, pin in found if pin not in own] == []


@pytest.mark.parametrize(
    "text",
    [
        "uses: OWNER/annotate@v9",
        "uses: OWNER/annotate/without-docker@v9",
        "component: $CI_SERVER_FQDN/OWNER/annotate/annotate@v9",
        "image: ghcr.io/owner/annotate:v9",
        "https://raw.githubusercontent.com/OWNER/annotate/v9/docs/config.schema.json",
    ],
)
def test_a_pin_is_seen(text: str) -> None:
    owner = annotate.PROJECT.split("/")[-2]
    assert _PIN.findall(re.sub("owner", owner, text, flags=re.IGNORECASE)) == ["v9"]


def test_the_package_takes_its_version_from_the_code() -> None:
    assert PROJECT["project"]["dynamic"] == ["version"]
    dynamic = PROJECT["tool"]["setuptools"]["dynamic"]
    assert dynamic == {"version": {"attr": "annotate.__version__"}}


def test_the_changelog_ends_with_this_version() -> None:
    """Its newest heading with a number is this version, once there is one; older ones follow."""
    assert released(CHANGELOG) == ["0.2.0", "0.1.1"]
    found = released((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert found[:1] in ([], [annotate.__version__])
    versions = [Version(text) for text in found]
    assert all(newer > older for newer, older in pairwise(versions))


def test_the_supported_pythons_are_those_that_ci_runs() -> None:
    prefix = "Programming Language :: Python :: 3."
    claimed = [
        one.removeprefix("Programming Language :: Python :: ")
        for one in PROJECT["project"]["classifiers"]
        if one.startswith(prefix)
    ]
    assert PROJECT["project"]["requires-python"] == f">={claimed[0]}"
    ci = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert ci["jobs"]["python"]["strategy"]["matrix"]["python"] == claimed
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{claimed[0].replace('.', '')}"
    assert f"Python {claimed[0]} or newer" in (ROOT / "docs/running.md").read_text(encoding="utf-8")
