"""The history of a release: its version, its tag, the previous release and the commit range."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from annotate.errors import Message
from annotate.notes.people import Person


class Commit(NamedTuple):
    """A commit of the commit range."""

    sha: str
    subject: str
    #: The message after the subject, with trailers.
    body: str = ""
    author: Person = Person()
    #: From the trailers `Co-authored-by`.
    co_authors: tuple[Person, ...] = ()
    #: Ids of its parents, also of those outside of the range.
    parents: tuple[str, ...] = ()

    @property
    def is_merge(self) -> bool:
        """True if it has several parents."""
        return len(self.parents) > 1

    @property
    def people(self) -> tuple[Person, ...]:
        """The author, then the co-authors."""
        return self.author, *self.co_authors


class TagMessage(NamedTuple):
    """The message of an annotated tag; empty for a lightweight one."""

    subject: str = ""
    #: Without the signature.
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class History:
    """What is known of a release from git."""

    version: str
    #: The tag of the release; empty if the version was given, or made for a commit without a tag.
    tag: str = ""
    #: The tag of the previous release; empty for a first release.
    previous: str = ""
    #: When the branch of the previous release parted from this one, aware; None if that release is
    #: an ancestor, or if both have no common ancestor.
    parted_at: datetime | None = None
    #: Commits of the previous release that this one does not have, which users were told of
    #: already.
    known_before: tuple[Commit, ...] = ()
    #: Full id of the commit that was released; empty without a repository.
    commit: str = ""
    #: The commit range, newest first; for a first release only the newest commits.
    commits: tuple[Commit, ...] = ()
    #: Number of commits in the range without merges, including those that `commits` lacks.
    count: int = 0
    #: Folders that the commits are limited to because the tag names a product; empty for all.
    folders: tuple[str, ...] = ()
    #: Number of commits in the range without merges that are not in these folders.
    elsewhere: int = 0
    #: Number of commits since `previous` if the version is that of the nearest tag; else 0.
    ahead: int = 0
    message: TagMessage = TagMessage()
    #: The committer's date of the commit, aware.
    committed_at: datetime | None = None
    #: The date of the annotated tag, aware.
    tagged_at: datetime | None = None
    #: Where the version comes from, for the log.
    reason: str = ""
    #: What the checkout lacked and the remote had, such as `is shallow`; empty for nothing. It says
    #: nothing about the release.
    lacked: str = field(default="", compare=False)
    #: False if the checkout lacks something that was not fetched.
    complete: bool = True
    #: Warnings about what may be wrong.
    concerns: tuple[Message, ...] = ()
