"""What can be wrong with the YAML and the flags that a message shows."""

import json
import re
import shlex
from collections.abc import Iterator
from importlib import resources
from typing import Any

import yaml

from annotate.inputs.parsing import Kind
from annotate.inputs.table import BY_NAME, INPUTS, flag, variable
from annotate.inputs.targets import NAMES
from annotate.sandbox.options import TABLE as OPTIONS

_SCHEMAS = resources.files("check_jsonschema") / "builtin_schemas/vendor"
_YAML = re.compile(r"(- )?[a-z][a-z_-]*:(\s|$)")
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
# A variable may have any name.
_VARIABLE = re.compile("[A-Z][A-Z0-9_]*")
#: Programs whose flags are not annotate's.
_PROGRAMS = ("date ", "docker ", "git ", "openssl ")


def _properties(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from _properties(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _properties(part)


def _keys_of(schema: str) -> set[str]:
    text = (_SCHEMAS / f"{schema}.json").read_text(encoding="utf-8")
    return set(_properties(json.loads(text)))


KNOWN_NAMES = {
    *BY_NAME,
    *NAMES,
    "targets",
    *_keys_of("github-workflows"),
    *_keys_of("gitlab-ci"),
    "fetch-depth",  # an input of actions/checkout
}
KNOWN_FLAGS = {
    *(flag(one.name) for one in INPUTS if one.kind is not Kind.SECRET),
    *(option.flag for option in OPTIONS),
    *("--help", "--json", "--ref", "--version"),
    *("--from", "--to", "--yes"),  # of backfill
}


def blocks(mend: str) -> list[str]:
    """The YAML in it: each line that begins as a mapping or list does, with what is below it."""
    found: list[str] = []
    inside = False
    for line in mend.splitlines():
        if inside and line.startswith(" "):
            found[-1] += f"\n{line}"
        elif inside := bool(_YAML.match(line)):
            found.append(line)
    return found


def names(block: str) -> Iterator[str]:
    """Each key in a block of YAML. Raises YAMLError if it is none."""
    yield from _keys(yaml.load(block, Loader=yaml.BaseLoader))  # noqa: S506 - makes texts alone


def inputs(block: str) -> Iterator[tuple[str, str]]:
    """The inputs that a block of YAML sets, but for secrets, files and what has a `…` in it."""
    document = yaml.load(block, Loader=yaml.BaseLoader)  # noqa: S506 - makes texts alone
    for name, text in document.items() if isinstance(document, dict) else ():
        declared = BY_NAME.get(name)
        is_input = declared and declared.kind is not Kind.SECRET
        if is_input and name not in {"ca-bundle", "config"} and "…" not in text:
            yield name, text


def settings(mend: str) -> list[tuple[str, str]]:
    """The inputs that a mend sets, and to what: by YAML, by variables of GitLab, or by flags."""
    by_variable = {variable(name): name for name in BY_NAME}
    found: list[tuple[str, str]] = []
    for line in mend.splitlines():
        if line.startswith("--"):
            name, *values = shlex.split(line, comments=True)
            found.append((name.removeprefix("--"), values[0] if values else "true"))
    for block in blocks(mend):
        document = yaml.load(block, Loader=yaml.BaseLoader)  # noqa: S506 - makes texts alone
        if isinstance(document, dict):
            document |= document.pop("inputs", {}) | document.pop("variables", {})
            items: dict[str, str] = document
            found += [(by_variable.get(name, name), text) for name, text in items.items()]
    return sorted((name, text) for name, text in found if name in BY_NAME)


def unknown_names(mend: str) -> list[str]:
    """The keys in its YAML that are neither inputs nor words of a CI. Raises YAMLError."""
    found = [name for block in blocks(mend) for name in names(block)]
    return [one for one in found if one not in KNOWN_NAMES and not _VARIABLE.fullmatch(one)]


def unknown_flags(text: str) -> list[str]:
    """The flags that annotate does not have, commands of other programs aside."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(_PROGRAMS)]
    return [one for line in lines for one in _FLAG.findall(line) if one not in KNOWN_FLAGS]


def _keys(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node
        for value in node.values():
            yield from _keys(value)
    elif isinstance(node, list):
        for item in node:
            yield from _keys(item)
