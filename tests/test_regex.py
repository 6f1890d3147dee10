"""Regular expressions that are compiled late, and only for texts that may match."""

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annotate
from annotate.regex import Regex


def selective() -> Iterator[tuple[str, Regex]]:
    """All expressions of the project that search some texts only, by their names."""
    for module in pkgutil.walk_packages(annotate.__path__, "annotate."):
        for name, value in vars(import_module(module.name)).items():
            if isinstance(value, Regex) and value.needs:
                yield f"{module.name}.{name}", value


SELECTIVE = dict(selective())


@pytest.mark.parametrize("regex", SELECTIVE.values(), ids=SELECTIVE.keys())
@settings(max_examples=50)
@given(data=st.data())
def test_what_matches_has_what_it_needs(regex: Regex, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(regex.compiled))
    assert any(need in text for need in regex.needs)


def test_it_is_compiled_for_the_first_text_that_may_match() -> None:
    regex = Regex(r"#(\d+)", needs=("#",))
    assert regex.search("no number") is None
    assert "compiled" not in vars(regex)
    found = regex.search("Fix it (#12)")
    assert (found and found[1], "compiled" in vars(regex)) == ("12", True)


@pytest.mark.parametrize("text", ["#1 and #22", "nothing"])
def test_its_methods_are_those_of_a_pattern(text: str) -> None:
    regex, pattern = Regex(r"#(\d+)", needs=("#",)), re.compile(r"#(\d+)")
    for method in ("match", "fullmatch", "search"):
        found, expected = getattr(regex, method)(text), getattr(pattern, method)(text)
        assert (found and found.span()) == (expected and expected.span())
    assert regex.findall(text) == pattern.findall(text)
    assert [m[0] for m in regex.finditer(text)] == [m[0] for m in pattern.finditer(text)]
    assert regex.sub("x", text, 1) == pattern.sub("x", text, 1)
