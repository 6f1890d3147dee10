"""Which CI runs us, and what it knows: GitHub, GitLab, or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from annotate.errors import Message

ZERO_SHA = "0" * 40


class Provider(StrEnum):
    """The runtimes that annotate knows."""

    GITHUB = "GitHub Actions"
    GITLAB = "GitLab CI"
    NONE = "no CI"


@dataclass(frozen=True, kw_only=True)
class Moment:
    """An aware time, and whose word it is."""

    at: datetime
    source: str


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """What is known of the pipeline; what is not known is empty."""

    provider: Provider
    #: When the pipeline began.
    start: Moment
    event: str = ""
    #: The full ref, or the branch where the CI names only that.
    ref: str = ""
    #: The tag that started the pipeline.
    tag: str = ""
    #: True where the pipeline runs because that tag was deleted.
    tag_deleted: bool = False
    commit: str = ""
    #: Who ran it, by the name that the CI shows.
    actor: str = ""
    #: The repository's path: `group/app`.
    repository: str = ""
    #: The repository's page, without a slash at the end.
    web_url: str = ""
    #: True where the CI's own host serves that page.
    provider_serves_it: bool = True
    run_url: str = ""
    #: The name of the deployment environment, where the pipeline is for one.
    environment: str = ""
    #: 1 for the first run of it.
    attempt: int = 1
    warnings: tuple[Message, ...] = ()

    @property
    def forge(self) -> str:
        """`github` or `gitlab`, where the CI's own host serves the repository; else empty."""
        forges = {Provider.GITHUB: "github", Provider.GITLAB: "gitlab"}
        return forges.get(self.provider, "") if self.provider_serves_it else ""

    @property
    def name(self) -> str:
        """The repository's own name: `app`."""
        return self.repository.rpartition("/")[2]


def provider_of(env: Mapping[str, str]) -> Provider:
    """Recognise the CI by its variables.

    GitLab's documentation names GITLAB_CI; some runners of GitLab's jobs set it to `false`, so
    variables that only GitLab has count as well.
    """
    if env.get("GITHUB_ACTIONS") == "true":
        return Provider.GITHUB
    if env.get("GITLAB_CI") == "true" or env.get("CI_PIPELINE_CREATED_AT"):
        return Provider.GITLAB
    return Provider.NONE


def instant(text: object) -> datetime | None:
    """An aware time in UTC from ISO 8601 with an offset; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def whole_number(text: str) -> int:
    """The number that a variable holds; 1 where it holds none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
