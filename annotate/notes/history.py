"""What a repository says about a release: its commits, its tag and the release before."""

from dataclasses import dataclass
from datetime import datetime

from annotate.errors import Message
from annotate.notes.people import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Commit:
    """A commit of the range."""

    sha: str
    subject: str
    #: What follows the subject, trailers included.
    body: str = ""
    author: Person = Person()
    #: Those that its trailers name.
    co_authors: tuple[Person, ...] = ()
    #: The ids of its parents, also where they lie outside of the range.
    parents: tuple[str, ...] = ()

    @property
    def is_merge(self) -> bool:
        """True where it joins lines of history."""
        return len(self.parents) > 1

    @property
    def people(self) -> tuple[Person, ...]:
        """All who made it, the author first."""
        return self.author, *self.co_authors


@dataclass(frozen=True, kw_only=True)
class TagMessage:
    """What an annotated tag says."""

    subject: str = ""
    #: Without the signature.
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class History:
    """What git knows of this release."""

    version: str
    #: The tag that is this release; empty where the version was described or given.
    tag: str = ""
    #: The tag of the release before; empty at a first release.
    previous: str = ""
    #: The full id of the commit that was released; empty without a repository.
    commit: str = ""
    #: Newest first; at a first release only the newest.
    commits: tuple[Commit, ...] = ()
    #: Commits in the range without merges, also where `commits` was capped.
    count: int = 0
    #: Commits since `previous`, where the version is that of the nearest tag; else 0.
    ahead: int = 0
    message: TagMessage = TagMessage()
    #: When the commit was made, aware.
    committed_at: datetime | None = None
    #: When the annotated tag was made, aware.
    tagged_at: datetime | None = None
    #: How the version was found, in a sentence for the log.
    reason: str = ""
    #: False where the checkout lacks something and nothing brought it.
    complete: bool = True
    #: What may be wrong with it.
    concerns: tuple[Message, ...] = ()
