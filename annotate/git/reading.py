"""Reads the history from the checkout, and what that lacks from the remote."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from annotate.errors import Message, NoVersion
from annotate.git import checkout, mailmap, messages
from annotate.git.checkout import Checkout
from annotate.git.command import CommandFailed
from annotate.git.history import Query, find_history
from annotate.git.partial import PartialRepository
from annotate.git.remote import scratch, transfer
from annotate.git.remote.repository import RemoteRepository
from annotate.git.remote.transfer import Budget, Line, Remote, TransferFailed, TransferFailure
from annotate.git.repository import LocalRepository, Repository
from annotate.notes.history import History
from annotate.pipeline import Pipeline
from annotate.versions.tags import Tag

_NEVER = "fetch is `never`."


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where to read."""

    #: Where the repository is, or would be.
    directory: Path
    #: The same within the work tree, where there is none to tell it.
    prefix: str
    #: The ways to the remote, the best first; asked for only where one is needed.
    remotes: Callable[[Checkout | None], list[Remote]]
    monotonic: Callable[[], float]
    debug: Callable[[str], None]


def read(places: Places, pipeline: Pipeline, query: Query) -> tuple[History, Checkout | None]:
    """The history, and the checkout where there is one; NoVersion or Skip where there is none."""
    try:
        found = checkout.find(places.directory, places.debug)
    except checkout.NoRepository as nothing:
        return _remote_alone(places, pipeline, query, nothing), None
    try:
        return mailmap.named(_read(places, found, pipeline, query), found), found
    except CommandFailed as error:
        raise checkout.damaged(found.root, error) from error


def _read(places: Places, found: Checkout, pipeline: Pipeline, query: Query) -> History:
    here = LocalRepository(found.git)
    if not here.head():
        raise NoVersion(messages.no_commit())
    tags = {tag.name: tag for tag in here.tags()}
    tag = tags.get(query.event_tag)
    lacks = {
        "is shallow": found.shallow,
        f"has no tag {query.event_tag}": query.event_tag and not tag,
        "has no other tags": not tags.keys() - {query.event_tag},
        "is a partial clone": found.partial and query.paths,
    }
    lack = next((name for name, is_so in lacks.items() if is_so), "")
    # actions/checkout puts a lightweight tag in the place of an annotated one.
    flattened = tag if tag and not tag.object_id and pipeline.flattens_tags else None
    ways = places.remotes(found) if query.fetch and (lack or flattened) else []
    if lack and ways:
        return _completed(places, found, here, ways, query, lack)
    if found.shallow:
        why = "Its config names no remote that could be asked." if query.fetch else _NEVER
        return _lacking(here, query, messages.lacking(lack, why))
    history = find_history(here, query)
    return _with_lost_message(places, ways, history, flattened) if flattened and ways else history


def _completed(
    places: Places,
    found: Checkout,
    here: LocalRepository,
    ways: Sequence[Remote],
    query: Query,
    lack: str,
) -> History:
    """The history from the remote; where that fails, the best that the checkout can tell."""
    prefix = places.directory.resolve().relative_to(found.root).as_posix()
    listed: list[Tag] = []
    try:
        with _remote(places, ways, here.head(), query, prefix=prefix) as source:
            listed = source.tags()
            if found.shallow or set(listed) - set(here.tags()):
                return find_history(source, query)
    except TransferFailed as failure:
        concern = messages.not_fetched(lack, ways[0], failure)
        return _lacking(PartialRepository(found.git, listed) if listed else here, query, concern)
    # It lacked nothing: the remote has no more than it.
    return find_history(here, query)


def _with_lost_message(
    places: Places, ways: Sequence[Remote], history: History, tag: Tag
) -> History:
    """The history with the message of the event's tag, if the remote has one."""
    try:
        with _remote(places, ways, tag.commit, None, limit=transfer.MESSAGE_LIMIT) as source:
            [there] = [one for one in source.tags() if one == replace(tag, object_id=one.object_id)]
            message, made = source.message(there)
            return replace(history, message=message, tagged_at=made)
    except (TransferFailed, ValueError) as failure:
        places.debug(f"no message of the tag {tag.name} from the remote: {failure}")
        return history


def _remote_alone(places: Places, pipeline: Pipeline, query: Query, nothing: NoVersion) -> History:
    """The history where nothing is checked out, but the pipeline knows what it runs for."""
    ways = places.remotes(None) if query.fetch and pipeline.commit else []
    if not ways:
        raise nothing
    try:
        with _remote(places, ways, pipeline.commit, query, prefix=places.prefix) as source:
            return find_history(source, query)
    except TransferFailed as failure:
        concern = messages.not_fetched("is not there", ways[0], failure)
        raise NoVersion(concern, *nothing.messages) from failure


@contextmanager
def _remote(
    places: Places,
    ways: Sequence[Remote],
    head: str,
    query: Query | None,
    *,
    prefix: str = "",
    limit: float = transfer.TIME_LIMIT,
) -> Iterator[RemoteRepository]:
    """The repository at its remote, by the first of the ways that is let in."""
    now = places.monotonic
    budget = Budget(monotonic=now, until=now() + limit, size=transfer.SIZE_LIMIT)
    trees = bool(query and query.paths)
    with scratch.folder() as folder:
        lines = [Line(remote=one, budget=budget, folder=folder, debug=places.debug) for one in ways]
        sources = [RemoteRepository(line, head, trees=trees, prefix=prefix) for line in lines]
        try:
            yield _let_in(sources)
        except CommandFailed as error:
            raise TransferFailed(TransferFailure.FAILED, str(error)) from error


def _let_in(sources: Sequence[RemoteRepository]) -> RemoteRepository:
    """The first that gives its tags; the last one's refusal is that of all."""
    *others, last = sources
    for source in others:
        try:
            source.tags()
        except TransferFailed as failure:
            if failure.reason is not TransferFailure.REFUSED:
                raise
        else:
            return source
    last.tags()
    return last


def _lacking(source: Repository, query: Query, concern: Message) -> History:
    try:
        history = find_history(source, query)
    except NoVersion as error:
        raise NoVersion(concern, *error.messages) from error
    return replace(history, complete=False, concerns=(*history.concerns, concern))
