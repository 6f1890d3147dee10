"""What templates can name: the release, its commits and its pipeline, and no secret."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

from annotate.notes.changes import Change
from annotate.notes.groups import Groups
from annotate.notes.history import History
from annotate.notes.people import names_of
from annotate.notes.requests import Requests
from annotate.text import one_line, plain, shorten

#: Characters of a commit's message below its subject.
BODY_LIMIT = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviousRelease:
    """The release before; both empty at a first one."""

    version: str = ""
    tag: str = ""

    def __bool__(self) -> bool:
        """False at a first release."""
        return bool(self.tag)


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateCommit:
    """A commit, or in a group all commits of one request."""

    #: `feat`, `fix` and so on; empty where the subject names none.
    type: str
    scope: str
    #: Without type, scope and request.
    subject: str
    #: What follows the subject, trailers included; of a request, of its merge.
    body: str
    author: str
    sha: str
    #: `#12` or `!12`; empty where none is known.
    pull_request: str
    breaking: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateGroup:
    """Commits of one kind."""

    #: Empty where the range follows no convention.
    heading: str
    commits: tuple[TemplateCommit, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """Each field is a name of the templates."""

    version: str
    #: Empty where the commit carries none.
    tag: str
    previous: PreviousRelease
    #: What would be sent without a template.
    title: str
    description: str
    #: All of the range without merges, newest first; at a first release only the newest.
    commits: tuple[TemplateCommit, ...]
    #: What users see, as the description has it.
    groups: tuple[TemplateGroup, ...]
    #: Names of authors and co-authors without bots, the most active first.
    people: tuple[str, ...]
    #: Without merges, also where not all are in `commits`.
    commit_count: int
    #: As it is sent: `yyyy-MM-dd HH:mm:ss`, in UTC.
    release_start: str = ""
    #: The repository's own name.
    repository: str = ""
    compare_url: str = ""
    run_url: str = ""
    #: The name of the deployment environment.
    environment: str = ""

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

    def names(self) -> Mapping[str, object]:
        """The fields by their names."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def _told(change: Change, pull_request: str = "") -> TemplateCommit:
    subject, commit = change.subject, change.commit
    return TemplateCommit(
        type=subject.type,
        scope=subject.scope,
        subject=subject.text,
        body=shorten(plain(commit.body), BODY_LIMIT),
        author=one_line(change.people[0].name),
        sha=commit.sha,
        pull_request=subject.request or pull_request,
        breaking=change.breaking,
    )
