"""Read a run of GitHub Actions.

Source: GitHub Docs, "Variables reference" and "Webhook events and payloads".
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from annotate.ci import github_events
from annotate.errors import Message, Topic
from annotate.http.hosts import host_of, is_loopback
from annotate.http.reply import SessionError
from annotate.pipeline import LogFormat, Login, Moment, Pipeline, Published
from annotate.regex import Regex
from annotate.times import iso_time

if TYPE_CHECKING:
    from annotate.http.session import Exchange, Session

LOG_FORMAT = LogFormat.GITHUB
DOTENV = ""

#: Bytes of the event file that are read; GitHub limits payloads to 25 MB.
_EVENT_LIMIT = 26_214_400
#: Seconds for asking GitHub for the start of the run.
START_LIMIT = 3.0
#: Characters of the name and of the text of a release that are read; GitHub allows none that is
#: longer.
_NAME_LIMIT, _BODY_LIMIT = 1000, 125_000
_TAG_PREFIX = "refs/tags/"
_REPOSITORY = Regex(r"[\w.-]+/[\w.-]+")


def is_running(env: Mapping[str, str]) -> bool:
    """Return True on GitHub Actions."""
    return env.get("GITHUB_ACTIONS") == "true"


def read(env: Mapping[str, str], now: datetime, token: str) -> Pipeline:
    """Read the pipeline. Its start is the best that is known without asking GitHub."""
    event, warnings = _event(env.get("GITHUB_EVENT_PATH", ""))
    name = env.get("GITHUB_EVENT_NAME", "")
    ref = env.get("GITHUB_REF", "")
    server = env.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/")
    repository = env.get("GITHUB_REPOSITORY", "")
    web_url = f"{server}/{repository}" if repository else ""
    run_id = env.get("GITHUB_RUN_ID", "")
    tag = _get(event, "release", "tag_name") if name == "release" else ""
    tag = tag or (ref.removeprefix(_TAG_PREFIX) if ref.startswith(_TAG_PREFIX) else "")
    return Pipeline(
        ci="GitHub Actions",
        start=_start_of_event(name, event, now),
        event=name,
        ref=ref,
        tag=tag,
        no_release=github_events.no_release(event, tag, env),
        untagged_push=github_events.untagged_push(name, ref),
        published=_published(event) if name == "release" else None,
        commit=env.get("GITHUB_SHA", ""),
        actor=env.get("GITHUB_TRIGGERING_ACTOR") or env.get("GITHUB_ACTOR", ""),
        repository=repository,
        web_url=web_url,
        forge="github",
        run_url=f"{web_url}/actions/runs/{run_id}" if web_url and run_id else "",
        # A step has no variable with its job's `environment`; only deployment events name one.
        environment=_get(event, "deployment", "environment"),
        attempt=_attempt(env),
        login=Login(owner="github-token", user="x-access-token", token=token),
        # actions/checkout puts a lightweight tag in the place of an annotated one.
        flattens_tags=True,
        warnings=warnings,
    )


class StartQuestion(NamedTuple):
    """A request to GitHub's REST API for the start of this attempt of the run."""

    exchange: "Exchange"

    def result(self, fallback: Moment) -> Moment:
        """Wait for the answer. Without one, return the fallback, with the reason in `source`."""
        try:
            reply = self.exchange.wait()
            started = _time(_get(json.loads(reply.body), "run_started_at"))
            reason = f"it answered with status {reply.status}"
        except (SessionError, ValueError, RecursionError) as error:
            started, reason = None, str(error)
        if started:
            return Moment(at=started, source="GitHub's run_started_at")
        return Moment(
            at=fallback.at,
            source=f"{fallback.source}; GitHub did not say when the run started: {reason}",
        )


def ask_for_start(
    env: Mapping[str, str], token: str, session: "Callable[[], Session]"
) -> StartQuestion | None:
    """Ask GitHub when the run started, without waiting. Return None without a token or an API URL.

    The token is sent by https only, or to this machine.

    Source: GitHub REST API, "Get a workflow run attempt".
    """
    api = env.get("GITHUB_API_URL", "").rstrip("/")
    repository, run_id = env.get("GITHUB_REPOSITORY", ""), env.get("GITHUB_RUN_ID", "")
    if not (api and token and run_id.isdigit() and _REPOSITORY.fullmatch(repository)):
        return None
    if not api.startswith("https://") and not is_loopback(host_of(api)):
        return None
    try:
        exchange = session().prepare(
            "GET",
            f"{api}/repos/{repository}/actions/runs/{run_id}/attempts/{_attempt(env)}",
            headers={"Accept": "application/vnd.github+json", "Authorization": f"Bearer {token}"},
            timeout=START_LIMIT,
        )
    except SessionError:
        return None
    return StartQuestion(exchange.start())


def _event(path: str) -> tuple[dict[str, Any], tuple[Message, ...]]:
    if not path:
        return {}, ()
    try:
        with Path(path).open("rb") as stream:
            event = json.loads(stream.read(_EVENT_LIMIT))
    except (OSError, ValueError, RecursionError) as error:
        return {}, (
            Message(
                "The event file of this run could not be read.",
                f"{type(error).__name__}. The event's time and release tag are unknown.",
                topic=Topic.HISTORY,
            ),
        )
    return event if isinstance(event, dict) else {}, ()


def _published(event: Mapping[str, Any]) -> Published:
    """Read what is on the page of the release (GitHub Docs, "Webhook events", `release`)."""
    return Published(
        name=_get(event, "release", "name")[:_NAME_LIMIT],
        body=_get(event, "release", "body")[:_BODY_LIMIT],
        source="the GitHub release",
    )


def _start_of_event(name: str, event: Mapping[str, Any], now: datetime) -> Moment:
    """Return the time of the event, else `now`. A commit's time may be years before its push."""
    fields = [
        ("workflow_run", "run_started_at"),
        ("deployment", "created_at"),
        ("release", "published_at"),
    ]
    for field in fields:
        if at := _time(_get(event, *field)):
            return Moment(at=at, source=f"the event's {'.'.join(field)}")
    pushed = event.get("repository")
    if name == "push" and isinstance(pushed, dict) and (at := _push_time(pushed.get("pushed_at"))):
        return Moment(at=at, source="the event's repository.pushed_at")
    return Moment(at=now, source="the clock")


def _push_time(value: object) -> datetime | None:
    """Read Unix seconds, as in a push event, or ISO 8601, as in all other events."""
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    return _time(value) if isinstance(value, str) else None


def _time(text: str) -> datetime | None:
    try:
        return iso_time(text)
    except ValueError:
        return None


def _attempt(env: Mapping[str, str]) -> int:
    text = env.get("GITHUB_RUN_ATTEMPT", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _get(event: object, *path: str) -> str:
    for name in path:
        event = event.get(name) if isinstance(event, dict) else None
    return event if isinstance(event, str) else ""
