"""Any checkout will do: what it lacks is read from a real git server that asks for a token."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from annotate.errors import NoVersion
from annotate.git.history import Query
from annotate.git.remote import credentials, transfer
from annotate.notes.history import History
from annotate.pipeline import Login, Pipeline
from annotate.versions.pattern import Patterns
from tests.support import scenarios
from tests.support.default_checkout import HEADER, default_checkout
from tests.support.git_server import TOKEN, GitServer, Mood, hosting
from tests.support.local import NO_CI, history_of
from tests.support.notes import described
from tests.support.repo import RepoBuilder, fingerprint
from tests.support.scenarios import SCENARIOS, Tell

GITHUB_LOGIN = Login(owner="github-token", user="x-access-token", token=TOKEN)


@dataclass(frozen=True, kw_only=True)
class Hosted:
    """A repository on a server, and a place for checkouts of it."""

    repo: RepoBuilder
    server: GitServer
    place: Path

    @property
    def pipeline(self) -> Pipeline:
        """A pipeline of the server's own CI."""
        return NO_CI._replace(
            login=GITHUB_LOGIN,
            flattens_tags=True,
            repository="app",
            web_url=f"{self.server.url}/app",
            commit=self.repo.git("rev-parse", "HEAD"),
        )

    def checkout(self, *, tag: str = "") -> Path:
        """What actions/checkout leaves by default: one commit, and of an event's tag only that."""
        commit = self.repo.git("rev-parse", "HEAD")
        ref = f"refs/tags/{tag}" if tag else "refs/remotes/origin/main"
        return default_checkout(self.place / "clone", self.server, "app", commit, ref)

    def misbehave(self, mood: Mood, *, after: int = 0) -> None:
        """From now on, and so many requests later."""
        hosting = self.server.hosting
        hosting.requests.clear()
        hosting.mood, hosting.patience = mood, after

    def read(
        self,
        directory: Path,
        query: Query,
        *,
        known: Pipeline | None = None,
        limit: float = 0,
    ) -> History:
        """What annotate finds there."""
        pipeline = known or self.pipeline
        return history_of(
            directory,
            query,
            known=pipeline,
            remotes=lambda found: credentials.remotes(
                found, pipeline, ca_bundle="", system_bundle=""
            ),
            # A limit of zero seconds is the usual one.
            monotonic=lambda: time.monotonic() * (transfer.TIME_LIMIT / limit if limit else 1),
        )


@pytest.fixture
def host(repo: RepoBuilder, tmp_path: Path) -> Iterator[Callable[..., Hosted]]:
    """Hosts the repository `app`; the server ends with the test."""
    (tmp_path / "hosted").mkdir()
    (tmp_path / "hosted/app.git").symlink_to(repo.path / ".git")
    servers = []

    def start(**behaviour: Any) -> Hosted:
        running = hosting(tmp_path / "hosted", **behaviour)
        servers.append(running)
        return Hosted(repo=repo, server=running.__enter__(), place=tmp_path)

    yield start
    for running in servers:
        running.__exit__(None, None, None)


@dataclass(frozen=True, kw_only=True)
class Start:
    """From what a history is read."""

    #: For the report of the tests alone.
    name: str
    #: Whether one commit is checked out; else there is no checkout at all.
    checked_out: bool
    server: Mood


DEPTH_1 = Start(name="depth 1", checked_out=True, server="modern")
NOTHING = Start(name="nothing", checked_out=False, server="modern")
OLD_SERVER = Start(name="depth 1, an old server", checked_out=True, server="old")

#: The histories that `make test` reads from every start: each asks the remote for something else.
ASKING = {
    scenarios.a_submodule,
    scenarios.an_annotated_tag_that_speaks,
    scenarios.merges_at_the_cut,
    scenarios.no_tag_at_all,
    scenarios.only_some_paths,
    scenarios.releases_beside_the_trunk,
    scenarios.tags_on_other_things_than_commits,
}


@pytest.mark.parametrize(
    ("tell", "start"),
    [
        pytest.param(
            tell,
            start,
            id=f"{tell.__name__}, {start.name}",
            marks=() if start is DEPTH_1 or tell in ASKING else pytest.mark.slow,
        )
        for tell, start in product(SCENARIOS, (DEPTH_1, NOTHING, OLD_SERVER))
    ],
)
def test_the_same_as_from_the_full_clone(
    host: Callable[..., Hosted], repo: RepoBuilder, tmp_path: Path, tell: Tell, start: Start
) -> None:
    told = tell(repo)
    repo.checkout(told.ref)
    query = Query(
        event_tag=told.ref.removeprefix("refs/tags/") if told.event else "",
        patterns=Patterns.of(told.patterns),
        **told.asked,
    )
    hosted = host(mood=start.server)
    full = hosted.read(repo.path, query._replace(fetch=False))
    if start.checked_out:
        directory = hosted.checkout(tag=query.event_tag)
    else:
        directory = tmp_path / "empty"
        directory.mkdir()
    before = fingerprint(directory)
    found = hosted.read(directory, query)
    assert found == full
    assert described(found, "url") == described(full, "url")
    assert fingerprint(directory) == before
    assert all(len(given) == 1 for _, given in hosted.server.hosting.requests)


def test_no_matching_tag_is_the_same_error(host: Callable[..., Hosted], repo: RepoBuilder) -> None:
    repo.commits("one").tag("docs-only")
    query = Query(patterns=Patterns.of(["**"]))
    hosted = host()
    texts = set()
    for directory in (repo.path, hosted.checkout()):
        with pytest.raises(NoVersion) as caught:
            hosted.read(directory, query)
        texts.add(str(caught.value.messages[0]))
    assert len(texts) == 1
    assert "The tags of the repository are `docs-only`." in texts.pop()


@pytest.fixture
def released(repo: RepoBuilder) -> RepoBuilder:
    """Two releases; the newer one is checked out."""
    return repo.commits("one").tag("v1.0.0").commits("two").tag("v1.1.0")


ANY = Query(patterns=Patterns.of(["**"]))


def concern_of(history: History) -> str:
    return str(history.concerns[-1])


@pytest.mark.parametrize("mood", ["hang", "rubbish"])
@pytest.mark.parametrize("patience", [0, 1, 2, 4, 5])
def test_a_server_that_fails_at_any_point(
    host: Callable[..., Hosted], released: RepoBuilder, mood: Mood, patience: int
) -> None:
    """The version is known by the tag of the event; the tags may have been listed already."""
    hosted = host()
    directory = hosted.checkout(tag="v1.1.0")
    hosted.misbehave(mood, after=patience)
    before = fingerprint(directory)
    found = hosted.read(directory, ANY._replace(event_tag="v1.1.0"), limit=2)
    assert (found.version, found.tag, found.complete) == ("1.1.0", "v1.1.0", False)
    assert "The history could not be completed, and may be wrong" in concern_of(found)
    assert fingerprint(directory) == before
    # Without the release before, nobody knows which of the commits that are here belong to it.
    assert described(found) == ("- Two" if found.previous else "")


@pytest.mark.parametrize("patience", [0, 2])
def test_without_the_remote_and_without_a_tag_there_is_no_version(
    host: Callable[..., Hosted], released: RepoBuilder, patience: int
) -> None:
    released.commits("three")
    hosted = host()
    directory = hosted.checkout()
    hosted.misbehave("rubbish", after=patience)
    with pytest.raises(NoVersion) as caught:
        hosted.read(directory, ANY)
    first, last = caught.value.messages[0], caught.value.messages[-1]
    assert "annotate reads it from 127.0.0.1, because the checkout is shallow. git" in first.why
    assert "fetch-depth: 0" in first.mend
    assert "There is no version tag on this commit or on an earlier one." in last.what


def test_a_version_on_the_commit_is_known_once_the_tags_are_listed(
    host: Callable[..., Hosted], released: RepoBuilder
) -> None:
    hosted = host()
    directory = hosted.checkout()
    hosted.misbehave("rubbish", after=2)
    found = hosted.read(directory, ANY)
    assert (found.version, found.previous, found.complete) == ("1.1.0", "v1.0.0", False)


def test_the_refs_of_pull_requests_are_not_listed(
    host: Callable[..., Hosted], released: RepoBuilder
) -> None:
    """Large projects have far more of them than tags."""
    head = released.git("rev-parse", "HEAD")
    refs = "".join(f"create refs/pull/{number}/head {head}\n" for number in range(1_000))
    released.git("update-ref", "--stdin", stdin=refs.encode())
    hosted = host()
    checkout = hosted.checkout()
    hosted.server.hosting.sent = 0
    assert hosted.read(checkout, ANY).previous == "v1.0.0"
    # Each ref takes 65 bytes or more.
    assert hosted.server.hosting.sent < 5_000


def test_no_server_at_all(host: Callable[..., Hosted], released: RepoBuilder) -> None:
    hosted = host()
    directory = hosted.checkout(tag="v1.1.0")
    hosted.server.shutdown()
    hosted.server.server_close()
    found = hosted.read(directory, ANY._replace(event_tag="v1.1.0"))
    assert found.version == "1.1.0"
    assert "Failed to connect to 127.0.0.1" in concern_of(found)


def test_credentials_that_are_lacking(
    host: Callable[..., Hosted], released: RepoBuilder, tmp_path: Path
) -> None:
    hosted = host()
    directory = hosted.checkout(tag="v1.1.0")
    RepoBuilder(directory).git("config", "--unset", f"http.{hosted.server.url}/.extraheader")
    wrong = hosted.pipeline._replace(login=replace(GITHUB_LOGIN, token="ghs_wrong"))
    found = hosted.read(directory, ANY._replace(event_tag="v1.1.0"), known=wrong)
    assert "the remote refused the credentials" in concern_of(found)
    assert "Credentials used: github-token." in concern_of(found)
    assert "contents: read" in concern_of(found)


def test_an_expired_token_does_not_hinder_what_everyone_may_read(
    host: Callable[..., Hosted], released: RepoBuilder
) -> None:
    hosted = host()
    directory = hosted.checkout()
    url = f"http://nobody:expired@{hosted.server.url.removeprefix('http://')}/app.git"
    clone = RepoBuilder(directory)
    clone.git("config", "--unset", f"http.{hosted.server.url}/.extraheader")
    clone.git("config", "remote.origin.url", url)
    assert hosted.read(directory, ANY).previous == "v1.0.0"
    owners = [given for _, given in hosted.server.hosting.requests[-20:]]
    assert all(len(given) == 1 for given in owners)


def nobodys(hosted: Hosted) -> Pipeline:
    """A pipeline that has no token for the repository."""
    return hosted.pipeline._replace(web_url="", repository="", login=None)


def in_an_included_file(hosted: Hosted, clone: RepoBuilder) -> Pipeline:
    """As newer versions of actions/checkout keep the header outside of the checkout."""
    header = f'[http "{hosted.server.url}/"]\n extraheader = AUTHORIZATION: basic {HEADER}\n'
    (hosted.place / "credentials.config").write_text(header)
    key = f"includeIf.gitdir:{clone.path}/.git.path"
    clone.git("config", key, str(hosted.place / "credentials.config"))
    return nobodys(hosted)


def in_the_address(hosted: Hosted, clone: RepoBuilder) -> Pipeline:
    """As users type it."""
    place = hosted.server.url.removeprefix("http://")
    clone.git("config", "remote.origin.url", f"http://user:{TOKEN}@{place}/app.git")
    return nobodys(hosted)


def as_token_of_github(hosted: Hosted, clone: RepoBuilder) -> Pipeline:
    """By the input github-token."""
    return hosted.pipeline


def as_token_of_gitlab(hosted: Hosted, clone: RepoBuilder) -> Pipeline:
    """By the variable that GitLab gives each job."""
    login = Login(owner="CI_JOB_TOKEN", user="gitlab-ci-token", token=TOKEN)
    return hosted.pipeline._replace(login=login, flattens_tags=False)


@pytest.mark.parametrize(
    "way",
    [in_an_included_file, in_the_address, as_token_of_github, as_token_of_gitlab],
    ids=attrgetter("__name__"),
)
def test_whose_credentials(
    host: Callable[..., Hosted],
    released: RepoBuilder,
    way: Callable[[Hosted, RepoBuilder], Pipeline],
) -> None:
    hosted = host()
    directory = hosted.checkout()
    clone = RepoBuilder(directory)
    clone.git("config", "--unset", f"http.{hosted.server.url}/.extraheader")
    found = hosted.read(directory, ANY, known=way(hosted, clone))
    assert (found.previous, found.complete) == ("v1.0.0", True)


def test_a_token_goes_to_the_host_of_its_ci_only(
    host: Callable[..., Hosted], released: RepoBuilder
) -> None:
    hosted = host()
    directory = hosted.checkout(tag="v1.1.0")
    RepoBuilder(directory).git("config", "--unset", f"http.{hosted.server.url}/.extraheader")
    hosted.server.hosting.requests.clear()
    elsewhere = hosted.pipeline._replace(web_url="https://github.com/a/app")
    hosted.read(directory, ANY._replace(event_tag="v1.1.0"), known=elsewhere)
    assert [given for _, given in hosted.server.hosting.requests] == [[]]


@pytest.mark.parametrize("url", ["--upload-pack=touch x", "-oProxyCommand=x:y", "ext::sh -c x"])
def test_an_address_that_looks_like_an_option_or_a_command(
    host: Callable[..., Hosted], released: RepoBuilder, url: str
) -> None:
    hosted = host()
    directory = hosted.checkout(tag="v1.1.0")
    RepoBuilder(directory).git("config", "remote.origin.url", url)
    unknown = hosted.pipeline._replace(web_url="", repository="")
    found = hosted.read(directory, ANY._replace(event_tag="v1.1.0"), known=unknown)
    assert (found.version, found.complete) == ("1.1.0", False)
    assert not list(directory.glob("x"))


def test_a_job_that_checks_out_by_ssh_asks_by_its_token(
    host: Callable[..., Hosted], released: RepoBuilder
) -> None:
    hosted = host()
    directory = hosted.checkout()
    RepoBuilder(directory).git("config", "remote.origin.url", "git@127.0.0.1:group/app.git")
    known = hosted.pipeline._replace(repository="group/app")
    assert hosted.read(directory, ANY, known=known).previous == "v1.0.0"


def test_never_says_what_is_missing(host: Callable[..., Hosted], released: RepoBuilder) -> None:
    hosted = host()
    directory = hosted.checkout(tag="v1.1.0")
    hosted.server.hosting.requests.clear()
    found = hosted.read(directory, ANY._replace(event_tag="v1.1.0", fetch=False))
    assert hosted.server.hosting.requests == []
    assert concern_of(found).startswith("The checkout is shallow, so the previous release and")
    for line in ("fetch: auto", "fetch-depth: 0", "GIT_DEPTH: 0"):
        assert line in concern_of(found)


def test_a_full_clone_whose_tag_lost_its_message(
    host: Callable[..., Hosted], repo: RepoBuilder
) -> None:
    repo.commits("one").tag("v1.0.0").commits("two").tag("v1.1.0", "Search in folders")
    hosted = host()
    directory = hosted.checkout(tag="v1.1.0")
    clone = RepoBuilder(directory)
    clone.git("fetch", "--quiet", "--unshallow", "--tags", "--force", "origin")
    clone.git("tag", "--force", "v1.1.0", "v1.1.0^{}")
    query = ANY._replace(event_tag="v1.1.0")
    assert hosted.read(directory, query) == hosted.read(repo.path, query._replace(fetch=False))
    hosted.misbehave("rubbish")
    found = hosted.read(directory, query)
    assert (found.message.subject, found.complete, found.concerns) == ("", True, ())


def test_a_full_clone_asks_nobody(host: Callable[..., Hosted], released: RepoBuilder) -> None:
    hosted = host()
    released.git("remote", "add", "origin", f"{hosted.server.url}/app.git")
    assert hosted.read(released.path, ANY).complete
    assert hosted.server.hosting.requests == []


def test_a_commit_that_was_never_pushed(host: Callable[..., Hosted], released: RepoBuilder) -> None:
    hosted = host()
    directory = hosted.checkout()
    RepoBuilder(directory).commits("not pushed")
    found = hosted.read(directory, ANY)
    assert found.version.startswith("1.1.0-1-g")
    assert "the remote does not know the commit" in concern_of(found)


def test_a_history_that_is_too_large(
    host: Callable[..., Hosted], released: RepoBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "SIZE_LIMIT", 10)
    hosted = host()
    directory = hosted.checkout(tag="v1.1.0")
    hosted.misbehave("hang", after=3)
    found = hosted.read(directory, ANY._replace(event_tag="v1.1.0"))
    assert "the history is too large" in concern_of(found)


def test_a_depth_that_covers_everything_still_lacks_the_other_tags(
    host: Callable[..., Hosted], released: RepoBuilder
) -> None:
    hosted = host()
    directory = hosted.checkout(tag="v1.1.0")
    clone = RepoBuilder(directory)
    clone.git("fetch", "--quiet", "--no-tags", "--unshallow", "origin")
    query = ANY._replace(event_tag="v1.1.0")
    assert hosted.read(directory, query) == hosted.read(released.path, query._replace(fetch=False))


def test_a_first_release_in_a_full_clone_is_complete(
    host: Callable[..., Hosted], repo: RepoBuilder
) -> None:
    repo.commits("one").tag("v1.0.0")
    hosted = host()
    repo.git("remote", "add", "origin", f"{hosted.server.url}/app.git")
    found = hosted.read(repo.path, ANY._replace(event_tag="v1.0.0"))
    assert (found.previous, found.complete, found.concerns) == ("", True, ())
    assert len(hosted.server.hosting.requests) <= 4


def test_a_release_and_those_before_it_are_fetched_together(
    host: Callable[..., Hosted], repo: RepoBuilder
) -> None:
    repo.commits("one").tag("v1.0.0", "One").commits("two").tag("v1.1.0", "Two")
    hosted = host()
    directory = hosted.checkout(tag="v1.1.0")
    hosted.server.hosting.requests.clear()
    found = hosted.read(directory, ANY._replace(event_tag="v1.1.0"))
    assert (found.previous, found.message.subject) == ("v1.0.0", "Two")
    # For the list, the tags, the range, and the commits just outside of it.
    begun = [path for path, _ in hosted.server.hosting.requests if "/info/refs?" in path]
    assert len(begun) == 4


def test_a_path_that_does_not_exist_is_seen_without_the_whole_history(
    host: Callable[..., Hosted], repo: RepoBuilder
) -> None:
    repo.commit("one", path="web/a")
    repo.tag("v1.0.0").commit("two", path="web/b")
    repo.tag("v1.1.0")
    hosted = host()
    directory = hosted.checkout(tag="v1.1.0")
    query = ANY._replace(event_tag="v1.1.0", paths=("web", "wbe"))
    found = hosted.read(directory, query)
    assert ([commit.subject for commit in found.commits], len(found.concerns)) == (["two"], 1)
    assert "`wbe`" in found.concerns[0].what


def test_the_config_of_a_checkout_around_the_temporary_folder_counts_for_nothing(
    host: Callable[..., Hosted], released: RepoBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted = host()
    directory = hosted.checkout()
    with hosting(hosted.place / "hosted", token=None) as elsewhere:
        clone = RepoBuilder(directory)
        clone.git("config", f"url.{elsewhere.url}/.insteadOf", f"{hosted.server.url}/")
        (directory / "temporary").mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(directory / "temporary"))
        assert hosted.read(directory, ANY).previous == "v1.0.0"
        assert elsewhere.hosting.requests == []


def test_ids_of_sha_256(host: Callable[..., Hosted], tmp_path: Path) -> None:
    place = tmp_path / "modern"
    place.mkdir()
    git = ["git", "init", "--quiet", "--initial-branch=main", "--object-format=sha256"]
    subprocess.run([*git, str(place)], check=True)
    repo = RepoBuilder(place).commits("one").tag("v1.0.0").commits("two").tag("v1.1.0")
    hosted = replace(host(), repo=repo)
    (tmp_path / "hosted/app.git").unlink()
    (tmp_path / "hosted/app.git").symlink_to(place / ".git")
    (tmp_path / "empty").mkdir()
    found = hosted.read(tmp_path / "empty", ANY)
    assert (found.version, found.previous, len(found.commit)) == ("1.1.0", "v1.0.0", 64)


def test_a_helper_that_outlives_git_is_ended(
    host: Callable[..., Hosted],
    released: RepoBuilder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a shared connection of ssh would, which keeps the streams of the command open."""
    mark = f"{os.getpid()}{time.monotonic_ns() % 10**6}"
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "ssh").write_text(f"#!/bin/sh\nsleep 4{mark} < /dev/null > /dev/null &\nexit 1\n")
    (programs / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    hosted = host()
    directory = hosted.checkout(tag="v1.1.0")
    RepoBuilder(directory).git("config", "remote.origin.url", "ssh://git@127.0.0.1/other.git")
    unknown = hosted.pipeline._replace(web_url="", repository="")
    found = hosted.read(directory, ANY._replace(event_tag="v1.1.0"), known=unknown)
    assert "the remote could not be read" in concern_of(found)
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            assert f"4{mark}".encode() not in command.read_bytes()
