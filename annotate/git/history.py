"""Read the history of a release from a repository, with a handful of git commands.

However many tags and commits there are, one command lists all tags, one their dates, and one reads
the commit range. GitPython's own objects would start a process for each tag, or walk the history in
Python.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from annotate.errors import InvalidInputs, NoVersion, Skip
from annotate.git import messages
from annotate.git.command import CommandFailed
from annotate.git.remote.repository import RemoteRepository
from annotate.git.repository import LocalRepository
from annotate.notes.history import History
from annotate.text import counted, one_line
from annotate.versions.family import Family, by_family
from annotate.versions.pattern import Patterns
from annotate.versions.tags import (
    UNKNOWN_DATE,
    OnUntagged,
    Tag,
    VersionTag,
    families_compete,
    highest,
    is_alive,
    product_folders,
    version_tags,
    without_floating,
)
from annotate.versions.version import Version, product_of

#: Commits that are read for a first release; the others are only counted.
FIRST_RELEASE_COMMITS = 200
# Candidates whose dates are asked for at once; a remote sends these tags for it. Mostly the
# first is old enough, and nearly always one of eight.
_FIRST_CANDIDATES, _MORE_CANDIDATES = 8, 64
#: By how much the clocks of two committers may differ.
_SKEW = timedelta(days=1)
# The date of a commit that has none.
_UNDATED = datetime.fromtimestamp(0, UTC)
#: Families whose newest release is looked at to see if they are alive.
_FAMILIES = 20

#: What answers the questions about tags and commits.
Repository = LocalRepository | RemoteRepository


class Query(NamedTuple):
    """How to find the version, the previous release and the commit range."""

    patterns: Patterns
    #: The tag that started the pipeline, or that is asked for; empty if there is none.
    event_tag: str = ""
    #: True if the user asked for the tag, which must then exist.
    asked: bool = False
    #: The version that the user gave; empty to read it from git.
    version: str = ""
    strip_v: bool = True
    on_untagged: OnUntagged = OnUntagged.DESCRIBE
    #: The tag of the previous release, if the user knows better; empty to find it.
    previous_tag: str = ""
    #: The repository's own name; a family of this name is its main product.
    repository: str = ""
    #: Pathspecs that limit the commits, relative to the working directory; empty for all.
    paths: tuple[str, ...] = ()
    #: True to limit the commits to the folder of the tag's product, if there is one.
    auto_paths: bool = False
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
    return Reader(source, query).history()


def without_repository(query: Query, error: NoVersion) -> History:
    """Return a history without commits: of the given version, or that of the event's tag.

    Raises `error`, the reason why there is no repository, if there is no such version.
    """
    if query.asked:
        raise error
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


class Reader:
    """Finds a history, step by step.

    The version is that of the tag that started the pipeline, else the highest on the commit, else
    what `on-untagged` says. The previous release has the same family and the highest of the
    strictly lower versions that existed by then; it is final if the version is. Whether or not it
    is an ancestor does not matter: most large projects tag on release branches that they never
    merge back.
    """

    def __init__(self, source: Repository, query: Query) -> None:
        """Read the tags. Raises NoVersion if the repository has no commit."""
        self._source = source
        self._query = query
        self._head = source.head()
        if not self._head:
            raise NoVersion(messages.no_commit())
        tags = source.tags()
        self._tags = {tag.name: tag for tag in tags}
        patterns = query.patterns
        #: Those that `patterns` take. Not all are versions, but there may be thousands to read.
        self._taken = without_floating(
            tags if patterns.take_all else [tag for tag in tags if patterns.take(tag.name)]
        )

    def history(self) -> History:
        """Return the history. Raises NoVersion or Skip if there is no release."""
        history = self._with_range(self._with_folders(self._without_range()))
        return self._with_absent_paths(history) if self._query.paths else history

    def _without_range(self) -> History:
        if self._query.version:
            history = self._of_given_version()
        elif self._query.event_tag:
            history = self._of_event()
        else:
            history = self._of_head()
        return self._with_given_previous(history)

    def _of_given_version(self) -> History:
        version = Version.parse(self._query.version)
        history = History(
            version=self._query.given, commit=self._head, reason="given by the input version"
        )
        of_event = (tag for tag in self._taken if tag.name == self._query.event_tag)
        named = [found.tag for found in version_tags(of_event)]
        if version is None:
            history = self._with_tag(history, *named[:1])
            return self._with_previous_tag(self._nearest(), history)
        equal = [one.tag for one in self._on(self._head) if one.version.order == version.order]
        return self._with_previous_release(version, self._with_tag(history, *(named or equal)[:1]))

    def _of_event(self) -> History:
        name, asked = self._query.event_tag, self._query.asked
        if asked and name not in self._tags:
            raise NoVersion(messages.no_tag(name, list(self._tags)))
        if not self._query.patterns.take(name):
            raise Skip(messages.tag_not_taken(name, self._query.patterns, asked=asked))
        # The pipeline runs for this tag, even if the checkout does not contain it.
        tag = self._tags.get(name) or Tag(name=name, commit=self._head)
        version = Version.parse(name)
        fuller = [
            found.version
            for found in self._on(tag.commit)
            if version and version.is_shorthand_of(found.version)
        ]
        if fuller:
            raise Skip(messages.floating(name, fuller[0], asked=asked))
        reason = f"the tag {name}, which {'--ref names' if asked else 'started the pipeline'}"
        if version is None:
            history = self._with_tag(History(version=one_line(name), reason=reason), tag)
            return self._with_previous_tag(self._nearest(history.commit), history)
        published = version.published(strip_v=self._query.strip_v)
        history = self._with_tag(History(version=published, reason=reason), tag)
        return self._with_previous_release(version, history)

    def _of_head(self) -> History:
        candidates = self._on(self._head)
        here = highest(candidates)
        if here is None:
            return self._of_untagged_head()
        rivals = [found for found in candidates if found.version.family != here.version.family]
        among = f" of the family `{here.version.family}…`" if rivals else ""
        if rivals and not here.version.family:
            among = " without a product's name"
        history = History(
            version=here.version.published(strip_v=self._query.strip_v),
            reason=f"the tag {here.tag.name}, the highest version{among} on this commit",
            concerns=(families_compete(rivals, here),) if rivals else (),
        )
        return self._with_previous_release(here.version, self._with_tag(history, here.tag))

    def _of_untagged_head(self) -> History:
        rule = self._query.on_untagged
        if rule is OnUntagged.SKIP:
            raise Skip(messages.untagged(self._head, rule))
        names = list(self._tags)
        if rule is OnUntagged.FAIL:
            raise NoVersion(messages.untagged(self._head, rule, names, self._query.patterns))
        base = self._nearest()
        if rule is OnUntagged.SHA:
            reason = "the commit's id (on-untagged: sha)"
            history = History(version=self._head[:7], commit=self._head, reason=reason)
            return self._with_previous_tag(base, history)
        if base is None:
            query = self._query
            raise NoVersion(messages.no_version_tag(names, query.patterns, may_fetch=query.fetch))
        nearest = base.version.published(strip_v=self._query.strip_v)
        ahead = self._source.count(self._head, base.tag, merges=True)
        rivals = self._living_rivals(base, self._head, self._families)
        history = History(
            version=nearest
            if rule is OnUntagged.NEAREST
            else f"{nearest}-{ahead}-g{self._head[:7]}",
            commit=self._head,
            ahead=ahead if rule is OnUntagged.NEAREST else 0,
            reason=f"{counted(ahead, 'commit')} after {base.tag.name} (on-untagged: {rule})",
            concerns=(families_compete(rivals, base),) if rivals else (),
        )
        return self._with_previous_tag(base, history)

    def _with_tag(self, history: History, tag: Tag | None = None) -> History:
        if tag is None:
            return history
        if tag.name in self._tags and not self._stands_for_commit(tag):
            if self._query.asked:
                raise NoVersion(messages.no_tag(tag.name, list(self._tags)))
            tag = Tag(name=tag.name, commit=self._head)
        message, made = self._source.message(tag)
        return replace(history, tag=tag.name, commit=tag.commit, message=message, tagged_at=made)

    def _stands_for_commit(self, tag: Tag) -> bool:
        # Those that it is compared with are asked for as well: a remote sends all of them at once.
        given = self._tags.get(self._query.previous_tag)
        below = islice(self._below(Version.parse(tag.name)), _FIRST_CANDIDATES)
        others = [given] if given else [found.tag for found in below]
        return tag.name in self._source.dates([tag, *others])

    def _with_previous_tag(self, base: VersionTag | None, history: History) -> History:
        return replace(history, previous=base.tag.name) if base else history

    def _with_previous_release(self, version: Version, history: History) -> History:
        below = self._below(version)
        previous = self._highest_by_then(below, history.commit, history.tagged_at)
        return self._with_previous_tag(previous, history)

    def _below(self, version: Version | None) -> Iterator[VersionTag]:
        """Yield the tags that may be the previous release of a version, the highest first.

        There is no need to look if the user knows it.
        """
        if self._query.previous_tag or version is None:
            return
        if family := self._families.get(version.family):
            yield from family.below(version, finals_only=version.is_final)

    def _with_given_previous(self, history: History) -> History:
        given = self._query.previous_tag
        if not given:
            return history
        tag = self._tags.get(given)
        if tag is None or not self._source.dates([tag]):
            raise InvalidInputs(messages.no_such_tag(given, list(self._tags)))
        return replace(history, previous=given)

    def _highest_by_then(
        self,
        candidates: Iterator[VersionTag],
        commit: str,
        tagged: datetime | None = None,
        *,
        known_only: bool = False,
    ) -> VersionTag | None:
        """Return the first candidate that is not younger than a release, or that is its ancestor.

        The release is made of `commit`; `tagged` is the date of its tag, if it is annotated. With
        `known_only`, a tag whose commit is missing is no candidate.
        """
        # Many tags may be on one commit.
        ancestors: dict[str, bool] = {}
        for batch in _batches(candidates):
            made = tagged or self._source.committed_at(commit)
            dates = self._source.dates(candidate.tag for candidate in batch)
            young = [one.tag.commit for one in batch if dates.get(one.tag.name, made) > made]
            committed = self._source.committed([commit, *young]) if young else {}
            for candidate in batch:
                found = dates.get(candidate.tag.name)
                if found is None or (known_only and found is UNKNOWN_DATE):
                    continue
                if found <= made:
                    return candidate
                # A tag may be younger than its commit; what was committed later is no ancestor,
                # unless a clock was wrong.
                tag = candidate.tag
                is_later = committed[tag.commit] > committed[commit] + _SKEW
                if is_later and committed[commit] > _UNDATED:
                    continue
                if tag.commit not in ancestors:
                    ancestors[tag.commit] = self._source.fork(tag, commit).is_ancestor
                if ancestors[tag.commit]:
                    return candidate
        return None

    def _nearest(self, commit: str = "") -> VersionTag | None:
        """Return the release that a commit without a tag is compared with.

        It is the highest that existed by then, or the highest ancestor, whichever has fewer commits
        to this one. An ancestor that is not in the range of the first has more of them.
        """
        commit = commit or self._head
        family = self._main_family()
        if family is None:
            return None
        existing = self._highest_by_then(family.descending(), commit, known_only=True)
        if existing is None or existing.tag.commit == commit:
            return existing
        between = self._source.tags_between(existing.tag, commit)
        ancestor = next((one for one in family.descending() if one.tag.name in between), None)
        if ancestor is None or ancestor is existing:
            return existing
        count = self._source.count
        nearer = count(commit, ancestor.tag, merges=True) < count(commit, existing.tag, merges=True)
        return ancestor if nearer else existing

    def _main_family(self) -> Family | None:
        """Return the tags of the product that a commit without a tag belongs to; None for no tags.

        It is the product with the name of the repository, else the tags without a product's name,
        else the product that was released last.
        """
        families = self._families
        if len(families) < 2:
            return next(iter(families.values()), None)
        products = {product_of(name).lower(): families[name] for name in reversed(families)}
        if own := products.get(self._query.repository.lower()) or products.get(""):
            return own
        newest = _newest_of(families)
        dates = self._source.dates(found.tag for found in newest)
        dated = [found for found in newest if found.tag.name in dates]
        last = max(dated, key=lambda found: dates[found.tag.name], default=newest[0])
        return families[last.version.family]

    def _living_rivals(
        self, best: VersionTag, commit: str, families: Mapping[str, Family]
    ) -> list[VersionTag]:
        """Return the newest tag of each other product that was released in the year before."""
        others = [
            found
            for found in _newest_of(families)
            if found.version.product not in {"", best.version.product}
        ]
        if not others:
            return []
        dates = self._source.dates(found.tag for found in others)
        now = self._source.committed_at(commit)
        return [found for found in others if is_alive(dates.get(found.tag.name), now)]

    def _on(self, commit: str) -> Sequence[VersionTag]:
        """Return the tags of a commit that are versions."""
        return version_tags(tag for tag in self._taken if tag.commit == commit)

    @cached_property
    def _families(self) -> dict[str, Family]:
        return by_family(self._taken)

    @cached_property
    def _products(self) -> dict[str, Family]:
        """The families that the patterns take, and others with a folder of their own.

        A step for one product takes no tags of the others. Nor does it take tags such as
        `nightly-2026`, which are no product: these have no folder.
        """
        patterns = self._query.patterns
        if patterns.take_all:
            return self._families
        others = by_family(tag for tag in self._tags.values() if not patterns.take(tag.name))
        places = {
            name: [path for group in product_folders(family.highest.version) for path in group]
            for name, family in islice(others.items(), _FAMILIES)
        }
        paths = [path for of_one in places.values() for path in of_one]
        there = set(self._source.folders(self._head, paths)) if paths else set()
        products = {name: others[name] for name in places if not there.isdisjoint(places[name])}
        return {**self._families, **products}

    def _with_folders(self, history: History) -> History:
        """Limit the commits to the folder of the tag's product, if it has exactly one.

        There must be other products, whether or not the patterns take their tags.
        """
        if not self._query.auto_paths:
            return history
        found = VersionTag.of(Tag(name=history.tag or history.previous, commit=history.commit))
        places = product_folders(found.version) if found else []
        if not (found and places):
            return history
        if not self._living_rivals(found, history.commit, self._products):
            return history
        for group in places:
            if folders := self._source.folders(history.commit, group):
                return replace(history, folders=tuple(folders)) if len(folders) == 1 else history
        return history

    def _range(self, history: History) -> tuple[Tag | None, Sequence[str], int | None]:
        """Return what the commit range is: since which tag, in which paths, at most how many."""
        previous = self._tags.get(history.previous)
        paths = tuple(f":(top,literal){folder}" for folder in history.folders) or self._query.paths
        return previous, paths, None if previous else FIRST_RELEASE_COMMITS

    def _with_range(self, history: History) -> History:
        previous, paths, limit = self._range(history)
        commits = self._source.commits(history.commit, previous, paths, limit)
        count = sum(not commit.is_merge for commit in commits)
        if len(commits) == limit:
            count = self._source.count(history.commit, previous, paths, merges=False)
        elsewhere = 0
        if history.folders:
            elsewhere = self._source.count(history.commit, previous, merges=False) - count
        history = replace(
            history,
            commits=tuple(commits),
            count=count,
            elsewhere=elsewhere,
            committed_at=self._source.committed_at(history.commit),
        )
        return self._with_fork(history, previous) if previous else history

    def _with_absent_paths(self, history: History) -> History:
        """Add what paths of the input do not exist, for the notes may lack commits."""
        previous, paths, _ = self._range(history)
        try:
            absent = self._source.absent(history.commit, previous, paths)
        except CommandFailed:
            # Such as in a bare repository. It is no reason to end.
            return history
        if not absent:
            return history
        concern = messages.absent_paths(absent, paths)
        return replace(history, concerns=(*history.concerns, concern))

    def _with_fork(self, history: History, previous: Tag) -> History:
        """Add what the previous release has that this one does not, if it is no ancestor."""
        # Then one of the commits is its child, and git need not walk the history again.
        if any(previous.commit in commit.parents for commit in history.commits):
            return history
        fork = self._source.fork(previous, history.commit)
        if fork.is_ancestor:
            return history
        if fork.at is None:
            concern = messages.unrelated(previous.name)
            return replace(history, concerns=(*history.concerns, concern))
        own = self._tags.get(history.tag)
        # A tag on another thing than a commit excludes nothing.
        release = own if own and own.commit == history.commit else None
        known = self._source.known_before(previous, release, history.commit)
        # Of those at the cut of a remote's range the parents are not known; nobody needs them.
        texts = tuple(commit._replace(parents=()) for commit in known)
        return replace(history, parted_at=fork.at, known_before=texts)


def _newest_of(families: Mapping[str, Family]) -> list[VersionTag]:
    """Return the newest tag of each family, the largest family first."""
    return [family.highest for family in islice(families.values(), _FAMILIES)]


def _batches(candidates: Iterator[VersionTag]) -> Iterator[list[VersionTag]]:
    size = _FIRST_CANDIDATES
    while batch := list(islice(candidates, size)):
        yield batch
        size = _MORE_CANDIDATES
