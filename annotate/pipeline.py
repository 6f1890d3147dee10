"""What is known about a pipeline, independent of the CI. The CIs are in `ci/`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple

from annotate.errors import Message


class LogFormat(Enum):
    """The syntax of groups, warnings and errors in the log of a CI."""

    PLAIN = auto()
    GITHUB = auto()
    GITLAB = auto()


class Moment(NamedTuple):
    """A point in time, and its source."""

    #: Aware, in any time zone.
    at: datetime
    #: Shown in the log, such as "the event's pushed_at".
    source: str


@dataclass(frozen=True, kw_only=True)
class Login:
    """Credentials with which a job may read its own repository."""

    #: The input or variable that holds the token; shown in messages.
    owner: str
    user: str
    token: str = field(repr=False)


class Published(NamedTuple):
    """What people wrote for a release that the CI's host has published."""

    name: str
    #: Markdown.
    body: str
    #: Shown in the log, such as "the GitHub release".
    source: str


class Pipeline(NamedTuple):
    """A pipeline, or a run without one. Unknown fields are empty."""

    #: Start of the pipeline.
    start: Moment
    #: Name of the CI, such as "GitHub Actions".
    ci: str = ""
    event: str = ""
    #: The full ref, or only the branch name if the CI gives no more.
    ref: str = ""
    #: The tag that started the pipeline.
    tag: str = ""
    #: Why the event announces no release; None if it may announce one.
    no_release: Message | None = None
    #: Makes the notice for a commit without a tag, from the tag of the previous release; None
    #: unless each push to the branch starts such a pipeline.
    untagged_push: Callable[[str], Message] | None = None
    #: The release whose publication started the pipeline; None for other events.
    published: Published | None = None
    #: Full hash of the commit that the pipeline runs for.
    commit: str = ""
    #: The person who ran the pipeline, as the CI displays the name.
    actor: str = ""
    #: Path of the repository, such as `group/app`.
    repository: str = ""
    #: URL of the repository's page, without a trailing slash.
    web_url: str = ""
    #: `github` or `gitlab` if that page is on the CI's own host.
    forge: str = ""
    #: URL of this run's page.
    run_url: str = ""
    #: Name of the deployment environment.
    environment: str = ""
    #: 1 for the first run of the pipeline, 2 for the first re-run, and so on.
    attempt: int = 1
    login: Login | None = None
    #: Path of the CA certificate for the CI's own host.
    ca_file: str = ""
    #: True if the checkout may contain a lightweight tag instead of an annotated one.
    flattens_tags: bool = False
    warnings: tuple[Message, ...] = ()

    @property
    def name(self) -> str:
        """Name of the repository without its owner or group, such as `app`."""
        return self.repository.rpartition("/")[2]
