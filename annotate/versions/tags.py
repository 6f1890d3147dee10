"""The rules that choose the version and the previous release among the tags.

The version is that of the tag that started the pipeline, else the highest on the commit, else what
`on-untagged` says. The previous release has the same family and a strictly lower version, which is
final if the version is.
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

    #: Made from the nearest release, as git-describe(1) does: `1.2.3-4-gabc1234`.
    DESCRIBE = "describe"
    #: The version of the nearest release.
    NEAREST = "nearest"
    #: The short id of the commit.
    SHA = "sha"
    #: No version: send nothing.
    SKIP = "skip"
    #: No version: fail.
    FAIL = "fail"


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A tag on a commit."""

    name: str
    #: Id of the commit that the tag stands for, also if it does so through other tags.
    commit: str
    #: Id of the tag object; None for a lightweight tag.
    object_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class VersionTag:
    """A tag whose name contains a version."""

    tag: Tag
    version: Version

    @classmethod
    def of(cls, tag: Tag) -> Self | None:
        """Read the tag's name. Return None if it contains no version."""
        version = Version.parse(tag.name)
        return cls(tag=tag, version=version) if version else None

    @property
    def preference(self) -> tuple[object, ...]:
        """Sort key among all tags; the greatest is preferred.

        Tags without the name of a product are preferred to those of a product.
        """
        return self.version.family == "", self.version.rank


def version_tags(tags: Iterable[Tag]) -> list[VersionTag]:
    """Return the tags that are versions, without floating ones (`v1` beside `v1.2.3`)."""
    by_commit: dict[str, list[VersionTag]] = defaultdict(list)
    for tag in tags:
        if found := VersionTag.of(tag):
            by_commit[tag.commit].append(found)
    return [
        found
        for on_commit in by_commit.values()
        for found in on_commit
        if not any(found.version.is_shorthand_of(other.version) for other in on_commit)
    ]


def highest(candidates: Sequence[VersionTag]) -> VersionTag | None:
    """Return the preferred tag, or None if there are none."""
    return max(candidates, key=lambda found: found.preference, default=None)


def lower(
    candidates: Iterable[VersionTag], version: Version, *, finals_only: bool
) -> list[VersionTag]:
    """Return the tags that may be the previous release of `version`, the highest first."""
    below = [
        found
        for found in candidates
        if found.version.family == version.family
        and found.version.order < version.order
        and (found.version.is_final or not finals_only)
    ]
    return sorted(below, key=lambda found: found.version.rank, reverse=True)


def families_compete(candidates: Iterable[VersionTag], best: VersionTag) -> tuple[Message, ...]:
    """Return a warning if the tags have several families. `best` is the tag that was chosen."""
    families = sorted({candidate.version.family for candidate in candidates})
    if len(families) < 2:
        return ()
    named = ", ".join(f"`{family}…`" if family else "without prefix" for family in families[:8])
    message = Message(
        f"Tags of several families match ({named}); annotate took `{best.tag.name}`.",
        "Each family, the part of a tag before the number, counts as a product of its own.",
        f'Include only the product to release:\ntag-pattern: "{_pattern_of(best.version)}"',
        topic=Topic.FAMILIES,
    )
    return (message,)


def _pattern_of(version: Version) -> str:
    """Return a pattern for the tags of the version's family only."""
    if version.family:
        return f"{version.family}*"
    return "v*" if version.text.startswith("v") else "[0-9]*"
