"""Pages in Markdown as GitHub shows them, and the examples that users copy from them."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.support.process import ROOT

#: The pages for users.
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = ROOT / "example-workflows"
IMAGE = "ghcr.io/OWNER/annotate:v0"
#: How a step names the action.
ACTIONS = ("OWNER/annotate@v0", "OWNER/annotate/without-docker@v0")
_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """What GitHub makes of the headings: small letters, dashes, no signs."""
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of a page in a language, such as `yaml`."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def docker_run(told_by: str) -> list[str]:
    """The words of the one `docker run` of all pages with this word, without `docker run --rm`."""
    lines = [
        line
        for page in PAGES
        for block in blocks(page, "sh")
        for line in block.replace("\\\n", " ").splitlines()
        if line.startswith("docker run ")
    ]
    [words] = [words for words in map(shlex.split, lines) if told_by in words]
    return [word for word in words[2:] if word != "--rm"]


def example(name: str) -> dict[str, Any]:
    """A file of `example-workflows/`, such as `gitlab/tag`."""
    text = (EXAMPLES / f"{name}.yml").read_text(encoding="utf-8")
    # In YAML 1.1, the key `on` of workflows is the boolean true.
    read: dict[Any, Any] = yaml.safe_load(text)
    return {"on" if key is True else key: value for key, value in read.items()}


def steps(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The steps of a workflow that run annotate."""
    for job in workflow["jobs"].values():
        yield from (step for step in job["steps"] if step.get("uses") in ACTIONS)
