"""Read the histories of many releases at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from annotate.git import mailmap
from annotate.git.checkout import Checkout
from annotate.git.history import Query, Reader
from annotate.git.whole import WholeRepository
from annotate.notes.history import History
from annotate.versions.tags import VersionTag, product_folders, version_tags

# Commits whose texts are in memory at once, unless one release has more.
_COMMITS = 5_000


class Dated(NamedTuple):
    """A tag that is a version, and its date, aware."""

    tag: VersionTag
    at: datetime


class Histories:
    """The releases of a repository, the oldest first."""

    def __init__(self, found: Checkout, query: Query, takes: Callable[[Dated], bool]) -> None:
        """Find the tags that `query` and `takes` select in a complete checkout."""
        self._checkout = found
        self._source = WholeRepository(found.git, head=found.head)
        self._reader = _EachReader(self._source, query)
        every = self._reader.dated()
        self.tags = [dated for dated in every if takes(dated)]
        #: The newest five of all tags that are versions, the newest first.
        self.newest = every[::-1][:5]

    def __iter__(self) -> Iterator[History]:
        """Yield their histories."""
        found = [self._reader.of_tag(dated.tag.tag.name) for dated in self.tags]
        self._source.look_for_folders(self._reader.places(found))
        found = [self._reader.in_folder(history) for history in found]
        together: list[History] = []
        ids: set[str] = set()
        for history in found:
            together.append(history)
            ids.update(self._reader.ids(history))
            if len(ids) >= _COMMITS:
                yield from self._completed(together, ids)
                together, ids = [], set()
        yield from self._completed(together, ids)

    def _completed(self, histories: Sequence[History], ids: Iterable[str]) -> Iterator[History]:
        self._source.load(ids)
        completed = [self._reader.completed(history) for history in histories]
        self._source.forget_ranges()
        yield from mailmap.all_named(completed, self._checkout)


class _EachReader(Reader):
    """Finds the histories of tags, as if each had started a pipeline."""

    def __init__(self, source: WholeRepository, query: Query) -> None:
        super().__init__(source, query)
        self._whole = source
        self._version_tags = version_tags(self._taken)
        self._there: dict[str, list[VersionTag]] = defaultdict(list)
        for found in self._version_tags:
            self._there[found.tag.commit].append(found)

    def dated(self) -> list[Dated]:
        """Return all tags that are versions, the oldest first."""
        dates = self._whole.dates(found.tag for found in self._version_tags)
        found = [Dated(found, dates[found.tag.name]) for found in self._version_tags]
        return sorted(found, key=lambda dated: (dated.at, dated.tag.version.rank))

    def of_tag(self, name: str) -> History:
        """Return the history of a tag, without its commits."""
        self._query = self._query._replace(event_tag=name)
        return self._without_range()

    def _on(self, commit: str) -> Sequence[VersionTag]:
        return self._there.get(commit, [])

    def places(self, histories: Sequence[History]) -> list[tuple[str, str]]:
        """Return the paths where the products of releases may be, each with the commit."""
        if not self._query.auto_paths:
            return []
        tags = {found.tag.name: found for found in self._version_tags}
        return [
            (history.commit, path)
            for history in histories
            for paths in product_folders(tags[history.tag].version)
            for path in paths
        ]

    def in_folder(self, history: History) -> History:
        """Return the history of the product's folder, where `places` were looked up."""
        return self._with_folders(history)

    def ids(self, history: History) -> list[str]:
        """Return the ids of the commits that a history needs."""
        previous, paths, limit = self._range(history)
        own = self._whole.selected(history.commit, previous, paths)[:limit]
        told = self._whole.ids_before(history.commit, previous.commit) if previous else []
        return own + told

    def completed(self, history: History) -> History:
        """Return the history with its commits."""
        return self._with_range(history)
