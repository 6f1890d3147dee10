"""YAML from a repository, which may be hostile: read as nodes, without tags, within limits.

Nodes hold each value once, with its place, however many aliases refer to it. A value that is made
of them holds each alias written out, which can be a million times as much as the file. So both the
file and what its aliases stand for are limited.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    import yaml

#: Bytes of a file.
SIZE_LIMIT = 65_536
#: Characters of all values with their aliases written out: much for a file that repeats itself, and
#: little for a machine.
EXPANDED_LIMIT = 4 * SIZE_LIMIT

_MERGE_KEY = "<<"


class YAMLError(ValueError):
    """The text is not YAML, or too much. The message says what the problem is, of an `it`."""

    def __init__(self, problem: str, mark: "yaml.Mark | None" = None) -> None:
        """Keep the place, if there is one."""
        super().__init__(problem)
        self.mark = mark


def compose(content: bytes) -> "yaml.Node | None":
    """Parse one document, with every scalar as it is written; None if it is empty.

    Raises YAMLError.
    """
    # Most runs read no YAML.
    import yaml

    if len(content) > SIZE_LIMIT:
        raise YAMLError(f"it is larger than {SIZE_LIMIT} bytes")
    try:
        document = yaml.compose(content, Loader=yaml.BaseLoader)
        size = _size(document, {}) if document else 0
    except yaml.MarkedYAMLError as error:
        raise YAMLError(error.problem or "it is malformed", error.problem_mark) from error
    except yaml.reader.ReaderError as error:
        raise YAMLError(f"{error.reason} at byte {error.position}") from error
    except RecursionError as error:
        raise YAMLError("it is nested too deep") from error
    except YAMLError:
        raise
    except (ValueError, OverflowError) as error:
        # PyYAML makes a character of any number in an escape such as `\U`.
        raise YAMLError(str(error)) from error
    if size > EXPANDED_LIMIT:
        raise YAMLError(f"its aliases stand for more than {EXPANDED_LIMIT} characters")
    return document


def is_scalar(node: "yaml.Node | None") -> "TypeGuard[yaml.ScalarNode]":
    """Return True for a text."""
    return _kind(node) == "scalar"


def is_sequence(node: "yaml.Node | None") -> "TypeGuard[yaml.SequenceNode]":
    """Return True for a list."""
    return _kind(node) == "sequence"


def is_mapping(node: "yaml.Node | None") -> "TypeGuard[yaml.MappingNode]":
    """Return True for a mapping."""
    return _kind(node) == "mapping"


def pairs(node: "yaml.MappingNode") -> "Iterator[tuple[yaml.Node, yaml.Node]]":
    """Yield the keys and values of a mapping, those of its merge keys last.

    A merge key adds the keys that the mapping itself does not have; of several mappings, the first
    counts (yaml.org, "Merge Key Language-Independent Type for YAML Version 1.1"). One whose value
    is anything else is a key like others.
    """
    own = [(key, value) for key, value in node.value if not _is_merge(key)]
    yield from own
    names = {key.value for key, _ in own if is_scalar(key)}
    for merge_key, merged in filter(lambda pair: _is_merge(pair[0]), node.value):
        bases = merged.value if is_sequence(merged) else [merged]
        if not all(is_mapping(base) for base in bases):
            yield merge_key, merged
            continue
        for key, value in (pair for base in bases for pair in pairs(base)):
            if not is_scalar(key):
                yield key, value
            elif key.value not in names:
                names.add(key.value)
                yield key, value


def _kind(node: "yaml.Node | None") -> str:
    # The attribute of PyYAML's own classes, so that asking loads no library.
    return node.id if node else ""  # type: ignore[attr-defined] # missing from the stubs


def _is_merge(key: "yaml.Node") -> bool:
    # In quotes it is an ordinary key.
    return is_scalar(key) and key.value == _MERGE_KEY and key.style is None


def _size(node: "yaml.Node", known: dict[int, int]) -> int:
    """Return the characters of a node with its aliases written out, and one for each node.

    `known` holds the sizes by the ids of the nodes; -1 for one that contains this one.
    """
    if id(node) not in known:
        known[id(node)] = -1
        parts = [node.value] if is_scalar(node) else _parts(node)
        size = sum(len(part) if isinstance(part, str) else _size(part, known) for part in parts)
        known[id(node)] = 1 + size
    if known[id(node)] < 0:
        raise YAMLError("an alias stands for a value that contains it", node.start_mark)
    return known[id(node)]


def _parts(node: "yaml.Node") -> "list[yaml.Node]":
    if is_mapping(node):
        return [part for pair in node.value for part in pair]
    return list(node.value)
