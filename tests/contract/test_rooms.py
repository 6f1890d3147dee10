"""The rooms, and the one direction of imports between them."""

import ast
from pathlib import Path

import pytest

from tests.support.process import ROOT

#: What each part may import beside itself: parts of annotate, and third parties.
LEAVES = {"errors", "world", "redaction", "streams", "hosts", "certificates"}
ALLOWED = {
    "compose": ({"errors"}, {"jinja2"}),
    "gather": ({"compose", "session", "trouble", "hosts", "errors"}, {"git", "yaml"}),
    "deliver": ({"compose", "session", "trouble", *LEAVES}, set()),
    "report": ({"compose", "errors", "streams"}, set()),
    "sandbox": ({"compose"}, set()),
    "trouble": (set(), {"requests", "urllib3"}),
    "session": ({"hosts", "certificates", "trouble", "__init__"}, {"requests", "urllib3"}),
    **{leaf: (set[str](), set[str]()) for leaf in LEAVES},
    "streams": ({"redaction"}, set()),
    "world": ({"streams"}, set()),
}
#: The modules that know all rooms; they import no third party.
ALL_ROOMS = {"__init__", "cli", "job", "assembly", "delivery", "wording", "endings"}
THIRD_PARTIES = {"git", "jinja2", "yaml", "requests", "urllib3"}
MODULES = sorted((ROOT / "annotate").rglob("*.py"))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def part_of(path: Path) -> str:
    return path.relative_to(ROOT / "annotate").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    names = imported(path)
    third = {name.split(".")[0] for name in names} & THIRD_PARTIES
    ours = {name.split(".")[1] for name in names if name.startswith("annotate.")}
    ours = {part if part != "__version__" else "__init__" for part in ours}
    part = part_of(path)
    if part in ALL_ROOMS:
        assert third == set()
    else:
        parts, parties = ALLOWED[part]
        assert ours - {part} <= parts
        assert third <= parties


def test_no_file_is_longer_than_a_room() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > 250} == {}
    assert sorted(lengths.values())[len(lengths) // 2] < 120
