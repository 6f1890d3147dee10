"""Any checkout will do: what it lacks is read from a real git server that asks for a token."""

import base64
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from annotate.compose import notes
from annotate.compose.history import History
from annotate.compose.pattern import Patterns
from annotate.errors import NoVersion
from annotate.gather import credentials, reading
from annotate.gather.pipeline import Pipeline, Provider
from annotate.gather.reading import Places
from annotate.gather.repository import Query
from tests.support.git_server import TOKEN, GitServer, hosting
from tests.support.local import NO_CI
from tests.support.repo import RepoBuilder, fingerprint
from tests.support.scenarios import SCENARIOS, Scenario

HEADER = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@dataclass(frozen=True, kw_only=True)
class Hosted:
    """A repository on a server, and a place for checkouts of it."""

    repo: RepoBuilder
    server: GitServer
    place: Path

    @property
    def pipeline(self) -> Pipeline:
        """A pipeline of the server's own CI."""
        return replace(
            NO_CI,
            provider=Provider.GITHUB,
            repository="app",
            web_url=f"{self.server.url}/app",
            commit=self.repo.git("rev-parse", "HEAD"),
        )

    def checkout(self, *, tag: str = "") -> Path:
        """What actions/checkout leaves by default: one commit, and of an event's tag only that."""
        clone = RepoBuilder(self.place / "clone")
        clone.git("remote", "add", "origin", f"{self.server.url}/app.git")
        header = f"AUTHORIZATION: basic {HEADER}"
        clone.git("config", f"http.{self.server.url}/.extraheader", header)
        target = f"refs/tags/{tag}" if tag else "refs/remotes/origin/main"
        commit = self.repo.git("rev-parse", "HEAD")
        clone.git("fetch", "--quiet", "--depth=1", "--no-tags", "origin", f"+{commit}:{target}")
        clone.git("checkout", "--quiet", "--detach", commit)
        return clone.path

    def read(
        self, directory: Path, query: Query, known: Pipeline | None = None, token: str = TOKEN
    ) -> History:
        """What annotate finds there."""
        pipeline = known or self.pipeline
        places = Places(
            directory=directory,
            prefix="",
            remotes=lambda found: credentials.remotes(
                found, pipeline, env={}, token=token, ca_file=""
            ),
            monotonic=time.monotonic,
            debug=lambda _: None,
        )
        return reading.read(places, pipeline, query)[0]


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


def prepared(repo: RepoBuilder, name: str) -> tuple[Scenario, Query]:
    told = SCENARIOS[name](repo)
    repo.checkout(told.ref)
    event = told.ref.removeprefix("refs/tags/") if told.event else ""
    patterns = Patterns.of(told.patterns)
    return told, Query(event_tag=event, patterns=patterns, **told.asked)


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("checkout", ["depth 1", "nothing", "depth 1, an old server"])
def test_the_same_as_from_the_full_clone(
    host: Callable[..., Hosted], repo: RepoBuilder, tmp_path: Path, name: str, checkout: str
) -> None:
    _, query = prepared(repo, name)
    hosted = host(mood="old" if "old" in checkout else "modern")
    full = hosted.read(repo.path, replace(query, fetch=False))
    if checkout == "nothing":
        directory = tmp_path / "empty"
        directory.mkdir()
    else:
        directory = hosted.checkout(tag=query.event_tag)
    before = fingerprint(directory)
    found = hosted.read(directory, query)
    assert found == full
    assert notes.description(found, "app", "url") == notes.description(full, "app", "url")
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
    assert "The tags that are there: `docs-only`." in texts.pop()
