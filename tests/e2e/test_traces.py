"""What a run does to the world, as the kernel sees it: whom it calls, and what it starts."""

import base64
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.default_checkout import default_checkout
from tests.support.git_server import TOKEN, hosting
from tests.support.http import serving
from tests.support.process import API_KEY, ENTRYPOINT, KEYS, SECRET_KEY, environment
from tests.support.repo import RepoBuilder

_CONNECTED = re.compile(
    r"connect\(\d+, \{sa_family=(AF_INET6?|AF_UNIX)[^}]*?(?:htons\((\d+)\)|path=\"([^\"]*))"
)
# The C library asks it for names; it is this machine's own.
_NAME_CACHE = "/var/run/nscd/socket"


def traced(checkout: Path, trace: Path, *flags: str) -> str:
    """The trace of a run that has to complete its checkout, keep a ledger, and send."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    command = ["strace", "-f", "-s", "65536", "-e", "trace=network,execve", "-o", str(trace)]
    done = subprocess.run(
        [*command, sys.executable, str(ENTRYPOINT), *flags],
        cwd=checkout,
        env=environment(KEYS),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "annotate: created" in done.stdout
    return trace.read_text(errors="replace")


def test_no_key_is_an_argument_and_nobody_else_is_called(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commits("Start").tag("v1.0.0").commits("Add it").tag("v1.1.0")
    (tmp_path / "hosted").mkdir()
    (tmp_path / "hosted/app.git").symlink_to(repo.path)
    with hosting(tmp_path / "hosted") as remote, serving() as target:
        place = tmp_path / "checkout"
        checkout = default_checkout(place, remote, "app", repo.head, "refs/remotes/origin/main")
        flags = ("--api-url", target.url, "--ledger", str(tmp_path / "ledger.db"))
        trace = traced(checkout, tmp_path / "trace", *flags)
        ports = {str(target.server_port), str(remote.server_port)}
        assert remote.hosting.requests
    called = {port or path for _, port, path in _CONNECTED.findall(trace) if path != _NAME_CACHE}
    assert called == ports
    assert trace.count('"git"') > 3
    started = [line for line in trace.splitlines() if "execve(" in line]
    basic = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    secrets = (API_KEY, SECRET_KEY, TOKEN, basic)
    assert not [line for line in started if any(secret in line for secret in secrets)]
