"""The whole tool on a default checkout: interrupted, twice at once, without a checkout."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import pytest

from tests.support.ci import captured
from tests.support.git_server import TOKEN, GitServer, hosting
from tests.support.process import ENTRYPOINT, Annotate, environment
from tests.support.process import annotate as run_process
from tests.support.repo import RepoBuilder, fingerprint


@pytest.fixture
def server(repo: RepoBuilder, tmp_path: Path) -> Iterator[GitServer]:
    """Hosts `octo-org/hello`: two releases with a merge between them; the newer one is HEAD."""
    repo.commits("Start").branch("topic").commits("Add search").checkout("main")
    repo.commits("Fix login").tag("v1.0.0").merge("topic", "Merge topic")
    repo.tag("v1.1.0", "Search in folders")
    (tmp_path / "hosted/octo-org").mkdir(parents=True)
    (tmp_path / "hosted/octo-org/hello.git").symlink_to(repo.path / ".git")
    with hosting(tmp_path / "hosted") as made:
        yield made


@pytest.fixture
def job(repo: RepoBuilder, server: GitServer, tmp_path: Path) -> dict[str, str]:
    """The variables of a job for that tag; its temporary folder is empty."""
    (tmp_path / "temporary").mkdir()
    return {
        **captured("github-push-tag", GITHUB_REF="refs/tags/v1.1.0", GITHUB_API_URL=""),
        "GITHUB_SERVER_URL": server.url,
        "GITHUB_SHA": repo.head,
        "INPUT_GITHUB-TOKEN": TOKEN,
        "TMPDIR": str(tmp_path / "temporary"),
    }


@pytest.fixture
def shallow(server: GitServer, tmp_path: Path) -> Path:
    """A checkout with depth 1 and without tags, by a user who typed the token into its address."""
    url = f"http://u:{TOKEN}@{server.url.removeprefix('http://')}/octo-org/hello.git"
    command = ["git", "clone", "--quiet", "--depth=1", "--no-tags", url, str(tmp_path / "clone")]
    subprocess.run(command, check=True)
    return tmp_path / "clone"


@pytest.mark.parametrize("folder", ["", "web", "{workspace}/web"])
def test_no_checkout_at_all(
    annotate: Annotate, job: dict[str, str], tmp_path: Path, folder: str
) -> None:
    workspace = tmp_path / "empty"
    workspace.mkdir()
    inside = ["--working-directory", folder.format(workspace=workspace)] if folder else []
    ran = annotate(workspace, "--sandbox", "--debug", *inside, env=job, files=tmp_path / "files")
    assert ran.code == 0, ran.log
    assert (ran.outputs["version"], ran.outputs["previous-tag"]) == ("1.1.0", "v1.0.0")
    assert (ran.outputs["title"], ran.outputs["commit-count"]) == ("Search in folders", "1")
    assert "- Add search" in ran.outputs["description"]
    assert list(workspace.iterdir()) == []
    assert TOKEN not in ran.log.replace(f"::add-mask::{TOKEN}", "")


#: After how many requests a signal comes, and which; those that `make test` tries.
AT_ONCE, MIDWAY = (0, signal.SIGTERM), (3, signal.SIGINT)


@pytest.mark.parametrize(
    ("after", "number"),
    [
        pytest.param(*one, marks=() if one in {AT_ONCE, MIDWAY} else pytest.mark.slow)
        for one in product(range(6), (signal.SIGTERM, signal.SIGINT))
    ],
)
def test_interrupted_at_each_request(
    server: GitServer,
    shallow: Path,
    job: dict[str, str],
    tmp_path: Path,
    after: int,
    number: signal.Signals,
) -> None:
    before = fingerprint(shallow)
    server.hosting.requests.clear()
    server.hosting.mood, server.hosting.patience = "hang", after
    process = subprocess.Popen(
        [sys.executable, str(ENTRYPOINT), "--sandbox"],
        cwd=shallow,
        env=environment(job),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert server.hosting.hanging.wait(timeout=60)
    os.kill(process.pid, number)
    log = process.communicate(timeout=60)[0].decode()
    assert process.returncode == 128 + number, log
    assert "annotate: interrupted" in log
    assert list((tmp_path / "temporary").iterdir()) == []
    assert fingerprint(shallow) == before


@pytest.mark.parametrize("runs", [2, pytest.param(8, marks=pytest.mark.slow)])
def test_runs_side_by_side(
    server: GitServer, shallow: Path, job: dict[str, str], tmp_path: Path, runs: int
) -> None:
    before = fingerprint(shallow)

    def run(number: int) -> str:
        ran = run_process(shallow, "--dry-run", env=job, files=tmp_path / f"files-{number}")
        assert ran.code == 0, ran.log
        return ran.outputs["payload"]

    with ThreadPoolExecutor(runs) as pool:
        payloads = set(pool.map(run, range(runs)))
    assert len(payloads) == 1
    assert json.loads(payloads.pop())["title"] == "Search in folders"
    assert list((tmp_path / "temporary").iterdir()) == []
    assert fingerprint(shallow) == before


def test_a_users_own_login_is_not_sent_along(
    server: GitServer, shallow: Path, job: dict[str, str], tmp_path: Path
) -> None:
    """A second header would be refused, as hosted servers refuse it."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".netrc").write_text("machine 127.0.0.1 login other password wrong\n")
    server.hosting.requests.clear()
    ran = run_process(shallow, "--sandbox", env=job | {"HOME": str(home)})
    assert "title            Search in folders" in ran.log
    assert {len(given) for _, given in server.hosting.requests} == {1}
