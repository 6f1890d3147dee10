"""Tripwires and fixtures: no test reaches outside, none inherits the CI that runs it."""

import os
import socket
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from annotate.http.hosts import is_loopback
from tests.support import inside, process
from tests.support.process import Annotate
from tests.support.repo import RepoBuilder

_FOREIGN = ("GITHUB_", "CI_", "GITLAB_", "INPUT_", "GIT_", "AMPLITUDE_", "RUNNER_", "ACTIONS_")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")

# How many examples a property is tried with, in percent of the number that the test names;
# `make test-all` takes `--hypothesis-profile full`.
for _profile, _examples in (("quick", 20), ("full", 60), ("long", 2000)):
    settings.register_profile(
        _profile,
        max_examples=_examples,
        # The machine may be busy: no test asserts a time.
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("quick")

#: The rooms whose tests touch neither files nor processes.
_ROOMS_ON_WINDOWS = {"amplitude", "notes", "versions"}
_TESTS = Path(__file__).parent


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """On Windows, leave out what cannot run there, also what cannot be imported."""
    if sys.platform == "win32" and collection_path.parent == _TESTS and collection_path.is_dir():
        return collection_path.name not in _ROOMS_ON_WINDOWS
    return None


def pytest_report_header() -> list[str]:
    """Say what is left out, and why."""
    if sys.platform != "win32":
        return []
    return [
        f"skipped: all tests but {sorted(_ROOMS_ON_WINDOWS)} and those of single modules, because"
        " they need signals between processes, modes and links of files, or names in any bytes"
    ]


@pytest.fixture(autouse=True)
def _no_inherited_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(_FOREIGN) or name.lower() in _PROXIES or name in _BUNDLES:
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_loopback(str(address[0])):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def repo(tmp_path: Path) -> RepoBuilder:
    """An empty repository named `app`."""
    return RepoBuilder(tmp_path / "app")


@pytest.fixture(
    params=[
        pytest.param(inside.annotate, id="inside"),
        pytest.param(process.annotate, id="process", marks=pytest.mark.slow),
    ]
)
def annotate(request: pytest.FixtureRequest) -> Annotate:
    """Runs the tool inside this process; `make test-all` runs it as a process of its own, too."""
    chosen: Annotate = request.param
    return chosen


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where ANNOTATE_NO_SKIPS is set, as CI does."""
    report = yield
    if report.skipped and os.environ.get("ANNOTATE_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report
