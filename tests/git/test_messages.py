"""What messages about a repository suggest."""

import pytest

from annotate.git.messages import nearest_pattern
from annotate.versions.pattern import Patterns


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
