"""The rules that choose among tags: which is the version, and which may be the release before.

A tag that started the pipeline is the version; else the highest version on the commit; else what
`on-untagged` says. The release before has the same family, is strictly lower, and is a final if
the version is one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from annotate.errors import Message, Topic
from annotate.versions.version import Version


class OnUntagged(StrEnum):
    """The version of a commit without a matching tag (the input `on-untagged`)."""

    #: Made from the nearest release: `1.2.3-4-gabc1234`.
    DESCRIBE = "describe"
    #: That of the nearest release.
    NEAREST = "nearest"
    #: The short id of the commit.
    SHA = "sha"
    #: None: send nothing.
    SKIP = "skip"
    #: None: fail.
    FAIL = "fail"


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A tag on a commit."""

    name: str
    #: The commit it stands for, peeled.
    commit: str
    #: The tag object's own id; None for a lightweight tag.
    object_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class VersionTag:
    """A tag whose name is a version."""

    tag: Tag
    version: Version

    @classmethod
    def of(cls, tag: Tag) -> Self | None:
        """Read the tag's name; None where it holds no number."""
        version = Version.parse(tag.name)
        return cls(tag=tag, version=version) if version else None

    @property
    def preference(self) -> tuple[object, ...]:
        """The order of choice among all tags; the last is the best.

        Tags that bear no product's name are the whole's, and come before any product's.
        """
        return self.version.family == "", self.version.rank


def version_tags(tags: Iterable[Tag]) -> list[VersionTag]:
    """The tags that are versions, without those that float (`v1` beside `v1.2.3`)."""
    by_commit: dict[str, list[VersionTag]] = defaultdict(list)
    for tag in tags:
        if found := VersionTag.of(tag):
            by_commit[tag.commit].append(found)
    return [
        one
        for together in by_commit.values()
        for one in together
        if not any(one.version.is_shorthand_of(other.version) for other in together)
    ]


def highest(candidates: Sequence[VersionTag]) -> VersionTag | None:
    """The release among tags that are all possible."""
    return max(candidates, key=lambda one: one.preference, default=None)


def lower(
    candidates: Iterable[VersionTag], version: Version, *, finals_only: bool
) -> list[VersionTag]:
    """The tags that may be the release before `version`, the highest first."""
    below = [
        one
        for one in candidates
        if one.version.family == version.family
        and one.version.order < version.order
        and (one.version.is_final or not finals_only)
    ]
    return sorted(below, key=lambda one: one.version.rank, reverse=True)


def families_compete(candidates: Iterable[VersionTag], best: VersionTag) -> tuple[Message, ...]:
    """A concern where the tags are those of several products, and `best` is of one of them."""
    families = sorted({candidate.version.family for candidate in candidates})
    if len(families) < 2:
        return ()
    named = ", ".join(f"`{family}…`" if family else "without prefix" for family in families[:8])
    message = Message(
        f"Tags of several families fit ({named}); annotate took `{best.tag.name}`.",
        "Each family of tags is a product of its own, and one release is of one product.",
        f'Name yours:\ntag-pattern: "{_pattern_of(best.version)}"',
        topic=Topic.FAMILIES,
    )
    return (message,)


def _pattern_of(version: Version) -> str:
    """A pattern that takes the tags of one family only."""
    if version.family:
        return f"{version.family}*"
    return "v*" if version.text.startswith("v") else "[0-9]*"
