"""The tags of one product: their order, and those below a version."""

from hypothesis import given
from hypothesis import strategies as st

from annotate.versions.family import Family, by_family
from annotate.versions.tags import Tag, version_tags
from annotate.versions.version import Version

_NUMBERS = st.lists(st.integers(0, 2), min_size=1, max_size=4)
_ENDS = st.sampled_from(["", "-rc1", ".dev1", ".post1", "+b.9", "+b.10", ".Final"])
_NAMES = st.builds(lambda numbers, end: ".".join(map(str, numbers)) + end, _NUMBERS, _ENDS)


def tagged(names: list[str]) -> list[Tag]:
    return [Tag(name, "") for name in names]


def family_of(names: list[str]) -> Family:
    [family] = by_family(tagged(names)).values()
    return family


@given(st.lists(_NAMES, min_size=1, unique=True))
def test_all_are_in_the_order_of_their_versions(names: list[str]) -> None:
    family = family_of(names)
    expected = sorted(version_tags(tagged(names)), key=lambda one: one.version.rank, reverse=True)
    assert list(family.descending()) == expected
    assert family.highest == expected[0]


@given(st.lists(_NAMES, min_size=1, unique=True), _NAMES, st.booleans())
def test_below_is_all_that_is_lower(names: list[str], name: str, finals_only: bool) -> None:
    version = Version.parse(name)
    assert version
    family = family_of(names)
    expected = [
        one
        for one in family.descending()
        if one.version.precedence < version.precedence and (one.version.is_final or not finals_only)
    ]
    assert list(family.below(version, finals_only=finals_only)) == expected
    # Also where no tag has the first two numbers that were asked for.
    assert sorted(family.descending()) == sorted(version_tags(tagged(names)))


def test_the_largest_family_is_first() -> None:
    families = by_family(tagged(["web@1.0.0", "api@1.0.0", "web@1.1.0", "1.0.0", "nightly"]))
    sizes = [(name, len(list(family.descending()))) for name, family in families.items()]
    assert sizes == [("web@", 2), ("", 1), ("api@", 1)]
