"""What the checkout lacks, answered from the remote: each answer brings what it needs, no more.

The list of tags comes first. The commits of a range come without trees, cut off at the release
before. A cut at a merge loses all its parents, also those that are not behind that release, so
each of these is asked for by itself, with the same cut, until none is new. What then is missing
lies behind the release before. Where a server cannot cut, the whole history comes, still without
trees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from annotate.git.command import lines
from annotate.git.remote.scratch import Scratch
from annotate.git.remote.transfer import Line, TransferFailed, TransferFailure
from annotate.git.repository import LocalRepository
from annotate.notes.history import Commit, TagMessage
from annotate.versions.tags import Tag

#: Parents that are asked for one by one; beyond, the whole history is cheaper.
_ASKED_ALONE = 40
_PEELED = "^{}"


@dataclass(frozen=True, kw_only=True)
class Range:
    """The commits that are behind one commit and not behind a tag, all of them and no other."""

    objects: LocalRepository
    #: True where the tag itself is behind the commit.
    reaches_tag: bool
    #: The tag, where its commits are here too and must be left out.
    excluded: Tag | None = None


class RemoteRepository:
    """Answers like `LocalRepository`, for a commit of a repository that is elsewhere."""

    def __init__(self, line: Line, head: str, *, trees: bool, prefix: str) -> None:
        """Ask for what is behind `head`; with `trees`, paths can be asked for."""
        self._line = line
        self._head = head
        self._objects = "blob:none" if trees else "tree:0"
        self._prefix = prefix
        self._numbers = count()
        self._listed: list[Tag] | None = None
        self._ranges: dict[tuple[str, str], Range] = {}
        self._histories: dict[str, Scratch] = {}

    def head(self) -> str:
        """The id of the commit that is released."""
        return self._head

    def tags(self) -> list[Tag]:
        """All tags of the remote, in the order of their names; some may stand for no commit."""
        if self._listed is None:
            output = self._line.git(
                self._line.folder, "ls-remote", "--end-of-options", self._line.remote.url,
                "refs/tags/*",
            )  # fmt: skip
            self._listed = _listed(lines(output))
        return self._listed

    def is_commit(self, tag: Tag) -> bool:
        """Whether the tag stands for a commit, which the list does not tell."""
        return LocalRepository(self._alone(tag.commit).git).is_commit(tag)

    def is_ancestor(self, tag: Tag, of: str) -> bool:
        """Whether the tag's commit is `of` or lies behind it."""
        return tag.commit == of or self._range(of, tag).reaches_tag

    def tags_behind(self, commit: str) -> set[str]:
        """The names of all tags whose commits lie behind this one."""
        ids = set(lines(self._history(commit).git("rev-list", commit)))
        return {tag.name for tag in self.tags() if tag.commit in ids}

    def committed_at(self, commit: str) -> datetime:
        """When the commit was made (the committer's date), in UTC."""
        known = [one for key, one in self._ranges.items() if key[0] == commit]
        objects = known[0].objects if known else LocalRepository(self._alone(commit).git)
        return objects.committed_at(commit)

    def message(self, tag: Tag) -> tuple[TagMessage, datetime | None]:
        """What an annotated tag says, and when it was made, in UTC."""
        if tag.object_id is None:
            return TagMessage(), None
        place = self._scratch()
        place.fetch([f"refs/tags/{tag.name}"], "--depth=1")
        return LocalRepository(place.git).message(tag)

    def commits(
        self, included: str, excluded: Tag | None, paths: Sequence[str], limit: int | None
    ) -> list[Commit]:
        """The commits behind `included` and not behind `excluded`."""
        found = self._range(included, excluded)
        return found.objects.commits(included, found.excluded, paths, limit)

    def count(
        self, included: str, excluded: Tag | None, paths: Sequence[str] = (), *, merges: bool
    ) -> int:
        """How many commits such a range has."""
        found = self._range(included, excluded)
        return found.objects.count(included, found.excluded, paths, merges=merges)

    def _range(self, included: str, excluded: Tag | None) -> Range:
        key = (included, excluded.name if excluded else "")
        if key not in self._ranges:
            found = None
            try:
                if excluded and included not in self._histories:
                    found = self._cut(included, excluded)
            except TransferFailed as failure:
                if failure.reason not in {TransferFailure.UNSUPPORTED, TransferFailure.FAILED}:
                    raise
            self._ranges[key] = found or self._uncut(included, excluded)
        return self._ranges[key]

    def _cut(self, included: str, excluded: Tag) -> Range | None:
        """The range by itself; None where it takes too many questions."""
        place = self._scratch()
        cut = f"--shallow-exclude=refs/tags/{excluded.name}"
        try:
            place.fetch([included], cut)
        except TransferFailed as failure:
            if failure.reason is not TransferFailure.NOTHING:
                raise
            return self._empty(included, excluded)
        behind: set[str] = set()
        for _ in range(_ASKED_ALONE):
            lost = self._lost_parents(place) - behind - {excluded.commit}
            if not lost:
                return self._closed(place, excluded)
            asked = min(lost)
            try:
                place.fetch([asked], cut)
            except TransferFailed as failure:
                if failure.reason is not TransferFailure.NOTHING:
                    raise
                behind.add(asked)
        return None

    def _empty(self, included: str, excluded: Tag) -> Range:
        """The range of a commit that is the tag's own, or lies behind it."""
        objects = LocalRepository(self._alone(included).git, ends=[included])
        return Range(objects=objects, reaches_tag=excluded.commit == included)

    def _lost_parents(self, place: Scratch, *, merges_only: bool = True) -> set[str]:
        """The parents, not here, of the commits at the cut.

        They are read from the commits as they are: to `git log`, a commit at the cut has none.
        A commit with one parent was cut because that one is behind; a merge, because any is.
        """
        objects = LocalRepository(place.git)
        # The server also names commits at the cut that only lost parents lead to.
        parents = objects.parents(objects.kinds(place.boundary))
        wanted = {one for each in parents if len(each) > 1 or not merges_only for one in each}
        return wanted - objects.kinds(wanted).keys()

    def _closed(self, place: Scratch, excluded: Tag) -> Range:
        """The range with its ends: the commits just behind it, without parents of their own.

        With them, all its own commits have the parents that they have in the whole history, so
        merges are merges and paths are compared with what they changed. Where the tag is a commit,
        the other ends hang behind it, as they do there: git simplifies a history by what is left
        out by name.
        """
        ends = self._lost_parents(place, merges_only=False)
        place.fetch(sorted(ends | {excluded.commit}), "--depth=1")
        objects = LocalRepository(place.git)
        if not objects.is_commit(excluded):
            place.boundary = ends
            return Range(objects=LocalRepository(place.git, ends=sorted(ends)), reaches_tag=False)
        behind = ends - {excluded.commit}
        place.boundary = behind
        place.graft(excluded.commit, behind)
        reaches = excluded.commit in ends
        return Range(objects=objects, reaches_tag=reaches, excluded=excluded)

    def _uncut(self, included: str, excluded: Tag | None) -> Range:
        """The range in the whole history."""
        place = self._history(included)
        objects = LocalRepository(place.git)
        if excluded is None:
            return Range(objects=objects, reaches_tag=False)
        if not objects.kinds([excluded.commit]):
            place.fetch([excluded.commit])
        if not objects.is_commit(excluded):
            return Range(objects=objects, reaches_tag=False)
        reaches = objects.is_ancestor(excluded, included)
        return Range(objects=objects, reaches_tag=reaches, excluded=excluded)

    def _history(self, commit: str) -> Scratch:
        if commit not in self._histories:
            place = self._scratch()
            place.fetch([commit])
            self._histories[commit] = place
        return self._histories[commit]

    def _alone(self, commit: str) -> Scratch:
        place = self._scratch()
        place.fetch([commit], "--depth=1")
        return place

    def _scratch(self) -> Scratch:
        name = f"scratch-{next(self._numbers)}"
        # SHA-256 has 64 digits, SHA-1 has 40; a repository speaks one of them.
        form = "sha256" if len(self._head) == 64 else "sha1"
        return Scratch(self._line, name, form=form, objects=self._objects, prefix=self._prefix)


def _listed(rows: Sequence[str]) -> list[Tag]:
    """The tags of `git ls-remote`: an annotated one has a second row with what it stands for."""
    ids = {name: object_id for object_id, _, name in (row.partition("\t") for row in rows)}
    tags = []
    for ref, object_id in ids.items():
        if ref.startswith("refs/tags/") and not ref.endswith(_PEELED):
            target = ids.get(f"{ref}{_PEELED}")
            name = ref.removeprefix("refs/tags/")
            own = object_id if target else None
            tags.append(Tag(name=name, commit=target or object_id, object_id=own))
    return tags
