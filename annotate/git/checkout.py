"""Where the repository is: found as git finds it, so that exactly this one can be trusted."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from annotate.errors import Message, NoVersion, Topic
from annotate.git.command import CommandFailed, Git

_SCP_LIKE = re.compile(r"(?:[^@/]+@)?(?P<host>[^:/]+):(?P<path>(?!//).+)")


class NoRepository(NoVersion):
    """Nothing is checked out."""


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """A repository that git can read."""

    git: Git
    #: The top of the work tree, or the bare repository; links resolved.
    root: Path
    shallow: bool
    #: True where git would have to fetch what commits touch.
    partial: bool
    #: The name of the folder that holds it, for want of a better name of the repository.
    name: str
    #: The remote `origin`, as its config has it; empty where there is none.
    origin: str


def find(directory: Path, debug: Callable[[str], None]) -> Checkout:
    """The repository that `directory` lies in; NoVersion says what is there instead."""
    try:
        start = directory.resolve()
        exists = start.is_dir()
    except (OSError, RuntimeError):
        # A loop of links, or a name that no file system takes.
        start, exists = directory, False
    try:
        return _find(directory, start, debug, exists=exists)
    except PermissionError as error:
        raise NoVersion(_closed(start, error)) from error


def _find(directory: Path, start: Path, debug: Callable[[str], None], *, exists: bool) -> Checkout:
    if not exists:
        raise NoRepository(
            Message(
                f"The folder {directory} does not exist.",
                "working-directory names the folder in which annotate reads the repository.",
                "working-directory: .",
                topic=Topic.REPOSITORY,
            )
        )
    root = next((folder for folder in (start, *start.parents) if _is_repository(folder)), None)
    if root is None:
        raise NoRepository(
            Message(
                f"There is no git repository in {start}, nor above it.",
                "The version comes from the tags of a repository; this folder holds"
                f" {_contents(start)}.",
                "Check the repository out in a step before, or mount the whole of it:\n"
                "- uses: actions/checkout@v4          # GitHub\n"
                'docker run --volume "$PWD:$PWD" --workdir "$PWD" …   # docker, at its top',
                topic=Topic.REPOSITORY,
            )
        )
    if not os.access(root / ".git", os.R_OK | os.X_OK) and (root / ".git").is_dir():
        raise PermissionError(None, None, str(root / ".git"))
    git = Git(start, root, debug)
    try:
        shallow = git("rev-parse", "--is-shallow-repository").strip() == b"true"
        partial = git("config", "--get-regexp", r"^remote\..*\.promisor$", accept=(0, 1))
        origin = git("config", "--local", "--get", "remote.origin.url", accept=(0, 1))
    except CommandFailed as error:
        raise NoVersion(_unreadable(root, error)) from error
    return Checkout(
        git=git,
        root=root,
        shallow=shallow,
        partial=bool(partial),
        name=root.name.removesuffix(".git"),
        origin=origin.decode(errors="replace").strip(),
    )


def repository_of(origin: str) -> tuple[str, str]:
    """Return path and page of the repository at a remote address; both empty if it has none.

    Credentials and ports are left out. Both notations of git-clone(1) are read.
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
    """git refused in the middle of the work: something in the repository is not as it must be."""
    return NoVersion(
        Message(
            f"git cannot read the repository in {root}.",
            f"It is damaged or incomplete. git says: {_first_line(error)}",
            "See what is wrong, or check it out afresh:\ngit fsck",
            topic=Topic.UNREADABLE,
        )
    )


def _is_repository(folder: Path) -> bool:
    return (folder / ".git").exists() or all(
        (folder / part).exists() for part in ("HEAD", "objects", "refs")
    )


def _unreadable(root: Path, error: CommandFailed) -> Message:
    link = root / ".git"
    if not link.is_file():
        return damaged(root, error).messages[0]
    target = link.read_text(errors="replace").strip().removeprefix("gitdir:").strip()
    return Message(
        f"{root} is a work tree whose repository is elsewhere, in {target}, which is not here.",
        "A git worktree and a submodule hold no history of their own, only the path to it.",
        "Mount or check out the folder that holds the main repository too, at the same path:\n"
        'docker run --volume "$main:$main" --volume "$PWD:$PWD" --workdir "$PWD" …',
        topic=Topic.UNREADABLE,
    )


def _closed(start: Path, error: PermissionError) -> Message:
    user = os.getuid() if hasattr(os, "getuid") else "this user"
    return Message(
        f"The repository in {start} may not be read: {error.filename} is closed to user {user}.",
        "annotate reads the repository as the user that it is run as.",
        "Run it as the owner of the repository:\n"
        'docker run --user "$(id -u):$(id -g)" …   # docker',
        topic=Topic.UNREADABLE,
    )


def _contents(folder: Path) -> str:
    names = sorted(entry.name for entry in folder.iterdir())[:5]
    return ", ".join(names) if names else "nothing"


def _first_line(error: CommandFailed) -> str:
    return next(iter(error.stderr.strip().splitlines()), "nothing")
