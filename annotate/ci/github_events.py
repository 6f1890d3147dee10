"""Which events of GitHub Actions announce a release.

Source: GitHub Docs, "Events that trigger workflows", `release` and `delete`, and "Webhook events
and payloads". One release that is published starts a run for each of the types `published`,
`released` or `prereleased`, and `created`; a workflow that names no type runs for all of them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate import yaml_nodes
from annotate.ci import untagged
from annotate.errors import Message, Topic

if TYPE_CHECKING:
    import yaml

#: Types of the event `release` after which there is nothing new to mark.
_UNANNOUNCED = {"deleted", "edited", "unpublished"}
_ALL_TYPES = (*_UNANNOUNCED, "created", "prereleased", "published", "released")
#: The commit id in events of a deleted ref.
_NO_COMMIT = "0" * 40
# Names in expressions may be in any case, and in brackets (GitHub Docs, "Contexts").
_ASKS_FOR_TYPE = rb"event\s*(\.|\[\s*['\"])\s*action"
_TYPES = "on:\n  release:\n    types: [published]"


def no_release(event: Mapping[str, Any], tag: str, env: Mapping[str, str]) -> Message | None:
    """Return the reason why a run has no release to send; None if it may have one.

    `event` is the payload, and `tag` the tag that it names. Of several runs for one release, the
    first in the order `published`, `released` or `prereleased`, `created` has it.
    """
    match env.get("GITHUB_EVENT_NAME"):
        case "delete":
            ref = event.get("ref")
            is_tag = event.get("ref_type") == "tag" and isinstance(ref, str)
            return deleted_ref(str(ref) if is_tag else "")
        case "release":
            return _no_release(event, tag, env)
    if event.get("deleted") is True or env.get("GITHUB_SHA") == _NO_COMMIT:
        return deleted_ref(tag)
    return None


def untagged_push(event: str, ref: str) -> Callable[[str], Message] | None:
    """Return what makes the notice for a commit without a tag.

    None if the event is no push to a branch.
    """
    branch = ref.removeprefix("refs/heads/")
    is_push = event == "push" and branch != ref
    return untagged.on_github(branch) if is_push else None


def deleted_ref(tag: str) -> Message:
    """The message for a run that the deletion of a tag or branch started."""
    ref = f"The tag {tag}" if tag else "A branch or tag"
    return Message(
        f"{ref} was deleted, so there is no release to send.",
        "The deletion started this pipeline.",
        "on:\n  push:\n    tags: ['**']   # the event `delete` is not needed",
        topic=Topic.NOT_A_RELEASE,
    )


def unannounced(tag: str, action: str, *, draft: bool) -> Message:
    """The message for a run of a release that is a draft, or was changed or removed."""
    state = "is a draft" if draft else f"was {action}"
    return Message(
        f"The release {tag} {state}, so there is no release to send.",
        f"GitHub's event `release` started this pipeline, with the type `{action}`.",
        _TYPES,
        topic=Topic.NOT_A_RELEASE,
    )


def sent_by_another(tag: str, action: str, sending: str, workflow: str) -> Message:
    """The message for a run beside the one that sends the same release."""
    return Message(
        f"The release {tag} is sent by the run for the type `{sending}`; this run, for `{action}`,"
        " sends nothing.",
        f"GitHub starts a run for each type of the event `release` for which {workflow} runs:"
        " all types unless it names some.",
        _TYPES,
        topic=Topic.NOT_A_RELEASE,
    )


def _no_release(event: Mapping[str, Any], tag: str, env: Mapping[str, str]) -> Message | None:
    release, action = event.get("release"), event.get("action")
    if not isinstance(release, dict) or not isinstance(action, str):
        return None
    draft = release.get("draft") is True
    if draft or action in _UNANNOUNCED:
        return unannounced(tag, action, draft=draft)
    workflow = _workflow(env)
    listed = _listed_types(env, workflow)
    # A file that does not name the type is not the one that runs.
    if action not in listed:
        return None
    maturity = "prereleased" if release.get("prerelease") is True else "released"
    if action in {"prereleased", "released"}:
        maturity = action
    sending = next((one for one in ("published", maturity, "created") if one in listed), action)
    return None if sending == action else sent_by_another(tag, action, sending, workflow)


def _workflow(env: Mapping[str, str]) -> str:
    """Return the path of the workflow file in the repository; empty if it is not known.

    GITHUB_WORKFLOW_REF is `owner/name/.github/workflows/file.yml@refs/tags/v1.2.3`.
    """
    path = env.get("GITHUB_WORKFLOW_REF", "").partition("@refs/")[0]
    repository = f"{env.get('GITHUB_REPOSITORY', '')}/"
    return path.removeprefix(repository) if path.startswith(repository) else ""


def _listed_types(env: Mapping[str, str], workflow: str) -> Sequence[str]:
    """Return the types of `release` for which the workflow runs; none if that is not known."""
    content = _content(Path(env.get("GITHUB_WORKSPACE", "")), workflow)
    # Such a workflow chooses among the types itself, by an `if`.
    if re.search(_ASKS_FOR_TYPE, content, re.IGNORECASE):
        return ()
    try:
        on = _value(yaml_nodes.compose(content), "on")
    except yaml_nodes.YAMLError:
        return ()
    if yaml_nodes.is_mapping(on):
        release = _value(on, "release")
        return (_texts(_value(release, "types")) or _ALL_TYPES) if release else ()
    return _ALL_TYPES if "release" in _texts(on) else ()


def _content(workspace: Path, name: str) -> bytes:
    """Return the content of a file in the workspace, cut above the limit of `compose`.

    It is empty if the file cannot be read. A link to a place outside is not followed.
    """
    try:
        root, path = workspace.resolve(), (workspace / name).resolve()
        if not (name and path.is_relative_to(root) and path.is_file()):
            return b""
        with path.open("rb") as stream:
            return stream.read(yaml_nodes.SIZE_LIMIT + 1)
    except (OSError, RuntimeError, ValueError):
        return b""


def _value(node: "yaml.Node | None", name: str) -> "yaml.Node | None":
    """Return the value of a key; None if the node is not a mapping with that key."""
    pairs = node.value if yaml_nodes.is_mapping(node) else []
    return next((value for key, value in pairs if key.value == name), None)


def _texts(node: "yaml.Node | None") -> list[str]:
    """Return the texts in a scalar or a list of scalars that are not empty."""
    nodes = node.value if yaml_nodes.is_sequence(node) else [node]
    return [one.value for one in nodes if yaml_nodes.is_scalar(one) and one.value]
