"""What is known of a pipeline, whichever CI runs it. The CIs themselves are in `ci/`."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from annotate.errors import Message


class LogFormat(Enum):
    """How the log of a CI marks groups, warnings and errors."""

    PLAIN = auto()
    GITHUB = auto()
    GITLAB = auto()


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A point in time, and where it comes from."""

    #: Aware, in any zone.
    at: datetime
    #: For the log: "the event's pushed_at".
    source: str


@dataclass(frozen=True, kw_only=True)
class Login:
    """Credentials with which a job may read its own repository."""

    #: For messages: the input or variable that holds the token.
    owner: str
    user: str
    token: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """A pipeline, or a run without one. What is not known is empty."""

    #: Name of the CI: "GitHub Actions".
    ci: str = ""
    #: Start of the pipeline.
    start: Moment
    event: str = ""
    #: The full ref, or the branch where the CI names only that.
    ref: str = ""
    #: The tag that started the pipeline.
    tag: str = ""
    #: True if the pipeline runs because that tag was deleted.
    tag_deleted: bool = False
    #: Full id of the commit that the pipeline runs for.
    commit: str = ""
    #: The person who ran the pipeline, by the name that the CI shows.
    actor: str = ""
    #: Path of the repository: `group/app`.
    repository: str = ""
    #: Page of the repository, without a slash at the end.
    web_url: str = ""
    #: `github` or `gitlab`, if the CI's own host serves that page.
    forge: str = ""
    #: Page of this run.
    run_url: str = ""
    #: Name of the deployment environment.
    environment: str = ""
    #: 1 for the first run of the pipeline, 2 for the first repetition, and so on.
    attempt: int = 1
    login: Login | None = None
    #: File with the certificate of the CI's own host.
    ca_file: str = ""
    #: True if the checkout may hold a lightweight tag in the place of an annotated one.
    flattens_tags: bool = False
    warnings: tuple[Message, ...] = ()

    @property
    def name(self) -> str:
        """The repository's own name: `app`."""
        return self.repository.rpartition("/")[2]
