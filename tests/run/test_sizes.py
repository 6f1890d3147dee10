"""However much text there is, a run ends with a right result, soon, and with little memory."""

import subprocess
import sys
import time
from collections.abc import Iterable

import pytest

from annotate.git.repository import LONGEST_TAG
from annotate.notes.history import Commit
from annotate.notes.reverts import reverted
from annotate.notes.subject import Subject
from tests.support.listing import listing
from tests.support.process import ENTRYPOINT, Ran, environment, parse_outputs
from tests.support.repo import RepoBuilder

#: Seconds, far more than any of these runs needs; and megabytes.
GUARD, MEMORY = 40, 300


# Runs the tool, and writes down the most memory that it had, in kilobytes, where Linux tells it.
MEASURED = """
import pathlib, re, sys
script, memory = sys.argv[1:3]
sys.argv[:3] = [script]
sys.path[0] = str(pathlib.Path(script).parent)
import entrypoint
code = entrypoint.main()
status = pathlib.Path("/proc/self/status")
found = re.search(r"VmHWM:\\s*(\\d+)", status.read_text()) if status.exists() else None
pathlib.Path(memory).write_text(found[1] if found else "0")
sys.exit(code)
"""


def run(repo: RepoBuilder, *flags: str) -> Ran:
    """A dry run, which fails the test if it takes too long or too much memory."""
    output, memory = repo.path.parent / "output", repo.path.parent / "memory"
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, ENTRYPOINT, memory, "--dry-run", *flags],
        cwd=repo.path,
        env=environment({"GITHUB_OUTPUT": str(output)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=GUARD,
        check=False,
    )
    assert int(memory.read_text()) < MEMORY * 1024
    outputs = parse_outputs(output.read_text()) if output.exists() else {}
    return Ran(
        code=done.returncode, log=done.stdout.decode(), outputs=outputs, summary="", output_file=""
    )


def pack(repo: RepoBuilder, names: Iterable[str], commit: str) -> None:
    """Tag a commit with all of these names at once; they may be longer than a file's name."""
    rows = "".join(f"{commit} refs/tags/{name}\n" for name in sorted(names))
    (repo.path / ".git/packed-refs").write_text(f"# pack-refs with: sorted\n{rows}")


def test_thousands_of_tags_on_one_commit(repo: RepoBuilder) -> None:
    first = repo.commit("Start")
    pack(repo, [f"v1.0.{number}" for number in range(8000)], first)
    ran = run(repo)
    assert (ran.code, ran.outputs["version"]) == (0, "1.0.7999")
    assert ran.outputs["previous-tag"] == "v1.0.7998"


def test_thousands_of_characters_in_a_pattern(repo: RepoBuilder) -> None:
    first = repo.commit("Start")
    pack(repo, [f"v1.{number}.0" for number in range(3000)], first)
    ran = run(repo, f"--tag-pattern=v{'[0-9.]?' * 5800}")
    assert (ran.code, ran.outputs["version"]) == (0, "1.2999.0")


def test_a_pattern_of_thousands_of_characters_that_matches_nothing(repo: RepoBuilder) -> None:
    first = repo.commit("Start")
    pack(repo, [f"v{'1' * 150}.{number}" for number in range(3000)], first)
    ran = run(repo, f"--tag-pattern={'*1' * 2900}x")
    assert ran.code == 3, ran.log
    assert "There is no version tag on this commit" in ran.log


def test_names_that_no_tag_needs_are_no_versions(repo: RepoBuilder) -> None:
    first = repo.commit("Start")
    long = [f"v2.0.{'1' * LONGEST_TAG}{number}" for number in range(1000)]
    pack(repo, ["v1.0.0", f"v1.1.0-{'x' * (LONGEST_TAG - 6)}", *long], first)
    ran = run(repo, "--title=T")
    assert (ran.code, ran.outputs["tag"]) == (0, "v1.0.0")


def test_more_names_of_tags_than_anybody_needs(repo: RepoBuilder) -> None:
    first = repo.commit("Start")
    pack(repo, [f"v1.{number}-{'x' * 60_000}" for number in range(2500)], first)
    ran = run(repo)
    assert ran.code == 3, ran.log
    assert "error: The repository is too large: `git for-each-ref` prints more than" in ran.log


def test_a_remote_with_more_names_than_anybody_needs(repo: RepoBuilder) -> None:
    repo.commits("Start").tag("v1.0.0")
    (repo.path / ".git/shallow").write_text(f"{repo.head}\n")
    with listing(6000, 60_000) as url:
        repo.git("remote", "add", "origin", url)
        ran = run(repo)
    assert (ran.code, ran.outputs["version"]) == (0, "1.0.0")
    assert "warning: The history could not be completed, and may be wrong" in ran.log


HUGE = {
    "dashes": "-" * 40_000,
    "emphasis": "**a " * 20_000,
    "brackets": "[a](" * 20_000,
    "spaces": " " * 100_000 + "x",
    "lines": "\n" * 100_000 + "x",
    "tabs": "\t" * 100_000 + "x",
    "parentheses": "(" * 50_000 + ")" * 50_000,
    "addresses": "see <a@" * 20_000,
    "pages": "https://weblate" * 10_000,
    "digits": "9" * 100_000,
    "numbers": "#1, " * 25_000,
    "versions": "1.1-" * 25_000,
    "backticks": "`a" * 50_000,
    "quotes": 'Revert "' * 20_000,
    "marks": "\u0301" * 100_000,
    "footers": "BREAKING CHANGE: x\n" * 10_000,
    "authors": "Co-authored-by: a <b@c>\n" * 10_000,
    "requests": "See merge request !1\n" * 10_000,
    "many bytes": "\U0001f389" * 1_000_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_texts_wherever_people_write_them(repo: RepoBuilder, name: str) -> None:
    text = HUGE[name]
    repo.commits("Start").tag("v1.0.0")
    repo.commits(f"fix: {text}", f"Merge {text}", f"feat: Add\n\n{text}\n\nBREAKING CHANGE: {text}")
    repo.commits('Revert "Fix"\n\n' + text, "Search").tag("v1.1.0", f"Search\n\n{text}")
    ran = run(repo)
    assert (ran.code, ran.outputs["version"]) == (0, "1.1.0"), ran.log
    assert ran.outputs["previous-tag"] == "v1.0.0"
    assert "- Search" in ran.outputs["description"]
    assert len(ran.outputs["description"]) <= 3000


@pytest.mark.slow
@pytest.mark.parametrize(("commits", "words"), [(1250, 14_000), (20_000, 850)])
def test_messages_as_long_as_git_may_print_them(
    repo: RepoBuilder, commits: int, words: int
) -> None:
    # With the emoji, each character of the text takes four bytes in memory.
    text = b"fix: Search\n\n" + b"word " * words + "\U0001f389".encode()
    date = b"committer Ada <ada@example.com> 1767225600 +0000\n"
    commit = b"commit refs/heads/main\n%sdata %d\n%s\n" % (date, len(text), text)
    first = commit + b"reset refs/tags/v1.0.0\nfrom refs/heads/main\n\n"
    tag = b"reset refs/tags/v1.1.0\nfrom refs/heads/main\n\n"
    repo.git("fast-import", "--quiet", stdin=first + commit * commits + tag)
    ran = run(repo)
    assert (ran.code, ran.outputs["version"]) == (0, "1.1.0"), ran.log
    assert ran.outputs["commit-count"] == str(commits)


def many(subjects: Iterable[str], body: str = "") -> list[tuple[Commit, Subject]]:
    """Commits, newest first, with ids of their own."""
    commits = [
        Commit(sha=f"{number:040}"[::-1], subject=subject, body=body)
        for number, subject in enumerate(subjects)
    ]
    return [(commit, Subject.parse(commit.subject)) for commit in commits]


def test_thousands_of_reverts() -> None:
    changes = [f"Change {number}" for number in range(20_000)]
    commits = many([*(f'Revert "{change}"' for change in changes), *changes])
    begun = time.process_time()
    assert len(reverted(commits)) == 40_000
    assert time.process_time() - begun < GUARD


def test_thousands_of_subjects_that_look_like_the_id_that_is_reverted() -> None:
    commits = many(["abcdef0"] * 20_000, "This reverts commit abcdef0123456789.")
    begun = time.process_time()
    assert reverted(commits) == set()
    assert time.process_time() - begun < GUARD / 4
