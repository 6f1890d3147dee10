"""What must hold of the inputs beyond the form of each: one check for each matter.

A check adds a message for each problem, and puts the value in the place of its text.
"""

import ssl
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from annotate.errors import Message, Topic
from annotate.inputs import template
from annotate.inputs.sources import Given
from annotate.inputs.target import BASE_URLS, checked
from annotate.text import one_line
from annotate.versions.pattern import Patterns


def patterns(values: dict[str, Any], given: Mapping[str, Given], problems: list[Message]) -> None:
    """`tag-pattern` becomes patterns."""
    lines = values["tag-pattern"]
    try:
        values["tag-pattern"] = Patterns.of(lines)
    except ValueError as error:
        source = given["tag-pattern"].source
        what = f"The input tag-pattern is no pattern: {error}."
        why = f"It is set by {source}. The syntax is that of GitHub's tag filters."
        problems.append(Message(what, why, 'tag-pattern: "v*"', topic=Topic.INPUT))


def templates(values: dict[str, Any], given: Mapping[str, Given], problems: list[Message]) -> None:
    """The templates are read."""
    for name in ("title-template", "description-template"):
        values[name] = template.read(name, given[name], problems) if values[name] else None


def version(values: Mapping[str, Any], given: Mapping[str, Given], problems: list[Message]) -> None:
    """Something of it can be seen."""
    if values["version"] and not one_line(values["version"]):
        what = "Nothing of the input version can be seen."
        why = f"It is set by {given['version'].source}."
        problems.append(Message(what, why, "version: 1.2.3", topic=Topic.INPUT))


def literals(values: Mapping[str, Any], given: Mapping[str, Given]) -> list[Message]:
    """A warning for each text that looks like a template and is none."""
    return [
        Message(
            f"The input {name} holds `{{{{`, and is taken literally.",
            f"It is set by {given[name].source}. A template has an input of its own.",
            f'{name}-template: "{{{{ version }}}} is out"',
            topic=Topic.TEMPLATE,
        )
        for name in ("title", "description")
        if "{{" in values[name]
    ]


def target(
    values: dict[str, Any],
    given: Mapping[str, Given],
    *,
    untrusted: Mapping[str, Given],
    problems: list[Message],
) -> None:
    """`api-url` becomes the base URL to send to; `untrusted` is what a pull request can set."""
    one = given.get("api-url")
    if one is None:
        values["api-url"] = BASE_URLS.get(values["region"], "")
        return
    values["api-url"] = checked(
        one,
        allow_http=values["allow-http"] is True,
        untrusted=untrusted.get("api-url") is one,
        problems=problems,
    )


def ca_bundle(values: dict[str, Any], cwd: Path, problems: list[Message]) -> None:
    """The file can be used."""
    name = values["ca-bundle"]
    if not name:
        return
    path = cwd / name
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ValueError) as error:
        what = f"The input ca-bundle names {name}, which cannot be used: {error}."
        why = f"It must be a file of certificates in PEM form; the path is meant from {cwd}."
        problems.append(Message(what, why, "ca-bundle: path/to/ca.pem", topic=Topic.INPUT))
    values["ca-bundle"] = str(path)


def times(values: dict[str, Any], problems: list[Message]) -> None:
    """The release does not end before it begins."""
    start, end = values["release-start"], values["release-end"]
    if isinstance(start, datetime) and isinstance(end, datetime) and end < start:
        problems.append(end_before_start(start, end))


def end_before_start(start: datetime, end: datetime) -> Message:
    """The release would end before it begins."""
    return Message(
        f"The release would end before it begins: {end.isoformat()} is before {start.isoformat()}.",
        "release-end may not lie before release-start.",
        "release-end: start",
        topic=Topic.TIMES,
    )
