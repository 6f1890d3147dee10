"""The best answer where the remote listed its tags, but its commits did not come."""

from collections.abc import Sequence
from datetime import datetime

from annotate.git.command import Git
from annotate.git.repository import LocalRepository
from annotate.notes.history import Commit, TagMessage
from annotate.versions.tags import Tag


class PartialRepository(LocalRepository):
    """The commits of the checkout beside the tags of the remote, whose commits may be missing."""

    def __init__(self, git: Git, listed: Sequence[Tag]) -> None:
        """Take the tags from the list."""
        super().__init__(git)
        self._tags = list(listed)

    def is_commit(self, tag: Tag) -> bool:
        """What is missing is taken for one."""
        return self.kinds([tag.commit]).get(tag.commit, "commit") == "commit"

    def is_ancestor(self, tag: Tag, of: str) -> bool:
        """What is missing is not known to be one."""
        return super().is_commit(tag) and super().is_ancestor(tag, of)

    def message(self, tag: Tag) -> tuple[TagMessage, datetime | None]:
        """What the tag says, where the checkout has it."""
        here = tag.object_id and self.kinds([tag.object_id])
        return super().message(tag) if here else (TagMessage(), None)

    def commits(
        self, included: str, excluded: Tag | None, paths: Sequence[str], limit: int | None
    ) -> list[Commit]:
        """The commits that are here."""
        return super().commits(self._here(included), self._known(excluded), paths, limit)

    def count(
        self, included: str, excluded: Tag | None, paths: Sequence[str] = (), *, merges: bool
    ) -> int:
        """How many of them are here."""
        return super().count(self._here(included), self._known(excluded), paths, merges=merges)

    def committed_at(self, commit: str) -> datetime:
        """When the commit was made, or the one that is checked out."""
        return super().committed_at(self._here(commit))

    def _here(self, commit: str) -> str:
        return commit if self.kinds([commit]) else self.head()

    def _known(self, tag: Tag | None) -> Tag | None:
        return tag if tag and super().is_commit(tag) else None
