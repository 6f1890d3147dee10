"""The optional config file: a YAML mapping from names of inputs to text or lists of text.

Scalars are read as text: `version: 1.10` is `1.10`, and `on` is `on`. The file is part of the
repository and therefore untrusted: its size is limited, a link out of the repository is not
followed, and inputs that could send the keys to another host or write files are refused unless the
pipeline sets `trust-config`.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from annotate import yaml_nodes
from annotate.errors import Message, Topic
from annotate.inputs import remedies
from annotate.inputs.parsing import Kind
from annotate.inputs.sources import Given, readable, unknown_name
from annotate.inputs.table import BY_NAME, Input
from annotate.inputs.targets import EXAMPLE, Entry

if TYPE_CHECKING:
    import yaml

DEFAULT_NAME = ".amplitude-release.yml"
_SHAPE = "A config file maps names of inputs to values:\nregion: eu"
_WHOLE = "A config file is a short text in UTF-8:\nregion: eu"
_TRUST = "Trust the file, in the pipeline:\ntrust-config: true\nOr set it there instead:"
_QUOTES = (
    'In YAML, put a template in quotes or after a `|`:\ntitle-template: "{{ version }} is out"'
)


def nearest(*folders: Path) -> Path:
    """Return the path of the first config file in the folders or their parents.

    The search ends at the top of the repository. If there is no config file, return the path that
    it would have in the first folder.
    """
    for folder in folders:
        for place in (folder, *folder.parents):
            try:
                if (place / DEFAULT_NAME).is_file():
                    return place / DEFAULT_NAME
                if (place / ".git").exists():
                    break
            except OSError:
                continue
    return folders[0] / DEFAULT_NAME


@dataclass(kw_only=True)
class ConfigFile:
    """The content of a config file."""

    inputs: dict[str, Given] = field(default_factory=dict)
    targets: list[Entry] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)
    #: Empty if there is no file, or if it is unusable.
    path: str = ""


def read(path: Path, workspace: Path, *, required: bool, trusted: bool) -> ConfigFile:
    """Read a config file. Errors in it are returned as problems.

    A missing file is a problem if it is `required`. `trusted` is the input `trust-config`. Without
    a repository around the file, the folder `workspace` counts as one.
    """
    try:
        if _leads_outside(path, workspace):
            return ConfigFile(problems=[_outside(path)])
        with path.open("rb") as stream:
            content = stream.read(yaml_nodes.SIZE_LIMIT + 1)
    except FileNotFoundError:
        return ConfigFile(problems=[_not_there(path)] if required else [])
    except (OSError, RuntimeError) as error:
        # RuntimeError is raised for a loop of symbolic links.
        reason = getattr(error, "strerror", "") or "Its links form a loop"
        what = f"The config file {path} cannot be read."
        mend = f"config: {DEFAULT_NAME}"
        return ConfigFile(problems=[Message(what, f"{reason}.", mend, topic=Topic.CONFIG)])
    try:
        document = yaml_nodes.compose(content)
    except yaml_nodes.YAMLError as error:
        return ConfigFile(problems=[_no_yaml(path, error, content)])
    if document is None:
        return ConfigFile(path=str(path))
    if not yaml_nodes.is_mapping(document):
        what = f"The config file is not a mapping ({_place(path, document)})."
        return ConfigFile(problems=[Message(what, "", _SHAPE, topic=Topic.CONFIG)])
    found = _inputs_of(path, document, trusted=trusted)
    folder = found.inputs.get("working-directory")
    if folder and not trusted and _is_elsewhere(workspace / folder.text.strip(), path, workspace):
        found.problems.append(_elsewhere(folder))
    return found


def _inputs_of(path: Path, document: "yaml.MappingNode", *, trusted: bool) -> ConfigFile:
    found = ConfigFile(path=str(path))
    for key, value in document.value:
        place = _place(path, key)
        if not yaml_nodes.is_scalar(key):
            found.problems.append(
                Message(f"A key is not plain text ({place}).", "", _SHAPE, topic=Topic.CONFIG)
            )
        elif key.value == "targets":
            _read_targets(path, value, found)
        elif (declared := BY_NAME.get(key.value)) is None:
            found.problems.append(unknown_name(readable(key.value), _text(value) or "", place))
        elif declared.not_in_config or (declared.needs_trust and not trusted):
            found.problems.append(_refused(declared, place, _text(value) or ""))
        elif declared.name in found.inputs:
            found.problems.append(_set_twice(declared.name, place))
        elif (text := _text(value)) is None:
            found.problems.append(_no_text(declared.name, place))
        elif text.strip():
            found.inputs[declared.name] = Given(text, place)
    return found


def _read_targets(path: Path, node: "yaml.Node", found: ConfigFile) -> None:
    """Append the targets in `node`, and the problems with them, to `found`."""
    rows = node.value if yaml_nodes.is_sequence(node) else [node]
    for row in rows:
        place = _place(path, row)
        if not yaml_nodes.is_mapping(row):
            what = f"The key targets is not a list of mappings ({place})."
            found.problems.append(Message(what, "", EXAMPLE, topic=Topic.CONFIG))
            continue
        values = {}
        for key, value in yaml_nodes.pairs(row):
            text = _text(value)
            name = key.value if yaml_nodes.is_scalar(key) else ""
            if text is None or not name:
                found.problems.append(_no_text(name or "a key", _place(path, key)))
            elif name in values:
                found.problems.append(_set_twice(name, _place(path, key)))
            elif text.strip():
                values[name] = Given(text, _place(path, key))
        found.targets.append(Entry(place=place, values=values))


def _text(node: "yaml.Node") -> str | None:
    """Return a scalar as it is written, or a list of scalars as lines; None for anything else."""
    if yaml_nodes.is_scalar(node):
        return readable(node.value)
    if yaml_nodes.is_sequence(node):
        items = node.value
        if all(yaml_nodes.is_scalar(item) for item in items):
            return readable("\n".join(item.value for item in items))
    return None


def _place(path: Path, node: "yaml.Node") -> str:
    mark = node.start_mark
    return f"{path}, line {mark.line + 1}, column {mark.column + 1}"


def _leads_outside(path: Path, workspace: Path) -> bool:
    """Return True for a file in the repository that is a link, or behind one, to another place."""
    # The pipeline may name a file outside of it; only what the repository holds is untrusted.
    path = Path(os.path.normpath(path))
    top = _top(path) or (workspace if path.is_relative_to(workspace) else None)
    return top is not None and not path.resolve().is_relative_to(top.resolve())


def _top(path: Path) -> Path | None:
    """Return the top of the repository that contains a file; None if there is none."""
    return next((folder for folder in path.parents if (folder / ".git").exists()), None)


def _is_elsewhere(folder: Path, path: Path, workspace: Path) -> bool:
    """Return True for a folder that is not in the repository of the config file."""
    top = _top(path) or workspace
    try:
        return not folder.resolve().is_relative_to(top.resolve())
    except (OSError, RuntimeError):
        # Where the repository is read, such a folder does not exist.
        return False


def _not_there(path: Path) -> Message:
    return Message(
        f"The config file {path} does not exist.",
        "The input config names it. A relative path starts at the folder in which annotate runs.",
        f"config: {DEFAULT_NAME}",
        topic=Topic.CONFIG,
    )


def _elsewhere(folder: Given) -> Message:
    return Message(
        "The config file cannot set working-directory to a folder outside of its repository"
        f" ({folder.source}).",
        "A pull request can change the file, and could publish what another repository of this"
        " machine holds.",
        f"{_TRUST}\n{remedies.line('working-directory', folder.text.strip())}",
        topic=Topic.TRUST,
    )


def _outside(path: Path) -> Message:
    return Message(
        f"The config file {path} is a link that leads out of the repository.",
        "A pull request could add a link to any file of this machine, so it is not followed.",
        f"Put the file itself into the repository, or name another one:\nconfig: {DEFAULT_NAME}",
        topic=Topic.CONFIG,
    )


def _no_yaml(path: Path, error: yaml_nodes.YAMLError, content: bytes) -> Message:
    place, mend = "", _WHOLE
    if mark := error.mark:
        place = f", line {mark.line + 1}, column {mark.column + 1}"
        mend = _QUOTES if b"{{" in content or b"{%" in content else _SHAPE
    what = f"The config file cannot be read as YAML ({path}{place})."
    return Message(what, f"The problem: {error}.", mend, topic=Topic.CONFIG)


def _refused(declared: Input, place: str, text: str) -> Message:
    name = declared.name
    line = remedies.line(name, text)
    if declared.kind is Kind.SECRET:
        line = f"{name}: {remedies.value(declared)}"
    instead = "Set it in the pipeline instead:"
    return Message(
        f"The input {name} cannot be set in the config file ({place}).",
        declared.not_in_config or declared.needs_trust,
        f"{_TRUST if declared.needs_trust else instead}\n{line}",
        topic=Topic.TRUST,
    )


def _set_twice(name: str, place: str) -> Message:
    return Message(
        f"The key {name} is set twice ({place}).",
        "",
        "Remove one of the two lines.",
        topic=Topic.CONFIG,
    )


def _no_text(name: str, place: str) -> Message:
    mend = _QUOTES if name.endswith("-template") else _SHAPE
    return Message(
        f"The value of {name} is neither text nor a list of texts ({place}).",
        "",
        mend,
        topic=Topic.CONFIG,
    )
