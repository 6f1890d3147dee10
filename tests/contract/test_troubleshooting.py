"""The page of troubleshooting has a heading for every message, and no other."""

import re

import pytest

from annotate.errors import Topic
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


def test_an_address_leads_to_its_heading() -> None:
    """As GitHub makes the anchors of headings: small letters, dashes, no signs."""
    assert Topic.ADDRESS.address == "docs/troubleshooting.md#the-url-is-not-amplitudes-releases-api"
