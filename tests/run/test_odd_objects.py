"""Objects and addresses that git never makes by itself: a right result, or a message; no defect."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from annotate.outcome import Outcome
from tests.support.ci import captured
from tests.support.inside import annotate
from tests.support.process import annotate as run_process
from tests.support.repo import START, RepoBuilder

ADA = b"Ada <ada@example.com>"
NOW = b"%d +0000" % START
EVERY_BYTE = bytes(range(1, 256))


@dataclass(frozen=True, kw_only=True)
class Odd:
    """The lines of a commit; None leaves one out."""

    author: bytes | None = ADA + b" " + NOW
    committer: bytes | None = ADA + b" " + NOW
    more: bytes = b""
    message: bytes = b"fix: Login\n"

    def write(self, repo: RepoBuilder, parent: str) -> str:
        """Write it without git's own checks; its id."""
        tree = repo.git("write-tree")
        rows = [b"tree " + tree.encode(), b"parent " + parent.encode()]
        rows += [b"author " + self.author] if self.author is not None else []
        rows += [b"committer " + self.committer] if self.committer is not None else []
        content = b"\n".join(rows) + b"\n" + self.more + b"\n" + self.message
        return literally(repo, "commit", content)


def literally(repo: RepoBuilder, kind: str, content: bytes) -> str:
    return repo.git("hash-object", "-t", kind, "-w", "--literally", "--stdin", stdin=content)


def tag(repo: RepoBuilder, commit: str, *names: str) -> None:
    """Tag a commit at which git would not even look."""
    for name in names:
        (repo.path / ".git/refs/tags" / name).write_text(f"{commit}\n")


def dated(seconds: str, zone: str = "+0000") -> Odd:
    return Odd(committer=ADA + f" {seconds} {zone}".encode())


DATES = {
    "the-last-second": "253402300799",
    "the-year-10000": "253402300800",
    "of-64-bits": "18446744073709551615",
    "of-63-bits": "9223372036854775807",
    "too-long": "9" * 40,
    "before-1970": "-1",
    "before-the-year-1": "-99999999999",
    "no-number": "yesterday",
    "nothing": "",
}
# git reads a large negative number as a large one.
FAR_FUTURE = {"the-last-second", "the-year-10000", "of-63-bits", "before-the-year-1"}
ODD = {
    **{name: dated(seconds) for name, seconds in DATES.items()},
    "zone": dated(str(START), "+9999"),
    "long-zone": dated(str(START), "-99999999999999"),
    "no-committer": Odd(committer=None),
    "no-author": Odd(author=None),
    "nobody": Odd(author=None, committer=None),
    "empty-people": Odd(author=b"", committer=b""),
    "brackets": Odd(author=b"<<>> <<a>>> x", committer=b">< x"),
    "no-message": Odd(message=b""),
    "every-byte": Odd(author=EVERY_BYTE.replace(b"\n", b"") + b" " + NOW, message=EVERY_BYTE),
    "nul": Odd(message=b"fix: Lo\0gin\n\nCo-authored-by: \0 <\0>\n"),
    "nul-in-a-name": Odd(author=b"A\0da <a\0@b> " + NOW),
    "unknown-encoding": Odd(more=b"encoding x-nobody\n", message=EVERY_BYTE),
    "utf-16": Odd(more=b"encoding UTF-16\n", message="fix: Login".encode("utf-16")),
    "utf-7": Odd(more=b"encoding UTF-7\n", message=b"fix: +2D3eAA-\n"),
    "surrogates": Odd(message=b"fix: \xed\xa0\x80 \xf4\x90\x80\x80\n"),
}


def ended_well(repo: RepoBuilder, *flags: str) -> dict[str, str]:
    ran = annotate(repo.path, "--dry-run", *flags, files=repo.path.parent / "files")
    assert ran.code in {0, Outcome.NO_VERSION.exit_code}, ran.log
    assert ran.code == 0 or "error: git cannot read the repository" in ran.log
    return ran.outputs


@pytest.mark.parametrize("start", ["pipeline", "commit", "tag"])
@pytest.mark.parametrize("name", ODD)
def test_an_odd_commit_is_released(repo: RepoBuilder, name: str, start: str) -> None:
    first = repo.commit("Start")
    repo.tag("v1.0.0")
    odd = ODD[name].write(repo, first)
    repo.git("reset", "--quiet", "--soft", odd)
    tag(repo, odd, "v1.1.0")
    outputs = ended_well(repo, f"--release-start={start}")
    assert (outputs["version"], outputs["previous-tag"]) == ("1.1.0", "v1.0.0")
    assert json.loads(outputs["payload"])["release_start"] <= "9999-12-31 23:59:59"


@pytest.mark.parametrize("name", ODD)
def test_a_release_follows_an_odd_commit(repo: RepoBuilder, name: str) -> None:
    first = repo.commit("Start")
    odd = ODD[name].write(repo, first)
    repo.git("reset", "--quiet", "--soft", odd)
    tag(repo, odd, "v1.0.0", "web@1.0.0", "api@1.0.0")
    repo.commits("fix: Search").tag("v1.1.0")
    outputs = ended_well(repo)
    # A release of the far future is none that comes before.
    previous = "" if name in FAR_FUTURE else "v1.0.0"
    assert (outputs["version"], outputs["previous-tag"]) == ("1.1.0", previous)
    ran = annotate(repo.path, "--dry-run", "--tag-pattern=!v*")
    assert ran.code == 0 or "There is no version tag on this commit or on an earlier" in ran.log


@pytest.mark.parametrize("start", ["pipeline", "tag"])
@pytest.mark.parametrize("tagger", [*DATES, "none", "bytes"])
def test_an_odd_tag_is_released(repo: RepoBuilder, tagger: str, start: str) -> None:
    repo.commits("Start").tag("v1.0.0").commits("fix: Search")
    row = b"tagger " + ADA + f" {DATES.get(tagger, START)} +0000\n".encode()
    row = {"none": b"", "bytes": b"tagger " + EVERY_BYTE.replace(b"\n", b"") + b"\n"}.get(
        tagger, row
    )
    head = f"object {repo.head}\ntype commit\ntag v1.1.0\n".encode()
    made = literally(repo, "tag", head + row + b"\n" + EVERY_BYTE)
    repo.git("update-ref", "refs/tags/v1.1.0", made)
    outputs = ended_well(repo, f"--release-start={start}")
    assert (outputs["version"], outputs["previous-tag"]) == ("1.1.0", "v1.0.0")
    assert ended_well(repo, "--previous-tag=v1.1.0")["version"] == "1.1.0"


def test_names_of_tags_in_any_bytes(repo: RepoBuilder) -> None:
    commit = repo.commit("Start")
    names = [b"v1.0.0", b"v2.0.0-\xff\xfe", b"\xed\xa0\x80-3.0", b"v1.5.0-\xe2\x80\xae"]
    rows = b"".join(f"{commit} refs/tags/".encode() + name + b"\n" for name in sorted(names))
    (repo.path / ".git/packed-refs").write_bytes(b"# pack-refs with: sorted\n" + rows)
    repo.commits("fix: Search").tag("v3.0.0")
    outputs = ended_well(repo)
    assert (outputs["version"], outputs["previous-tag"]) == ("3.0.0", "v2.0.0-\ufffd\ufffd")


@pytest.mark.parametrize("tag", ["v1.1.0-\udcff", "v1.1.0\u202e", "\udcff", "v\ud7ff1.1.0"])
@pytest.mark.parametrize("depth", ["full", "shallow"])
def test_an_event_of_a_tag_in_any_bytes(repo: RepoBuilder, tag: str, depth: str) -> None:
    repo.commits("Start").tag("v1.0.0").commits("fix: Search")
    if depth == "shallow":
        (repo.path / ".git/shallow").write_text(f"{repo.head}\n")
        repo.git("remote", "add", "origin", str(repo.path))
    job = captured("github-push-tag", GITHUB_REF=f"refs/tags/{tag}", GITHUB_API_URL="")
    ran = run_process(repo.path, "--dry-run", env=job)
    assert ran.code in {0, Outcome.NO_VERSION.exit_code}, ran.log


ORIGINS = (
    "http://[", "https://[::1", "http://a]b/c", "https://\u2100.example/a/b", "http://:80/", "ssh://[",
    "git@[:a/b", "http://u:p@[/a", "https://", "://", "-x", "--upload-pack=x", "ext::sh -c id",
    "\\\\x", "http://%00/a", "file://", "file:///nowhere\\n", "C:\\\\x", "http://a:b:c/d",
)  # fmt: skip


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("ci", ["none", "github"])
def test_an_odd_address_of_the_remote(
    repo: RepoBuilder, tmp_path: Path, origin: str, ci: str
) -> None:
    repo.commits("Start").tag("v1.0.0")
    (repo.path / ".git/shallow").write_text(f"{repo.head}\n")
    with (repo.path / ".git/config").open("a", encoding="utf-8") as config:
        config.write(f'[remote "origin"]\n\turl = "{origin}"\n')
    job = captured("github-push-tag", GITHUB_REF="refs/tags/v1.0.0", GITHUB_API_URL="")
    env = job | {"GITHUB_SERVER_URL": "http://127.0.0.1:9"} if ci == "github" else {}
    ran = annotate(repo.path, "--dry-run", env=env, files=tmp_path / "files")
    assert (ran.code, ran.outputs["version"]) == (0, "1.0.0"), ran.log
    assert "The checkout is shallow" in ran.log or "could not be completed" in ran.log
