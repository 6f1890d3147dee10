"""What is said of a repository that is not as a release needs it."""

from collections.abc import Sequence
from pathlib import Path

from annotate.compose.pattern import Patterns
from annotate.errors import Message

_FULL_CHECKOUT = """\
- uses: actions/checkout@v4      # GitHub
  with:
    fetch-depth: 0
variables:                       # GitLab
  GIT_DEPTH: 0"""
_NAMED = 10


def no_commit(root: Path) -> Message:
    """The branch is unborn."""
    return Message(
        f"The repository in {root} has no commit yet.",
        "A release is made of a commit; the branch that is checked out is empty.",
        'git commit --message "First commit" && git tag v0.1.0',
    )


def tag_not_taken(name: str, patterns: Patterns) -> Message:
    """A tag started the pipeline that is no release of this product."""
    return Message(
        f"The tag {name} is not one of this product's releases; nothing was sent.",
        f"It started the pipeline, and no line of tag-pattern takes it: {_quoted(patterns.lines)}.",
        f'If it is a release, let a line take it:\ntag-pattern: "{name}"',
    )


def untagged(head: str, rule: str) -> Message:
    """No tag on the commit, and the user wants none invented."""
    sent = " Nothing was sent." if rule == "skip" else ""
    return Message(
        f"The commit {head[:7]} carries no tag that is a version.{sent}",
        f"on-untagged is `{rule}`.",
        "Tag the commit, or let the version come from the nearest tag:\non-untagged: describe",
    )


def no_version_tag(names: Sequence[str], patterns: Patterns, *, shallow: bool) -> Message:
    """Nothing to start from: no tag at all, or none that fits."""
    what = "No tag that is a version lies on or behind this commit."
    if not names:
        why = "The checkout has no tags at all."
        mend = f"Bring the tags, if the repository has some:\n{_FULL_CHECKOUT}"
    else:
        why = (
            f"The patterns tried: {_quoted(patterns.lines)}. The tags that are there:"
            f" {_quoted(names[-_NAMED:])}"
            + (f" and {len(names) - _NAMED} more." if len(names) > _NAMED else ".")
        )
        why += " A version's tag holds a number, as v1.2.3 and web@1.2.3 do."
        mend = "Tag the release, or let a pattern take your tags:\n"
        mend += 'git tag v1.0.0 && git push origin v1.0.0\ntag-pattern: "**"'
    if shallow:
        why += " The checkout is shallow, so older commits and their tags are missing."
        mend = f"Bring the whole history:\n{_FULL_CHECKOUT}"
    return Message(what, why, f"{mend}\nOr do without a tag:\non-untagged: sha")


def no_ancestor(previous: str) -> Message:
    """The range starts at a release on another line of history."""
    return Message(
        f"No lower release lies behind this one; the commits since {previous} are told.",
        "The releases before were tagged on commits that this history does not contain, as on"
        " release branches that are never merged back, or after a rewrite.",
    )


def shallow() -> Message:
    """Commits or tags may be missing."""
    return Message(
        "The checkout is shallow: the release before and some commits may be missing.",
        "By default, GitHub checks out one commit and GitLab twenty.",
        _FULL_CHECKOUT,
    )


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
