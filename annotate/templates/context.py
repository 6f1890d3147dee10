"""What templates can name: the release, its commits and its pipeline, and no secret."""

from dataclasses import dataclass
from typing import Self

from annotate.notes.changes import Change
from annotate.notes.groups import Groups
from annotate.notes.history import History
from annotate.notes.people import names_of
from annotate.notes.requests import Requests
from annotate.text import one_line, plain, shorten

BODY_LIMIT = 10_000  #: Characters of a commit's message below its subject.


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviousRelease:
    """The release before; both empty at a first one."""

    version: str = ""
    tag: str = ""

    def __bool__(self) -> bool:
        """False at a first release."""
        return bool(self.tag)


@dataclass(frozen=True, kw_only=True, slots=True, repr=False, eq=False)
class TemplateCommit:
    """A commit, or in a group all commits of one request. It is equal to one with the same id."""

    type: str  #: `feat`, `fix` and so on; empty where the subject names none.
    scope: str
    subject: str  #: Without type, scope and request.
    body: str  #: What follows the subject, trailers included; of a request, of its merge.
    author: str
    sha: str
    pull_request: str  #: `#12` or `!12`; empty where none is known.
    breaking: bool

    def __eq__(self, other: object) -> bool:
        """Compare the ids."""
        # A template may compare each commit with each; to compare all fields takes ten times as
        # long.
        return isinstance(other, TemplateCommit) and self.sha == other.sha

    def __hash__(self) -> int:
        """Return the hash of the id."""
        return hash(self.sha)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class TemplateGroup:
    """Commits of one kind."""

    heading: str  #: Empty where the range follows no convention.
    commits: tuple[TemplateCommit, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """Each field is a name of the templates."""

    version: str
    tag: str  #: Empty where the commit carries none.
    previous: PreviousRelease
    title: str  #: As it is without a template.
    description: str  #: As it is without a template.
    #: All of the range without merges, newest first; at a first release only the newest.
    commits: tuple[TemplateCommit, ...]
    groups: tuple[TemplateGroup, ...]  #: What users see, as the description has it.
    #: Names of authors and co-authors without bots, the most active first.
    people: tuple[str, ...]
    commit_count: int  #: Without merges, also where not all are in `commits`.
    release_start: str = ""  #: As it is sent: `yyyy-MM-dd HH:mm:ss`, in UTC.
    repository: str = ""  #: The repository's own name.
    compare_url: str = ""
    run_url: str = ""
    environment: str = ""  #: The name of the deployment environment.

    @classmethod
    def of(
        cls, history: History, told: Groups, *, previous: PreviousRelease, **others: str
    ) -> Self:
        """What a history says; `others` are the fields of plain text."""
        everything = [Change.of(commit) for commit in history.commits]
        requests = Requests.of(history.commits, [one.subject for one in everything])
        numbers = {sha: requests.titles[merge].request for sha, merge in requests.merges.items()}
        own = [change for change in everything if not change.commit.is_merge]
        return cls(
            version=one_line(history.version),
            tag=one_line(history.tag),
            previous=previous,
            commits=tuple(_told(one, numbers.get(one.commit.sha, "")) for one in own),
            groups=tuple(
                TemplateGroup(heading=one.heading, commits=tuple(map(_told, one.changes)))
                for one in told.groups
            ),
            people=names_of(one.people for one in own),
            commit_count=history.count,
            **others,
        )


def _told(change: Change, pull_request: str = "") -> TemplateCommit:
    return TemplateCommit(
        type=change.subject.type,
        scope=change.subject.scope,
        subject=change.subject.text,
        body=shorten(plain(change.commit.body), BODY_LIMIT),
        author=one_line(change.people[0].name),
        sha=change.commit.sha,
        pull_request=change.subject.request or pull_request,
        breaking=change.breaking,
    )
