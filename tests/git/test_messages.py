"""What messages about a repository suggest."""

import re

import pytest
import yaml

from annotate.git.messages import floating, nearest_pattern, no_version_tag, untagged
from annotate.versions.pattern import Patterns
from annotate.versions.version import Version
from tests.messages import mends


@pytest.mark.parametrize(
    ("patterns", "names", "nearest"),
    [
        (["v*"], ["1.2.3", "docs"], "[0-9]*"),
        (["[0-9]*"], ["v1.2.3", "web@1.0.0"], "v*"),
        (["web-*"], ["web@1.0.0", "api@1.0.0", "v1.0.0"], "web@*"),
        (["release-*"], ["v1.0.0", "release/1.0.0"], "release/*"),
        (["v*"], ["a+b@1.0.0"], "a\\+b@*"),
        (["v*"], ["v1.2.3", "web@1.0.0"], ""),
        (["**"], ["docs"], ""),
        (["v*"], [], ""),
    ],
)
def test_the_nearest_pattern_takes_a_tag(
    patterns: list[str], names: list[str], nearest: str
) -> None:
    assert nearest_pattern(names, Patterns.of(patterns)) == nearest
    if nearest:
        assert any(Patterns.of([nearest]).take(name) for name in names)


@pytest.mark.parametrize(
    ("release", "others", "moving"),
    [
        ("v1.2.3", ["v2.0.10", "v1.2.4-rc.1"], ["v1", "v1.2"]),
        ("1.2", ["1.3", "2.10"], ["1"]),
        ("web/a+b@1.2.3", ["web/a+b@1.2.4"], ["web/a+b@1", "web/aab@1.2.3"]),
        ("curl-8_21_0", ["curl-8_22_1"], ["curl-8", "curl-8_21"]),
        ("v2026-01-31", ["v2026-02-01"], ["v2026"]),
        ("v1.0.0-4", ["v1.0.1"], ["v1.0"]),
    ],
)
def test_pipelines_for_full_versions_only(
    release: str, others: list[str], moving: list[str]
) -> None:
    version = Version.parse(release)
    assert version
    on_github, on_gitlab = map(
        yaml.safe_load, mends.blocks(floating("moving", version, asked=False).mend)
    )
    # YAML 1.1 reads `on` as a boolean.
    patterns = Patterns.of(on_github[True]["push"]["tags"])
    [rule] = on_gitlab["rules"]
    variable, _, expression = rule["if"].partition(" =~ ")
    assert variable == "$CI_COMMIT_TAG"
    assert (expression[0], expression[-1]) == ("/", "/")
    # Else the expression would end there.
    assert "/" not in expression[1:-1].replace(r"\/", "")
    for name in [release, *others, *moving]:
        taken = name not in moving
        assert patterns.take(name) is taken
        assert bool(re.search(expression[1:-1], name)) is taken


@pytest.mark.parametrize(
    ("names", "patterns", "proposed"),
    [
        ([], ["**"], True),
        ([], ["web@*"], False),
        (["docs"], ["**"], False),
        (["v1.0.0"], ["web@*"], False),
    ],
)
def test_a_tag_is_proposed_where_there_is_none(
    names: list[str], patterns: list[str], proposed: bool
) -> None:
    mend = no_version_tag(names, Patterns.of(patterns), may_fetch=True).mend
    assert ("git tag v1.0.0 && git push origin v1.0.0" in mend) is proposed


def test_tags_that_the_pattern_leaves_out_come_first() -> None:
    patterns = Patterns.of(["web@*"])
    for message in (
        no_version_tag(["v1.0.0"], patterns, may_fetch=True),
        untagged("0" * 40, "fail", ["v1.0.0"], patterns),
    ):
        first = 'Include the tags that there are:\ntag-pattern: "v*"\n'
        assert message.mend.startswith(first)


def test_fetching_is_proposed_where_it_is_turned_off() -> None:
    every = Patterns.of(["**"])
    assert "fetch: auto" in no_version_tag([], every, may_fetch=False).mend
    assert "fetch: auto" not in no_version_tag([], every, may_fetch=True).mend


def test_the_nearest_tag_is_proposed_where_there_is_one() -> None:
    every = Patterns.of(["**"])
    assert "on-untagged: sha" in untagged("0" * 40, "fail", [], every).mend
    assert "on-untagged: describe" in untagged("0" * 40, "fail", ["v1.0.0"], every).mend
