"""A repository -> History: what git knows of this release, in a handful of commands.

However many tags and commits there are, one command lists all tags, at most three find the
release before, and one reads the range. GitPython's own objects would start a process for each
tag, or walk the history in Python.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annotate.errors import NoVersion, Skip
from annotate.git import messages
from annotate.git.repository import Repository
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

#: Commits told of a first release; the rest is counted.
FIRST_RELEASE_COMMITS = 200
# A negative answer of `merge-base` costs a walk; from the third on, one list of all is cheaper.
_ASKED_ONE_BY_ONE = 2


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is asked of the repository."""

    #: The tag that started the pipeline; empty where none did.
    event_tag: str = ""
    #: The version that the user gave; empty where git is to say it.
    version: str = ""
    patterns: Patterns
    strip_v: bool = True
    on_untagged: OnUntagged = OnUntagged.DESCRIBE
    #: Pathspecs, from the working directory; empty for all.
    paths: tuple[str, ...] = ()
    #: Whether what the checkout lacks may be read from the remote.
    fetch: bool = True

    @property
    def given(self) -> str:
        """The version that the user gave, as Amplitude gets it."""
        version = Version.parse(self.version)
        if version and not version.family:
            return version.published(strip_v=self.strip_v)
        return self.version


def find_history(source: Repository, query: Query) -> History:
    """Return the history of the release. Raises NoVersion or Skip if there is no release."""
    return _Reading(source, query).history()


def without_repository(query: Query, error: NoVersion) -> History:
    """Return what is known without git: a given version, or that of the event's tag.

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


class _Reading:
    def __init__(self, source: Repository, query: Query) -> None:
        self._source = source
        self._query = query
        self._head = source.head()
        if not self._head:
            raise NoVersion(messages.no_commit())
        self._all_tags = source.tags()
        self._tags = [tag for tag in self._all_tags if query.patterns.take(tag.name)]
        self._known = version_tags(self._tags)

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
        named = [one.tag for one in self._known if one.tag.name == self._query.event_tag]
        if version is None:
            return self._after(self._nearest(), self._tagged(history, *named[:1]))
        equal = [
            one.tag
            for one in self._known
            if one.tag.commit == self._head and one.version.order == version.order
        ]
        return self._since_previous(version, self._tagged(history, *(named or equal)[:1]))

    def _of_event(self) -> History:
        name = self._query.event_tag
        if not self._query.patterns.take(name):
            raise Skip(messages.tag_not_taken(name, self._query.patterns))
        # The event is the truth also where the checkout has not brought the tag.
        missing = Tag(name=name, commit=self._head)
        tag = next((tag for tag in self._tags if tag.name == name), missing)
        version = Version.parse(name)
        fuller = [
            one.tag.name
            for one in self._known
            if one.tag.commit == tag.commit and version and version.is_shorthand_of(one.version)
        ]
        if fuller:
            raise Skip(messages.floating(name, fuller[0]))
        history = self._tagged(
            History(
                version=version.published(strip_v=self._query.strip_v)
                if version
                else one_line(name),
                reason=f"the tag {name}, which started the pipeline",
            ),
            tag,
        )
        return self._since_previous(version, history) if version else history

    def _of_head(self) -> History:
        candidates = [one for one in self._known if one.tag.commit == self._head]
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
        return self._since_previous(here.version, self._tagged(history, here.tag))

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
            return self._after(base, history)
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
            concerns=families_compete(self._known, base),
        )
        return self._after(base, history)

    def _tagged(self, history: History, tag: Tag | None = None) -> History:
        if tag is None:
            return history
        message, made = self._source.message(tag)
        return replace(history, tag=tag.name, commit=tag.commit, message=message, tagged_at=made)

    def _after(self, base: VersionTag | None, history: History) -> History:
        return replace(history, previous=base.tag.name) if base else history

    def _since_previous(self, version: Version, history: History) -> History:
        below = lower(self._known, version, finals_only=version.is_final)
        previous = self._first_ancestor(below, history.commit)
        if previous is None:
            previous = next((one for one in below if self._source.is_commit(one.tag)), None)
            if previous:
                concern = messages.no_ancestor(previous.tag.name)
                history = replace(history, concerns=(*history.concerns, concern))
        return self._after(previous, history)

    def _nearest(self) -> VersionTag | None:
        ordered = sorted(self._known, key=lambda one: one.preference, reverse=True)
        return self._first_ancestor(ordered, self._head)

    def _first_ancestor(self, candidates: Sequence[VersionTag], of: str) -> VersionTag | None:
        for candidate in candidates[:_ASKED_ONE_BY_ONE]:
            if self._source.is_ancestor(candidate.tag, of):
                return candidate
        rest = candidates[_ASKED_ONE_BY_ONE:]
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
