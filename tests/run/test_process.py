"""The whole tool as users run it: the real process, real git, a real HTTP server."""

import base64
import html
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate import __version__
from annotate.redaction import basic_credentials
from tests.support.ci import captured
from tests.support.http import Answer, Server, serving
from tests.support.process import (
    API_KEY,
    ENTRYPOINT,
    KEYS,
    ROOT,
    SECRET_KEY,
    Annotate,
    environment,
)
from tests.support.process import annotate as run_process
from tests.support.repo import RepoBuilder


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture(scope="session")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> RepoBuilder:
    """A repository with a release and one before it, which no test changes."""
    repo = RepoBuilder(tmp_path_factory.mktemp("released"))
    return repo.commits("Start").tag("v1.0.0").commits("Add search", "Fix login").tag("v1.1.0")


@pytest.fixture
def released(two_releases: RepoBuilder, tmp_path: Path) -> RepoBuilder:
    """A copy of it."""
    return two_releases.copied(tmp_path / "app")


def test_the_seeds_own_example(tmp_path: Path, server: Server) -> None:
    ran = run_process(
        tmp_path,
        *("--version", "2.2"),
        *("--release-start", "2022-01-01 00:00:00"),
        *("--release-end", "2022-01-01 00:00:00"),
        *("--title", "New Feature"),
        *("--description", "Releasing the new paid feature. "),
        *("--platforms", "iOS"),
        *("--created-by", "none"),
        *("--chart-visibility", "true"),
        *("--api-url", server.url),
        env=KEYS,
        files=tmp_path / "files",
    )
    [request] = server.arrived
    assert json.loads(request.body) == {
        "version": "2.2",
        "release_start": "2022-01-01 00:00:00",
        "release_end": "2022-01-01 00:00:00",
        "title": "New Feature",
        "description": "Releasing the new paid feature. ",
        "platforms": ["iOS"],
        "chart_visibility": True,
    }
    assert (ran.code, ran.outputs["release-id"]) == (0, "xbcehyc")
    assert "annotate: created xbcehyc (New Feature)" in ran.log


def test_outputs_and_summary_on_github(
    annotate: Annotate, released: RepoBuilder, server: Server, tmp_path: Path
) -> None:
    env = captured("github-push-tag", GITHUB_REF="refs/tags/v1.1.0", GITHUB_API_URL="")
    ran = annotate(released.path, "--api-url", server.url, env=KEYS | env, files=tmp_path / "files")
    sent = json.loads(server.arrived[0].body)
    assert sent == {
        "version": "1.1.0",
        "title": "hello 1.1.0",
        "description": "- Fix login\n- Add search\n\n"
        "https://github.com/octo-org/hello/compare/v1.0.0...v1.1.0",
        "release_start": "2026-03-28 20:00:00",
        "created_by": "re-runner",
        "chart_visibility": True,
    }
    values = ran.outputs
    assert json.loads(values.pop("payload")) == sent
    assert json.loads(values.pop("response"))["release"]["id"] == "xbcehyc"
    assert values == {
        "outcome": "created",
        "release-id": "xbcehyc",
        "version": "1.1.0",
        "tag": "v1.1.0",
        "previous-tag": "v1.0.0",
        "title": "hello 1.1.0",
        "description": sent["description"],
        "release-start": "2026-03-28 20:00:00",
        "commit-count": "2",
        "results": "",
    }
    assert "✅ hello 1.1.0 is on the charts" in ran.summary
    assert "the event&#x27;s repository.pushed_at" in ran.summary


def test_the_summary_shows_the_request_that_was_sent(
    annotate: Annotate, released: RepoBuilder, server: Server, tmp_path: Path
) -> None:
    env = captured("github-push-tag", GITHUB_REF="refs/tags/v1.1.0", GITHUB_API_URL="")
    flags = ["--api-url", server.url, "--title", '<b>Search</b> & "more"']
    ran = annotate(released.path, *flags, env=KEYS | env, files=tmp_path / "files")
    [shown] = re.findall("<details><summary>Request</summary><pre>(.*?)</pre>", ran.summary)
    assert html.unescape(shown) == server.arrived[0].body.decode()


def test_gitlabs_time_is_converted_and_its_report_written(
    released: RepoBuilder, server: Server
) -> None:
    env = captured("gitlab-tag", CI_COMMIT_TAG="v1.1.0", TZ="Asia/Tokyo")
    ran = run_process(released.path, "--api-url", server.url, env=KEYS | env)
    assert json.loads(server.arrived[0].body)["release_start"] == "2026-03-28 20:00:00"
    assert ran.code == 0
    report = (released.path / "annotate.env").read_text()
    assert "RELEASE_ID=xbcehyc\n" in report
    assert "RELEASE_START=2026-03-28 20:00:00\n" in report


def test_a_sandbox_needs_no_keys_and_no_settings(annotate: Annotate, released: RepoBuilder) -> None:
    ran = annotate(released.path, "--sandbox")
    assert ran.code == 0
    assert "no effect" not in ran.log
    assert "annotate: created sandbox1 (app 1.1.0)" in ran.log


@pytest.mark.parametrize("env", [{}, KEYS, {"AMPLITUDE_API_KEY": API_KEY}])
def test_a_sandbox_claims_nothing_about_amplitude(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path, env: dict[str, str]
) -> None:
    """Keys beside it are a sign that it was forgotten there."""
    ran = annotate(released.path, "--sandbox", env=env, files=tmp_path / "files")
    assert (ran.code, ran.outputs["outcome"]) == (0, "created")
    *_, last = ran.log.splitlines()
    assert last.endswith("(app 1.1.0), in the sandbox: nothing went to Amplitude")
    assert "notice: The release went to the sandbox: nothing went to Amplitude." in ran.log
    assert "set by the flag --sandbox" in ran.log
    assert ran.summary.startswith("<h3>🧪 app 1.1.0 went to the sandbox: nothing went to Amplitude")
    assert "on the charts" not in ran.summary
    unused = "warning: The keys are set but not used: nothing goes to Amplitude."
    assert (unused in ran.log) is bool(env)


def test_a_dry_run_shows_the_exact_request(
    annotate: Annotate, released: RepoBuilder, server: Server
) -> None:
    ran = annotate(
        released.path, "--dry-run", "--api-url", server.url, "--release-start", "1767225600",
        env=KEYS,
    )  # fmt: skip
    assert (ran.code, server.arrived) == (0, [])
    assert f"  POST {server.url}/api/2/release\n" in ran.log
    assert "  Authorization: Basic ***\n" in ran.log
    assert '{"version": "1.1.0", "title": "app 1.1.0", "description": "' in ran.log


def test_debug_tells_of_every_git_command_and_every_request(
    released: RepoBuilder, server: Server, tmp_path: Path
) -> None:
    told, spy = tmp_path / "told", tmp_path / "bin/git"
    spy.parent.mkdir()
    spy.write_text(f'#!/bin/sh\necho "$1" >> "{told}"\nexec "{shutil.which("git")}" "$@"\n')
    spy.chmod(0o755)
    env = KEYS | {"PATH": f"{spy.parent}:{os.environ['PATH']}"}
    ran = run_process(released.path, "--api-url", server.url, "--debug", env=env)
    assert ran.code == 0, ran.log
    assert ran.log.count("debug: git ") == len(told.read_text().splitlines()) > 3
    assert ran.log.count("debug: POST ") == len(server.arrived) == 1


def test_nothing_that_is_secret_leaves(
    released: RepoBuilder, tmp_path: Path, server: Server
) -> None:
    seen: list[str] = []

    def look() -> None:
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.append(entry.read_bytes().decode(errors="replace"))
            except OSError:
                continue

    echo = Answer(
        status=400, body=f"no {SECRET_KEY} {basic_credentials(API_KEY, SECRET_KEY)}".encode()
    )
    with serving(echo, on_arrival=look) as echoing:
        env = captured("github-push-tag", GITHUB_REF="refs/tags/v1.1.0", GITHUB_API_URL="")
        ran = run_process(
            released.path,
            *("--api-url", echoing.url, "--debug", "--title", f"with {API_KEY}"),
            env=KEYS | env,
            files=tmp_path / "files",
        )
        [request] = echoing.arrived
    [header] = request.all_of("Authorization")
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == f"{API_KEY}:{SECRET_KEY}"
    assert ran.code == 4
    masks = [
        f"::add-mask::{text}"
        for text in (API_KEY, SECRET_KEY, basic_credentials(API_KEY, SECRET_KEY))
    ]
    assert ran.log.split("\n")[:3] == masks
    rest = ran.log.split("\n", 3)[3]
    assert seen
    for secret in (SECRET_KEY, basic_credentials(API_KEY, SECRET_KEY), API_KEY):
        for place in (rest, ran.output_file, ran.summary):
            assert secret not in place
    for secret in (SECRET_KEY, basic_credentials(API_KEY, SECRET_KEY)):
        assert not [line for line in seen if secret in line]


@pytest.mark.parametrize("redirection", ["", "2>&-", "2>/dev/full"])
def test_a_previews_standard_output_holds_the_notes_and_nothing_else(
    released: RepoBuilder, tmp_path: Path, redirection: str
) -> None:
    """On GitHub, where masks and warnings come beside them, and whatever becomes of those."""
    env = captured("github-push-tag", GITHUB_REF="refs/tags/v1.1.0", GITHUB_API_URL="")
    odd = {"AMPLITUDE_API_KEY": "an-odd-key", "AMPLITUDE_TITLE": "Search {{ folders }}"}
    done = subprocess.run(
        [
            *("sh", "-c", f'exec "$@" > "$NOTES" {redirection}', "sh"),
            *(sys.executable, str(ENTRYPOINT), "preview", "--debug", "--fetch", "never"),
        ],
        cwd=released.path,
        env=environment({**KEYS, **env, **odd, "NOTES": str(tmp_path / "notes.md")}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (tmp_path / "notes.md").read_text() == (
        "Search {{ folders }}\n\n- Fix login\n- Add search\n\n"
        "https://github.com/octo-org/hello/compare/v1.0.0...v1.1.0\n"
    )
    assert (done.returncode, done.stdout) == (0, "")
    if not redirection:
        assert "::add-mask::an-odd-key\n" in done.stderr
        assert f"::add-mask::{SECRET_KEY}\n" in done.stderr
        assert "warning: The input api-key does not have 32 hexadecimal digits" in done.stderr


def test_masks_are_told_where_nobody_reads_them(released: RepoBuilder, server: Server) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    env = captured("github-push-tag", GITHUB_REF="refs/tags/v1.1.0", GITHUB_API_URL="")
    done = subprocess.run(
        [sys.executable, str(ENTRYPOINT), "--api-url", server.url, "--fetch", "never"],
        cwd=released.path,
        env=environment(KEYS | env),
        stdout=subprocess.PIPE,
        stderr=writing,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, len(server.arrived)) == (0, 1)
    assert b"add-mask" not in done.stdout
    assert b"annotate: created" in done.stdout


def test_a_traceback_is_redacted_too(annotate: Annotate, tmp_path: Path) -> None:
    ran = annotate(tmp_path, "--debug", env=KEYS | {"INPUT_REGION": SECRET_KEY})
    assert (ran.code, SECRET_KEY in ran.log) == (2, False)
    assert "The input region is `***`" in ran.log


PASSWORD = "hunter22"


@pytest.mark.parametrize(
    "proxy",
    [
        f"ada:{PASSWORD}@127.0.0.1:9",
        f"http://ada:{PASSWORD}@[bad",
        f"http://ada:{PASSWORD}/more@127.0.0.1:9",
    ],
)
def test_no_password_of_a_proxy_is_told(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path, proxy: str
) -> None:
    ran = annotate(
        released.path,
        *("--debug", "--fetch", "never", "--retries", "0"),
        env=KEYS | {"https_proxy": proxy},
        files=tmp_path / "files",
    )
    assert ran.code == 6
    assert PASSWORD not in ran.log + ran.output_file + ran.summary


@pytest.mark.parametrize(
    "origin",
    [
        f"ssh://ada:{PASSWORD}@127.0.0.1:1/app.git",
        f"ada:{PASSWORD}@127.0.0.1:app.git",
        f"https://ada:{PASSWORD}@127.0.0.1:1/app.git",
        f"https://ada:{PASSWORD}/more@127.0.0.1:1/app.git",
        f"ftp://ada:{PASSWORD}@127.0.0.1/app.git",
    ],
)
def test_no_password_of_a_remote_is_told(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path, origin: str
) -> None:
    released.git("clone", "--quiet", "--depth=1", released.path.as_uri(), str(tmp_path / "shallow"))
    released.git("-C", str(tmp_path / "shallow"), "config", "remote.origin.url", origin)
    ran = annotate(tmp_path / "shallow", "--dry-run", "--debug", files=tmp_path / "files")
    assert "warning: The history could not be completed" in ran.log
    assert PASSWORD not in ran.log + ran.output_file + ran.summary


HOSTILE = (
    "::set-output name=x::y",
    "]]> ``` `rm -rf /` <img src=x onerror=alert(1)> **bold** | table\x1b]0;t\x07",
    "z" * 20_000,
)


def test_hostile_commits_command_nobody(
    annotate: Annotate, repo: RepoBuilder, tmp_path: Path, server: Server
) -> None:
    repo.commits("Start").tag("v1.0.0")
    for subject in HOSTILE:
        repo.commit(subject)
    repo.commit(bytes(range(1, 256)).replace(b"\n", b""))
    repo.tag("v1.1.0", "::error::x\n\n::stop-commands::y\n##[group]z\n")
    env = captured("github-push-tag", GITHUB_REF="refs/tags/v1.1.0", GITHUB_API_URL="")
    ran = annotate(
        repo.path, "--api-url", server.url, "--debug", env=KEYS | env, files=tmp_path / "files"
    )
    assert ran.code == 0
    commands = {
        line.split("::")[1].split()[0] for line in ran.log.split("\n") if line.lstrip()[:2] == "::"
    }
    assert commands == {"add-mask", "group", "endgroup", "notice"}
    assert "##[" not in ran.log
    sent = json.loads(server.arrived[0].body)
    assert "- ::set-output name=x::y" in sent["description"]
    assert ran.outputs["description"] == sent["description"]
    assert set(ran.outputs) == {
        "outcome", "release-id", "version", "tag", "previous-tag", "title", "description",
        "release-start", "commit-count", "payload", "response", "results",
    }  # fmt: skip
    assert "<img" not in ran.summary
    assert len(sent["description"]) <= 3000


def test_no_text_of_a_committer_holds_a_run_up(repo: RepoBuilder) -> None:
    """Each would take a backtracking pattern minutes; a run has one, then it is ended."""
    size = 200_000
    repo.commits("Start").tag("v1.0.0").commits(
        "a #" + "-" * size + "x",
        "a" + " #1" * (size // 3) + " x",
        "`a " * (size // 3),
        "bump the x" + " group " * (size // 7),
        "1." * (size // 2) + "x",
        f"Odd\n\nCo-authored-by:{' ' * size}x\n<",
        "Odd\n\n" + "BREAKING CHANGE(\n" * (size // 17),
        "Odd\n\n" + "See merge request a!" * (size // 20),
    )
    ran = run_process(repo.tag("v1.1.0").path, "preview")
    assert ran.code == 0
    assert ran.log.startswith("app 1.1.0\n")


def test_exit_0(annotate: Annotate, released: RepoBuilder, server: Server) -> None:
    assert annotate(released.path, "--api-url", server.url, env=KEYS).code == 0


def test_exit_0_where_a_duplicate_is_accepted(annotate: Annotate, released: RepoBuilder) -> None:
    with serving(Answer(status=409, body=b"{}")) as server:
        assert annotate(released.path, "--api-url", server.url, env=KEYS).code == 0
        assert (
            annotate(
                released.path, "--api-url", server.url, "--on-duplicate", "fail", env=KEYS
            ).code
            == 4
        )


def test_exit_0_where_keys_are_missing_and_that_is_expected(
    annotate: Annotate, released: RepoBuilder
) -> None:
    ran = annotate(released.path, "--on-missing-credentials", "skip")
    assert ran.code == 0
    assert "notice: The keys are not set, so nothing was sent." in ran.log


def test_exit_0_where_the_tag_was_deleted(annotate: Annotate, released: RepoBuilder) -> None:
    ran = annotate(released.path, env=KEYS | captured("github-tag-deleted"))
    assert ran.code == 0
    assert "The tag v1.2.3 was deleted, so there is no release to send." in ran.log


def test_exit_1_by_a_defect_of_ours(released: RepoBuilder, tmp_path: Path) -> None:
    sabotage = tmp_path / "sabotage"
    sabotage.mkdir()
    (sabotage / "sitecustomize.py").write_text(
        "import http.server\n"
        "def broken(*_, **__):\n"
        f"    raise RuntimeError('sabotage {SECRET_KEY}')\n"
        "http.server.ThreadingHTTPServer.__init__ = broken\n"
    )
    ran = run_process(
        released.path, "--sandbox", env=KEYS | {"PYTHONPATH": str(sabotage)}, files=tmp_path / "f"
    )
    assert (ran.code, ran.outputs["outcome"]) == (1, "defect")
    assert "An internal error occurred: RuntimeError: sabotage ***" in ran.log
    assert f"annotate {__version__}, Python " in ran.log
    assert "Traceback (most recent call last):" in ran.log


def test_exit_2_by_wrong_inputs(annotate: Annotate, released: RepoBuilder, tmp_path: Path) -> None:
    ran = annotate(released.path, "--region", "moon", env=KEYS, files=tmp_path / "files")
    assert (ran.code, ran.outputs["outcome"]) == (2, "invalid")


def test_the_report_is_written_where_the_inputs_are_wrong(
    annotate: Annotate, released: RepoBuilder
) -> None:
    assert annotate(released.path, "--dotenv", "f.env", "--region", "asia", env=KEYS).code == 2
    assert "RELEASE_OUTCOME=invalid\n" in (released.path / "f.env").read_text()


def test_exit_2_where_the_end_lies_before_the_pipelines_start(
    annotate: Annotate, released: RepoBuilder
) -> None:
    ran = annotate(released.path, "--sandbox", "--release-end", "2020-01-01 00:00:00")
    assert ran.code == 2
    assert "The release ends before it starts" in ran.log


def test_exit_3_without_a_repository(annotate: Annotate, tmp_path: Path) -> None:
    assert annotate(tmp_path, env=KEYS).code == 3


def test_exit_4_by_the_api(annotate: Annotate, released: RepoBuilder) -> None:
    with serving(Answer(status=400, body=b'{"error":"no"}')) as server:
        assert annotate(released.path, "--api-url", server.url, env=KEYS).code == 4


def test_exit_5_by_wrong_keys(annotate: Annotate, released: RepoBuilder) -> None:
    with serving(Answer(status=401, body=b"")) as server:
        assert annotate(released.path, "--api-url", server.url, env=KEYS).code == 5


def test_exit_6_where_nothing_was_sent(
    annotate: Annotate, released: RepoBuilder, server: Server
) -> None:
    url = server.url
    server.shutdown()
    server.server_close()
    assert annotate(released.path, "--api-url", url, "--retries", "0", env=KEYS).code == 6


def test_exit_7_where_no_answer_came(annotate: Annotate, released: RepoBuilder) -> None:
    with serving(Answer(cut=True)) as server:
        assert annotate(released.path, "--api-url", server.url, env=KEYS).code == 7


def test_a_failed_delivery_may_be_let_pass(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path
) -> None:
    with serving(Answer(cut=True)) as server:
        ran = annotate(
            released.path,
            *("--api-url", server.url, "--on-failure", "warn"),
            env=KEYS,
            files=tmp_path / "files",
        )
    assert ran.code == 0
    assert "warning: The release was sent to 127.0.0.1, but there was no valid response" in ran.log


@pytest.mark.parametrize("kind", ["pipe", "pipe with a reader", "device"])
@pytest.mark.parametrize("name", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "AMPLITUDE_DOTENV"])
def test_no_pipe_and_no_device_is_written_in_place_of_a_file(
    released: RepoBuilder, tmp_path: Path, server: Server, name: str, kind: str
) -> None:
    """Without a reader, to open a pipe takes for ever."""
    place = Path("/dev/null")
    reader = None
    if kind != "device":
        os.mkfifo(place := tmp_path / "pipe")
    if kind == "pipe with a reader":
        reader = os.open(place, os.O_RDONLY | os.O_NONBLOCK)
    ran = run_process(released.path, "--api-url", server.url, env=KEYS | {name: str(place)})
    if reader is not None:
        assert os.read(reader, 1) == b""
        os.close(reader)
    assert (ran.code, len(server.arrived)) == (0, 1)
    assert f"warning: The file {place} could not be written: it is not a file." in ran.log


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_no_pipe_and_no_device_is_a_ledger(
    released: RepoBuilder, tmp_path: Path, server: Server, kind: str
) -> None:
    place = Path("/dev/null")
    if kind == "pipe":
        os.mkfifo(place := tmp_path / "pipe")
    ran = run_process(released.path, "--api-url", server.url, "--ledger", str(place), env=KEYS)
    assert (ran.code, server.arrived) == (2, [])
    assert f"The ledger {place} cannot be opened: " in ran.log


def start(cwd: Path, *flags: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, str(ENTRYPOINT), *flags],
        cwd=cwd,
        env=environment(KEYS),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_exit_130_and_143_by_a_signal(released: RepoBuilder, number: signal.Signals) -> None:
    stop: list[int] = []
    with serving(Answer(hang=True), on_arrival=lambda: os.kill(stop[0], number)) as server:
        process = start(released.path, "--api-url", server.url)
        stop.append(process.pid)
        log = process.communicate(timeout=60)[0].decode()
    assert process.returncode == 128 + number
    assert "annotate: unknown (app 1.1.0)" in log
    assert "The run was interrupted while it waited for the response" in log


def test_a_misspelt_command_in_the_image(tmp_path: Path) -> None:
    """There a first argument may be any program; this one is none."""
    ran = subprocess.run(
        [sys.executable, str(ROOT / "container.py"), "perview"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 2
    assert b"There is no command perview." in ran.stdout
    assert b"\n      annotate preview\n" in ran.stdout


def test_a_signal_before_the_image_has_started_is_not_lost(released: RepoBuilder) -> None:
    def pending() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        os.kill(os.getpid(), signal.SIGTERM)

    ran = subprocess.run(
        [sys.executable, str(ROOT / "container.py"), "--sandbox"],
        cwd=released.path,
        env=environment(),
        capture_output=True,
        preexec_fn=pending,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (143, b"")


def test_a_signal_that_wakes_nobody_ends_a_wait_for_a_lock(tmp_path: Path) -> None:
    """Another thread receives it, while the main thread waits."""
    script = """if True:
        import queue, signal, threading
        from annotate import process

        def command(_arguments, _process):
            receive = lambda: signal.pthread_kill(threading.get_ident(), signal.SIGINT)
            threading.Timer(0.1, receive).start()
            queue.SimpleQueue().get()

        process.leave(process.run(command))
        """
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment({"PYTHONPATH": str(ROOT)}),
        timeout=60,
        check=False,
    )
    assert ran.returncode == 130


def test_interrupted_before_anything_was_sent(released: RepoBuilder) -> None:
    with serving(Answer(status=503, body=b"", headers={"Retry-After": "60"})) as server:
        process = start(released.path, "--api-url", server.url)
        assert process.stdout
        lines = iter(process.stdout.readline, b"")
        assert any(b"retrying in 6" in line for line in lines)
        process.terminate()
        log = process.communicate(timeout=60)[0].decode()
    assert process.returncode == 143
    assert "annotate: interrupted (app 1.1.0)" in log


def test_the_checkout_is_not_written(annotate: Annotate, released: RepoBuilder) -> None:
    def state() -> dict[str, bytes]:
        files = [path for path in released.path.rglob("*") if path.is_file()]
        return {str(path): path.read_bytes() for path in files}

    before = state()
    assert annotate(released.path, "--sandbox").code == 0
    assert state() == before


def test_inherited_git_variables_lead_nowhere(released: RepoBuilder, tmp_path: Path) -> None:
    other = RepoBuilder(tmp_path / "other").commits("x").tag("9.9.9")
    env = {"GIT_DIR": str(other.path / ".git"), "GIT_WORK_TREE": str(other.path)}
    ran = run_process(released.path, "--sandbox", env=env)
    assert "(app 1.1.0)" in ran.log


def test_the_sandbox_as_a_server(released: RepoBuilder) -> None:
    process = start(released.path, "sandbox", "--port", "0")
    assert process.stdout
    url = process.stdout.readline().decode().split()[-1]
    ran = run_process(released.path, "--api-url", url, env=KEYS)
    told = json.loads(process.stdout.readline())
    process.terminate()
    rest = process.communicate(timeout=60)[0].decode()
    assert (ran.code, told["status"], told["answer"]["release"]["version"]) == (0, 200, "1.1.0")
    assert SECRET_KEY not in json.dumps(told)
    assert (process.returncode, rest) == (0, "The sandbox has stopped\n")


def test_the_image_serves_the_sandbox_where_a_variable_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {"ANNOTATE_SERVE": "sandbox", "ANNOTATE_SANDBOX_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "container.py")],
        cwd=tmp_path,
        env=environment(env),
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    said = process.stdout.readline().decode()
    assert said == f"The sandbox listens at http://0.0.0.0:{port}\n"
    sent = run_process(
        tmp_path,
        *("--api-url", f"http://127.0.0.1:{port}", "--release-start", "now"),
        *("--title", "Search", "--version", "1.1.0"),
        env=KEYS,
    )
    process.terminate()
    process.communicate(timeout=60)
    assert (sent.code, process.returncode) == (0, 0), sent.log


@pytest.mark.parametrize("command", [[], ["--dry-run"], ["preview"]])
def test_the_command_in_a_jobs_script_serves_no_sandbox(
    released: RepoBuilder, tmp_path: Path, command: list[str]
) -> None:
    """There it may see the variable that is meant for the service; nor does an argument."""
    called = tmp_path / ("container.py" if command else "annotate")
    called.symlink_to(ROOT / "container.py")
    ran = subprocess.run(
        [sys.executable, str(called), *command],
        cwd=released.path,
        env=environment({"ANNOTATE_SERVE": "sandbox", "AMPLITUDE_DRY_RUN": "true"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0
    assert b"app 1.1.0" in ran.stdout
    assert b"sandbox" not in ran.stdout


def test_a_server_that_the_image_does_not_have(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "container.py")],
        cwd=tmp_path,
        env=environment({"ANNOTATE_SERVE": "true"}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "ANNOTATE_SERVE is `true`, and can only be `sandbox`." in ran.stderr


def test_nobody_reads_the_log(released: RepoBuilder, server: Server, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    output = tmp_path / "output"
    done = subprocess.run(
        [sys.executable, str(ENTRYPOINT), "--api-url", server.url],
        cwd=released.path,
        env=environment(KEYS | {"GITHUB_OUTPUT": str(output)}),
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr, len(server.arrived)) == (0, b"", 1)
    assert "created" in output.read_text()


def test_a_folder_that_was_removed(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD"; exec "$@"', "sh", sys.executable, str(ENTRYPOINT), "--dry-run"],
        cwd=gone,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (3, "")
    assert f"The folder {gone} does not exist." in done.stdout


def test_a_port_that_is_in_use(tmp_path: Path, server: Server) -> None:
    done = subprocess.run(
        [sys.executable, str(ENTRYPOINT), "sandbox", "--port", str(server.server_port)],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: The sandbox cannot be started: [Errno ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("start", "flags"), [("web", []), (".", []), ("..", ["--working-directory", "app"])]
)
def test_the_config_file_at_the_top_of_the_repository(
    annotate: Annotate, released: RepoBuilder, start: str, flags: list[str]
) -> None:
    (released.path / ".amplitude-release.yml").write_text("region: eu\n")
    (released.path / "web").mkdir()
    ran = annotate(released.path / start, "--dry-run", *flags)
    assert "POST https://analytics.eu.amplitude.com/api/2/release" in ran.log


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--version"], f"annotate {__version__}\n"),
        (["--help"], "--release-start"),
        (["sandbox", "--help"], "ANNOTATE_SANDBOX_FAIL"),
    ],
)
def test_help_and_version(annotate: Annotate, tmp_path: Path, flags: list[str], words: str) -> None:
    ran = annotate(tmp_path, *flags)
    assert ran.code == 0
    assert words in ran.log


def test_a_folders_name_is_the_repositorys_where_nothing_else_is_known(
    annotate: Annotate, released: RepoBuilder
) -> None:
    ran = annotate(released.path, "--dry-run")
    assert "(app 1.1.0)" in ran.log
    assert "/compare/" not in ran.log


def test_the_repository_names_itself_without_a_ci(
    annotate: Annotate, released: RepoBuilder
) -> None:
    released.git("remote", "add", "origin", "https://u:s3cret@github.com/o/hello.git")
    ran = annotate(released.path, "--dry-run", "--debug")
    assert "(hello 1.1.0)" in ran.log
    assert "https://github.com/o/hello/compare/v1.0.0...v1.1.0" in ran.log
    assert "s3cret" not in ran.log


@pytest.mark.parametrize(
    ("flags", "start"),
    [
        (["--release-start", "commit"], "2026-01-01 04:00:00"),
        (["--release-start", "tag"], "2026-01-01 04:00:00"),
        (["--release-start", "2026-01-01T00:00:00+01:00"], "2025-12-31 23:00:00"),
    ],
)
def test_other_starts(
    annotate: Annotate, released: RepoBuilder, flags: list[str], start: str
) -> None:
    ran = annotate(released.path, "--dry-run", "--release-end", "start", *flags)
    assert f'"release_start": "{start}", "release_end": "{start}"' in ran.log


def test_an_annotated_tags_own_date(annotate: Annotate, repo: RepoBuilder) -> None:
    repo.commits("one").tag("v1.0.0", "Search in folders")
    ran = annotate(repo.path, "--dry-run", "--release-start", "tag", "--release-end", "now")
    assert '"release_start": "2026-01-01 02:00:00", "release_end": "20' in ran.log
    assert "Search in folders   (the annotated tag's message)" in ran.log


def test_a_given_version_needs_no_repository(
    annotate: Annotate, tmp_path: Path, server: Server
) -> None:
    ran = annotate(tmp_path, "--version", "v1.0", "--api-url", server.url, env=KEYS)
    assert ran.code == 0
    assert "warning: The release has no notes from git. There is no git repository in" in ran.log
    assert json.loads(server.arrived[0].body)["title"] == "1.0"


def test_a_commits_date_needs_a_repository(annotate: Annotate, tmp_path: Path) -> None:
    assert annotate(tmp_path, "--version", "1.0", "--release-start", "commit", env=KEYS).code == 3
