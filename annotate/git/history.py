"""Read the history of a release from a repository, with a handful of git commands.

However many tags and commits there are, one command lists all tags, at most three find the
previous release, and one reads the commit range. GitPython's own objects would start a process for
each tag, or walk the history in Python.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annotate.errors import NoVersion, Skip
from annotate.git import messages
from annotate.git.remote.repository import RemoteRepository
from annotate.git.repository import LocalRepository
from annotate.notes.history import History
from annotate.text import one_line
from annotate.versions.pattern import Patterns
from annotate.versions.tags import (
    OnUntagged,
    Tag,
    VersionTag,
    families_compete,
    highest,
    lower,
    version_tags,
)
from annotate.versions.version import Version

#: Commits that are read for a first release; the others are only counted.
FIRST_RELEASE_COMMITS = 200
# `merge-base` walks the history to answer no. After two answers, one list of all tags is cheaper.
_SINGLE_CHECKS = 2


Repository = LocalRepository | RemoteRepository


@dataclass(frozen=True, kw_only=True)
class Query:
    """How to find the version, the previous release and the commit range."""

    #: The tag that started the pipeline; empty if none did.
    event_tag: str = ""
    #: The version that the user gave; empty to read it from git.
    version: str = ""
    patterns: Patterns
    strip_v: bool = True
    on_untagged: OnUntagged = OnUntagged.DESCRIBE
    #: Pathspecs that limit the commits, relative to the working directory; empty for all.
    paths: tuple[str, ...] = ()
    #: True if what the checkout lacks may be fetched from the remote.
    fetch: bool = True

    @property
    def given(self) -> str:
        """The version that the user gave, as it is sent: without its `v` if `strip_v` is set."""
        version = Version.parse(self.version)
        if version and not version.family:
            return version.published(strip_v=self.strip_v)
        return self.version


def find_history(source: Repository, query: Query) -> History:
    """Return the history of the release. Raises NoVersion or Skip if there is no release."""
    return _Reader(source, query).history()


def without_repository(query: Query, error: NoVersion) -> History:
    """Return a history without commits: of the given version, or that of the event's tag.

    Raises `error`, the reason why there is no repository, if there is no such version.
    """
    of_event = Version.parse(query.event_tag)
    version = query.given or (of_event.published(strip_v=query.strip_v) if of_event else "")
    if not version or not query.patterns.take(query.event_tag or version):
        raise error
    given = f"the tag {query.event_tag}, which started the pipeline"
    return History(
        version=version,
        tag=query.event_tag,
        reason="given by the input version" if query.version else given,
        complete=False,
        concerns=(messages.no_notes(error.messages[0]),),
    )


class _Reader:
    def __init__(self, source: Repository, query: Query) -> None:
        self._source = source
        self._query = query
        self._head = source.head()
        if not self._head:
            raise NoVersion(messages.no_commit())
        self._all_tags = source.tags()
        self._tags = [tag for tag in self._all_tags if query.patterns.take(tag.name)]
        self._version_tags = version_tags(self._tags)

    def history(self) -> History:
        if self._query.version:
            history = self._of_given_version()
        elif self._query.event_tag:
            history = self._of_event()
        else:
            history = self._of_head()
        return self._with_range(history)

    def _of_given_version(self) -> History:
        version = Version.parse(self._query.version)
        history = History(
            version=self._query.given, commit=self._head, reason="given by the input version"
        )
        named = [
            found.tag for found in self._version_tags if found.tag.name == self._query.event_tag
        ]
        if version is None:
            return self._with_previous_tag(self._nearest(), self._with_tag(history, *named[:1]))
        equal = [
            found.tag
            for found in self._version_tags
            if found.tag.commit == self._head and found.version.order == version.order
        ]
        return self._with_previous_release(version, self._with_tag(history, *(named or equal)[:1]))

    def _of_event(self) -> History:
        name = self._query.event_tag
        if not self._query.patterns.take(name):
            raise Skip(messages.tag_not_taken(name, self._query.patterns))
        # The pipeline runs for this tag, even if the checkout does not contain it.
        missing = Tag(name=name, commit=self._head)
        tag = next((tag for tag in self._tags if tag.name == name), missing)
        version = Version.parse(name)
        fuller = [
            found.tag.name
            for found in self._version_tags
            if found.tag.commit == tag.commit and version and version.is_shorthand_of(found.version)
        ]
        if fuller:
            raise Skip(messages.floating(name, fuller[0]))
        history = self._with_tag(
            History(
                version=version.published(strip_v=self._query.strip_v)
                if version
                else one_line(name),
                reason=f"the tag {name}, which started the pipeline",
            ),
            tag,
        )
        return self._with_previous_release(version, history) if version else history

    def _of_head(self) -> History:
        candidates = [found for found in self._version_tags if found.tag.commit == self._head]
        here = highest(candidates)
        if here is None:
            return self._of_untagged_head()
        concerns = families_compete(candidates, here)
        among = f" of the family `{here.version.family}…`" if concerns else ""
        if concerns and not here.version.family:
            among = " without a product's name"
        history = History(
            version=here.version.published(strip_v=self._query.strip_v),
            reason=f"the tag {here.tag.name}, the highest version{among} on this commit",
            concerns=concerns,
        )
        return self._with_previous_release(here.version, self._with_tag(history, here.tag))

    def _of_untagged_head(self) -> History:
        rule = self._query.on_untagged
        if rule is OnUntagged.SKIP:
            raise Skip(messages.untagged(self._head, rule))
        if rule is OnUntagged.FAIL:
            raise NoVersion(messages.untagged(self._head, rule))
        base = self._nearest()
        if rule is OnUntagged.SHA:
            reason = "the commit's id (on-untagged: sha)"
            history = History(version=self._head[:7], commit=self._head, reason=reason)
            return self._with_previous_tag(base, history)
        if base is None:
            raise NoVersion(
                messages.no_version_tag([tag.name for tag in self._all_tags], self._query.patterns)
            )
        nearest = base.version.published(strip_v=self._query.strip_v)
        ahead = self._source.count(self._head, base.tag, merges=True)
        commits = "1 commit" if ahead == 1 else f"{ahead} commits"
        reason = f"{base.tag.name} is {commits} behind this one (on-untagged: {rule})"
        history = History(
            version=nearest
            if rule is OnUntagged.NEAREST
            else f"{nearest}-{ahead}-g{self._head[:7]}",
            commit=self._head,
            ahead=ahead if rule is OnUntagged.NEAREST else 0,
            reason=reason,
            concerns=families_compete(self._version_tags, base),
        )
        return self._with_previous_tag(base, history)

    def _with_tag(self, history: History, tag: Tag | None = None) -> History:
        if tag is None:
            return history
        message, made = self._source.message(tag)
        return replace(history, tag=tag.name, commit=tag.commit, message=message, tagged_at=made)

    def _with_previous_tag(self, base: VersionTag | None, history: History) -> History:
        return replace(history, previous=base.tag.name) if base else history

    def _with_previous_release(self, version: Version, history: History) -> History:
        below = lower(self._version_tags, version, finals_only=version.is_final)
        previous = self._first_ancestor(below, history.commit)
        if previous is None:
            previous = next((found for found in below if self._source.is_commit(found.tag)), None)
            if previous:
                concern = messages.no_ancestor(previous.tag.name)
                history = replace(history, concerns=(*history.concerns, concern))
        return self._with_previous_tag(previous, history)

    def _nearest(self) -> VersionTag | None:
        ordered = sorted(self._version_tags, key=lambda found: found.preference, reverse=True)
        return self._first_ancestor(ordered, self._head)

    def _first_ancestor(self, candidates: Sequence[VersionTag], of: str) -> VersionTag | None:
        for candidate in candidates[:_SINGLE_CHECKS]:
            if self._source.is_ancestor(candidate.tag, of):
                return candidate
        rest = candidates[_SINGLE_CHECKS:]
        behind = self._source.tags_behind(of) if rest else set()
        return next((candidate for candidate in rest if candidate.tag.name in behind), None)

    def _with_range(self, history: History) -> History:
        previous = next((t for t in self._all_tags if t.name == history.previous), None)
        limit = None if previous else FIRST_RELEASE_COMMITS
        paths = self._query.paths
        commits = self._source.commits(history.commit, previous, paths, limit)
        count = sum(not commit.is_merge for commit in commits)
        if len(commits) == limit:
            count = self._source.count(history.commit, previous, paths, merges=False)
        return replace(
            history,
            commits=tuple(commits),
            count=count,
            committed_at=self._source.committed_at(history.commit),
        )
