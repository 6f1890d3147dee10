"""The fallback if the remote lists its tags, but its commits cannot be fetched."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from annotate.git.command import Git
from annotate.git.repository import Fork, LocalRepository
from annotate.notes.history import Commit, TagMessage
from annotate.versions.tags import UNKNOWN_DATE, Tag


class PartialRepository(LocalRepository):
    """The commits of the checkout with the tags of the remote. Commits of tags may be missing."""

    def __init__(self, git: Git, head: str, listed: Sequence[Tag]) -> None:
        """Use the tags in `listed` instead of the checkout's own."""
        super().__init__(git, head=head)
        self._tags = list(listed)

    def dates(self, tags: Iterable[Tag]) -> dict[str, datetime]:
        """Return the dates of the tags' commits; UNKNOWN_DATE for those that are missing."""
        tags = list(tags)
        committed = super().committed(self._here(tag.commit for tag in tags))
        return {tag.name: committed.get(tag.commit, UNKNOWN_DATE) for tag in tags}

    def fork(self, tag: Tag, commit: str) -> Fork:
        """Return how a tag and a commit are related; without the tag's commit, nothing is known."""
        here = self._are_here(tag, commit)
        return super().fork(tag, commit) if here else Fork(is_ancestor=False, at=None)

    def tags_between(self, excluded: Tag, included: str) -> set[str]:
        """Return the names of the checkout's own tags in the range."""
        here = self._if_here(excluded)
        return super().tags_between(excluded, self._or_head(included)) if here else set()

    def folders(self, commit: str, paths: Sequence[str]) -> list[str]:
        """Return those paths that are folders in the commit, or in HEAD if it is missing."""
        return super().folders(self._or_head(commit), paths)

    def absent(self, included: str, excluded: Tag | None, paths: Sequence[str]) -> list[str]:
        """Return those paths that are in neither commit, as far as these are here."""
        return super().absent(self._or_head(included), self._if_here(excluded), paths)

    def known_before(self, previous: Tag, release: Tag | None, commit: str) -> list[Commit]:
        """Return the commits of `previous` that are here and that `commit` does not have."""
        here = self._are_here(previous, commit)
        return super().known_before(previous, release, commit) if here else []

    def message(self, tag: Tag) -> tuple[TagMessage, datetime | None]:
        """Return the message and the date of an annotated tag, in UTC.

        Both are empty if the checkout does not have the tag.
        """
        here = tag.object_id and self.kinds([tag.object_id])
        return super().message(tag) if here else (TagMessage(), None)

    def commits(
        self, included: str, excluded: Tag | None, paths: Sequence[str], limit: int | None
    ) -> list[Commit]:
        """Return the commits of the range that are here.

        A missing `included` is replaced by HEAD; a missing `excluded` excludes nothing.
        """
        return super().commits(self._or_head(included), self._if_here(excluded), paths, limit)

    def count(
        self, included: str, excluded: Tag | None, paths: Sequence[str] = (), *, merges: bool
    ) -> int:
        """Return the number of commits in the same range."""
        return super().count(self._or_head(included), self._if_here(excluded), paths, merges=merges)

    def committed(self, commits: Iterable[str]) -> dict[str, datetime]:
        """Return the committer's dates of the commits, in UTC; for a missing one, that of HEAD."""
        asked = list(commits)
        known = super().committed([*self._here(asked), self.head()])
        return {commit: known.get(commit, known[self.head()]) for commit in asked}

    def _here(self, commits: Iterable[str]) -> list[str]:
        return [commit for commit, kind in self.kinds(commits).items() if kind == "commit"]

    def _or_head(self, commit: str) -> str:
        return commit if self.kinds([commit]) else self.head()

    def _if_here(self, tag: Tag | None) -> Tag | None:
        here = tag and self.kinds([tag.commit]).get(tag.commit) == "commit"
        return tag if here else None

    def _are_here(self, tag: Tag, commit: str) -> bool:
        return bool(self._if_here(tag) and self.kinds([commit]))
