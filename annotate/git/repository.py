"""The tags and commits of a repository on this machine."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from annotate.git.command import Git, lines, records
from annotate.notes.history import Commit, TagMessage
from annotate.notes.people import Person, co_authors
from annotate.regex import Regex
from annotate.text import without_middle
from annotate.versions.tags import Tag

#: Characters of what is read of a commit or a tag; much more than people write. Pull requests, of
#: which a squashed commit may have the whole text, have at most 65,536 on GitHub.
_SUBJECT, _BODY, _NAME = 10_000, 80_000, 1_000
# Characters of all messages of a range that are read like this; in memory, each takes up to four
# bytes. Beyond that, a subject and a body are cut to `_SHORT`, more than most people write.
_MESSAGES, _SHORT = 20_000_000, 1_000
#: Characters of the longest name of a tag that is read; a file's name has at most 255.
LONGEST_TAG = 1_000
#: A day before the last time that a `datetime` can hold, for times are compared with a tolerance.
_LAST_SECOND = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())
_COMMIT_FIELDS = "%H%x00%ct%x00%P%x00%an%x00%ae%x00%s%x00%b"
# `type` and `object` are what an annotated tag says of its target. For git to look at the targets
# of all tags takes as long as all else that it does.
_TAG_FIELDS = (
    "%(refname:strip=2)%0a%(objecttype) %(type)%0a%(objectname)%0a%(object)%0a%(creatordate:unix)"
)
_NOT_PLAIN = Regex(r"^[:/]|[*?\[\\]")
#: Fields of a tag's message; see `tag_message`. `contents:body` holds no signature.
TAG_MESSAGE_FIELDS = "%(contents:subject)%00%(contents:body)%00%(taggerdate:unix)%00"


class Fork(NamedTuple):
    """How a tag and a commit are related."""

    #: True if the tag's commit is the commit or an ancestor of it.
    is_ancestor: bool
    #: Date of their newest common ancestor, in UTC; None if they have none, or it is the tag's.
    at: datetime | None


class LocalRepository:
    """A repository on this machine. Each question takes one git command."""

    def __init__(self, git: Git, *, head: str = "", ends: Sequence[str] = ()) -> None:
        """Ask through `git`. No range includes `ends` or their ancestors.

        `head` is the full hash of the commit that is checked out; empty if there is none.
        """
        self._git = git
        self._head = head
        self._ends = ends
        self._tags: list[Tag] | None = None
        #: Dates of the tags by their names, as git tells them, for there may be thousands.
        self._tagged: dict[str, str] = {}
        #: Dates of commits by their ids, likewise.
        self._committed: dict[str, str] = {}

    def head(self) -> str:
        """Return the id of the commit that is checked out; empty on a branch without commits."""
        return self._head

    def tags(self) -> list[Tag]:
        """Return all tags that stand for a commit, in the order of their names."""
        if self._tags is None:
            self._tags = self._read_tags()
        return self._tags

    def _read_tags(self) -> list[Tag]:
        # All fields of all tags at once, for there may be thousands; none contains a line's end.
        fields = lines(self._git("for-each-ref", f"--format={_TAG_FIELDS}", "refs/tags"))
        names, kinds, object_ids, targets, dates = (fields[column::5] for column in range(5))
        pairs = zip(object_ids, kinds, strict=True)
        nested = self._peeled([object_id for object_id, kind in pairs if kind == "tag tag"])
        tags = []
        for name, kind, object_id, target, made in zip(
            names, kinds, object_ids, targets, dates, strict=True
        ):
            if len(name) > LONGEST_TAG:
                continue
            if kind == "tag commit":
                tags.append(Tag(name, target, object_id))
            elif kind == "commit ":
                tags.append(Tag(name, object_id))
                self._committed[object_id] = made
            elif object_id in nested:
                tags.append(Tag(name, nested[object_id], object_id))
            else:
                continue
            self._tagged[name] = made
        return tags

    def tags_between(self, excluded: Tag, included: str) -> set[str]:
        """Return the names of the tags whose commits are in the range `excluded..included`."""
        selection = (f"--merged={included}", f"--no-merged={excluded.commit}")
        names = "--format=%(refname:strip=2)"
        return set(lines(self._git("for-each-ref", *selection, names, "refs/tags")))

    def dates(self, tags: Iterable[Tag]) -> dict[str, datetime]:
        """Return the dates of those tags that stand for a commit, in UTC, by the names of the tags.

        It is the tag's own date, else the committer's date of its commit.
        """
        self.tags()
        named = {tag.name: tag for tag in tags if tag.name in self._tagged}
        # Some old tags have none.
        undated = [tag.commit for name, tag in named.items() if not self._tagged[name]]
        committed = self.committed(undated) if undated else {}
        return {
            name: moment(self._tagged[name]) if self._tagged[name] else committed[tag.commit]
            for name, tag in named.items()
        }

    def fork(self, tag: Tag, commit: str) -> Fork:
        """Return how a tag and a commit are related."""
        common = self.common_ancestors(tag.commit, commit)
        if tag.commit in common:
            return Fork(is_ancestor=True, at=None)
        return Fork(is_ancestor=False, at=max(self.committed(common).values(), default=None))

    def common_ancestors(self, first: str, second: str) -> list[str]:
        """Return the best common ancestors of two commits (git-merge-base(1), `--all`)."""
        return lines(self._git("merge-base", "--all", first, second, accept=(0, 1)))

    def ids(self, included: str, excluded: Tag | None) -> set[str]:
        """Return the ids of the commits in the range `excluded..included`."""
        selection = self._selection(included, excluded, ())
        return set(lines(self._git("rev-list", "--stdin", stdin=selection)))

    def folders(self, commit: str, paths: Sequence[str]) -> list[str]:
        """Return those paths that are folders in the commit."""
        output = self._git(
            "ls-tree", "-d", "-z", "--name-only", "--full-tree", commit, "--", *paths
        )
        return [row[0] for row in records(output, 1)]

    def absent(self, included: str, excluded: Tag | None, paths: Sequence[str]) -> list[str]:
        """Return those paths that are neither in the commit `included` nor in that of `excluded`.

        Patterns, absolute paths, and pathspecs with magic words are taken to be there
        (gitglossary(7), pathspec), and so is everything where a commit has no tree.
        """
        commits = [included, *([excluded.commit] if excluded else [])]
        plain = [path for path in paths if not _NOT_PLAIN.search(path)]
        if not plain:
            return []
        # `./`: from the working directory (gitrevisions(7)).
        asked = [f"{commit}:./{path}" for path in ["", *plain] for commit in commits]
        answers = lines(self._git("cat-file", "--batch-check", stdin=asked))
        folder_is_there, *are_there = (
            any(not answer.endswith(" missing") for answer in answers[start : start + len(commits)])
            for start in range(0, len(answers), len(commits))
        )
        if not folder_is_there:
            return []
        return [path for path, is_there in zip(plain, are_there, strict=True) if not is_there]

    def known_before(
        self,
        previous: Tag,
        release: Tag | None,  # noqa: ARG002 - only a remote needs its name
        commit: str,
    ) -> list[Commit]:
        """Return the commits of `previous` that `commit` does not have, newest first."""
        return self.commits(previous.commit, Tag(name="", commit=commit), (), None)

    def committed_at(self, commit: str) -> datetime:
        """Return the committer's date of a commit, in UTC."""
        return self.committed([commit])[commit]

    def committed(self, commits: Iterable[str]) -> dict[str, datetime]:
        """Return the committer's dates of commits, in UTC, by their ids."""
        asked = list(commits)
        unknown = [commit for commit in asked if commit not in self._committed]
        if unknown:
            answers = self._git("log", "--no-walk", "--format=%H %ct", "--stdin", stdin=unknown)
            self._committed |= dict(line.split(" ", 1) for line in lines(answers))
        return {commit: moment(self._committed[commit]) for commit in asked}

    def message(self, tag: Tag) -> tuple[TagMessage, datetime | None]:
        """Return the message and the date of an annotated tag, in UTC; both empty for another."""
        if tag.object_id is None:
            return TagMessage(), None
        output = self._git(
            "for-each-ref", f"--format={TAG_MESSAGE_FIELDS}", f"refs/tags/{tag.name}"
        )
        return tag_message(*next(records(output, 3), ["", "", ""]))

    def commits(
        self, included: str, excluded: Tag | None, paths: Sequence[str], limit: int | None
    ) -> list[Commit]:
        """Return the ancestors of `included` that are not ancestors of `excluded`, newest first."""
        return self._read_commits(
            # With paths, git omits most merges, so those left say nothing about pull requests.
            *(["--no-merges"] if paths else []),
            *([f"--max-count={limit}"] if limit else []),
            selection=self._selection(included, excluded, paths),
        )

    def _read_commits(self, *arguments: str, selection: Iterable[str]) -> list[Commit]:
        """Return the commits that git-log(1) selects, in its order."""
        # Without a name, so that the output is dropped once it is split.
        logged = records(
            self._git(
                "log", "-z", f"--format={_COMMIT_FIELDS}", *arguments, "--stdin", stdin=selection
            ),
            7,
        )
        people: dict[tuple[str, str], Person] = {}
        found: list[Commit] = []
        left = _MESSAGES
        for sha, committed, parents, *author, whole_subject, whole_body in logged:
            # Of the release's commit, whose date is asked for.
            if not found:
                self._committed[sha] = committed
            name, email = (without_middle(part, _NAME) for part in author)
            subject = without_middle(whole_subject, _SUBJECT if left > 0 else _SHORT)
            body = without_middle(whole_body, _BODY if left > 0 else _SHORT)
            left -= len(subject) + len(body)
            found.append(
                Commit(
                    sha=sha,
                    parents=tuple(parents.split()),
                    author=people.setdefault((name, email), Person(name=name, email=email)),
                    co_authors=co_authors(body),
                    subject=subject,
                    body=body,
                )
            )
        return found

    def count(
        self, included: str, excluded: Tag | None, paths: Sequence[str] = (), *, merges: bool
    ) -> int:
        """Return the number of commits in the range that `commits` returns."""
        without = [] if merges else ["--no-merges"]
        selection = self._selection(included, excluded, paths)
        return int(self._git("rev-list", "--count", *without, "--stdin", stdin=selection))

    def parents(self, commits: Iterable[str]) -> list[list[str]]:
        """Return the parents that each commit names, also where the history is cut off."""
        found = []
        for content in self._contents(sorted(commits)):
            header = content.partition(b"\n\n")[0].decode("ascii", errors="replace")
            rows = [line.partition(" ") for line in header.split("\n")]
            found.append([value for name, _, value in rows if name == "parent"])
        return found

    def kinds(self, object_ids: Iterable[str]) -> dict[str, str]:
        """Return the types of those objects that exist: `commit`, `tag`, `tree` or `blob`."""
        asked = sorted(object_ids)
        answers = lines(self._git("cat-file", "--batch-check", stdin=asked)) if asked else []
        rows = [answer.split() for answer in answers if not answer.endswith(" missing")]
        return {row[0]: row[1] for row in rows}

    def _contents(self, object_ids: Sequence[str]) -> list[bytes]:
        """Return the stored content of objects, all of which must exist."""
        if not object_ids:
            return []
        output = self._git("cat-file", "--batch", stdin=object_ids)
        found, start = [], 0
        for _ in object_ids:
            head_end = output.index(b"\n", start)
            size = int(output[start:head_end].split()[2])
            found.append(output[head_end + 1 : head_end + 1 + size])
            start = head_end + size + 2
        return found

    def _selection(self, included: str, excluded: Tag | None, paths: Sequence[str]) -> list[str]:
        """Return a range as git-rev-list(1) reads it from `--stdin`; it may have many ends."""
        left_out = [*([excluded.commit] if excluded else []), *self._ends]
        return [included, *(f"^{commit}" for commit in left_out), "--", *paths]

    def _peeled(self, tag_objects: list[str]) -> dict[str, str]:
        """Return the commits of tags of tags, which `for-each-ref` resolves one step only."""
        if not tag_objects:
            return {}
        asked = [f"{object_id}^{{}}" for object_id in tag_objects]
        answers = lines(self._git("cat-file", "--batch-check", stdin=asked))
        found = {}
        for tag_object, answer in zip(tag_objects, answers, strict=True):
            target, _, kind = answer.rpartition(" ")[0].partition(" ")
            if kind == "commit":
                found[tag_object] = target
        return found


def tag_message(subject: str, body: str, made: str) -> tuple[TagMessage, datetime | None]:
    """Return the message and the date of a tag, in UTC, from its fields (git-for-each-ref(1))."""
    message = TagMessage(
        subject=without_middle(subject, _SUBJECT), body=without_middle(body, _BODY)
    )
    return message, moment(made) if made else None


def moment(seconds: int | str) -> datetime:
    """Return a time that git tells in seconds. Objects may have any date, or none.

    What is no number is 1970; so is what is before it. Nothing is later than the year 9999.
    """
    try:
        number = int(seconds)
    except ValueError:
        number = 0
    return datetime.fromtimestamp(min(max(number, 0), _LAST_SECOND), UTC)
