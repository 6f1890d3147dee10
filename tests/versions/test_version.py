"""Tags read as versions."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annotate.versions.version import _ALONE, Version


def parsed(name: str) -> Version:
    version = Version.parse(name)
    assert version is not None
    return version


@pytest.mark.parametrize(
    ("name", "family", "text"),
    [
        ("v1.2.3", "", "v1.2.3"),
        ("1.2.3", "", "1.2.3"),
        ("web@1.2.3", "web@", "1.2.3"),
        ("@scope/pkg@v1.2.0", "@scope/pkg@", "v1.2.0"),
        ("release/1.2.3", "release/", "1.2.3"),
        ("pkg-v1.2.0-rc.1", "pkg-", "v1.2.0-rc.1"),
        ("curl-8_21_0", "curl-", "8_21_0"),
        ("log4j-2.17.1", "log4j-", "2.17.1"),
        ("v2-web-1.2.3", "v2-web-", "1.2.3"),
        ("service-2-v10", "service-2-", "v10"),
        ("go1.21", "go", "1.21"),
        ("n4.4.1", "n", "4.4.1"),
        ("2024-01-15", "", "2024-01-15"),
        ("v1", "", "v1"),
        ("build-3+linux", "build-", "3+linux"),
        ("v5-web", "", "v5-web"),
        ("v2-web-3+linux", "v2-web-", "3+linux"),
        ("build-3-1", "build-", "3-1"),
        ("release-2-", "release-", "2-"),
        ("v2-web-3-legacy", "", "v2-web-3-legacy"),
        ("v1.2.3-web-4", "", "v1.2.3-web-4"),
        ("curl-8_21_0-mirror-4", "curl-", "8_21_0-mirror-4"),
        ("2024-01-15-web-4", "", "2024-01-15-web-4"),
    ],
)
def test_a_tag_has_a_family_and_a_version(name: str, family: str, text: str) -> None:
    version = parsed(name)
    assert (version.family, version.text) == (family, text)


@pytest.mark.parametrize(
    "word",
    [
        "dev", "SNAPSHOT", "a", "alpha", "b", "beta", "c", "CR", "pre", "preview", "RC", "Final",
        "GA", "RELEASE", "post", "rev", "r", "p", "patch", "hotfix", "SP",
    ],
)  # fmt: skip
def test_a_word_of_releases_tells_which_number_is_the_versions(word: str) -> None:
    assert parsed(f"v2-web-3-{word}1").family == "v2-web-"


@pytest.mark.parametrize("name", ["latest", "stable", "release/next", "v", ""])
def test_a_name_without_a_number_is_no_version(name: str) -> None:
    assert Version.parse(name) is None


@pytest.mark.parametrize("name", ["1.2.x", "v1.X", "8_x"])
def test_a_line_of_releases_is_no_version(name: str) -> None:
    assert Version.parse(name) is None


@pytest.mark.parametrize(
    "ascending",
    [
        ["1.9", "1.10", "1.10.1", "2.0"],
        ["1.2.3.4", "1.2.3.5", "1.2.4"],
        ["v1.0.0-alpha", "v1.0.0-alpha.1", "v1.0.0-alpha.beta", "v1.0.0-beta.2", "v1.0.0-beta.11"],
        ["1.0.dev1", "1.0a1", "1.0b2", "1.0rc1", "1.0rc2", "1.0rc10", "1.0", "1.0.post1", "1.1"],
        ["1.0rc1.dev2", "1.0rc1", "1.0rc1.post1"],
        ["1.0.0-rc.2", "1.0.0-rc.10", "1.0.0", "1.0.0-hotfix.1", "1.0.1"],
        ["1.1.1", "1.1.1a", "1.1.1w", "1.1.2"],
        ["5.0.0.M1", "5.0.0.RC1", "5.0.0.RELEASE", "5.0.1.RELEASE"],
        ["1.2.4-0", "1.2.4-1", "1.2.4"],
        ["2024-01-15", "2024-02-01", "2025-01-01"],
        ["8_9_0", "8_21_0", "9_0_0"],
        ["1.0-SNAPSHOT", "1.0-alpha", "1.0-rc1-SNAPSHOT", "1.0-rc1", "1.0"],
        ["0.0.0-rc.1", "0.0.0", "0.0.1"],
        ["1.0.Final", "1.0.Final-1", "1.0.Final-2", "1.0.1.Final"],
        ["1.0", "1.0a", "1.0b", "1.0.post1", "1.1"],
    ],
)
def test_versions_have_an_order(ascending: list[str]) -> None:
    versions = [parsed(name) for name in ascending]
    assert all(low.order < high.order for low, high in pairwise(versions))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.2", "1.2.0"),
        ("v1.2.3", "1.2.3"),
        ("1.0+a", "1.0+b"),
        ("1.1.1W", "1.1.1w"),
        ("1.0_rc1", "1.0rc1"),
        ("5.0.0.M1", "5.0.0.m1"),
        ("1.0-RC1", "1.0-rc1"),
        ("1.0-CR1", "1.0-rc1"),
        ("1.0c1", "1.0rc1"),
        ("1.0pre1", "1.0rc1"),
        ("1.0-preview1", "1.0rc1"),
        ("1.0a1", "1.0-alpha1"),
        ("1.0b1", "1.0-beta1"),
        ("1.0-SNAPSHOT", "1.0.dev"),
        ("1.0-GA", "1.0"),
        ("1.0.RELEASE", "1.0.Final"),
        ("1.0-r1", "1.0.post1"),
        ("1.0.rev1", "1.0.post1"),
        ("1.0-p1", "1.0.post1"),
        ("1.0-patch1", "1.0.post1"),
        ("1.0-hotfix1", "1.0.post1"),
        ("1.0.SP1", "1.0.post1"),
    ],
)
def test_versions_may_be_equal(one: str, other: str) -> None:
    assert parsed(one).order == parsed(other).order


@pytest.mark.parametrize(
    "ascending",
    [
        ["1.9.9", "1.10", "1.10.0"],
        ["1.0", "1.0.0", "1.0+a", "1.0+b", "1.0+b.9", "1.0+b.10"],
        ["v1.0+a", "1.0+b"],
        ["1.0", "v1.0"],
    ],
    ids=["fuller", "build", "build before name", "name"],
)
def test_ties_are_broken(ascending: list[str]) -> None:
    versions = [parsed(name) for name in ascending]
    assert all(low.rank < high.rank for low, high in pairwise(versions))


@pytest.mark.parametrize(
    ("name", "final"),
    [
        ("1.0", True),
        ("1.0.post1", True),
        ("1.0.Final", True),
        ("4.2.0.Final-redhat-1", True),
        ("1.0rc1", False),
        ("1.0-rc1-final", False),
        ("1.0.dev1", False),
        ("1-x", False),
    ],
)
def test_candidates_are_not_final(name: str, *, final: bool) -> None:
    assert parsed(name).is_final is final


@pytest.mark.parametrize(
    ("strip_v", "name", "published"),
    [
        (True, "web@v1.2", "1.2"),
        (False, "web@v1.2", "v1.2"),
        (True, "V2", "2"),
        (True, "1.0", "1.0"),
    ],
)
def test_what_amplitude_gets(strip_v: bool, name: str, published: str) -> None:
    assert parsed(name).published(strip_v=strip_v) == published


@pytest.mark.parametrize(
    ("short", "full", "floats"),
    [
        ("v1", "v1.2.3", True),
        ("v1.2", "v1.2.3", True),
        ("v1", "v1.0.0-rc.1", True),
        ("v1.2.3", "v1.2.3", False),
        ("v2", "v1.2.3", False),
        ("web@1", "api@1.2", False),
        ("v1-rc", "v1.2.3", False),
    ],
)
def test_a_shorthand_stands_beside_a_fuller_tag(short: str, full: str, *, floats: bool) -> None:
    assert parsed(short).is_shorthand_of(parsed(full)) is floats


@given(st.from_regex(_ALONE.compiled, fullmatch=True))
@example("v1.2.3")
@example("00.1")
@example("2026.01.02")
def test_a_number_alone_is_read_as_beside_a_product(name: str) -> None:
    assert parsed(name) == parsed(f"web/{name}")._replace(family="")
