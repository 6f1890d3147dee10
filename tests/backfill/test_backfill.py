"""The command `backfill` as a process, against a real server."""

import json
import os
import random
import re
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Semaphore

import pytest

from annotate.delivery.dispatch import AT_ONCE
from annotate.sandbox import server as sandbox
from tests.support.counting import arrivals, backfilling, killed_after, violations
from tests.support.http import Answer, Server, serving
from tests.support.process import KEYS, ROOT, Ran, annotate
from tests.support.repo import RepoBuilder

#: More of them take minutes: ANNOTATE_KILLS=200.
KILLS = int(os.environ.get("ANNOTATE_KILLS", "10"))
SKIP = ("--trust-config", "--on-missing-credentials", "skip")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> RepoBuilder:
    """Thirty releases, each with a change; one has no date of its own, one repeats a version."""
    made = RepoBuilder(tmp_path_factory.mktemp("backfill") / "app")
    for number in range(30):
        made.commits(f"feat: Change {number}").tag(f"v1.{number}.0", "" if number == 3 else "New")
    return made.tag("1.29.0", "Again")


def started(repo: RepoBuilder, server: Server) -> "subprocess.Popen[bytes]":
    """A backfill on its way."""
    return backfilling(repo.path, server.url, repo.path.parent / "ledger.db")


def backfill(repo: RepoBuilder, url: str, *flags: str, keys: bool = True) -> Ran:
    ledger = repo.path.parent / "ledger.db"
    given = ("--ledger", str(ledger), "--api-url", url, *flags)
    return annotate(repo.path, "backfill", *given, env=KEYS if keys else {})


@pytest.fixture
def app(repo: RepoBuilder, tmp_path: Path) -> RepoBuilder:
    """The repository with a ledger of its own."""
    return repo.copied(tmp_path / "app")


def test_each_tag_becomes_a_release_with_its_own_date_and_notes(
    app: RepoBuilder, server: Server
) -> None:
    ran = backfill(app, server.url, "--yes")
    assert ran.code == 0, ran.log
    assert ran.log.splitlines()[-1] == "annotate: 30 created"
    sent = {body["version"]: body for body in map(json.loads, (one.body for one in server.arrived))}
    assert set(sent) == {f"1.{number}.0" for number in range(30)}
    dates = dict(
        line.split(" ", 1)
        for line in app.git(
            "for-each-ref",
            "--format=%(refname:strip=2) %(creatordate:format-local:%Y-%m-%d %H:%M:%S)",
        ).splitlines()
        if " " in line
    )
    for version, body in sent.items():
        assert body["release_start"] == dates[f"v{version}"]
        assert body["title"] == f"app {version}"
        assert "created_by" not in body
    assert "Change 7" in sent["1.7.0"]["description"]
    assert "Change 6" not in sent["1.7.0"]["description"]
    assert "  left out         1.29.0: an older tag has the same version" in ran.log


def test_the_plan_comes_first(app: RepoBuilder, server: Server) -> None:
    ran = backfill(app, server.url)
    assert (ran.code, server.arrived) == (2, [])
    assert "  releases         30\n  first            v1.0.0, 2026-01-01\n" in ran.log
    assert "  to send          30 requests, about 4 s\n" in ran.log
    assert "error: Nothing was sent: 30 requests must be confirmed first." in ran.log
    assert "annotate backfill --yes" in ran.log


def test_run_again_it_sends_nothing_twice(app: RepoBuilder, server: Server) -> None:
    assert backfill(app, server.url, "--to", "v1.9.0", "--yes").code == 0
    ran = backfill(app, server.url, "--yes")
    assert (ran.code, ran.log.splitlines()[-1]) == (0, "annotate: 20 created")
    assert "  sent before      10\n" in ran.log
    again = backfill(app, server.url)
    assert "  to send          nothing is left\n" in again.log
    assert (again.code, again.log.splitlines()[-1]) == (0, "annotate: nothing was left to send")
    assert set(arrivals(server).values()) == {1}


@pytest.mark.parametrize(
    ("flags", "count"),
    [
        (("--from", "v1.10.0"), 20),
        (("--from", "1.10", "--to", "1.19.0"), 10),
        (("--to", "2026-01-01"), 11),
        (("--from", "2026-01-02", "--to", "2026-01-02"), 12),
        (("--tag-pattern", "v1.2*"), 11),
    ],
)
def test_a_range_of_versions_or_days(app: RepoBuilder, flags: tuple[str, ...], count: int) -> None:
    ran = backfill(app, "http://127.0.0.1:9", *flags, "--dry-run", "--json", keys=False)
    assert ran.code == 0
    rows = [json.loads(line) for line in ran.log.splitlines() if line.startswith("{")]
    assert len(rows) == count


def test_the_documented_plans(app: RepoBuilder) -> None:
    page = (ROOT / "docs/backfill.md").read_text(encoding="utf-8")
    lines = re.findall(r"^(annotate backfill .*--dry-run)", page, re.MULTILINE)
    ran = [annotate(app.path, *line.split()[1:]) for line in lines]
    assert [one.code for one in ran] == [0, 3], [one.log for one in ran]
    assert ran[0].log.splitlines()[-1].endswith("v1.28.0  1        new    app 1.29.0")
    assert "--from, --to and tag-pattern select the tags." in ran[1].log


def test_a_dry_run_writes_the_plan_as_a_table(app: RepoBuilder) -> None:
    ran = backfill(app, "http://127.0.0.1:9", "--to", "1.2.0", "--dry-run", keys=False)
    assert ran.log.splitlines()[-4:] == [
        "date        tag     since   commits  state  title",
        "2026-01-01  v1.0.0  -       1        new    app 1.0.0",
        "2026-01-01  v1.1.0  v1.0.0  1        new    app 1.1.0",
        "2026-01-01  v1.2.0  v1.1.0  1        new    app 1.2.0",
    ]
    assert not (app.path.parent / "ledger.db").exists()


@pytest.mark.parametrize(
    ("flags", "code", "what"),
    [
        (("--from", "v9.0.0"), 3, "There is no release to send: no tag is selected."),
        (("--tag-pattern", "web@*"), 3, "There is no release to send: no tag is selected."),
        (("--from", "v2.0.0", "--to", "v1.0.0"), 2, "No release can be from v2.0.0 to v1.0.0."),
        (("--from", "2026-02-01", "--to", "2026-01-01"), 2, "No release can be from 2026-02-01"),
        (("--from", "latest"), 2, "The flag --from is neither a version nor a day: latest."),
        (("--from", "2026-13-01"), 2, "The flag --from is neither a version nor a day: 2026-13-01"),
        (("--from",), 2, "A flag of backfill could not be read: argument --from: expected one"),
        (("--version", "1.0.0", "--title", "T"), 2, "backfill cannot use version, title."),
        (("--release-end", "now"), 2, "backfill cannot use release-end."),
        (("--sandbox",), 2, "backfill cannot send to the embedded sandbox."),
        (("--yess",), 2, "There is no input named yess."),
    ],
)
def test_what_cannot_be_is_refused(
    app: RepoBuilder, server: Server, flags: tuple[str, ...], code: int, what: str
) -> None:
    ran = backfill(app, server.url, *flags, "--yes")
    assert (ran.code, server.arrived) == (code, [])
    assert f"error: {what}" in ran.log
    assert "Traceback" not in ran.log


def test_what_is_pasted_instead_of_the_embedded_sandbox_works(app: RepoBuilder) -> None:
    by_variable = {"AMPLITUDE_SANDBOX": "true"}
    refused = annotate(app.path, "backfill", env=by_variable)
    serve, export, send = (line.split() for line in refused.log.splitlines()[2:5])
    assert serve[:4] == ["annotate", "sandbox", "--port", "8080"]
    keys = dict(word.split("=") for word in export[1:])
    with sandbox.running(lambda: datetime.now(UTC)) as url:
        given = [word.replace("http://127.0.0.1:8080", url) for word in send[1:]]
        ledger = str(app.path.parent / "ledger.db")
        ran = annotate(app.path, *given, "--yes", "--ledger", ledger, env={**by_variable, **keys})
    assert ran.log.splitlines()[-1] == "annotate: 30 created"
    assert "warning" not in ran.log


def test_a_shallow_clone_is_not_enough(app: RepoBuilder, server: Server, tmp_path: Path) -> None:
    shallow = RepoBuilder(tmp_path / "shallow")
    shallow.git("fetch", "--quiet", "--depth", "1", f"file://{app.path}", "main")
    shallow.git("checkout", "--quiet", "FETCH_HEAD")
    ran = backfill(shallow, server.url, "--yes")
    assert (ran.code, server.arrived) == (3, [])
    assert "error: The history of this checkout is incomplete." in ran.log
    assert "git fetch --unshallow --tags" in ran.log


def test_a_ledger_of_another_project_is_refused(app: RepoBuilder, server: Server) -> None:
    assert backfill(app, server.url, "--to", "1.1.0", "--yes").code == 0
    with serving() as other:
        ran = backfill(app, other.url, "--yes")
        assert (ran.code, other.arrived) == (2, [])
    assert "error: The ledger " in ran.log
    assert "belongs to other projects." in ran.log


def test_in_a_pipeline_the_ledger_must_be_given(app: RepoBuilder, server: Server) -> None:
    env = {**KEYS, "GITHUB_ACTIONS": "true", "AMPLITUDE_API_URL": server.url}
    ran = annotate(app.path, "backfill", "--yes", env=env)
    assert (ran.code, server.arrived) == (2, [])
    assert "error: backfill needs a ledger" in ran.log
    assert "  The files of a job vanish with it, so the input ledger must name a file" in ran.log


def configured(app: RepoBuilder, server: Server) -> None:
    """Two targets, with the variables of their keys."""
    rows = [
        f"  - name: {name}\n"
        f"    api-key-variable: AMPLITUDE_{name.upper()}_API_KEY\n"
        f"    secret-key-variable: AMPLITUDE_{name.upper()}_SECRET_KEY\n"
        for name in ("web", "app")
    ]
    file = app.path / ".amplitude-release.yml"
    file.write_text(f"api-url: {server.url}\ntargets:\n" + "".join(rows))


@pytest.mark.parametrize("command", ["annotate", "backfill"])
def test_a_target_without_keys_is_named_as_in_a_run(
    app: RepoBuilder, server: Server, command: str
) -> None:
    configured(app, server)
    env = {"AMPLITUDE_WEB_API_KEY": "1a" * 16, "AMPLITUDE_WEB_SECRET_KEY": "1b" * 16}
    own = ("backfill", "--yes", "--to", "1.1.0", "--ledger", "../ledger.db")
    ran = annotate(app.path, *(own if command == "backfill" else ()), *SKIP, env=env)
    assert ran.code == 0, ran.log
    assert (
        "warning: The target app is skipped: its keys are not set.\n"
        "  on-missing-credentials is `skip`.\n"
    ) in ran.log
    assert "The target web" not in ran.log
    assert len(server.arrived) == (2 if command == "backfill" else 1)


@pytest.mark.parametrize("command", ["annotate", "backfill"])
def test_with_no_keys_at_all_it_says_so_and_sends_nothing(
    app: RepoBuilder, server: Server, command: str
) -> None:
    configured(app, server)
    own = ("backfill", "--yes", "--ledger", "../ledger.db")
    ran = annotate(app.path, *(own if command == "backfill" else ()), *SKIP)
    assert (ran.code, server.arrived) == (0, [])
    assert "The keys are not set, so nothing was sent." in ran.log
    assert "is skipped: its keys" not in ran.log


def test_missing_keys_are_a_mistake_where_nothing_else_is_said(
    app: RepoBuilder, server: Server
) -> None:
    configured(app, server)
    ran = annotate(app.path, "backfill", "--trust-config", "--yes", "--ledger", "../ledger.db")
    assert (ran.code, server.arrived) == (2, [])
    assert "AMPLITUDE_APP_API_KEY" in ran.log


def test_refused_keys_end_it_after_the_first_requests(app: RepoBuilder) -> None:
    with serving(Answer(status=401)) as server:
        ran = backfill(app, server.url, "--yes")
        assert (ran.code, len(server.arrived)) == (5, 20)
    assert ran.log.count("error: ") == 2, ran.log
    assert "error: Not sent: 30 of the plan." in ran.log
    assert ran.log.splitlines()[-1] == "annotate: 20 refused"


def test_an_api_that_is_too_busy_for_a_moment_gets_all_of_them(app: RepoBuilder) -> None:
    busy = Answer(status=429, headers={"Retry-After": "0"})
    with serving(busy, busy, Answer()) as server:
        ran = backfill(app, server.url, "--to", "1.4.0", "--yes")
        assert (ran.code, len(server.arrived)) == (0, 7)
    assert "attempt 1: unavailable (status 429); retrying in " in ran.log
    assert ran.log.splitlines()[-1] == "annotate: 5 created"


def test_what_nobody_can_know_is_listed(app: RepoBuilder) -> None:
    with serving(Answer(cut=True), Answer()) as server:
        first = backfill(app, server.url, "--to", "1.4.0", "--yes")
        again = backfill(app, server.url, "--to", "1.4.0", "--yes")
        assert (first.code, again.code, len(server.arrived)) == (7, 7, 5)
        cut = json.loads(server.arrived[0].body)["version"]
    listed = f"error: It is unknown whether these releases were created: v{cut}."
    assert listed in first.log
    assert listed in again.log
    left = "nothing is left; what is unknown is sent only with --resend-unknown"
    assert f"  unknown          1\n  to send          {left}\n" in again.log
    assert again.log.splitlines()[-1] == "annotate: 1 unknown"


def test_what_nobody_can_know_is_listed_with_its_target(app: RepoBuilder) -> None:
    flags = ("backfill", "--trust-config", "--yes", "--to", "1.0.0", "--ledger", "../ledger.db")
    env = {
        f"AMPLITUDE_{name}_{kind}_KEY": f"{number}{kind[0].lower()}".replace("s", "b") * 16
        for number, name in enumerate(("WEB", "APP"))
        for kind in ("API", "SECRET")
    }
    with serving(Answer(cut=True)) as server:
        configured(app, server)
        ran = annotate(app.path, *flags, env=env)
    assert ran.code == 7, ran.log
    listed = "It is unknown whether these releases were created: v1.0.0 (web), v1.0.0 (app)."
    assert f"error: {listed}" in ran.log
    with serving(Answer(status=401)) as refusing:
        configured(app, refusing)
        ran = annotate(app.path, *flags[:-1], "../other.db", env=env)
    assert ran.code == 5, ran.log
    assert "error: web: The keys were refused." in ran.log
    assert "error: app: The keys were refused." in ran.log


def test_a_doubt_is_sent_again_where_the_user_says_so(app: RepoBuilder) -> None:
    with serving(Answer(cut=True), Answer()) as server:
        assert backfill(app, server.url, "--to", "1.0.0", "--yes").code == 7
        ran = backfill(app, server.url, "--to", "1.0.0", "--yes", "--resend-unknown")
        assert (ran.code, len(server.arrived)) == (0, 2)
    assert "  to send          1 request, about 1 s\n" in ran.log


def test_a_signal_stops_it_cleanly_and_it_goes_on_later(app: RepoBuilder) -> None:
    arrived, answers = Semaphore(0), Event()

    def hold() -> None:
        arrived.release()
        answers.wait(timeout=60)

    with serving(on_arrival=hold) as server:
        process = started(app, server)
        assert process.stdout
        # All that may be sent at once are, so that none is being started.
        assert all(arrived.acquire(timeout=60) for _ in range(AT_ONCE))
        process.send_signal(signal.SIGINT)
        assert any(b"Stopping: waiting for" in line for line in process.stdout)
        answers.set()
        log = process.communicate(timeout=60)[0].decode()
        assert process.returncode == 130, log
        assert "error: Not sent: 26 of the plan." in log
        assert log.splitlines()[-1] == "annotate: 4 created"
        ran = backfill(app, server.url, "--yes")
        assert (ran.code, ran.log.splitlines()[-1]) == (0, "annotate: 26 created")
        assert (len(arrivals(server)), set(arrivals(server).values())) == (30, {1})


@pytest.mark.slow
def test_killed_at_any_instant_it_goes_on_with_nothing_twice(
    app: RepoBuilder, server: Server
) -> None:
    chance = random.Random(7)  # noqa: S311 - it chooses instants, not secrets
    for _ in range(KILLS):
        killed_after(started(app, server), chance.uniform(0.3, 1.5))
    ran = backfill(app, server.url, "--yes")
    versions = {f"v1.{number}.0": f"1.{number}.0" for number in range(30)}
    assert violations(versions, arrivals(server), ran.code, ran.log) == []
