"""What must hold of the inputs beyond the form of each: one check for each matter.

A check adds a message for each problem, and puts the value in the place of its text.
"""

import re
import ssl
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from annotate.compose.pattern import Patterns
from annotate.errors import InvalidInputs, Message
from annotate.gather.sources import Given
from annotate.gather.target import BASE_URLS, base_url, is_amplitudes

_KEY_LOOKS_RIGHT = re.compile("[0-9a-f]{32}")
_KEYS_MEND = """\
with:                                              # GitHub
  api-key: ${{ secrets.AMPLITUDE_API_KEY }}
  secret-key: ${{ secrets.AMPLITUDE_SECRET_KEY }}
export AMPLITUDE_API_KEY=… AMPLITUDE_SECRET_KEY=…  # elsewhere; GitLab: Settings, CI/CD, Variables
on-missing-credentials: skip                       # where some pipelines have no secrets"""


def patterns(values: dict[str, Any], given: Mapping[str, Given], problems: list[Message]) -> None:
    """`tag-pattern` becomes patterns."""
    lines = values["tag-pattern"]
    try:
        values["tag-pattern"] = Patterns.of(lines)
    except ValueError as error:
        source = given["tag-pattern"].source
        what = f"The input tag-pattern is no pattern: {error}."
        why = f"It is set by {source}. The syntax is that of GitHub's tag filters."
        problems.append(Message(what, why, 'tag-pattern: "v*"'))


def templates(values: dict[str, Any], given: Mapping[str, Given], problems: list[Message]) -> None:
    """The templates are read."""
    for name in ("title-template", "description-template"):
        text = values[name]
        values[name] = None
        if text:
            # Jinja2 takes longer to import than all of us: only who uses it waits for it.
            from annotate.compose.templates import Template  # noqa: PLC0415

            try:
                values[name] = Template(name, text, given[name].source)
            except InvalidInputs as error:
                problems += error.messages


def literals(values: Mapping[str, Any], given: Mapping[str, Given]) -> list[Message]:
    """A warning for each text that looks like a template and is none."""
    return [
        Message(
            f"The input {name} holds `{{{{`, and is taken literally.",
            f"It is set by {given[name].source}. A template has an input of its own.",
            f'{name}-template: "{{{{ version }}}} is out"',
        )
        for name in ("title", "description")
        if "{{" in values[name]
    ]


def target(
    values: dict[str, Any],
    given: Mapping[str, Given],
    *,
    from_config: Mapping[str, Given],
    problems: list[Message],
) -> None:
    """`api-url` becomes the base URL to send to, and names no host that it must not."""
    if not values["api-url"]:
        values["api-url"] = BASE_URLS.get(values["region"], "")
        return
    source = given["api-url"]
    try:
        url = base_url(values["api-url"], allow_http=values["allow-http"] is True)
    except ValueError as error:
        mend = "region: us   # or eu; api-url is only for other hosts"
        what = f"The input api-url is `{_without_credentials(source.text)}`, {error}."
        problems.append(Message(what, f"It is set by {source.source}.", mend))
        return
    if from_config.get("api-url") is source and not is_amplitudes(url):
        problems.append(
            Message(
                f"The config file names a host that is not Amplitude's: {url}.",
                f"It stands in {source.source}. The file is part of the repository, and a pull"
                " request could send the keys elsewhere.",
                f"Set it in the pipeline instead:\napi-url: {url}",
            )
        )
    values["api-url"] = url


def _without_credentials(url: str) -> str:
    return re.sub("//[^/@]*@", "//***@", url.strip())


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
        problems.append(Message(what, why, "ca-bundle: path/to/ca.pem"))
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
    )


def keys(values: dict[str, Any], problems: list[Message]) -> list[Message]:
    """The keys are there where they are needed; a warning for each that only looks odd."""
    found = {name: values[name] for name in ("api-key", "secret-key")}
    warnings = []
    for name, key in found.items():
        if any(character.isspace() for character in key):
            what = f"The input {name} holds white space inside."
            why = "A key is one word; perhaps two values were pasted, or a line was broken."
            problems.append(Message(what, why, "Paste the key again into the secret."))
        elif not key.isascii() or not key.isprintable() or (name == "api-key" and ":" in key):
            what = f"The input {name} holds characters that no key has."
            why = "HTTP Basic joins both keys by a colon; letters beyond ASCII have no place there."
            problems.append(Message(what, why, "Paste the key again into the secret."))
        elif key and not _KEY_LOOKS_RIGHT.fullmatch(key):
            what = f"The input {name} is not 32 hex characters, as Amplitude's keys are."
            why = "It is used as it is; if Amplitude refuses it, look here first."
            warnings.append(Message(what, why))
    missing = [name for name, key in found.items() if not key]
    needed = not (values["dry-run"] or values["sandbox"])
    if missing and needed and values["on-missing-credentials"] == "fail":
        verb = "are" if len(missing) > 1 else "is"
        what = f"{' and '.join(missing)} {verb} not set."
        why = "Every request to Amplitude carries both keys of the project (its settings, General)."
        why += (
            " A secret that does not exist, and any secret in a pull request from a fork, is empty."
        )
        problems.append(Message(what, why, _KEYS_MEND))
    return warnings
