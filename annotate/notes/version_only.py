"""Detect texts that contain only the version: `Release 1.2.3`, `chore: bump version`."""

import re
from functools import lru_cache

from annotate.notes.memory import REMEMBERED
from annotate.regex import Regex

_VERSION_LIKE = Regex(r"\b[vV]?[0-9]+(?:[._-][0-9A-Za-z]+)*\b")
_SKIP_CI = Regex(r"\[(?:skip ci|ci skip|no ci|skip actions)\]", re.IGNORECASE, needs=("[",))
_SCOPE = Regex(r"^(\w+)\([^)]*\)!?:", needs=("(",))
_DOCS = Regex(r"docs?: ", re.IGNORECASE, needs=(": ",))
_NAMING = ("release", "version", "changelog", "relnotes", "authors", "news")
# Words of release tools for the maintainers.
_FORMAL = Regex(r"module set \S.*|(?:release|tag|version).{1,200} on branch \S+", re.IGNORECASE)
_WORD = Regex(r"[^\W\d_]+")
# Words that people write around a version.
_WORDS = frozenset([
    "a", "branch", "build", "bump", "bumped", "bumping", "bumps", "change", "chore", "ci", "create",
    "cut", "final", "for", "make", "new", "number", "numbers", "of", "prepare", "preparing",
    "publish", "release", "released", "releases", "releasing", "set", "start", "tag", "tagged",
    "tagging", "the", "to", "up", "update", "updated", "updates", "v", "ver", "version", "versions",
    # Words about the files that contain the version.
    "add", "after", "again", "authors", "batch", "before", "changelog", "changes", "clean",
    "cleanup", "copyedit", "date", "development", "entries", "entry", "file", "files", "fixup",
    "fixups", "fragment", "fragments", "md", "more", "news", "newsfile", "notes", "packages", "rc",
    "relnotes", "reword", "rst", "tweak", "txt", "typo",
])  # fmt: skip


@lru_cache(maxsize=REMEMBERED)
def is_bare(subject: str, repository: str) -> bool:
    """Return True for the subject of a commit that only sets the version."""
    subject = _SCOPE.sub(r"\1:", subject)
    folded = subject.lower()
    if any(word in folded for word in _NAMING):
        return says_only_version(_DOCS.sub("", subject, count=1), repository)
    return bool(_VERSION_LIKE.search(subject)) and says_only_version(subject, repository)


def says_only_version(text: str, repository: str) -> bool:
    """Return True if the text has only a version, the repository's path and usual words."""
    if _FORMAL.fullmatch(text):
        return True
    rest = _VERSION_LIKE.sub(" ", _SKIP_CI.sub(" ", text))
    for name in repository.split("/"):
        rest = re.sub(rf"\b{re.escape(name)}\b", " ", rest, flags=re.IGNORECASE)
    return all(word.lower() in _WORDS for word in _WORD.findall(rest))
