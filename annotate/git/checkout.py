"""Find the repository of a folder, by the rules of git, so that only this one is trusted."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from annotate.deadline import Deadline
from annotate.errors import Message, NoVersion, Topic
from annotate.git.command import CommandFailed, Git, lines
from annotate.regex import Regex

_SCP_LIKE = Regex(r"(?:[^@/]+@)?(?P<host>[^:/]+):(?P<path>(?!//).+)")


class NoRepository(NoVersion):
    """Neither the folder nor one above it is a repository."""


class Checkout(NamedTuple):
    """A repository that git can read."""

    git: Git
    #: Top of the work tree, or the bare repository; symbolic links are resolved.
    root: Path
    #: Full hash of the commit that is checked out; empty on a branch without commits.
    head: str
    shallow: bool
    #: True for a partial clone (git-clone(1), `--filter`), which lacks files.
    partial: bool
    #: Name of the folder, for a repository without a better name.
    name: str
    #: URL of the remote `origin`, as in the config; empty if there is none.
    origin: str


def find(directory: Path, debug: Callable[[str], None], deadline: Deadline) -> Checkout:
    """Return the repository of `directory`, whose commands end by the deadline.

    Raises NoRepository if there is none, and NoVersion if it cannot be read.
    """
    start = _existing(directory)
    try:
        return _read(start, _root_above(start), debug, deadline)
    except PermissionError as error:
        raise NoVersion(_no_permission(start, error)) from error


def _existing(directory: Path) -> Path:
    """Return the folder without symbolic links. Raises NoRepository if it does not exist."""
    # Errors of a loop of symbolic links, and of a name that the file system does not accept.
    with suppress(OSError, RuntimeError):
        start = directory.resolve()
        if start.is_dir():
            return start
    raise NoRepository(
        Message(
            f"The folder {directory} does not exist.",
            "working-directory names the folder in which annotate reads the repository.",
            "working-directory: .",
            topic=Topic.REPOSITORY,
        )
    )


def _root_above(start: Path) -> Path:
    """Return the repository that a folder is or is in. Raises NoRepository if there is none."""
    root = next((folder for folder in (start, *start.parents) if _is_repository(folder)), None)
    if root is None:
        raise NoRepository(
            Message(
                f"There is no git repository in {start} or in a folder above it.",
                "The version comes from the tags of a repository; this folder contains"
                f" {_contents(start)}.",
                "Check out the repository in an earlier step, or mount all of it:\n"
                "- uses: actions/checkout@v7          # GitHub\n"
                "variables:                           # GitLab\n"
                "  GIT_STRATEGY: fetch\n"
                'docker run --volume "$PWD:$PWD" --workdir "$PWD" …   # at its top folder',
                topic=Topic.REPOSITORY,
            )
        )
    return root


def _is_repository(folder: Path) -> bool:
    return (folder / ".git").exists() or all(
        (folder / part).exists() for part in ("HEAD", "objects", "refs")
    )


def _read(start: Path, root: Path, debug: Callable[[str], None], deadline: Deadline) -> Checkout:
    """Return what git says of a repository. Raises PermissionError if its files cannot be read."""
    if not os.access(root / ".git", os.R_OK | os.X_OK) and (root / ".git").is_dir():
        raise PermissionError(None, None, str(root / ".git"))
    git = Git(start, root, debug, deadline)
    try:
        # First, because it tells whether the settings protect the commands that follow.
        remotes = git.settings(r"remote\..*\.(promisor|url)")
        shallow, *head = lines(git("rev-parse", "--is-shallow-repository", "--revs-only", "HEAD"))
    except CommandFailed as error:
        foreign = "safe.directory" in error.stderr
        raise NoVersion(git.foreign() if foreign else _unreadable(root, error)) from error
    return Checkout(
        git=git,
        root=root,
        head=next(iter(head), ""),
        shallow=shallow == "true",
        partial=any(name.endswith(".promisor") for name in remotes),
        name=root.name.removesuffix(".git"),
        origin=remotes.get("remote.origin.url", "").strip(),
    )


def work_tree(folder: Path) -> Path | None:
    """Return the top of the work tree that contains a folder without links; None if there is none.

    A bare repository does not count: its files, unlike those with the name `.git`, can be committed
    to another repository, which would then seem to end there.
    """
    return next((top for top in (folder, *folder.parents) if (top / ".git").exists()), None)


def tracked(files: Sequence[Path], debug: Callable[[str], None], deadline: Deadline) -> list[str]:
    """Return the paths in the work tree of those files that are in git's index.

    The files are in one folder. Case is ignored, as some file systems do. Raises CommandFailed, or
    NoVersion without git.
    """
    folder = files[0].parent.resolve()
    top = work_tree(folder)
    if top is None:
        return []
    prefix = folder.relative_to(top)
    names = [f":(top,literal,icase){(prefix / file.name).as_posix()}" for file in files]
    listed = Git(top, top, debug, deadline)("ls-files", "-z", "--", *names)
    return listed.decode(errors="replace").split("\0")[:-1]


def repository_of(origin: str) -> tuple[str, str]:
    """Return the path and the web page of the repository at a remote URL; empty if it has none.

    The page has no credentials and no port. Both URL notations of git-clone(1) are read.
    """
    if "://" in origin:
        try:
            parts = urlsplit(origin)
            host, path = parts.hostname or "", parts.path
        except ValueError:
            return "", ""
    elif scp := _SCP_LIKE.fullmatch(origin):
        host, path = scp["host"], scp["path"]
    else:
        return "", ""
    path = path.strip("/").removesuffix(".git")
    if not host or not path or origin.startswith("file:"):
        return "", ""
    return path, f"https://{host}/{path}"


def damaged(root: Path, error: CommandFailed) -> NoVersion:
    """Return the error for a repository in which a git command failed."""
    return NoVersion(
        Message(
            f"git cannot read the repository in {root}.",
            f"It is damaged or incomplete. git reports: {_first_line(error)}",
            "Find the damage, or check out the repository again:\ngit fsck",
            topic=Topic.UNREADABLE,
        )
    )


def _unreadable(root: Path, error: CommandFailed) -> Message:
    link = root / ".git"
    if not link.is_file():
        return damaged(root, error).messages[0]
    target = link.read_text(errors="replace").strip().removeprefix("gitdir:").strip()
    return Message(
        f"{root} is a work tree of the repository {target}, which does not exist here.",
        "A git worktree or submodule contains only the path of its repository, not the history.",
        "Mount or check out the main repository too, at the same path:\n"
        'docker run --volume "$main:$main" --volume "$PWD:$PWD" --workdir "$PWD" …',
        topic=Topic.UNREADABLE,
    )


def _no_permission(start: Path, error: PermissionError) -> Message:
    user = os.getuid() if hasattr(os, "getuid") else "this user"
    return Message(
        f"The repository in {start} cannot be read: user {user} may not read {error.filename}.",
        "annotate reads the repository with the permissions of the user that runs it.",
        "Run annotate as the owner of the repository:\n"
        'docker run --user "$(id -u):$(id -g)" …   # docker',
        topic=Topic.UNREADABLE,
    )


def _contents(folder: Path) -> str:
    names = sorted(entry.name for entry in folder.iterdir())[:5]
    return ", ".join(names) if names else "nothing"


def _first_line(error: CommandFailed) -> str:
    return next(iter(error.stderr.strip().splitlines()), "nothing")
