"""The tags and commits of a repository on this machine."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from annotate.git.command import Git, lines, records
from annotate.notes.history import Commit, TagMessage
from annotate.notes.people import Person, co_authors
from annotate.versions.tags import Tag

_COMMIT_FIELDS = "%H%x00%P%x00%an%x00%ae%x00%s%x00%b"
_TAG_FIELDS = "%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"


class LocalRepository:
    """A repository on this machine. Each question takes one git command."""

    def __init__(self, git: Git, *, ends: Sequence[str] = ()) -> None:
        """Ask through `git`. No range includes `ends` or their ancestors."""
        self._git = git
        self._ends = ends
        self._head: str | None = None
        self._tags: list[Tag] | None = None

    def head(self) -> str:
        """Return the id of the commit that is checked out; empty on a branch without commits."""
        if self._head is None:
            output = self._git("rev-parse", "--verify", "--quiet", "HEAD", accept=(0, 1))
            self._head = output.decode().strip()
        return self._head

    def tags(self) -> list[Tag]:
        """Return all tags that stand for a commit, in the order of their names."""
        if self._tags is None:
            self._tags = self._read_tags()
        return self._tags

    def _read_tags(self) -> list[Tag]:
        listed = lines(self._git("for-each-ref", f"--format={_TAG_FIELDS}", "refs/tags"))
        rows = [line.split("\0") for line in listed]
        nested = self._peeled(
            [
                object_id
                for _, kind, object_id, target, _ in rows
                if (kind, target) == ("tag", "tag")
            ]
        )
        tags = []
        for name, kind, object_id, target_kind, target in rows:
            if kind == "commit":
                tags.append(Tag(name=name, commit=object_id))
            elif target_kind == "commit":
                tags.append(Tag(name=name, commit=target, object_id=object_id))
            elif object_id in nested:
                tags.append(Tag(name=name, commit=nested[object_id], object_id=object_id))
        return tags

    def is_commit(self, tag: Tag) -> bool:
        """Return True if the tag stands for a commit; all of `tags` do."""
        return self.kinds([tag.commit]).get(tag.commit) == "commit"

    def is_ancestor(self, tag: Tag, of: str) -> bool:
        """Return True if the tag's commit is `of` or an ancestor of it."""
        return self._git.succeeds("merge-base", "--is-ancestor", tag.commit, of)

    def tags_behind(self, commit: str) -> set[str]:
        """Return the names of all tags whose commits are ancestors of the commit."""
        return set(
            lines(
                self._git(
                    "for-each-ref", f"--merged={commit}", "--format=%(refname:strip=2)", "refs/tags"
                )
            )
        )

    def committed_at(self, commit: str) -> datetime:
        """Return the committer's date of a commit, in UTC."""
        return _moment(self._git("log", "-1", "--format=%ct", "--end-of-options", commit))

    def message(self, tag: Tag) -> tuple[TagMessage, datetime | None]:
        """Return the message and the date of an annotated tag, in UTC; both empty for another.

        Source of the fields: git-for-each-ref(1); `contents:body` holds no signature.
        """
        if tag.object_id is None:
            return TagMessage(), None
        output = self._git(
            "for-each-ref",
            "--format=%(contents:subject)%00%(contents:body)%00%(taggerdate:unix)%00",
            f"refs/tags/{tag.name}",
        )
        [(subject, body, made)] = records(output, 3)[:1]
        return TagMessage(subject=subject, body=body), _moment(made) if made else None

    def commits(
        self, included: str, excluded: Tag | None, paths: Sequence[str], limit: int | None
    ) -> list[Commit]:
        """Return the ancestors of `included` that are not ancestors of `excluded`, newest first."""
        output = self._git(
            "log",
            "-z",
            f"--format={_COMMIT_FIELDS}",
            # With paths, git omits most merges, so those left say nothing about pull requests.
            *(["--no-merges"] if paths else []),
            *([f"--max-count={limit}"] if limit else []),
            "--stdin",
            stdin=self._selection(included, excluded, paths),
        )
        people: dict[tuple[str, str], Person] = {}
        return [
            Commit(
                sha=sha,
                parents=tuple(parents.split()),
                author=people.setdefault((author, email), Person(name=author, email=email)),
                co_authors=co_authors(body),
                subject=subject,
                body=body,
            )
            for sha, parents, author, email, subject, body in records(output, 6)
        ]

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
        stdin = "".join(f"{object_id}\n" for object_id in asked).encode()
        answers = lines(self._git("cat-file", "--batch-check", stdin=stdin)) if asked else []
        rows = [answer.split() for answer in answers if not answer.endswith(" missing")]
        return {row[0]: row[1] for row in rows}

    def _contents(self, object_ids: Sequence[str]) -> list[bytes]:
        """Return the stored content of objects, all of which must exist."""
        if not object_ids:
            return []
        output = self._git("cat-file", "--batch", stdin="\n".join(object_ids).encode() + b"\n")
        found, start = [], 0
        for _ in object_ids:
            head_end = output.index(b"\n", start)
            size = int(output[start:head_end].split()[2])
            found.append(output[head_end + 1 : head_end + 1 + size])
            start = head_end + size + 2
        return found

    def _selection(self, included: str, excluded: Tag | None, paths: Sequence[str]) -> bytes:
        """Return a range as git-rev-list(1) reads it from `--stdin`; it may have many ends."""
        left_out = [*([excluded.commit] if excluded else []), *self._ends]
        rows = [included, *(f"^{commit}" for commit in left_out), "--", *paths]
        return "".join(f"{row}\n" for row in rows).encode()

    def _peeled(self, tag_objects: list[str]) -> dict[str, str]:
        """Return the commits of tags of tags, which `for-each-ref` resolves one step only."""
        if not tag_objects:
            return {}
        asked = "".join(f"{object_id}^{{}}\n" for object_id in tag_objects).encode()
        answers = lines(self._git("cat-file", "--batch-check", stdin=asked))
        found = {}
        for tag_object, answer in zip(tag_objects, answers, strict=True):
            target, _, kind = answer.rpartition(" ")[0].partition(" ")
            if kind == "commit":
                found[tag_object] = target
        return found


def _moment(seconds: bytes | str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
