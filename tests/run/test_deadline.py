"""The end of a run: past it nothing goes on, and what became of the release is told truly."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event, Thread
from typing import NoReturn
from unittest.mock import patch

import pytest

from annotate import cli
from annotate.delivery.dispatch import Dispatch
from annotate.delivery.ledger import Ledger
from annotate.errors import TimeUp
from annotate.stopwatch import Part, Stopwatch
from tests.support.http import Answer, serving
from tests.support.process import KEYS, ROOT, Ran, environment, unmeasured
from tests.support.repo import RepoBuilder
from tests.support.world import Clock, world

# The real process, where everything but the sending gets less time than users have.
_HURRIED = """\
import sys
import entrypoint
from annotate import run, stopwatch
run.BESIDE_SENDING, stopwatch.EVERY = float(sys.argv.pop(1)), 0.2
sys.exit(entrypoint.main())
"""
#: Seconds after which a test gives up: far more than any limit that it sets.
PATIENCE = 50


def hurried(beside_sending: float, cwd: Path, *flags: str, env: Mapping[str, str] = KEYS) -> Ran:
    """A run that may take so many seconds beside the sending."""
    given = environment({"PYTHONPATH": str(ROOT), **env})
    # An alarm within the measurement of coverage leaves a lock of it behind.
    done = subprocess.run(
        [sys.executable, "-c", _HURRIED, str(beside_sending), *flags],
        cwd=cwd,
        env=unmeasured(given),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE,
        check=False,
    )
    return Ran.of(done.returncode, done.stdout.decode(), None)


def test_a_git_that_hangs(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commits("Start").tag("v1.0.0")
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").write_text(
        f"#!/bin/sh\n"
        f'case "$*" in *for-each-ref*) echo $$ > {tmp_path}/id; exec sleep 300;; esac\n'
        f'PATH="${{PATH#*:}}" exec git "$@"\n'
    )
    (programs / "git").chmod(0o755)
    env = {**KEYS, "PATH": f"{programs}:{os.environ['PATH']}"}
    ran = hurried(2, repo.path, "--deadline", "1", env=env)
    assert ran.code == 6
    assert "\n  still reading the repository, for 0 s\n" in ran.log
    assert "error: The run was stopped after 3 seconds, before anything was sent.\n" in ran.log
    assert "Time was spent on: reading the repository" in ran.log
    assert "\n      --deadline 4\n" in ran.log
    assert ran.log.endswith("\nannotate: unavailable\n")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "id").read_text()), signal.SIGTERM)


def test_templates_of_many_targets(repo: RepoBuilder) -> None:
    """Each of them ends by itself; all of them together take far longer than the run may."""
    repo.commits("Start").tag("v1.0.0")
    test = "{% if range(9)|select('in', range(99)|list)|list %}{% endif %}"
    rows = [
        "description-template: |",
        f"  {{% for a in range(500) %}}{test}{{% endfor %}}",
        "targets:",
    ]
    for number in range(150):
        rows += [
            f"- name: target {number}",
            f"  api-url: https://example.com/{number}",
            "  api-key-variable: AMPLITUDE_API_KEY",
            "  secret-key-variable: AMPLITUDE_SECRET_KEY",
        ]
    (repo.path / ".amplitude-release.yml").write_text("\n".join(rows))
    ran = hurried(9, repo.path, "--deadline", "1", "--trust-config", "--dry-run")
    assert ran.code == 6, ran.log
    assert "writing title and description" in ran.log


def stop(*_: object, **__: object) -> NoReturn:
    raise TimeUp


send = Dispatch.send


def send_and_stop(dispatch: Dispatch, ledger: Ledger | None, until: float) -> NoReturn:
    send(dispatch, ledger, until)
    stop()


def run(place: Path, url: str, *flags: str) -> tuple[int, str]:
    log = io.StringIO()
    release = ("--version", "1.2.3", "--title", "T", "--release-start", "now")
    ledger = ("--ledger", "ledger.db", "--retries", "0")
    around = world(place, dict(KEYS))._replace(stdout=log)
    return cli.main([*release, *ledger, "--api-url", url, *flags], around), log.getvalue()


@pytest.mark.parametrize(
    ("step", "instead", "outcome", "code"),
    [
        ("annotate.inputs.settings.read", stop, "unavailable", 6),
        ("annotate.git.reading.read", stop, "unavailable", 6),
        ("annotate.run.compose", stop, "unavailable", 6),
        ("annotate.delivery.dispatch.Dispatch.send", stop, "unavailable", 6),
        ("annotate.delivery.dispatch.Dispatch.send", send_and_stop, "created", 0),
    ],
)
def test_what_is_known_by_then_is_reported(
    tmp_path: Path, step: str, instead: Callable[..., NoReturn], outcome: str, code: int
) -> None:
    with serving() as server:
        with patch(step, instead):
            ended, log = run(tmp_path, server.url)
        assert (ended, log.splitlines()[-1].split()[:2]) == (code, ["annotate:", outcome])
        assert ("before anything was sent." in log) is (code == 6)
        # The next run knows what became of it.
        assert run(tmp_path, server.url)[0] == 0
        assert len(server.arrived) == 1


def test_on_failure_warn_lets_the_step_pass(tmp_path: Path) -> None:
    with patch("annotate.git.reading.read", stop):
        code, log = run(tmp_path, "https://example.com", "--on-failure", "warn")
    assert code == 0
    assert "warning: The run was stopped after 300 seconds, before anything was sent." in log
    assert log.splitlines()[-1] == "annotate: unavailable"


def test_a_request_without_an_answer_is_in_doubt(tmp_path: Path) -> None:
    arrived = Event()

    def stop_while_sending(*sending: object) -> NoReturn:
        Thread(target=send, args=sending, daemon=True).start()
        arrived.wait()
        stop()

    with serving(Answer(hang=True), on_arrival=arrived.set) as server:
        with patch("annotate.delivery.dispatch.Dispatch.send", stop_while_sending):
            code, log = run(tmp_path, server.url)
        assert code == 7
        assert "while it waited for the response; the release may exist." in log
        assert log.splitlines()[-1] == "annotate: unknown (T)"
        assert run(tmp_path, server.url)[0] == 7
        assert len(server.arrived) == 1


def test_of_several_targets_each_has_its_own_end(tmp_path: Path) -> None:
    """The time is up while one of them waits for its second attempt."""
    log = io.StringIO()
    with serving() as ready, serving(Answer(status=503)) as busy:
        rows = ["targets:"]
        for name, server in (("web", ready), ("app", busy)):
            rows += [
                f"- name: {name}",
                f"  api-url: {server.url}",
                "  api-key-variable: AMPLITUDE_API_KEY",
                "  secret-key-variable: AMPLITUDE_SECRET_KEY",
            ]
        (tmp_path / ".amplitude-release.yml").write_text("\n".join(rows))
        release = ("--version", "1.2.3", "--title", "T", "--release-start", "now")
        around = world(tmp_path, dict(KEYS))._replace(stdout=log, sleep=stop)
        assert cli.main([*release, "--trust-config"], around) == 6
    told = log.getvalue()
    assert "error: The run was stopped after 300 seconds, before all targets had an outcome" in told
    assert ("web: created" in told, "app: unavailable" in told) == (True, True)


def test_the_parts_of_a_run() -> None:
    clock = Clock()
    watch = Stopwatch(lambda: clock.seconds)
    clock.sleep(2.4)
    watch.begin(Part.REPOSITORY)
    clock.sleep(0.4)
    watch.begin(Part.SENDING)
    clock.sleep(90)
    assert watch.spent() == "sending 90 s, reading the inputs 2 s"
