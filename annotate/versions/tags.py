"""The rules that choose the version and the previous release among the tags.

The version is that of the tag that started the pipeline, else the highest on the commit, else what
`on-untagged` says. The previous release has the same family and the highest of the strictly lower
versions that existed by then; it is final if the version is. Whether or not it is an ancestor does
not matter: most large projects tag on release branches that they never merge back.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple, Self

from annotate.errors import Message, Topic
from annotate.versions.pattern import literal
from annotate.versions.version import Version

# Folders in which repositories keep their packages.
_PARENTS = ("packages", "crates", "apps", "libs", "plugins", "modules", "services")
_A_YEAR = timedelta(days=365)


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


class Tag(NamedTuple):
    """A tag on a commit."""

    name: str
    #: Id of the commit that the tag stands for, also if it does so through other tags.
    commit: str
    #: Id of the tag object; None for a lightweight tag.
    object_id: str | None = None


class TagDates(NamedTuple):
    """When a tag came to be, in UTC."""

    #: The tag's own date, or that of its commit for a lightweight tag.
    tagged: datetime
    #: The committer's date of its commit.
    committed: datetime


#: Stands for the dates of a tag whose commit is missing; older than anything.
UNKNOWN_DATES = TagDates(
    tagged=datetime.fromtimestamp(0, UTC), committed=datetime.fromtimestamp(0, UTC)
)


class VersionTag(NamedTuple):
    """A tag whose name contains a version."""

    tag: Tag
    version: Version

    @classmethod
    def of(cls, tag: Tag) -> Self | None:
        """Read the tag's name. Return None if it contains no version."""
        version = Version.parse(tag.name)
        return cls(tag=tag, version=version) if version else None

    @property
    def place(self) -> tuple[str, str]:
        """Its commit and its family."""
        return self.tag.commit, self.version.family

    @property
    def preference(self) -> tuple[object, ...]:
        """Sort key among all tags; the greatest is preferred.

        Tags without the name of a product are preferred to those of a product.
        """
        return self.version.family == "", self.version.rank


def version_tags(tags: Iterable[Tag]) -> list[VersionTag]:
    """Return the tags that are versions, without floating ones (`v1` beside `v1.2.3`)."""
    found = [one for tag in tags if (one := VersionTag.of(tag))]
    there: dict[tuple[str, str], list[Version]] = defaultdict(list)
    for one in sorted(found, key=lambda one: one.version.numbers):
        there[one.place].append(one.version)
    return [one for one in found if not _is_floating(one.version, there[one.place])]


def _is_floating(version: Version, ordered: Sequence[Version]) -> bool:
    """Return True if the version is a shorthand of another one of its place.

    Tags are many, so it is only compared with the one that follows its own numbers in `ordered`:
    those that it is a shorthand of stand there first.
    """
    after = bisect_right(ordered, version.numbers, key=lambda one: one.numbers)
    return after < len(ordered) and version.is_shorthand_of(ordered[after])


def highest(candidates: Sequence[VersionTag]) -> VersionTag | None:
    """Return the preferred tag, or None if there are none."""
    return max(candidates, key=lambda found: found.preference, default=None)


def lower(
    candidates: Iterable[VersionTag], version: Version, *, finals_only: bool
) -> list[VersionTag]:
    """Return the tags that may be the previous release of `version`, the highest first."""
    limit = version.precedence
    ranked = [
        (found.version.rank, found)
        for found in candidates
        if found.version.family == version.family and (found.version.is_final or not finals_only)
    ]
    # Of thousands of tags, each is ranked once.
    below = [pair for pair in ranked if pair[0][0] < limit]
    below.sort(key=itemgetter(0), reverse=True)
    return [found for _, found in below]


def by_family(candidates: Iterable[VersionTag]) -> dict[str, list[VersionTag]]:
    """Return the tags of each family, the highest first; the largest family first."""
    families: dict[str, list[VersionTag]] = defaultdict(list)
    for found in candidates:
        families[found.version.family].append(found)
    ordered = sorted(families.items(), key=lambda family: (-len(family[1]), family[0]))
    return {
        family: sorted(tags, key=lambda found: found.version.rank, reverse=True)
        for family, tags in ordered
    }


def is_alive(dates: TagDates | None, at: datetime) -> bool:
    """Return True if a family with these dates of its newest tag had a release in the year before.

    `at` is the date of the commit that is released.
    """
    return dates is not None and dates.tagged > at - _A_YEAR


def product_folders(version: Version) -> list[list[str]]:
    """Return where the folder of a version's product may be: groups of paths, the best first.

    The first is the path that the family itself is (`api/` of `api/v1.2.3`), the second the
    product's name, at the top or directly below a folder of packages.
    """
    product = version.product
    if not product:
        return []
    name = product.rpartition("/")[2]
    by_name = [name, *(f"{parent}/{name}" for parent in _PARENTS)]
    return [[product], by_name] if version.family.endswith("/") else [by_name]


def families_compete(rivals: Sequence[VersionTag], best: VersionTag) -> Message:
    """The message for tags of several products. `best` is chosen, `rivals` are the others."""
    pattern = pattern_of(best.version)
    families = sorted({found.version.family for found in (*rivals, best)})
    named = ", ".join(f"`{family}…`" if family else "without prefix" for family in families[:8])
    return Message(
        f"Tags of several families match ({named}); annotate took `{best.tag.name}`.",
        "Each family, the part of a tag before the number, counts as a product of its own.",
        f"Include only the product to release:\ntag-pattern: {json.dumps(pattern)}",
        topic=Topic.FAMILIES,
    )


def pattern_of(version: Version) -> str:
    """Return a pattern for the tags of the version's family only."""
    if version.family:
        return f"{literal(version.family)}*"
    return "v*" if version.text.startswith("v") else "[0-9]*"
