"""Read the history from the checkout, and fetch what it lacks from the remote."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from annotate.deadline import Deadline
from annotate.errors import InvalidInputs, Message, NoVersion
from annotate.git import checkout, mailmap, messages
from annotate.git.checkout import Checkout
from annotate.git.command import CommandFailed
from annotate.git.history import Query, Repository, find_history
from annotate.git.partial import PartialRepository
from annotate.git.remote import scratch, transfer
from annotate.git.remote.repository import RemoteRepository
from annotate.git.remote.transfer import (
    Budget,
    Connection,
    Remote,
    TransferFailed,
    TransferFailure,
)
from annotate.git.repository import LocalRepository
from annotate.notes.history import History
from annotate.pipeline import Pipeline
from annotate.versions.tags import Tag

# What git says of pathspecs that it does not take.
_WRONG_PATHS = ("pathspec", "outside repository", "are incompatible")


class Locations(NamedTuple):
    """Where the repository can be read."""

    #: The folder of the checkout, whether or not there is one.
    directory: Path
    #: Path of that folder within the work tree, used if there is no checkout.
    prefix: str
    #: Returns the remotes to try, the best first; called only if one is needed.
    remotes: Callable[[Checkout | None], list[Remote]]
    #: The end of the run.
    deadline: Deadline
    #: Called before git is waited for.
    meanwhile: Callable[[], object]
    debug: Callable[[str], None]


def read(locations: Locations, pipeline: Pipeline, query: Query) -> tuple[History, Checkout | None]:
    """Return the history, and the checkout or None.

    Raises NoVersion or Skip if there is no release, and InvalidInputs if it asks for what git does
    not take.
    """
    try:
        found = checkout.find(locations.directory, locations.debug, locations.deadline)
        locations.meanwhile()
    except checkout.NoRepository as error:
        return _from_remote(locations, pipeline, query, error), None
    if not query.repository:
        name = checkout.repository_of(found.origin)[0].rpartition("/")[2] or found.name
        query = query._replace(repository=name)
    try:
        return mailmap.named(_from_checkout(locations, found, pipeline, query), found), found
    except CommandFailed as error:
        if query.paths and any(words in error.stderr for words in _WRONG_PATHS):
            raise InvalidInputs(messages.wrong_paths(error.stderr)) from error
        raise checkout.damaged(found.root, error) from error


def _from_checkout(
    locations: Locations, found: Checkout, pipeline: Pipeline, query: Query
) -> History:
    local = LocalRepository(found.git, head=found.head)
    if not found.head:
        raise NoVersion(messages.no_commit())
    tags = local.tags()
    tag = next((tag for tag in tags if tag.name == query.event_tag), None)
    lacks = {
        "is shallow": found.shallow,
        f"has no tag {query.event_tag}": query.event_tag and not tag,
        "has no other tags": all(tag.name == query.event_tag for tag in tags),
        "is a partial clone": found.partial and query.paths,
    }
    lack = next((name for name, is_so in lacks.items() if is_so), "")
    # actions/checkout puts a lightweight tag in the place of an annotated one.
    flattened = tag if tag and not tag.object_id and pipeline.flattens_tags else None
    remotes = locations.remotes(found) if query.fetch and (lack or flattened) else []
    if lack and remotes:
        return _completed(locations, found, local, remotes, query, lack)
    if found.shallow:
        concern = messages.incomplete(lack, may_fetch=query.fetch)
        return _incomplete(local, query, concern)
    history = find_history(local, query)
    if flattened and remotes:
        return _with_tag_message(locations, remotes, history, flattened)
    return history


def _completed(
    locations: Locations,
    found: Checkout,
    local: LocalRepository,
    remotes: Sequence[Remote],
    query: Query,
    lack: str,
) -> History:
    """Return the history as the remote completes it; if that fails, what the checkout has."""
    prefix = locations.directory.resolve().relative_to(found.root).as_posix()
    listed: list[Tag] = []
    try:
        with _open_remote(locations, remotes, found.head, query, prefix=prefix) as source:
            listed = source.tags()
            if found.shallow or set(listed) - set(local.tags()):
                return replace(find_history(source, query), lacked=lack)
    except TransferFailed as failure:
        concern = messages.not_fetched(lack, remotes[0], failure)
        best = PartialRepository(found.git, found.head, listed) if listed else local
        return _incomplete(best, query, concern)
    # The remote has nothing that the checkout lacks.
    return find_history(local, query)


def _with_tag_message(
    locations: Locations, remotes: Sequence[Remote], history: History, tag: Tag
) -> History:
    """Return the history with the message and date of the event's tag, if the remote has them."""
    try:
        with _open_remote(
            locations, remotes, tag.commit, None, limit=transfer.MESSAGE_LIMIT
        ) as source:
            [annotated] = [
                remote_tag
                for remote_tag in source.tags()
                if (remote_tag.name, remote_tag.commit) == (tag.name, tag.commit)
            ]
            message, made = source.message(annotated)
            return replace(history, message=message, tagged_at=made)
    except (TransferFailed, ValueError) as failure:
        locations.debug(
            f"the message of the tag {tag.name} was not read from the remote: {failure}"
        )
        return history


def _from_remote(
    locations: Locations, pipeline: Pipeline, query: Query, error: NoVersion
) -> History:
    """Return the history of the pipeline's commit.

    Raises NoVersion with the messages of `error` if it cannot be fetched.
    """
    remotes = locations.remotes(None) if query.fetch and pipeline.commit else []
    if not remotes:
        raise error
    try:
        with _open_remote(
            locations, remotes, pipeline.commit, query, prefix=locations.prefix
        ) as source:
            return replace(find_history(source, query), lacked="is missing")
    except TransferFailed as failure:
        concern = messages.not_fetched("is missing", remotes[0], failure)
        raise NoVersion(concern, *error.messages) from failure


@contextmanager
def _open_remote(
    locations: Locations,
    remotes: Sequence[Remote],
    head: str,
    query: Query | None,
    *,
    prefix: str = "",
    limit: float = transfer.TIME_LIMIT,
) -> Iterator[RemoteRepository]:
    """Yield the repository at the first of the remotes that grants access."""
    budget = Budget(deadline=locations.deadline.within(limit), size=transfer.SIZE_LIMIT)
    trees = bool(query and query.paths)
    with scratch.folder() as folder:
        connections = [
            Connection(
                remote=remote,
                budget=budget,
                deadline=locations.deadline,
                folder=folder,
                debug=locations.debug,
            )
            for remote in remotes
        ]
        sources = [
            RemoteRepository(connection, head, trees=trees, prefix=prefix)
            for connection in connections
        ]
        try:
            yield _accessible(sources)
        except CommandFailed as error:
            raise TransferFailed(TransferFailure.FAILED, str(error)) from error


def _accessible(sources: Sequence[RemoteRepository]) -> RemoteRepository:
    """Return the first source that lists its tags.

    Raises TransferFailed if all refuse, and if one fails for another reason.
    """
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


def _incomplete(source: Repository, query: Query, concern: Message) -> History:
    try:
        history = find_history(source, query)
    except NoVersion as error:
        raise NoVersion(concern, *error.messages) from error
    return replace(history, complete=False, concerns=(*history.concerns, concern))
