"""The fallback if the remote lists its tags, but its commits cannot be fetched."""

from collections.abc import Sequence
from datetime import datetime

from annotate.git.command import Git
from annotate.git.repository import LocalRepository
from annotate.notes.history import Commit, TagMessage
from annotate.versions.tags import Tag


class PartialRepository(LocalRepository):
    """The commits of the checkout with the tags of the remote. Commits of tags may be missing."""

    def __init__(self, git: Git, listed: Sequence[Tag]) -> None:
        """Use the tags in `listed` instead of the checkout's own."""
        super().__init__(git)
        self._tags = list(listed)

    def is_commit(self, tag: Tag) -> bool:
        """Return True if the tag stands for a commit; a missing object counts as a commit."""
        return self.kinds([tag.commit]).get(tag.commit, "commit") == "commit"

    def is_ancestor(self, tag: Tag, of: str) -> bool:
        """Return True if the tag's commit is here, and is `of` or an ancestor of it."""
        return super().is_commit(tag) and super().is_ancestor(tag, of)

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

    def committed_at(self, commit: str) -> datetime:
        """Return the committer's date of the commit, or of HEAD if it is missing, in UTC."""
        return super().committed_at(self._or_head(commit))

    def _or_head(self, commit: str) -> str:
        return commit if self.kinds([commit]) else self.head()

    def _if_here(self, tag: Tag | None) -> Tag | None:
        return tag if tag and super().is_commit(tag) else None
