"""What the processes that a run starts can see: no key, and the job's token only for a fetch."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from annotate.redaction import basic_credentials
from tests.support.ci import captured
from tests.support.default_checkout import HEADER, default_checkout
from tests.support.git_server import TOKEN, GitServer, hosting
from tests.support.http import serving
from tests.support.process import API_KEY, KEYS, SECRET_KEY, annotate
from tests.support.repo import RepoBuilder

KEYS_IN_ANY_FORM = (API_KEY, SECRET_KEY, basic_credentials(API_KEY, SECRET_KEY))
TOKEN_IN_ANY_FORM = (TOKEN, HEADER)
#: What other steps of a job leave behind.
OTHERS = {
    "NPM_TOKEN": "npm_0123456789abcdef",
    "AWS_SECRET_ACCESS_KEY": "aws0123456789abcdef",
    "INPUT_SECRET-KEY": SECRET_KEY,
    "ACTIONS_RUNTIME_TOKEN": "actions0123456789abcdef",
    "GIT_DIR": "/elsewhere/git",
    "GIT_CONFIG_PARAMETERS": "'core.bare'='true'",
}
# Writes down its environment and its arguments, and goes on as git.
WRAPPER = """\
#!/bin/sh
file=$(mktemp "{calls}/XXXXXXXX")
{{ printf '%s\\n' "$@"; echo; env; }} > "$file"
exec "{git}" "$@"
"""
#: The commands that contact a remote.
CONTACTS = ("ls-remote", "fetch")


@dataclass(frozen=True, kw_only=True)
class Call:
    """The arguments and the environment of a git process."""

    command: str
    arguments: str
    environment: str


@dataclass(frozen=True, kw_only=True)
class Recorder:
    """A `git` that comes first on the PATH."""

    folder: Path

    @property
    def variables(self) -> dict[str, str]:
        """The variables of a run that uses it."""
        return {"PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}"}

    @property
    def calls(self) -> list[Call]:
        """All calls."""
        texts = [path.read_text() for path in (self.folder / "calls").iterdir()]
        halves = [text.partition("\n\n") for text in texts]
        return [
            Call(command=arguments.split("\n")[0], arguments=arguments, environment=environment)
            for arguments, _, environment in halves
        ]


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    """The wrapper, which has seen nothing yet."""
    folder = tmp_path / "bin"
    (folder / "calls").mkdir(parents=True)
    wrapper = folder / "git"
    wrapper.write_text(WRAPPER.format(calls=folder / "calls", git=shutil.which("git")))
    wrapper.chmod(0o755)
    return Recorder(folder=folder)


@pytest.fixture
def server(repo: RepoBuilder, tmp_path: Path) -> Iterator[GitServer]:
    """Hosts `octo-org/hello`: two releases, the newer one is HEAD."""
    repo.commits("Start").tag("v1.0.0").commits("Search").tag("v1.1.0", "Search in folders")
    (tmp_path / "hosted/octo-org").mkdir(parents=True)
    (tmp_path / "hosted/octo-org/hello.git").symlink_to(repo.path / ".git")
    with hosting(tmp_path / "hosted") as made:
        yield made


def check(calls: list[Call], allowed: set[str]) -> None:
    assert calls
    for call in calls:
        everything = call.arguments + call.environment
        for secret in (*KEYS_IN_ANY_FORM, *OTHERS.values()):
            assert secret not in everything, call.command
        for secret in TOKEN_IN_ANY_FORM:
            assert secret not in call.arguments
            assert secret not in call.environment or call.command in allowed


def test_reading_a_checkout_shows_no_secret_to_git(
    server: GitServer, repo: RepoBuilder, recorder: Recorder
) -> None:
    job = captured("github-push-tag", GITHUB_REF="refs/tags/v1.1.0", GITHUB_API_URL="")
    secrets = {**KEYS, **OTHERS, "INPUT_GITHUB-TOKEN": TOKEN}
    with serving() as api:
        ran = annotate(
            repo.path, "--api-url", api.url, env={**job, **secrets, **recorder.variables}
        )
    assert (ran.code, len(api.arrived)) == (0, 1), ran.log
    assert "title            Search in folders" in ran.log
    check(recorder.calls, allowed=set())


@pytest.mark.parametrize("header", [True, False], ids=["the-checkouts-header", "the-jobs-token"])
def test_only_a_fetch_has_the_token(
    server: GitServer, repo: RepoBuilder, recorder: Recorder, tmp_path: Path, header: bool
) -> None:
    place = default_checkout(
        tmp_path / "clone", server, "octo-org/hello", repo.head, "refs/tags/v1.1.0"
    )
    if not header:
        RepoBuilder(place).git("config", "--unset-all", f"http.{server.url}/.extraheader")
    job = captured("github-push-tag", GITHUB_REF="refs/tags/v1.1.0", GITHUB_API_URL="")
    secrets = {
        **KEYS,
        **OTHERS,
        "INPUT_GITHUB-TOKEN": TOKEN,
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_SERVER_URL": server.url,
        "GITHUB_SHA": repo.head,
    }
    with serving() as api:
        ran = annotate(place, "--api-url", api.url, env={**job, **secrets, **recorder.variables})
    assert (ran.code, len(api.arrived)) == (0, 1), ran.log
    assert "previous         v1.0.0" in ran.log
    calls = recorder.calls
    check(calls, allowed=set(CONTACTS))
    with_token = {call.command for call in calls if HEADER in call.environment}
    assert with_token == set(CONTACTS)
