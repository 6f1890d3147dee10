"""The page of troubleshooting has a heading for every message, and no other."""

import re

import pytest

from annotate import PROJECT, __version__, errors
from annotate.errors import Topic
from tests.support.pages import anchors
from tests.support.process import ROOT

PAGE = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
SOURCES = [path.read_text(encoding="utf-8") for path in (ROOT / "annotate").rglob("*.py")]


def test_the_headings_are_the_topics_in_their_order() -> None:
    assert re.findall(r"^## (.*)$", PAGE, re.MULTILINE) == [topic.value for topic in Topic]


@pytest.mark.parametrize("topic", list(Topic))
def test_a_topic_is_used(topic: Topic) -> None:
    assert any(f"Topic.{topic.name}" in text for text in SOURCES)


@pytest.mark.parametrize("topic", list(Topic))
def test_a_heading_says_something(topic: Topic) -> None:
    section = PAGE.partition(f"\n## {topic.value}\n")[2].partition("\n## ")[0]
    assert len(section.split()) >= 15


@pytest.mark.parametrize("topic", list(Topic))
def test_an_address_leads_to_its_heading(topic: Topic) -> None:
    """As GitHub makes the anchors of headings: small letters, dashes, no signs."""
    page, _, anchor = topic.address.partition("#")
    assert page == f"{PROJECT}/blob/v{__version__}/docs/troubleshooting.md"
    assert anchor in anchors(ROOT / "docs/troubleshooting.md")


def test_an_address_is_that_of_the_version_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "PROJECT", "https://github.com/acme/annotate")
    monkeypatch.setattr(errors, "__version__", "1.2.3")
    assert Topic.ADDRESS.address == (
        "https://github.com/acme/annotate/blob/v1.2.3/docs/troubleshooting.md"
        "#the-url-is-not-amplitudes-releases-api"
    )
