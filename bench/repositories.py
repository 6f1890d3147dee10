"""The repositories that benchmarks measure: made ones of any size, and given ones at a release."""

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

#: When the first commit of a made repository was made, in seconds since 1970; one more with each.
_START = 1_700_000_000
_SUBJECTS = (
    "feat(web): add a timer to step {n} (#{n})",
    "fix: round the weight of recipe {n} as cooks do",
    "Merge pull request #{n} from ada/branch-{n}",
    "Remember the last recipe, also after restart {n}",
    "chore(deps): bump the oven from 1.{n} to 2.{n}",
    "docs: explain `stir_{n}` and **fold_{n}** with an [example](https://example.com/{n})",
)
_BODY = "Cooks asked for it more than once, and number {n} most of all.\n\nSigned-off-by: Ada\n"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The size of a made repository: one line of commits without files, HEAD at the newest."""

    commits: int
    #: At least 2: the newest commit is a release, and so is the one that is `since` below it. The
    #: others are spread over the commits below that.
    tags: int
    #: The commits of the newest release.
    since: int

    def __str__(self) -> str:
        """Return how pages and folders call it."""
        return f"{self.commits:,} commits, {self.tags:,} tags, {self.since:,} in the newest"

    def releases(self) -> list[int]:
        """Return the numbers of the commits with a tag, the oldest first."""
        below = self.commits - self.since
        older = self.tags - 2
        return [
            *(1 + below * number // (older + 1) for number in range(older)),
            below,
            self.commits,
        ]


def made(folder: Path, shapes: Iterable[Shape]) -> dict[Shape, Path]:
    """Make a repository of each shape, and return their paths.

    References are packed, as after a clone. Those with as many commits have the same commits.
    """
    paths = {}
    for shape in shapes:
        history = folder / f"{shape.commits:,} commits"
        marks = folder / f"{history.name}.marks"
        if not history.exists():
            history.mkdir(parents=True)
            git(history, "init", "--quiet", "--initial-branch=main")
            fast_import(history, _commits(shape.commits), f"--export-marks={marks}")
        paths[shape] = folder / str(shape)
        shutil.copytree(history, paths[shape])
        fast_import(paths[shape], _tags(shape), f"--import-marks={marks}")
        git(paths[shape], "pack-refs", "--all")
    return paths


def fast_import(repository: Path, stream: Iterable[str], *options: str) -> None:
    """Feed a stream to git-fast-import(1), without holding all of it."""
    with subprocess.Popen(
        ["git", "fast-import", "--quiet", *options], cwd=repository, stdin=subprocess.PIPE
    ) as process:
        if process.stdin:
            process.stdin.writelines(part.encode() for part in stream)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)


def _commits(number: int) -> Iterator[str]:
    yield commit(1, "Start")
    for n in range(2, number + 1):
        subject = _SUBJECTS[n % len(_SUBJECTS)].format(n=n)
        yield commit(n, f"{subject}\n\n{_BODY.format(n=n)}")


def _tags(shape: Shape) -> Iterator[str]:
    """Yield annotated tags, with a number that grows with their commits."""
    for number, target in enumerate(shape.releases()):
        name = f"v1.{number}.0"
        yield f"tag {name}\nfrom :{target}\ntagger {who(target)}\ndata <<END\n{name}\nEND\n"


def commit(number: int, message: str) -> str:
    """Return a commit in the input format of git-fast-import(1)."""
    return (
        f"commit refs/heads/main\nmark :{number}\ncommitter {who(number)}\n"
        f"data {len(message.encode())}\n{message}\n"
    )


def who(number: int) -> str:
    """Return who made a commit, and when, in the same format."""
    return f"Cook {number % 50} <cook{number % 50}@example.com> {_START + number} +0000"


def standing_at(repository: Path, tag: str, path: Path) -> Path:
    """Make a repository at `path` that stands at a tag and borrows all objects; return its path.

    The given repository is not written, may be bare, and its work tree may be of any commit. The
    new one has no files, which a clone with `--no-checkout` has not either.
    """
    url = str(repository)
    git(repository, "clone", "--quiet", "--shared", "--no-checkout", url, str(path))
    git(path, "update-ref", "--no-deref", "HEAD", f"{tag}^{{commit}}")
    return path


def highest(repository: Path) -> str:
    """Return the tag of the highest release, or "" if no tag consists of numbers."""
    names = git(repository, "tag", "--list", "*[0-9].[0-9]*", "--sort=-version:refname").split()
    return next(filter(_is_final, names), "")


def _is_final(name: str) -> bool:
    return name.removeprefix("v").replace(".", "").isdigit()


def git(directory: Path, *arguments: str) -> str:
    """Run git and return its standard output."""
    command = ["git", "-c", "advice.detachedHead=false", *arguments]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True)
    return done.stdout
