"""What YAML refuses, and why."""

import pytest

from annotate.yaml_nodes import SIZE_LIMIT, YAMLError, compose

ALIASES = b"a: &a " + b"x" * (SIZE_LIMIT // 2) + b"\nb: [" + b", ".join([b"*a"] * 99) + b"]"


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (ALIASES, type(None)),
        (b"a: &a [*a]", type(None)),
        (b'"\\UFFFFFFFF"', OverflowError | ValueError),
    ],
)
def test_the_cause_is_what_the_parser_raised(content: bytes, cause: type) -> None:
    with pytest.raises(YAMLError) as caught:
        compose(content)
    assert isinstance(caught.value.__cause__, cause)
    assert caught.value.__cause__ is not caught.value
