"""What is refused, what is gone on with, and where the major tag goes: by values alone."""

from dataclasses import replace

import pytest

from tests.support.process import ROOT
from tools.release import rules
from tools.release.rules import Hosted, Refused, Seen, Version

BASE = "b" * 40
COMMIT = "c" * 40
IMAGE = f"ghcr.io/acme/annotate@sha256:{'0' * 64}"
VERSION = Version.parse("1.2.3")
NOTHING = Seen(tagged=None, image=None, hosted=Hosted.NOTHING, package=False)
BEGUN = replace(NOTHING, tagged=COMMIT, parents=(BASE,))


@pytest.mark.parametrize("text", ["1.2", "1.2.3.4", "v1.2.3", "1.2.3-rc.1", "01.2.3", "", "1.2.x"])
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(Refused, match=r"is no version\. Give three numbers, such as 1\.2\.3\."):
        Version.parse(text)


def test_versions_are_in_the_order_of_their_numbers() -> None:
    names = ["0.9.9", "0.10.0", "1.0.0", "1.0.10", "2.0.0"]
    assert sorted(map(Version.parse, reversed(names))) == [Version.parse(name) for name in names]
    assert (VERSION.tag, VERSION.major_tag, str(VERSION)) == ("v1.2.3", "v1", "1.2.3")


def test_versions_among_tags() -> None:
    tags = {"v1": "1", "v1.2.3": "2", "1.2.3": "3", "v1.2.3-rc.1": "4", "vacation": "5"}
    assert rules.versions(tags) == {VERSION: "2"}


def test_a_version_of_which_nothing_is_there() -> None:
    assert not rules.is_begun(VERSION, BASE, NOTHING)


@pytest.mark.parametrize("hosted", [Hosted.NOTHING, Hosted.DRAFT])
@pytest.mark.parametrize("package", [False, True])
@pytest.mark.parametrize("image", [None, "sha256:1"])
def test_a_release_that_is_begun(hosted: Hosted, image: str | None, *, package: bool) -> None:
    seen = replace(BEGUN, hosted=hosted, package=package, image=image)
    assert rules.is_begun(VERSION, BASE, seen)


@pytest.mark.parametrize("seen", [NOTHING, BEGUN])
def test_a_published_version(seen: Seen) -> None:
    with pytest.raises(Refused, match=r"1\.2\.3 is published already"):
        rules.is_begun(VERSION, BASE, replace(seen, hosted=Hosted.PUBLISHED))


@pytest.mark.parametrize(
    ("seen", "what"),
    [
        (replace(NOTHING, image="sha256:1"), "an image of 1.2.3 is there"),
        (replace(NOTHING, hosted=Hosted.DRAFT), "a draft release of 1.2.3 is there"),
        (replace(NOTHING, package=True), "a package in the index of 1.2.3 is there"),
    ],
)
def test_what_is_there_without_our_tag(seen: Seen, what: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.is_begun(VERSION, BASE, seen)
    assert str(refused.value) == (
        f"{what}, but no git tag v1.2.3, which this release would have made first.\n"
        "Somebody else made it: find out who, and remove it, or give `__version__` a higher "
        "version."
    )


@pytest.mark.parametrize("parents", [("a" * 40,), (), (BASE, "a" * 40)])
def test_a_tag_of_another_commit(parents: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refused:
        rules.is_begun(VERSION, BASE, replace(BEGUN, parents=parents))
    assert str(refused.value) == (
        f"The tag v1.2.3 is there, on {COMMIT}, which is not a release of {BASE}.\n"
        "If it is a half-made release of an earlier commit, release that commit: "
        f"git checkout {' '.join(parents) or COMMIT}\n"
        "If it should not be there: git push origin :refs/tags/v1.2.3"
    )


CHANGELOG = """\
# Changelog

## [Unreleased]

## [1.2.3] - 2026-12-01

### Fixed

- The timer rings.

## [1.2.2]

### Added

## [1.2.1]
- A timer.

[Unreleased]: https://github.com/acme/annotate/compare/v1.2.3...main
"""


@pytest.mark.parametrize(
    ("version", "tells"), [("1.2.3", True), ("1.2.2", False), ("1.2.1", True), ("1.2.0", False)]
)
def test_what_the_changelog_says(version: str, *, tells: bool) -> None:
    assert rules.tells(CHANGELOG, Version.parse(version)) is tells


def sources(**changed: str) -> None:
    given = {
        "own": "1.2.3",
        "project": "https://github.com/acme/annotate",
        "changelog": CHANGELOG,
        **changed,
    }
    rules.check_sources(VERSION, "acme/annotate", **given)


def test_sources_that_are_ready() -> None:
    sources()


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        (
            {"own": "1.2.2"},
            "The sources are version 1.2.2, not 1.2.3.\n"
            'Commit `__version__ = "1.2.3"` in annotate/__init__.py, then release that commit.',
        ),
        (
            {"project": "https://github.com/Somebody/annotate"},
            "The sources say that they are from https://github.com/Somebody/annotate, but they are "
            "released from acme/annotate.\nCommit what this changes:\n"
            "    git grep -lz Somebody/annotate | xargs -0 sed -i"
            " -e 's#ghcr.io/Somebody/annotate#ghcr.io/acme/annotate#g'"
            " -e 's#Somebody/annotate#acme/annotate#g'",
        ),
        (
            {"changelog": "# Changelog\n\n## [1.2.3]\n\n### Fixed\n"},
            "CHANGELOG.md says nothing about 1.2.3.\n"
            "Write what users can see of it below a line `## [1.2.3]`, and commit that.",
        ),
    ],
)
def test_sources_that_are_not_ready(changed: dict[str, str], text: str) -> None:
    with pytest.raises(Refused) as refused:
        sources(**changed)
    assert str(refused.value) == text


def test_the_actions_image() -> None:
    text = (ROOT / rules.ACTION).read_text()
    assert rules.digest_in(text) is None
    pinned = rules.pinned(text, rules.ACTION, IMAGE)
    assert pinned.endswith(f"runs:\n  using: docker\n  image: docker://{IMAGE}\n")
    assert f"docker://ghcr.io/acme/annotate@{rules.digest_in(pinned)}" == f"docker://{IMAGE}"


def test_the_components_image() -> None:
    text = (ROOT / rules.COMPONENT).read_text()
    pinned = rules.pinned(text, rules.COMPONENT, IMAGE)
    added = set(pinned.splitlines()) - set(text.splitlines())
    assert added == {f'      default: "{IMAGE}"'}


def test_an_action_that_cannot_be_pinned() -> None:
    with pytest.raises(Refused, match=r"action\.yml has not exactly one line `image: Dockerfile`"):
        rules.pinned("runs:\n  using: composite\n", rules.ACTION, IMAGE)


RELEASED = {Version.parse(name): name for name in ("0.1.0", "0.1.1", "0.2.0", "1.0.0")}


@pytest.mark.parametrize(
    ("version", "at", "advances"),
    [
        ("0.2.0", None, True),
        ("0.2.0", "0.1.1", True),
        ("0.2.0", "0.2.0", True),
        ("0.1.1", "0.2.0", False),
        # After it was moved back by hand.
        ("0.2.0", "0.1.0", True),
    ],
)
def test_where_the_major_tag_goes(version: str, at: str | None, *, advances: bool) -> None:
    assert rules.advances(Version.parse(version), at, RELEASED) is advances


def test_a_major_tag_of_somebody_else() -> None:
    with pytest.raises(Refused) as refused:
        rules.advances(Version.parse("0.2.0"), COMMIT, RELEASED)
    assert str(refused.value) == (
        f"v0 is on {COMMIT}, which is no release.\n"
        "If it should not be there: git push origin :refs/tags/v0"
    )


@pytest.mark.parametrize(("version", "newest"), [("0.2.0", False), ("1.0.0", True)])
def test_the_newest(version: str, *, newest: bool) -> None:
    assert rules.is_newest(Version.parse(version), RELEASED) is newest
