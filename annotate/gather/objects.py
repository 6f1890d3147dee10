"""Questions to a repository, each answered by one command: tags, ancestry, commits, messages."""

from collections.abc import Sequence
from datetime import UTC, datetime

from annotate.compose.history import Commit, Tag, TagMessage
from annotate.gather.plumbing import Git, lines, records

_TAG_FIELDS = "%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"


class Objects:
    """The commits and tags of one repository."""

    def __init__(self, git: Git) -> None:
        """Ask through this git."""
        self._git = git

    def head(self) -> str:
        """The id of the commit that is checked out; empty on a branch without commits."""
        status, output = self._git.run("rev-parse", "--verify", "--quiet", "HEAD", accept=(0, 1))
        return "" if status else output.decode().strip()

    def tags(self) -> list[Tag]:
        """All tags that stand for a commit, in the order of their names."""
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

    def is_ancestor(self, commit: str, of: str) -> bool:
        """Whether `commit` is `of` or lies behind it."""
        return self._git.succeeds("merge-base", "--is-ancestor", commit, of)

    def tags_behind(self, commit: str) -> set[str]:
        """The names of all tags that are ancestors of the commit."""
        return set(
            lines(
                self._git(
                    "for-each-ref", f"--merged={commit}", "--format=%(refname:strip=2)", "refs/tags"
                )
            )
        )

    def committed_at(self, commit: str) -> datetime:
        """When the commit was made (the committer's date), in UTC."""
        return _moment(self._git("log", "-1", "--format=%ct", "--end-of-options", commit))

    def message(self, tag: Tag) -> tuple[TagMessage, datetime | None]:
        """What an annotated tag says, and when it was made, in UTC; nothing for a lightweight one.

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
        self, included: str, excluded: str, paths: Sequence[str], limit: int | None
    ) -> list[Commit]:
        """The commits without merges behind `included` and not behind `excluded`, newest first."""
        output = self._git(
            "log",
            "-z",
            "--no-merges",
            "--format=%H%x00%s",
            *([f"--max-count={limit}"] if limit else []),
            *_range(included, excluded),
            "--",
            *paths,
        )
        return [Commit(sha=sha, subject=subject) for sha, subject in records(output, 2)]

    def count(
        self, included: str, excluded: str, paths: Sequence[str] = (), *, merges: bool
    ) -> int:
        """How many commits such a range has."""
        without = [] if merges else ["--no-merges"]
        selected = _range(included, excluded)
        return int(self._git("rev-list", "--count", *without, *selected, "--", *paths))

    def _peeled(self, tag_objects: list[str]) -> dict[str, str]:
        """The commits behind tags of tags, which `for-each-ref` follows one step only."""
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


def _range(included: str, excluded: str) -> list[str]:
    return [included, *([f"^{excluded}"] if excluded else [])]


def _moment(seconds: bytes | str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
