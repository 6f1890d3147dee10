"""The tags of one product, in the order of their versions."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import itemgetter

from annotate.versions.tags import Tag, VersionTag, version_tags
from annotate.versions.version import Place, Version, place_of

_PLACE = itemgetter(0)


class Family:
    """The tags of one product.

    There may be thousands, of which a run looks at a few. So all are sorted by the first two
    numbers alone. Of those that share them, the whole names are read once one is asked for.
    """

    def __init__(self, tags: Iterable[tuple[Place, Tag]]) -> None:
        """Take tags of one family with the places of their versions, in any order; at least one."""
        self._tags = sorted(tags, key=_PLACE)
        self._ranked: dict[Place, list[VersionTag]] = {}

    @property
    def highest(self) -> VersionTag:
        """The tag with the highest version."""
        return next(self.descending())

    def descending(self) -> Iterator[VersionTag]:
        """Yield all tags, the highest first."""
        return self._descending(len(self._tags))

    def below(self, version: Version, *, finals_only: bool) -> Iterator[VersionTag]:
        """Yield the tags that may be the previous release of `version`, the highest first."""
        for found in self._below(version):
            if found.version.is_final or not finals_only:
                yield found

    def _below(self, version: Version) -> Iterator[VersionTag]:
        start, near = self._near(version.place)
        end = bisect_left(near, version.precedence, key=lambda found: found.version.precedence)
        yield from reversed(near[:end])
        yield from self._descending(start)

    def _descending(self, end: int) -> Iterator[VersionTag]:
        while end:
            end, near = self._near(_PLACE(self._tags[end - 1]))
            yield from reversed(near)

    def _near(self, place: Place) -> tuple[int, list[VersionTag]]:
        """Return the index of the first tag of a place, and all tags of it in their order."""
        start = bisect_left(self._tags, place, key=_PLACE)
        if place not in self._ranked:
            end = bisect_right(self._tags, place, key=_PLACE)
            found = version_tags(tag for _, tag in self._tags[start:end])
            self._ranked[place] = sorted(found, key=lambda one: one.version.rank)
        return start, self._ranked[place]


def by_family(tags: Iterable[Tag]) -> dict[str, Family]:
    """Return the families of those tags that are versions, by their names, the largest first."""
    families: dict[str, list[tuple[Place, Tag]]] = defaultdict(list)
    for tag in tags:
        if found := place_of(tag.name):
            family, place = found
            families[family].append((place, tag))
    ordered = sorted(families.items(), key=lambda family: (-len(family[1]), family[0]))
    return {name: Family(placed) for name, placed in ordered}
