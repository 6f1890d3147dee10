"""What GitLab CI knows. Source: GitLab Docs, "Predefined CI/CD variables reference"."""

from collections.abc import Mapping
from datetime import datetime

from annotate.ci.pipeline import Moment, Pipeline, Provider, instant


def read(env: Mapping[str, str], now: datetime) -> Pipeline:
    """The pipeline; its start is CI_PIPELINE_CREATED_AT, in whatever zone that is written."""
    created = instant(env.get("CI_PIPELINE_CREATED_AT"))
    tag = env.get("CI_COMMIT_TAG", "")
    branch = env.get("CI_COMMIT_BRANCH") or env.get("CI_COMMIT_REF_NAME", "")
    return Pipeline(
        provider=Provider.GITLAB,
        start=Moment(at=created, source="CI_PIPELINE_CREATED_AT")
        if created
        else Moment(at=now, source="the clock (CI_PIPELINE_CREATED_AT holds no time)"),
        event=env.get("CI_PIPELINE_SOURCE", ""),
        ref=f"refs/tags/{tag}" if tag else branch,
        tag=tag,
        commit=env.get("CI_COMMIT_SHA", ""),
        actor=env.get("GITLAB_USER_NAME") or env.get("GITLAB_USER_LOGIN", ""),
        repository=env.get("CI_PROJECT_PATH", ""),
        web_url=env.get("CI_PROJECT_URL", "").rstrip("/"),
        run_url=env.get("CI_PIPELINE_URL") or env.get("CI_JOB_URL", ""),
        environment=env.get("CI_ENVIRONMENT_NAME", ""),
    )
