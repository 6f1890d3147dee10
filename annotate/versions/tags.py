"""Tags, and the choice of the version among them."""

import json
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple, Self

from annotate.errors import Message, Topic
from annotate.versions.pattern import literal
from annotate.versions.version import Version

# Folders in which repositories keep their packages.
_PARENTS = ("packages", "crates", "apps", "libs", "plugins", "modules", "services")
_A_YEAR = timedelta(days=365)
_BY_NUMBERS = attrgetter("numbers")


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


#: Stands for the date of a tag whose commit is missing; older than anything.
UNKNOWN_DATE = datetime.fromtimestamp(0, UTC)


class VersionTag(NamedTuple):
    """A tag whose name contains a version."""

    tag: Tag
    version: Version

    @classmethod
    def of(cls, tag: Tag) -> Self | None:
        """Read the tag's name. Return None if it contains no version."""
        version = Version.parse(tag.name)
        return cls(tag, version) if version else None

    @property
    def preference(self) -> tuple[object, ...]:
        """Sort key among all tags; the greatest is preferred.

        Tags without the name of a product are preferred to those of a product.
        """
        return self.version.family == "", self.version.rank


def version_tags(tags: Iterable[Tag]) -> list[VersionTag]:
    """Return those tags whose names contain a version."""
    return [found for tag in tags if (found := VersionTag.of(tag))]


def without_floating(tags: Sequence[Tag]) -> Sequence[Tag]:
    """Return the tags without floating ones: those like `v1` on the same commit as `v1.2.3`.

    Tags are many, and few share a commit. Only the names of these are read.
    """
    if len({tag.commit for tag in tags}) == len(tags):
        return tags
    shared = Counter(tag.commit for tag in tags)
    there: dict[tuple[str, str], list[VersionTag]] = defaultdict(list)
    for one in version_tags(tag for tag in tags if shared[tag.commit] > 1):
        there[one.tag.commit, one.version.family].append(one)
    floating: set[str] = set()
    for same in there.values():
        versions = sorted((one.version for one in same), key=_BY_NUMBERS)
        floating |= {one.tag.name for one in same if _is_floating(one.version, versions)}
    return [tag for tag in tags if tag.name not in floating] if floating else tags


def _is_floating(version: Version, ordered: Sequence[Version]) -> bool:
    """Return True if the version is a shorthand of another one of its place.

    Tags are many, so it is only compared with the one that follows its own numbers in `ordered`:
    those that it is a shorthand of stand there first.
    """
    after = bisect_right(ordered, version.numbers, key=_BY_NUMBERS)
    return after < len(ordered) and version.is_shorthand_of(ordered[after])


def highest(candidates: Sequence[VersionTag]) -> VersionTag | None:
    """Return the preferred tag, or None if there are none."""
    return max(candidates, key=lambda found: found.preference, default=None)


def is_alive(newest: datetime | None, at: datetime) -> bool:
    """Return True if a family had a release in the year before; `newest` is its newest tag's date.

    `at` is the date of the commit that is released.
    """
    return newest is not None and newest > at - _A_YEAR


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


def filters_of(version: Version) -> tuple[str, str]:
    """Return what takes the tags of full versions such as this one, and not `v1`.

    The first is a tag filter of GitHub, the second a regular expression for the rules of GitLab.
    """
    rest = version.text.lstrip("vV")
    prefix = f"{version.family}{version.text.removesuffix(rest)}"
    further = r"(?:[._-][0-9]+)" * (len(version.numbers) - 1)
    found = re.match(f"[0-9]+{further}", rest)
    number = found[0] if found else rest
    glob = literal(prefix) + re.sub("[0-9]+", "*", number)
    expression = re.escape(prefix) + re.sub("[0-9]+", "[0-9]+", re.escape(number))
    return glob, "/^{}/".format(expression.replace("/", r"\/"))
