"""Everything that is known before a release is composed, gathered in one go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from annotate.ci import github as github_pipeline
from annotate.ci import gitlab as gitlab_pipeline
from annotate.ci.pipeline import Moment, Pipeline, Provider, provider_of
from annotate.errors import Message, NoVersion, Topic
from annotate.git import checkout, reading
from annotate.git.address import repository_of
from annotate.git.history import Query
from annotate.git.reading import Places
from annotate.git.remote import credentials
from annotate.http.session import Session
from annotate.inputs.settings import Settings
from annotate.notes.history import History
from annotate.versions.version import Version


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The pipeline and the history."""

    pipeline: Pipeline
    history: History


def pipeline(env: Mapping[str, str], now: datetime) -> Pipeline:
    """The pipeline that runs us."""
    match provider_of(env):
        case Provider.GITHUB:
            return github_pipeline.read(env, now)
        case Provider.GITLAB:
            return gitlab_pipeline.read(env, now)
        case Provider.NONE:
            return Pipeline(provider=Provider.NONE, start=Moment(at=now, source="the clock"))


def gather(
    settings: Settings,
    known: Pipeline,
    *,
    env: Mapping[str, str],
    cwd: Path,
    session: Session,
    monotonic: Callable[[], float],
    debug: Callable[[str], None],
) -> Facts:
    """Read git, and meanwhile ask GitHub when the run started."""
    question = None
    if known.provider is Provider.GITHUB and settings.release_start == "pipeline":
        question = github_pipeline.ask_for_start(env, settings.github_token, session)
    query = Query(
        event_tag=known.tag,
        version=settings.version,
        patterns=settings.tag_pattern,
        strip_v=settings.strip_v,
        on_untagged=settings.on_untagged,
        paths=settings.paths,
        fetch=settings.fetch == "auto",
    )
    places = Places(
        directory=cwd / settings.working_directory,
        prefix=_within(cwd, settings.working_directory),
        remotes=lambda found: credentials.remotes(
            found,
            known,
            env=env,
            token=settings.github_token,
            ca_bundle=settings.ca_bundle,
            system_bundle=session.ca_file,
        ),
        monotonic=monotonic,
        debug=debug,
    )
    try:
        history, found = reading.read(places, known, query)
        if found:
            known = _with_repository(known, found)
    except NoVersion as error:
        if settings.release_start in {"commit", "tag"}:
            raise
        history = _without_repository(query, error)
    if question:
        known = replace(known, start=question.result(known.start))
    return Facts(pipeline=known, history=history)


def _within(workspace: Path, name: str) -> str:
    """The folder as seen from the workspace; the workspace itself for one outside of it."""
    try:
        folder = (workspace / name).resolve()
    except (OSError, RuntimeError):
        # A loop of links, or a name that no file system takes.
        return "."
    inside = folder.is_relative_to(workspace.resolve())
    return folder.relative_to(workspace.resolve()).as_posix() if inside else "."


def _with_repository(known: Pipeline, found: checkout.Checkout) -> Pipeline:
    """The checkout's own name and page where the pipeline has none, or runs for another one."""
    path, page = repository_of(found.origin)
    if known.repository and (not path or path.endswith(known.repository)):
        return known
    return replace(known, repository=path or found.name, web_url=page, provider_serves_it=False)


def _without_repository(query: Query, error: NoVersion) -> History:
    """What is known without git: a version that is given, or that of the event's tag."""
    of_event = Version.parse(query.event_tag)
    version = query.given or (of_event.published(strip_v=query.strip_v) if of_event else "")
    if not version or not query.patterns.take(query.event_tag or version):
        raise error
    trouble = error.messages[0]
    warning = Message(
        f"The release has no notes. {trouble.what}",
        f"Its version is known without git. {trouble.why}",
        trouble.mend,
        topic=Topic.REPOSITORY,
    )
    given = f"the tag {query.event_tag}, which started the pipeline"
    return History(
        version=version,
        tag=query.event_tag,
        reason="given by the input version" if query.version else given,
        complete=False,
        concerns=(warning,),
    )
