"""A repository of which many releases are read: its tags, its graph and its texts, each at once.

The number of git commands grows with the commits (one for each few thousand of them) and with the
folders of products, not with the tags.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from annotate.git.command import Git, lines, records
from annotate.git.graph import Graph, Node
from annotate.git.repository import (
    TAG_MESSAGE_FIELDS,
    Fork,
    LocalRepository,
    moment,
    tag_message,
)
from annotate.notes.history import Commit, TagMessage
from annotate.versions.tags import Tag


class WholeRepository(LocalRepository):
    """A repository on this machine whose history is complete."""

    def __init__(self, git: Git, *, head: str) -> None:
        """Ask through `git`, as `LocalRepository` does."""
        super().__init__(git, head=head)
        #: The ids of ranges by their ends, and the commits that are read.
        self._between: dict[tuple[str, str], list[str]] = {}
        self._commits: dict[str, Commit] = {}
        self._touched: dict[tuple[str, ...], frozenset[str]] = {}
        self._folders: dict[tuple[str, str], bool] = {}

    def ids_of(self, included: str, excluded: str) -> list[str]:
        """Return the ids of the range `excluded..included`, newest first."""
        key = (included, excluded)
        if key not in self._between:
            self._between[key] = self._graph.between(included, excluded)
        return self._between[key]

    def ids_before(self, included: str, excluded: str) -> list[str]:
        """Return the ids of what `excluded` has and `included` has not, newest first."""
        # Then `excluded` is an ancestor, as it mostly is, and no other range need be found.
        if self._graph.has_child(excluded, self.ids_of(included, excluded)):
            return []
        return self.ids_of(excluded, included)

    def load(self, ids: Iterable[str]) -> None:
        """Read these commits, and forget those that were read before."""
        self._commits.clear()
        if asked := dict.fromkeys(ids):
            found = self._read_commits("--no-walk=unsorted", selection=asked)
            self._commits = {commit.sha: commit for commit in found}

    def forget_ranges(self) -> None:
        """Forget the ranges of releases that are done."""
        self._between.clear()

    def look_for_folders(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Look up which of these paths, each in a commit, are folders."""
        asked = list(dict.fromkeys(wanted))
        if asked:
            rows = [f"{commit}:{path}" for commit, path in asked]
            answers = lines(self._git("cat-file", "--batch-check=%(objecttype)", stdin=rows))
            for key, answer in zip(asked, answers, strict=True):
                self._folders[key] = answer == "tree"

    def fork(self, tag: Tag, commit: str) -> Fork:
        """Return how a tag and a commit are related."""
        if not self.ids_of(tag.commit, commit):
            return Fork(is_ancestor=True, at=None)
        parted = self._graph.parted_at(tag.commit, commit)
        return Fork(is_ancestor=False, at=None if parted is None else moment(parted))

    def folders(self, commit: str, paths: Sequence[str]) -> list[str]:
        """Return those paths that are folders in the commit, as it was looked up, or is now."""
        self.look_for_folders(
            (commit, path) for path in paths if (commit, path) not in self._folders
        )
        return [path for path in paths if self._folders.get((commit, path))]

    def committed(self, commits: Iterable[str]) -> dict[str, datetime]:
        """Return the committer's dates of commits, in UTC, by their ids."""
        return {commit: moment(self._graph.committed(commit)) for commit in commits}

    def message(self, tag: Tag) -> tuple[TagMessage, datetime | None]:
        """Return the message and the date of an annotated tag, in UTC; both empty for another."""
        return self._messages.get(tag.name, (TagMessage(), None))

    def commits(
        self, included: str, excluded: Tag | None, paths: Sequence[str], limit: int | None
    ) -> list[Commit]:
        """Return the commits of a range, newest first, which `load` has read."""
        return [self._commits[sha] for sha in self.selected(included, excluded, paths)[:limit]]

    def count(
        self, included: str, excluded: Tag | None, paths: Sequence[str] = (), *, merges: bool
    ) -> int:
        """Return the number of commits in the range that `commits` returns."""
        found = self.selected(included, excluded, paths)
        return sum(merges or not self._graph.is_merge(sha) for sha in found)

    def selected(self, included: str, excluded: Tag | None, paths: Sequence[str]) -> list[str]:
        """Return the ids of the commits in a range that change these paths, newest first."""
        ids = self.ids_of(included, excluded.commit if excluded else "")
        if not paths:
            return ids
        touched = self._touching(tuple(paths))
        return [sha for sha in ids if sha in touched and not self._graph.is_merge(sha)]

    def _touching(self, paths: tuple[str, ...]) -> frozenset[str]:
        """Return the ids of all commits that change something in these paths."""
        if paths not in self._touched:
            selection = (*self._tips, "--", *paths)
            arguments = ("log", "--format=%H", "--full-history", "--no-merges", "--stdin")
            self._touched[paths] = frozenset(lines(self._git(*arguments, stdin=selection)))
        return self._touched[paths]

    @property
    def _tips(self) -> list[str]:
        return list(dict.fromkeys(tag.commit for tag in self.tags()))

    @cached_property
    def _graph(self) -> Graph:
        arguments = ("log", "--date-order", "--format=%H %ct %P", "--stdin")
        output = self._git(*arguments, stdin=self._tips)
        split = (line.split(" ") for line in lines(output))
        return Graph(
            Node(sha, int(committed or 0), [parent for parent in parents if parent])
            for sha, committed, *parents in split
        )

    @cached_property
    def _messages(self) -> Mapping[str, tuple[TagMessage, datetime | None]]:
        fields = f"--format=%(refname:strip=2)%00{TAG_MESSAGE_FIELDS}"
        annotated = {tag.name for tag in self.tags() if tag.object_id}
        # Each record begins with the end of the line before.
        rows = records(self._git("for-each-ref", fields, "refs/tags"), 4)
        named = ((name.lstrip("\n"), rest) for name, *rest in rows)
        return {name: tag_message(*rest) for name, rest in named if name in annotated}
