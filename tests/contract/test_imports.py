"""A run imports only what it uses: each library costs a start tens of milliseconds.

So nothing of the other commands is imported by the main job.
"""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.ci import captured
from tests.support.http import serving
from tests.support.process import KEYS, ROOT, environment, unmeasured
from tests.support.repo import RepoBuilder

#: Libraries and rooms that some runs need, and no run needs all of.
OPTIONAL = {
    "annotate.amplitude.categories",
    "annotate.check",
    "annotate.findings",
    "annotate.notes.published",
    "annotate.report.as_json",
    "annotate.report.findings",
    "annotate.report.preview",
    "chardet",
    "charset_normalizer",
    "git",
    "http.server",
    "jinja2",
    "markdown_it",
    "requests",
    "sqlite3",
    "yaml",
}
_RUN = """\
import sys
import entrypoint
code = entrypoint.main()
print(*sys.modules, file=open({report!r}, "w"))
sys.exit(code)
"""


def imported(
    cwd: Path, *flags: str, env: Mapping[str, str] | None = None, code: int = 0
) -> set[str]:
    """Run the tool as a process, and return those of `OPTIONAL` that it has imported at its end."""
    report = cwd.parent / "modules"
    # The measurement of coverage would import libraries of its own.
    given = unmeasured(environment({"PYTHONPATH": str(ROOT), **(env or {})}))
    script = _RUN.format(report=str(report))
    command = [sys.executable, "-c", script, *flags]
    done = subprocess.run(command, cwd=cwd, env=given, capture_output=True, check=False)
    assert done.returncode == code, done.stdout.decode() + done.stderr.decode()
    return set(report.read_text().split()) & OPTIONAL


@pytest.fixture
def released(tmp_path: Path) -> Path:
    repo = RepoBuilder(tmp_path / "app")
    return repo.commits("Start").tag("v1.0.0").commits("Add search").tag("v1.1.0").path


@pytest.mark.parametrize(
    ("flags", "code"), [(["--version"], 0), (["--help"], 0), (["--verison", "1.2.3"], 2)]
)
def test_words_need_no_library(released: Path, flags: list[str], code: int) -> None:
    assert imported(released, *flags, code=code) == set()


def test_what_is_not_sent_needs_git_alone(released: Path) -> None:
    assert imported(released, "--dry-run") == {"git"}


@pytest.mark.parametrize(
    ("flags", "own"),
    [
        ([], {"annotate.report.preview"}),
        (["--json"], {"annotate.findings", "annotate.report.as_json"}),
    ],
)
def test_a_preview_needs_git_and_its_own_rooms(
    released: Path, flags: list[str], own: set[str]
) -> None:
    assert imported(released, "preview", *flags) == {"git", *own}


def test_a_check_needs_what_asks_a_host(released: Path) -> None:
    with serving() as server:
        modules = imported(released, "check", "--api-url", server.url, env=KEYS)
        assert [request.method for request in server.arrived] == ["GET"]
    assert modules == {
        *("git", "requests", "annotate.amplitude.categories", "annotate.check"),
        *("annotate.findings", "annotate.report.findings", "annotate.report.preview"),
    }


def test_sending_needs_requests_without_what_guesses_encodings(released: Path) -> None:
    with serving() as server:
        libraries = imported(released, "--api-url", server.url, env=KEYS)
        assert [request.method for request in server.arrived] == ["POST"]
    assert libraries == {"git", "requests"}


@pytest.mark.parametrize(
    ("flags", "library"),
    [
        (["--title-template", "{{ version }}"], "jinja2"),
        (["--config", "release.yml"], "yaml"),
    ],
)
def test_an_input_needs_its_library(released: Path, flags: list[str], library: str) -> None:
    (released / "release.yml").write_text("region: eu\n")
    assert imported(released, "--dry-run", *flags) == {"git", library}


@pytest.mark.parametrize(
    ("flags", "more"),
    [
        ([], {"annotate.notes.published", "markdown_it"}),
        (["--description", "Search"], {"annotate.notes.published"}),
        (["--title", "Spring", "--description", "Search"], set()),
    ],
)
def test_an_event_of_a_release_needs_yaml_for_the_workflow_and_what_reads_its_text(
    released: Path, flags: list[str], more: set[str]
) -> None:
    env = captured("github-release", GITHUB_API_URL="")
    assert imported(released, "--dry-run", *flags, env=env) == {"git", "yaml", *more}


def test_a_ledger_needs_sqlite(released: Path) -> None:
    with serving() as server:
        libraries = imported(
            released, "--api-url", server.url, "--ledger", "../ledger.db", env=KEYS
        )
    assert libraries == {"git", "requests", "sqlite3"}


def test_the_sandbox_needs_a_server(released: Path) -> None:
    assert imported(released, "--sandbox", "true") == {"git", "requests", "http.server"}


@pytest.mark.parametrize(
    ("flags", "more"), [([], set()), (["--data", "../releases.db"], {"sqlite3"})]
)
def test_a_sandbox_for_others_needs_only_what_it_is_asked_for(
    released: Path, flags: list[str], more: set[str]
) -> None:
    """A second sandbox on the same port ends at once, after it has imported all."""
    with serving() as server:
        port = str(server.server_port)
        libraries = imported(released, "sandbox", *flags, "--port", port, code=2)
    assert libraries == {"http.server"} | more
