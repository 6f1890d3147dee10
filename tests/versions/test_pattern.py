"""Tag patterns in GitHub's syntax."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.versions.pattern import Pattern, Patterns, literal


@pytest.mark.parametrize(
    ("pattern", "taken", "left"),
    [
        ("**", ["v1", "a/b/c", ""], []),
        ("*", ["v1"], ["a/b"]),
        ("v*", ["v1.2.3", "v"], ["1.2.3", "v/1"]),
        ("release/**", ["release/1", "release/a/1"], ["release"]),
        ("v**", ["v", "v1/2"], ["1", "av"]),
        ("v?**", ["v1", "1", ""], []),
        ("v[0-9]+.[0-9]+.[0-9]+", ["v1.2.3", "v10.20.30"], ["v1.2", "v1.2.3-rc.1", "vx.2.3"]),
        ("v1?.0", ["v1.0", "v.0"], ["v11.0"]),
        ("a+b", ["ab", "aaab"], ["b"]),
        ("[xy]1", ["x1", "y1"], ["z1"]),
        (r"v1.\*", ["v1.*"], ["v1.2"]),
        ("web@*", ["web@1.2.3"], ["api@1.2.3"]),
        ("*-*-*", ["a-b-c"], ["a-b"]),
        ("a***b", ["ab", "a/x/b"], ["a/x"]),
        ("[a-c]1", ["a1", "b1", "c1"], ["d1", "-1"]),
        ("[+-]1", ["+1", "-1"], [",1"]),
        ("a?+b", ["b", "ab", "aab"], ["a"]),
        ("a+?b", ["b", "ab", "aab"], ["a"]),
        ("v1\\", ["v1\\"], ["v1"]),
    ],
)
def test_one_pattern(pattern: str, taken: list[str], left: list[str]) -> None:
    matches = Pattern(pattern).matches
    assert [name for name in taken + left if matches(name)] == taken


def test_what_follows_two_stars_is_not_looked_at() -> None:
    """Tags may be very many, and `**` is the default."""
    for text, known in {"**": set(), "v**": {"v"}, "**b": {"v", "1", "/", "b"}}.items():
        pattern = Pattern(text)
        assert pattern.matches("v1/1b")
        assert set(pattern._accepting) == known


@pytest.mark.parametrize(
    ("lines", "taken"),
    [
        (["v*", "!v*-rc*"], ["v1"]),
        (["!v*-rc*"], ["v1", "1"]),
        (["v*", "!v*-rc*", "v1-rc1"], ["v1", "v1-rc1"]),
        (["!v*-rc*", "v*"], ["v1", "v1-rc1"]),
        (["!v*", "!v1-rc1"], ["1"]),
        ([], []),
    ],
)
def test_the_last_pattern_that_matches_decides(lines: list[str], taken: list[str]) -> None:
    patterns = Patterns.of(lines)
    names = ["v1", "v1-rc1", "1"]
    expected = taken if lines else names
    assert [name for name in names if patterns.take(name)] == expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("+a", "nothing stands before `+`"),
        ("v[0-9", "a `[` is not closed"),
        ("v[]", "a `[]` is empty"),
    ],
)
def test_what_is_no_pattern(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError) as caught:
        Pattern(pattern)
    assert str(caught.value) == reason


def test_a_pattern_made_to_backtrack_does_not() -> None:
    assert not Pattern("*a" * 40 + "b").matches("a" * 4000)


@given(st.text(max_size=20))
def test_a_literal_matches_itself_alone(text: str) -> None:
    pattern = Pattern(literal(text))
    assert pattern.matches(text)
    assert not pattern.negative
    assert not pattern.matches(f"{text}x")
