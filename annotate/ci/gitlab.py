"""Read a pipeline of GitLab CI.

Source: GitLab Docs, "Predefined CI/CD variables reference".
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from annotate.ci import untagged
from annotate.errors import Message
from annotate.pipeline import LogFormat, Login, Moment, Pipeline
from annotate.times import iso_time

if TYPE_CHECKING:
    from annotate.http.session import Session

LOG_FORMAT = LogFormat.GITLAB
#: GitLab allows any name for a dotenv report; the jobs in the README use this one.
DOTENV = "annotate.env"


def is_running(env: Mapping[str, str]) -> bool:
    """Return True on GitLab CI.

    Some runners set GITLAB_CI to `false`, so a variable that only GitLab has counts as well.
    """
    return env.get("GITLAB_CI") == "true" or bool(env.get("CI_PIPELINE_CREATED_AT"))


def read(env: Mapping[str, str], now: datetime, token: str) -> Pipeline:  # noqa: ARG001 - the token is GitHub's
    """Read the pipeline; its start is CI_PIPELINE_CREATED_AT."""
    tag = env.get("CI_COMMIT_TAG", "")
    branch = env.get("CI_COMMIT_BRANCH") or env.get("CI_COMMIT_REF_NAME", "")
    job_token = env.get("CI_JOB_TOKEN", "")
    return Pipeline(
        ci="GitLab CI",
        start=_start(env, now),
        event=env.get("CI_PIPELINE_SOURCE", ""),
        ref=f"refs/tags/{tag}" if tag else branch,
        tag=tag,
        untagged_push=_untagged_push(env),
        commit=env.get("CI_COMMIT_SHA", ""),
        actor=env.get("GITLAB_USER_NAME") or env.get("GITLAB_USER_LOGIN", ""),
        repository=env.get("CI_PROJECT_PATH", ""),
        web_url=env.get("CI_PROJECT_URL", "").rstrip("/"),
        forge="gitlab",
        run_url=env.get("CI_PIPELINE_URL") or env.get("CI_JOB_URL", ""),
        environment=env.get("CI_ENVIRONMENT_NAME", ""),
        login=Login(owner="CI_JOB_TOKEN", user="gitlab-ci-token", token=job_token),
        ca_file=env.get("CI_SERVER_TLS_CA_FILE", ""),
    )


def ask_for_start(env: Mapping[str, str], token: str, session: "Callable[[], Session]") -> None:
    """Return None: `read` finds the start in a variable."""


def _untagged_push(env: Mapping[str, str]) -> Callable[[str], Message] | None:
    """Return what makes the notice for a commit without a tag; None for no push to a branch."""
    branch = env.get("CI_COMMIT_BRANCH", "")
    if not branch or env.get("CI_COMMIT_TAG") or env.get("CI_PIPELINE_SOURCE") != "push":
        return None
    return untagged.on_gitlab(branch)


def _start(env: Mapping[str, str], now: datetime) -> Moment:
    try:
        created = iso_time(env.get("CI_PIPELINE_CREATED_AT", ""))
    except ValueError:
        return Moment(at=now, source="the clock (CI_PIPELINE_CREATED_AT is not a time)")
    return Moment(at=created, source="CI_PIPELINE_CREATED_AT")
