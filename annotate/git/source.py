"""What is asked of a repository, wherever its tags and commits are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from annotate.notes.history import Commit, Tag, TagMessage


class Source(Protocol):
    """Tags and commits of one repository."""

    def head(self) -> str:
        """The id of the commit that is released; empty where there is none yet."""

    def tags(self) -> list[Tag]:
        """All tags, in the order of their names."""

    def is_commit(self, tag: Tag) -> bool:
        """Whether the tag stands for a commit, where `tags` could not tell."""

    def is_ancestor(self, tag: Tag, of: str) -> bool:
        """Whether the tag's commit is `of` or lies behind it."""

    def tags_behind(self, commit: str) -> set[str]:
        """The names of all tags that are ancestors of the commit."""

    def committed_at(self, commit: str) -> datetime:
        """When the commit was made (the committer's date), in UTC."""

    def message(self, tag: Tag) -> tuple[TagMessage, datetime | None]:
        """What an annotated tag says, and when it was made, in UTC."""

    def commits(
        self, included: str, excluded: Tag | None, paths: Sequence[str], limit: int | None
    ) -> list[Commit]:
        """The commits behind `included` and not behind `excluded`, newest first."""

    def count(
        self, included: str, excluded: Tag | None, paths: Sequence[str] = (), *, merges: bool
    ) -> int:
        """How many commits such a range has."""
