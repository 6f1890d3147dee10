"""The pages of a repository on a forge."""

import pytest

from annotate.forge import Forge


@pytest.mark.parametrize(
    ("web_url", "forge", "url"),
    [
        ("https://github.com/o/r", "", "https://github.com/o/r/compare/v1...web%23@2"),
        ("https://gitlab.com/g/r", "", "https://gitlab.com/g/r/-/compare/v1...web%23@2"),
        (
            "https://git.example.com/g/r",
            "gitlab",
            "https://git.example.com/g/r/-/compare/v1...web%23@2",
        ),
        ("https://git.example.com/g/r", "", ""),
        ("https://github.com/\udcff", "", "https://github.com/\ufffd/compare/v1...web%23@2"),
        ("", "github", ""),
        ("no address", "", ""),
        ("https://[github", "", ""),
        ("javascript://github.com/%0aalert(1)", "", ""),
    ],
)
def test_the_page_that_compares(web_url: str, forge: str, url: str) -> None:
    assert Forge.of(web_url, forge).compare("v1", "web#@2") == url


@pytest.mark.parametrize(("previous", "current"), [("", "v1"), ("v1", "")])
def test_nothing_is_compared_without_two_names(previous: str, current: str) -> None:
    assert Forge.of("https://github.com/o/r").compare(previous, current) == ""


def test_the_pages_of_tags_and_requests() -> None:
    github, gitlab = Forge.of("https://github.com/o/r"), Forge.of("https://gitlab.com/g/r")
    assert github.tag("api/v1") == "https://github.com/o/r/releases/tag/api/v1"
    assert gitlab.tag("v1") == "https://gitlab.com/g/r/-/tags/v1"
    assert github.request("#12") == "https://github.com/o/r/issues/12"
    assert gitlab.request("!3") == "https://gitlab.com/g/r/-/merge_requests/3"
    assert Forge().request("#12") == Forge().tag("v1") == ""
