"""The notice that each push to this branch sends a release."""

import json
from collections.abc import Callable

from annotate.errors import Message, Topic
from annotate.text import one_line
from annotate.versions.tags import filters_of
from annotate.versions.version import Version

#: Stands for the tag of the previous release where there is none.
_FIRST = "v1.0.0"


def on_github(branch: str) -> Callable[[str], Message]:
    """Return what makes the notice from the tag of the previous release.

    The tag is empty if there is none.
    """

    def notice(previous: str) -> Message:
        glob, _ = _filters(previous)
        return _untagged_push(
            branch,
            f"on:\n  push:\n    tags: [{json.dumps(glob)}]\n"
            "Or only annotate's step, if the workflow also does other things:\n"
            "if: github.ref_type == 'tag'",
        )

    return notice


def on_gitlab(branch: str) -> Callable[[str], Message]:
    """Return what makes the notice from the tag of the previous release.

    The tag is empty if there is none.
    """

    def notice(previous: str) -> Message:
        _, expression = _filters(previous)
        return _untagged_push(branch, f"rules:\n  - if: $CI_COMMIT_TAG =~ {expression}")

    return notice


def _filters(previous: str) -> tuple[str, str]:
    """Return what takes tags such as that of the previous release, on GitHub and on GitLab."""
    version = Version.parse(previous) or Version.parse(_FIRST)
    return filters_of(version) if version else ("", "")


def _untagged_push(branch: str, tags_only: str) -> Message:
    """The message for a commit without a tag on a branch, if the user did not set on-untagged.

    `tags_only` is what starts the pipeline for tags only.
    """
    return Message(
        f"Each push to {one_line(branch)} sends a release, and draws a line on the charts.",
        "A push to the branch started this pipeline, and its commit has no version tag. on-untagged"
        " is `describe` by default: the version is made from the nearest release.",
        f"Start the job for tags only:\n{tags_only}\n"
        "Or leave out the commits without a tag:\non-untagged: skip\n"
        "Or send each push, without this notice:\non-untagged: describe",
        topic=Topic.UNTAGGED,
    )
