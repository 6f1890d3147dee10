"""What the documents point to is there: files, headings, rooms, functions."""

import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

from tests.support.pages import anchors
from tests.support.process import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
DEVELOPERS = ARCHITECTURE + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(
    r"`((?:annotate|bench|demo|docs|example-workflows|templates|tests|tools|without-docker|\.ci"
    r"|\.github)/[\w./-]*)`"
)
#: What is named and only made: no checkout has it.
MADE = {"without-docker/annotate.pyz"}


def links() -> list[tuple[Path, str]]:
    """The links to other places in this repository, each with its page."""
    found = [(page, link) for page in PAGES for link in _LINK.findall(page.read_text("utf-8"))]
    return [(page, link) for page, link in found if not link.startswith("https://")]


@pytest.mark.parametrize(("page", "link"), links(), ids=str)
def test_a_link_leads_somewhere(page: Path, link: str) -> None:
    name, _, anchor = link.partition("#")
    there = page.parent / name if name else page
    assert there.exists()
    assert not anchor or anchor in anchors(there)


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/*.md")), ids=lambda page: page.name)
def test_a_page_and_the_readme_lead_to_each_other(page: Path) -> None:
    """Two clicks suffice: those pages are found from others that the README names."""
    found: set[Path] = {ROOT / "README.md"}
    for _ in range(2):
        found |= {
            (one.parent / link.partition("#")[0]).resolve() for one, link in links() if one in found
        }
    assert page in found
    assert "../README.md" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(set(_PATH.findall(DEVELOPERS)) - MADE))
def test_a_path_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("name", re.findall(r"`([a-z_]+(?:\.\w+)*\.[A-Za-z_]+)`", DEVELOPERS))
def test_a_function_is_there(name: str) -> None:
    """A name of Python is dotted, and begins with a room; other dotted names are files."""
    if not (ROOT / name).exists():
        assert pkgutil.resolve_name(f"annotate.{name}")


def test_the_rooms_are_the_layers_of_import_linter() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers, *_ = project["tool"]["importlinter"]["contracts"]
    rooms = re.findall(r"^\| [\w, ]*\| `(\w+)` \|", ARCHITECTURE, re.MULTILINE)
    assert rooms == re.findall(r"\w+", " ".join(layers["layers"]))
