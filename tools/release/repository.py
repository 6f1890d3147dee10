"""What a release does in git: a commit and tags in the remote, and no change of the files here."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.release.command import Failed, run, run_bytes
from tools.release.rules import Refused

#: Who GitHub shows beside commits of its own jobs.
_NAME, _EMAIL = "github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com"


def head() -> str:
    """The commit that is checked out."""
    return run(["git", "rev-parse", "HEAD"])


def check_clean(branch: str) -> None:
    """Raise Refused unless what is checked out is a commit of the remote's branch, unchanged."""
    if changed := run(["git", "status", "--porcelain"]):
        raise Refused(
            f"Files have changes that are in no commit:\n{changed}\n"
            "Commit or remove them: a release is made of a commit."
        )
    run(["git", "fetch", "--quiet", "--no-tags", "origin", f"refs/heads/{branch}"])
    try:
        run(["git", "merge-base", "--is-ancestor", "HEAD", "FETCH_HEAD"])
    except Failed:
        raise Refused(
            f"{head()} is not on origin's branch {branch}.\n"
            f"Others must be able to see what is released: git push origin HEAD:{branch}"
        ) from None


def text(path: str, commit: str = "HEAD") -> str:
    """A file as a commit has it."""
    return run_bytes(["git", "show", f"{commit}:{path}"]).decode()


def date(commit: str = "HEAD") -> int:
    """The date of a commit, in seconds since 1970."""
    return int(run(["git", "show", "--no-patch", "--format=%ct", commit]))


def export(folder: Path) -> None:
    """Write the commit's files into a folder, without what git does not know."""
    folder.mkdir(parents=True)
    archive = run_bytes(["git", "archive", "HEAD"])
    run(["tar", "--extract", "--directory", str(folder)], stdin=archive)


def tags() -> dict[str, str]:
    """The remote's tags, each with its commit."""
    found = {}
    for line in run(["git", "ls-remote", "--tags", "origin"]).splitlines():
        commit, _, name = line.partition("\trefs/tags/")
        # An annotated tag is listed twice; the second line, `name^{}`, has its commit.
        found[name.removesuffix("^{}")] = commit
    return found


def fetch_tag(name: str) -> None:
    """Get the remote's tag, to read its commit; no tag here changes."""
    run(["git", "fetch", "--quiet", "--no-tags", "origin", f"refs/tags/{name}"])


def parents(commit: str) -> tuple[str, ...]:
    """The parents of a commit that is here."""
    return tuple(run(["git", "show", "--no-patch", "--format=%P", commit]).split())


def commit(base: str, files: Mapping[str, bytes], message: str) -> str:
    """Make a commit of `base` with other files in it; no branch moves.

    The same arguments give the same id.
    """
    when = f"{date(base)} +0000"
    identity = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", _NAME), ("EMAIL", _EMAIL), ("DATE", when))
    }
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, **identity, "GIT_INDEX_FILE": f"{folder}/index"}
        run(["git", "read-tree", base], env=env)
        for path, content in files.items():
            blob = run(["git", "hash-object", "-w", "--stdin"], stdin=content)
            run(["git", "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}"], env=env)
        tree = run(["git", "write-tree"], env=env)
        return run(
            ["git", "-c", "commit.gpgSign=false", "commit-tree", tree, "-p", base, "-m", message],
            env=env,
        )


def push_tag(name: str, commit: str, *, instead_of: str = "") -> None:
    """Set the remote's tag, only if it is still where it was seen; nowhere, by default."""
    lease = f"--force-with-lease=refs/tags/{name}:{instead_of}"
    run(["git", "push", "--quiet", lease, "origin", f"{commit}:refs/tags/{name}"])


def clone(tag: str, folder: Path) -> None:
    """Check out a tag of the remote, with its history, in a folder of its own."""
    remote = run(["git", "remote", "get-url", "origin"])
    quiet = ["-c", "advice.detachedHead=false"]
    run(["git", *quiet, "clone", "--quiet", "--branch", tag, remote, str(folder)])
