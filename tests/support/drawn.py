"""Repositories as anybody could push them: drawn by hypothesis, made by one `git fast-import`."""

import json
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from tests.support.hostile import as_argument, texts
from tests.support.repo import HOUR, START

#: The job's own token, which texts of the repository may hold, too.
TOKEN = "glcbt-0123456789abcdef"
#: A host that nobody listens at.
_NOBODY = "http://127.0.0.1:9"

_SUBJECTS = (
    "feat: Search", "fix(api): Login (#12)", "feat(web)!: Sort (!3)", "Add filters", "",
    "chore(release): 1.2.3", "Merge branch 'a' into b", "Merge pull request #7 from o/topic",
    "Merged in topic (pull request #8)", "Merge commit from fork", "reapply: Login", "Bump a to 2",
    "Update dependency a to v2 (#9)", "Revert 0123456", ":bug: Login", "[7.x] Backport Login (#4)",
    "Merge tag 'v1.0.0' into main", "Merge remote-tracking branch 'origin/main'", "fixup! Search",
    "Search… (#12)", "  Search  ", "WIP", "Release v1.2.3", "fix: " + "x" * 300,
)  # fmt: skip
_PARAGRAPHS = (
    "BREAKING CHANGE: Login", "BREAKING-CHANGE #12", "Closes #12, #13", "Refs: 0123456",
    "Co-authored-by: Bo <bo@example.com>", "Co-authored-by: <>", "Signed-off-by: Ada <a@b",
    "This reverts commit 0123456789abcdef0123456789abcdef01234567.", "Reverts o/r#12",
    "(cherry picked from commit 0123456789abcdef0123456789abcdef01234567)",
    "See merge request o/r!12", "Search in folders (#7)", "* feat: Search\n\n* fix: Login",
    "Release-As: 2.0.0", "…in folders", "- a\n- b", "# Heading", "Changelog: added", TOKEN,
    "-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----", "\tcode\n" * 30,
)  # fmt: skip
_NAMES = ("Ada", "Bo Li", "dependabot[bot]", "github-actions", "Zoë", "root", "")
_EMAILS = ("ada@example.com", "1+a[bot]@users.noreply.github.com", "x", "")
_ENCODINGS = (b"ISO-8859-1", b"UTF-16", b"x-nobody", b"")
# Since 1970; git takes what fits into 64 bits, and reads what is negative as very large.
_SECONDS = (
    "0", "1", "-1", "-99999999999", "2147483648", "4102444800", "253402300799", "253402300800",
    "9223372036854775807", "18446744073709551615",
)  # fmt: skip
_ZONES = ("+0000", "-1200", "+1400", "+0545", "-9999", "+99999999999")
_FAMILIES = (
    "", "v", "v", "V", "web@", "@acme/web@v", "api/v", "api/", "release/", "rel_", "app-", "v.",
    "nightly-", "é", "refs/tags/v",
)  # fmt: skip
_SUFFIXES = (
    "", "", "", "-rc.1", "-rc1", "+build.5", ".Final", "a", ".x", "-alpha", "_1", "-0-g0123456",
    ".post1", "-²", "٣", "-SNAPSHOT",
)  # fmt: skip
_PATHS = ("a", "api/a", "web/a", "packages/web/a", "packages/api/a", "v/a", "docs/é")
_PATTERNS = (
    "v*", "web@*", "**\n!v1*", "api/**", "*", "nothing-*", "v[0-9]+.[0-9]+.[0-9]+", "@acme/**",
)  # fmt: skip
_PLACES = ("api", "packages/web", ".", "nowhere", ":(top)web", ":!api", "api\nweb", "*", ":(bad)")
_RULES = ("describe", "nearest", "sha", "skip", "fail")
_STARTS = ("pipeline", "now", "commit", "tag")

_FAST_IMPORT = (
    "git", "-c", "core.fsync=none", "fast-import", "--quiet", "--date-format=raw-permissive",
)  # fmt: skip
# What git-check-ref-format(1) forbids, apart from the names of the parts.
_FORBIDDEN = re.compile(rb"[\x00-\x20\x7f~^:?*\[\\]|@\{")
# The name of a file may have 255 bytes.
_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A repository, and a run of the tool on it."""

    #: What `git fast-import` reads.
    stream: bytes
    #: Content of `.mailmap`; None where there is none.
    mailmap: bytes | None
    #: True for a checkout that lacks all but one commit, and has the whole as its remote.
    shallow: bool
    env: dict[str, str]
    #: The event's file; None where there is none.
    event: bytes | None
    flags: tuple[str, ...]

    def made(self, folder: Path) -> tuple[Path, dict[str, str]]:
        """Make the checkout in the folder; its path, and the variables of the run."""
        whole = _repository(folder / "whole")
        subprocess.run(
            _FAST_IMPORT,
            cwd=whole,
            env={"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder)},
            input=self.stream,
            check=True,
        )
        head = (whole / ".git/refs/heads/main").read_text().strip()
        place = _shallow(folder / "checkout", whole, head) if self.shallow else whole
        if self.mailmap is not None:
            (place / ".mailmap").write_bytes(self.mailmap)
        own = {"GITHUB_SHA": head} if "GITHUB_ACTIONS" in self.env else {"CI_COMMIT_SHA": head}
        if self.event is not None:
            (folder / "event.json").write_bytes(self.event)
            own["GITHUB_EVENT_PATH"] = str(folder / "event.json")
        return place, self.env | own


def _repository(path: Path) -> Path:
    """An empty repository, without asking git, which takes as long as all the rest."""
    for name in ("objects/info", "refs"):
        (path / ".git" / name).mkdir(parents=True)
    (path / ".git/HEAD").write_text("ref: refs/heads/main\n")
    return path


def _shallow(path: Path, whole: Path, head: str) -> Path:
    """A checkout of one commit without tags, whose remote is the whole repository."""
    _repository(path)
    for name, content in {
        "HEAD": head,
        "shallow": head,
        "objects/info/alternates": str(whole / ".git/objects"),
        "config": f'[remote "origin"]\n\turl = {whole}',
    }.items():
        (path / ".git" / name).write_text(f"{content}\n")
    return path


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


# Made once: to make a strategy takes longer than to draw from it.
_TEXTS = texts().map(_bytes) | st.binary(max_size=20)
_ARGUMENTS = texts(most=2).map(as_argument)


def _some(choices: Sequence[str]) -> st.SearchStrategy[bytes]:
    """One of the choices, or one time in four something hostile."""
    usual = st.sampled_from(choices).map(_bytes)
    return st.one_of(usual, usual, usual, _TEXTS)


def _part(choices: Sequence[str]) -> st.SearchStrategy[bytes]:
    """A name or an address, without what ends it."""
    return _some(choices).map(lambda one: re.sub(rb"[<>\n\0]", b"", one))


_PEOPLE = st.tuples(_part(_NAMES), _part(_EMAILS)).map(b"%s <%s>".__mod__)
_NUMBERS = st.lists(st.integers(0, 12), min_size=1, max_size=4).map(
    lambda numbers: ".".join(map(str, numbers)).encode()
)
_VERSIONS = st.tuples(_some(_FAMILIES), _NUMBERS, _some(_SUFFIXES)).map(b"%s%s%s".__mod__)
_TAG_NAMES = st.lists(st.one_of(_VERSIONS, _VERSIONS, _VERSIONS, _TEXTS), max_size=7)
# Without these, most runs would end because there is no release, or none before it.
_RELEASES = st.sampled_from([(b"v1.1.0", b"v1.0.0")] * 3 + [(b"v1.0.0",), ()])
# None is the time that fits into the history.
_SECONDS_OR_USUAL = st.sampled_from([None] * 12 + [*_SECONDS])
_ZONE = st.sampled_from(["+0000"] * 9 + [*_ZONES])
_ENCODING = st.sampled_from([b""] * 9 + [*_ENCODINGS])
_SUBJECT = _some(_SUBJECTS)
_BELOW = st.lists(_some(_PARAGRAPHS), max_size=3)
_BREAK = st.sampled_from([b"\n\n", b"\n\n", b"\n", b"\r\n\r\n"])
# How many commits before; merges have several.
_PARENTS = st.sampled_from([(1,)] * 4 + [(2,), (1, 2), (1, 3), (2, 1, 3), (1, 1)])
_TOUCHED = st.sets(st.sampled_from(_PATHS), max_size=2)


def _date(draw: st.DrawFn, number: int) -> bytes:
    seconds = draw(_SECONDS_OR_USUAL) or str(START + number * HOUR)
    return f"{seconds} {draw(_ZONE)}".encode()


def _message(draw: st.DrawFn, subjects: list[bytes]) -> bytes:
    """A message; it may revert one of the subjects, to which its own is added."""
    reverted = draw(st.integers(0, 4 * len(subjects))) if subjects else 0
    subject = (
        b'Revert "%s"' % subjects[-reverted] if 0 < reverted <= len(subjects) else draw(_SUBJECT)
    )
    subjects.append(subject)
    return draw(_BREAK).join([subject, *draw(_BELOW)])


def _legal(name: bytes) -> bytes:
    """The name without what git-check-ref-format(1) forbids; empty if nothing is left."""
    parts = []
    for part in _FORBIDDEN.sub(b"", name)[:_LONGEST].split(b"/"):
        short = re.sub(rb"(\.lock)+$", b"", re.sub(rb"\.+", b".", part).strip(b"."))
        parts += [short] if short else []
    return b"/".join(parts)


def _names(draw: st.DrawFn) -> list[bytes]:
    """Names of tags that can be in one repository: none is a folder of another."""
    found = [*draw(_RELEASES)]
    for name in map(_legal, draw(_TAG_NAMES)):
        both = [(name + b"/", one + b"/") for one in found]
        if name and not any(a.startswith(b) or b.startswith(a) for a, b in both):
            found.append(name)
    return found


def _stream(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """A history with its tags, as `git fast-import` reads it, and the names of the tags."""
    rows: list[bytes] = []
    subjects: list[bytes] = []
    size = draw(st.integers(1, 8).map(lambda n: 9 - n))
    for number in range(1, size + 1):
        rows.append(b"commit refs/heads/main\nmark :%d\n" % number)
        for role in (b"author", b"committer"):
            person, date = draw(_PEOPLE), _date(draw, number)
            rows.append(b"%s %s %s\n" % (role, person, date))
        if encoding := draw(_ENCODING):
            rows.append(b"encoding %s\n" % encoding)
        rows.append(_data(_message(draw, subjects)))
        # The one before, mostly; else a line of its own, or a merge of several.
        if number > 1:
            first, *others = draw(_PARENTS)
            rows.append(b"from :%d\n" % max(number - first, 1))
            rows += [b"merge :%d\n" % other for other in {max(number - n, 1) for n in others}]
        for path in sorted(draw(_TOUCHED)):
            rows.append(b"M 100644 inline %s\n%s" % (path.encode(), _data(b"%d" % number)))
        rows.append(b"\n")
    names, marks = _names(draw), list(range(1, size + 1))
    for name in names:
        # The releases below are where they are in most repositories.
        target = {b"v1.0.0": 1, b"v1.1.0": size}.get(name) or draw(st.sampled_from(marks))
        if target <= size and draw(st.booleans()):
            rows.append(b"reset refs/tags/%s\nfrom :%d\n\n" % (name, target))
            continue
        # A tag of a commit, or of another tag.
        number = len(marks) + 1
        marks.append(number)
        rows.append(b"tag %s\nmark :%d\nfrom :%d\n" % (name, number, target))
        if draw(st.integers(0, 9)):
            rows.append(b"tagger %s %s\n" % (draw(_PEOPLE), _date(draw, number)))
        rows.append(_data(_message(draw, [])))
    return b"".join(rows), names


_PROVIDERS: dict[str, dict[str, str]] = {
    "github": {
        "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/api", "GITHUB_SERVER_URL": _NOBODY,
        "GITHUB_RUN_ID": "1", "GITHUB_ACTOR": "ada",
    },
    "gitlab": {
        "GITLAB_CI": "true", "CI_PROJECT_PATH": "o/api", "CI_PROJECT_URL": f"{_NOBODY}/o/api",
        "CI_JOB_TOKEN": TOKEN, "CI_PIPELINE_CREATED_AT": "2026-01-02T03:04:05Z",
    },
    "": {},
}  # fmt: skip


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """Repositories with runs of every pipeline on them."""
    stream, encoded = _stream(draw)
    tags = [os.fsdecode(name) for name in encoded]
    provider = draw(st.sampled_from(list(_PROVIDERS)))
    env, event = dict(_PROVIDERS[provider]), None
    named = draw(st.sampled_from([*tags, *tags, "", "v9.9.9"]))
    if provider == "github":
        env["GITHUB_EVENT_NAME"] = draw(st.sampled_from(["push", "release", "workflow_dispatch"]))
        env["GITHUB_REF"] = f"refs/tags/{named}" if named else "refs/heads/main"
        release = {"tag_name": named.encode(errors="replace").decode(), "draft": False}
        event = json.dumps({"action": "published", "release": release}).encode()
    elif provider == "gitlab":
        env |= {"CI_COMMIT_TAG": named} if named else {"CI_COMMIT_BRANCH": "main"}
    chosen = {
        "previous-tag": st.sampled_from([*tags, *tags, "v0.0.1"]) | _ARGUMENTS,
        "paths": st.sampled_from(_PLACES) | _ARGUMENTS,
        "tag-pattern": st.sampled_from(_PATTERNS),
        "on-untagged": st.sampled_from(_RULES),
        "release-start": st.sampled_from(_STARTS),
        "strip-v": st.just("false"),
        "version": st.sampled_from(["1.2.3", "web@2.0.0", "next"]),
    }
    inputs = draw(st.one_of(st.just(set()), st.sets(st.sampled_from(sorted(chosen)), max_size=2)))
    flags = [f"--{name}={draw(chosen[name])}" for name in sorted(inputs)]
    flags += draw(st.sampled_from([[], ["--dry-run"], ["--debug"], ["--on-failure=warn"]]))
    return Drawn(
        stream=stream,
        mailmap=draw(st.one_of(st.none(), st.none(), _TEXTS)),
        shallow=draw(st.sampled_from([False, False, True])),
        env=env,
        event=event,
        flags=tuple(flags),
    )
