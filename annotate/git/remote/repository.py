"""A remote repository. Each method fetches the objects that it needs, and no more.

The list of tags is read first. The commits of a range are fetched without trees, with the history
cut off at the previous release. A merge at the cut loses all of its parents, also those that are
not ancestors of that release. So each lost parent is fetched by its id, with the same cut, until
no new one appears; those still missing are ancestors of that release. If the server cannot cut the
history, all of it is fetched, still without trees.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import count
from typing import NamedTuple

from annotate.git.command import lines
from annotate.git.remote.scratch import Scratch
from annotate.git.remote.transfer import (
    LISTING_MEMORY,
    Connection,
    TransferFailed,
    TransferFailure,
)
from annotate.git.repository import LONGEST_TAG, Fork, LocalRepository
from annotate.notes.history import Commit, TagMessage
from annotate.versions.tags import Tag

#: Lost parents that are fetched one by one; for more, the whole history is cheaper.
_SINGLE_FETCHES = 40
_PEELED = "^{}"
# Filters of git-rev-list(1): what is not fetched.
_WITH_TREES, _COMMITS_ONLY = "blob:none", "tree:0"


class Range(NamedTuple):
    """All ancestors of a commit, itself included, that are not ancestors of a tag."""

    #: The repository with its commits.
    objects: LocalRepository
    #: True if the tag's commit is an ancestor of the commit.
    reaches_tag: bool
    #: The ancestors of the tag that are parents of commits of the range.
    ends: frozenset[str] = frozenset()
    #: The tag, if `objects` has its commits too, so that they must be excluded.
    excluded: Tag | None = None


class RemoteRepository:
    """Reads the history of one commit from a remote, with the methods of `LocalRepository`."""

    def __init__(self, connection: Connection, head: str, *, trees: bool, prefix: str) -> None:
        """Read the history of the commit `head`. `trees` is required to limit it to paths.

        Paths are relative to the folder `prefix` of the repository.
        """
        self._connection = connection
        self._head = head
        self._object_filter = _WITH_TREES if trees else _COMMITS_ONLY
        self._prefix = prefix
        self._numbers = count()
        self._listed: list[Tag] | None = None
        self._ranges: dict[tuple[str, str], Range] = {}
        self._histories: dict[str, Scratch] = {}
        self._singles: Scratch | None = None
        self._single_names: set[str] = set()

    def head(self) -> str:
        """Return the id of the commit that is released."""
        return self._head

    def tags(self) -> list[Tag]:
        """Return all tags, in the order of their names. Some may not stand for a commit."""
        if self._listed is None:
            output = self._connection.git(
                self._connection.folder,
                "ls-remote",
                # A pattern would select after the server has sent all refs, pull requests included.
                "--tags",
                "--end-of-options",
                self._connection.remote.url,
                memory=LISTING_MEMORY,
            )
            self._listed = _listed(lines(output))
        return self._listed

    def tags_between(self, excluded: Tag, included: str) -> set[str]:
        """Return the names of the tags whose commits are in the range `excluded..included`."""
        found = self._range(included, excluded)
        ids = found.objects.ids(included, found.excluded)
        return {tag.name for tag in self.tags() if tag.commit in ids}

    def dates(self, tags: Iterable[Tag]) -> dict[str, datetime]:
        """Return the dates of those tags that stand for a commit, in UTC, by the names of the tags.

        It is the tag's own date, else the committer's date of its commit.
        """
        tags = list(tags)
        return self._single_commits(tags).dates(tags)

    def fork(self, tag: Tag, commit: str) -> Fork:
        """Return how a tag and a commit are related."""
        found = self._range(commit, tag)
        if found.reaches_tag:
            return Fork(is_ancestor=True, at=None)
        committed = found.objects.committed(found.ends)
        return Fork(is_ancestor=False, at=max(committed.values(), default=None))

    def folders(self, commit: str, paths: Sequence[str]) -> list[str]:
        """Return those paths that are folders in the commit. Later, trees are fetched, too."""
        if self._object_filter != _WITH_TREES:
            self._object_filter = _WITH_TREES
            self._ranges.clear()
            self._histories.clear()
        return LocalRepository(self._alone(commit).git).folders(commit, paths)

    def absent(self, included: str, excluded: Tag | None, paths: Sequence[str]) -> list[str]:
        """Return those paths that are in neither commit."""
        return self._range(included, excluded).objects.absent(included, excluded, paths)

    def known_before(self, previous: Tag, release: Tag | None, commit: str) -> list[Commit]:
        """Return the commits of `previous` that `commit` does not have, newest first."""
        if release:
            return self.commits(previous.commit, release, (), None)
        fork = self.fork(previous, commit).at
        if fork is None:
            return []
        # A commit has no name by which a server could exclude it.
        scratch = self._new_scratch()
        scratch.fetch([previous.commit], f"--shallow-since={int(fork.timestamp()) + 1}")
        return LocalRepository(scratch.git).commits(previous.commit, None, (), None)

    def committed_at(self, commit: str) -> datetime:
        """Return the committer's date of a commit, in UTC."""
        known = [found for key, found in self._ranges.items() if key[0] == commit]
        objects = known[0].objects if known else self._single_commits([])
        if not objects.kinds([commit]):
            objects = LocalRepository(self._alone(commit).git)
        return objects.committed_at(commit)

    def committed(self, commits: Iterable[str]) -> dict[str, datetime]:
        """Return the committer's dates of commits, in UTC, by their ids."""
        asked = set(commits)
        objects = self._single_commits([])
        found = objects.committed(objects.kinds(asked))
        return found | {commit: self.committed_at(commit) for commit in asked - found.keys()}

    def message(self, tag: Tag) -> tuple[TagMessage, datetime | None]:
        """Return the message and the date of an annotated tag, in UTC; both empty for another."""
        return self._single_commits([tag]).message(tag) if tag.object_id else (TagMessage(), None)

    def _single_commits(self, tags: Iterable[Tag]) -> LocalRepository:
        """Return a repository with these tags and the release's commit, without parents."""
        if self._singles is None:
            self._singles = self._new_scratch()
            wanted = [self._head]
        else:
            wanted = []
        names = [tag.name for tag in tags if tag.name not in self._single_names]
        self._single_names.update(names)
        refs = [*wanted, *(f"refs/tags/{name}" for name in names)]
        try:
            if refs:
                self._singles.fetch(refs, "--depth=1")
        except TransferFailed as failure:
            if failure.reason is not TransferFailure.FAILED or refs == [self._head]:
                raise
            self._fetch_each(self._singles, refs)
        return LocalRepository(self._singles.git)

    def commits(
        self, included: str, excluded: Tag | None, paths: Sequence[str], limit: int | None
    ) -> list[Commit]:
        """Return the ancestors of `included` that are not ancestors of `excluded`, newest first."""
        found = self._range(included, excluded)
        return found.objects.commits(included, found.excluded, paths, limit)

    def count(
        self, included: str, excluded: Tag | None, paths: Sequence[str] = (), *, merges: bool
    ) -> int:
        """Return the number of commits in the range that `commits` returns."""
        found = self._range(included, excluded)
        return found.objects.count(included, found.excluded, paths, merges=merges)

    def _range(self, included: str, excluded: Tag | None) -> Range:
        key = (included, excluded.name if excluded else "")
        if key not in self._ranges:
            found = None
            try:
                if excluded and included not in self._histories:
                    found = self._fetch_range(included, excluded)
            except TransferFailed as failure:
                if failure.reason not in {TransferFailure.UNSUPPORTED, TransferFailure.FAILED}:
                    raise
            self._ranges[key] = found or self._range_of_history(included, excluded)
        return self._ranges[key]

    def _fetch_range(self, included: str, excluded: Tag) -> Range | None:
        """Fetch only the commits of the range. Return None if that needs too many fetches."""
        scratch = self._new_scratch()
        cut = f"--shallow-exclude=refs/tags/{excluded.name}"
        try:
            scratch.fetch([included], cut)
        except TransferFailed as failure:
            if failure.reason is not TransferFailure.NOTHING:
                raise
            return self._empty_range(included, excluded)
        behind: set[str] = set()
        for _ in range(_SINGLE_FETCHES):
            lost = self._lost_parents(scratch) - behind - {excluded.commit}
            if not lost:
                return self._with_boundary(scratch, excluded)
            asked = min(lost)
            try:
                scratch.fetch([asked], cut)
            except TransferFailed as failure:
                if failure.reason is not TransferFailure.NOTHING:
                    raise
                behind.add(asked)
        return None

    def _empty_range(self, included: str, excluded: Tag) -> Range:
        """Return the empty range of a commit that is the tag's, or an ancestor of it."""
        return Range(
            objects=LocalRepository(self._alone(included).git, ends=[included]),
            reaches_tag=excluded.commit == included,
            ends=frozenset([included]),
        )

    def _lost_parents(self, scratch: Scratch, *, merges_only: bool = True) -> set[str]:
        """Return the missing parents of the commits at the cut, by default only of merges.

        They are read from the stored commits, because `git log` shows no parents at a cut. A commit
        with one parent is cut if that one is excluded; a merge is cut if any of its parents is.
        """
        objects = LocalRepository(scratch.git)
        # The server also lists commits at the cut that it did not send.
        parents = objects.parents(objects.kinds(scratch.boundary))
        wanted = {
            commit
            for of_commit in parents
            if len(of_commit) > 1 or not merges_only
            for commit in of_commit
        }
        return wanted - objects.kinds(wanted).keys()

    def _with_boundary(self, scratch: Scratch, excluded: Tag) -> Range:
        """Fetch the commits just outside of the range, without their parents. Return the range.

        With them, each commit of the range has the same parents as in the whole history, so merges
        are recognized, and paths are compared with the right parent. If the tag stands for a
        commit, the others become its parents, to be its ancestors as in the whole history: git
        simplifies a history depending on the commits that are excluded by name.
        """
        ends = self._lost_parents(scratch, merges_only=False)
        scratch.fetch(sorted(ends | {excluded.commit}), "--depth=1")
        objects = LocalRepository(scratch.git)
        behind = ends - {excluded.commit}
        scratch.boundary = behind
        scratch.graft(excluded.commit, behind)
        reaches = excluded.commit in ends
        return Range(objects=objects, reaches_tag=reaches, ends=frozenset(ends), excluded=excluded)

    def _range_of_history(self, included: str, excluded: Tag | None) -> Range:
        """Return the range in the whole history, which is fetched."""
        scratch = self._history(included)
        objects = LocalRepository(scratch.git)
        if excluded is None:
            return Range(objects=objects, reaches_tag=False)
        if not objects.kinds([excluded.commit]):
            scratch.fetch([excluded.commit])
        common = objects.common_ancestors(excluded.commit, included)
        reaches = excluded.commit in common
        return Range(
            objects=objects, reaches_tag=reaches, ends=frozenset(common), excluded=excluded
        )

    def _history(self, commit: str) -> Scratch:
        """Return a scratch repository with the whole history of a commit, fetched once."""
        if commit not in self._histories:
            scratch = self._new_scratch()
            scratch.fetch([commit])
            self._histories[commit] = scratch
        return self._histories[commit]

    def _fetch_each(self, scratch: Scratch, refs: Sequence[str]) -> None:
        """Fetch refs one by one, without those that stand for no commit."""
        for ref in refs:
            try:
                scratch.fetch([ref], "--depth=1")
            except TransferFailed as failure:
                if failure.reason is not TransferFailure.FAILED or ref == self._head:
                    raise

    def _alone(self, commit: str) -> Scratch:
        """Return a scratch repository with a commit, without its parents."""
        scratch = self._new_scratch()
        scratch.fetch([commit], "--depth=1")
        return scratch

    def _new_scratch(self) -> Scratch:
        name = f"scratch-{next(self._numbers)}"
        # SHA-256 ids have 64 digits, SHA-1 ids have 40. A repository has only one of them.
        object_format = "sha256" if len(self._head) == 64 else "sha1"
        return Scratch(
            self._connection,
            name,
            object_format=object_format,
            object_filter=self._object_filter,
            prefix=self._prefix,
        )


def _listed(rows: Sequence[str]) -> list[Tag]:
    """Return the tags of `git ls-remote`. An annotated tag has a second row, with its target."""
    ids = {name: object_id for object_id, _, name in (row.partition("\t") for row in rows)}
    tags = []
    for ref, object_id in ids.items():
        name = ref.removeprefix("refs/tags/")
        if ref != name and not ref.endswith(_PEELED) and len(name) <= LONGEST_TAG:
            target = ids.get(f"{ref}{_PEELED}")
            own = object_id if target else None
            tags.append(Tag(name=name, commit=target or object_id, object_id=own))
    return tags
