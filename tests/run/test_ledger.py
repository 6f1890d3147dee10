"""With a ledger: nothing twice, nothing lost, whatever happens to a run."""

import json
import os
import random
import signal
import sqlite3
import struct
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event
from urllib.parse import quote

import pytest

from annotate.redaction import basic_credentials
from tests.support import inside
from tests.support.counting import RELEASE, arrivals, killed_after, started
from tests.support.http import Answer, Server, serving
from tests.support.process import API_KEY, KEYS, SECRET_KEY, Annotate, Ran
from tests.support.repo import RepoBuilder

#: More of them take minutes: ANNOTATE_KILLS=200.
KILLS = int(os.environ.get("ANNOTATE_KILLS", "15"))

Run = Callable[..., Ran]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


def send(
    annotate: Annotate, place: Path, server: Server, *flags: str, version: str = "1.2.3"
) -> Ran:
    """Run the tool with a ledger in `place`."""
    return annotate(
        place,
        *("--version", version, *RELEASE, "--api-url", server.url, *flags),
        env=KEYS,
        files=place / "files",
    )


@pytest.fixture
def run(annotate: Annotate) -> Run:
    return partial(send, annotate)


def test_a_second_run_sends_nothing(run: Run, tmp_path: Path, server: Server) -> None:
    assert run(tmp_path, server).code == 0
    again = run(tmp_path, server)
    assert (again.code, len(server.arrived)) == (0, 1)
    assert "notice: The release was sent before, at 20" in again.log
    assert "annotate: duplicate xbcehyc (T)" in again.log
    assert "release-id<<" in again.output_file
    assert run(tmp_path, server, "--on-duplicate", "fail", "--on-failure", "warn").code == 4
    assert run(tmp_path, server, version="1.2.4").code == 0
    assert arrivals(server) == {"1.2.3": 1, "1.2.4": 1}


@pytest.mark.parametrize(
    "identity",
    [
        SECRET_KEY,
        f"id-{API_KEY}",
        quote(basic_credentials(API_KEY, SECRET_KEY)),
        basic_credentials(API_KEY, SECRET_KEY)[5:20],
    ],
)
def test_a_secret_that_comes_back_as_an_id_is_nowhere(
    annotate: Annotate, tmp_path: Path, identity: str
) -> None:
    body = json.dumps({"success": True, "release": {"id": identity}}).encode()
    with serving(Answer(body=body)) as server:
        first = send(annotate, tmp_path, server, "--dotenv", "report.env", "--debug")
        again = send(annotate, tmp_path, server)
    assert (first.code, first.outputs["outcome"], first.outputs["release-id"]) == (0, "created", "")
    assert "annotate: created (T)" in first.log
    assert (again.outputs["outcome"], again.outputs["release-id"]) == ("duplicate", "")
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) == 4
    assert not [text for text in written if identity.encode() in text]
    assert identity not in first.log + again.log


@pytest.mark.parametrize(
    ("answer", "code"), [(Answer(status=400, body=b""), 4), (Answer(status=401), 5)]
)
def test_what_was_surely_not_taken_is_sent_again(
    run: Run, tmp_path: Path, answer: Answer, code: int
) -> None:
    with serving(answer, Answer()) as server:
        assert run(tmp_path, server).code == code
        assert run(tmp_path, server).code == 0
        assert len(server.arrived) == 2


def test_a_doubt_is_kept_until_the_user_says_so(run: Run, tmp_path: Path) -> None:
    exists = Answer(status=409, body=b"")
    with serving(Answer(cut=True), Answer(status=401), exists) as server:
        assert run(tmp_path, server).code == 7
        again = run(tmp_path, server)
        assert (again.code, len(server.arrived)) == (7, 1)
        assert "error: An earlier run may have sent the release, at 20" in again.log
        assert "--resend-unknown" in again.log
        # A refusal says nothing of the first one.
        assert run(tmp_path, server, "--resend-unknown").code == 5
        assert run(tmp_path, server).code == 7
        assert run(tmp_path, server, "--resend-unknown").code == 0
        known = run(tmp_path, server)
        assert (known.outputs["outcome"], len(server.arrived)) == ("duplicate", 3)


def test_an_answer_that_it_exists_is_kept_as_that(run: Run, tmp_path: Path) -> None:
    with serving(Answer(status=409, body=b"")) as server:
        assert run(tmp_path, server).outputs["outcome"] == "duplicate"
        again = run(tmp_path, server)
        assert (again.code, again.outputs["outcome"]) == (0, "duplicate")
        assert len(server.arrived) == 1
        assert "notice: The release existed already, at 20" in again.log


def test_a_redirect_that_tells_of_duplicates_suppresses_nothing(run: Run, tmp_path: Path) -> None:
    away = Answer(status=302, headers={"Location": "/login?reason=duplicate-session"}, body=b"")
    with serving(away, Answer()) as server:
        assert run(tmp_path, server).code == 4
        assert run(tmp_path, server).outputs["outcome"] == "created"
        assert len(server.arrived) == 2


def test_each_port_of_a_host_has_its_own_releases(run: Run, tmp_path: Path, server: Server) -> None:
    with serving() as other:
        for one in (server, other):
            assert run(tmp_path, one).outputs["outcome"] == "created"
        assert run(tmp_path, other).outputs["outcome"] == "duplicate"
    assert (len(server.arrived), len(other.arrived)) == (1, 1)


def test_two_runs_at_once_send_it_once(tmp_path: Path, server: Server) -> None:
    both = [started(tmp_path, server, "1.2.3") for _ in range(2)]
    logs = [process.communicate(timeout=60)[0].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(log.splitlines()[-1].split()[1] for log in logs) == ["created", "duplicate"]
    assert arrivals(server) == {"1.2.3": 1}


def test_a_run_that_is_interrupted_before_it_sent_leaves_no_doubt(tmp_path: Path) -> None:
    with serving(Answer(status=503, headers={"Retry-After": "60"}), Answer()) as server:
        process = started(tmp_path, server, "1.2.3")
        assert process.stdout
        assert any(b"retrying in 6" in line for line in process.stdout)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert process.returncode == 143
        assert send(inside.annotate, tmp_path, server).outputs["outcome"] == "created"


def test_a_run_that_is_killed_while_it_waits_is_doubted(tmp_path: Path) -> None:
    arrived = Event()
    with serving(Answer(hang=True), Answer(), on_arrival=arrived.set) as server:
        process = started(tmp_path, server, "1.2.3")
        assert arrived.wait(timeout=60)
        killed_after(process, 0)
        assert send(inside.annotate, tmp_path, server).outputs["outcome"] == "unknown"
        assert len(server.arrived) == 1


@pytest.mark.slow
def test_killed_at_any_instant_it_is_there_once_or_in_doubt(tmp_path: Path, server: Server) -> None:
    """Never twice, and never lost without a word."""
    chance = random.Random(7)  # noqa: S311 - it chooses instants, not secrets
    known = 0
    for number in range(KILLS):
        version = f"1.0.{number}"
        killed_after(started(tmp_path, server, version), chance.uniform(0.05, 0.9))
        ran = send(inside.annotate, tmp_path, server, version=version)
        assert (ran.outputs["outcome"], arrivals(server)[version]) in {
            ("created", 1), ("duplicate", 1), ("unknown", 0), ("unknown", 1),
        }, ran.log  # fmt: skip
        known += ran.outputs["outcome"] != "unknown"
    # A ledger that doubted everything would lose nothing, and be of no use.
    assert known >= KILLS // 3


def test_a_file_that_is_no_ledger_ends_the_run_before_anything_is_sent(
    run: Run, tmp_path: Path, server: Server
) -> None:
    (tmp_path / "ledger.db").write_text("precious")
    ran = run(tmp_path, server)
    assert (ran.code, ran.outputs["outcome"], server.arrived) == (2, "invalid", [])
    assert (tmp_path / "ledger.db").read_text() == "precious"


def journal_that_deletes(victim: Path, ledger: Path) -> bytes:
    """A journal that has SQLite delete another file when it opens the ledger.

    Source: SQLite, "Atomic Commit In SQLite", section 5: a journal can name a super-journal, which
    is deleted when no journal that it lists is left.
    """
    connection = sqlite3.connect(ledger, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM deliveries")
    begun = Path(f"{ledger}-journal").read_bytes()
    connection.execute("ROLLBACK")
    connection.close()
    magic, name = bytes.fromhex("d9d505f920a163d7"), bytes(victim)
    page_of_the_lock_byte = 0x40000000 // 4096 + 1
    end = struct.pack(f">I{len(name)}sII", page_of_the_lock_byte, name, len(name), sum(name))
    return magic + begun[len(magic) :] + end + magic


@pytest.mark.parametrize("tracked", ["ledger.db", "ledger.db-journal"])
def test_a_committed_ledger_is_not_even_opened(
    run: Run, repo: RepoBuilder, tmp_path: Path, server: Server, tracked: str
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    assert run(repo.path, server).code == 0
    ledger = repo.path / "ledger.db"
    Path(f"{ledger}-journal").write_bytes(journal_that_deletes(victim, ledger))
    repo.git("add", "--force", tracked)
    repo.commit("Add the ledger")
    ran = run(repo.path, server, version="1.2.4")
    assert (ran.code, ran.outputs["outcome"], len(server.arrived)) == (2, "invalid", 1)
    assert f"because git tracks {tracked}." in ran.log
    assert victim.read_text() == "precious"
    # What the message says to do is enough.
    [command] = [line for line in ran.log.splitlines() if line.lstrip().startswith("git rm ")]
    repo.git(*command.split()[1:])
    repo.commit("Remove the ledger")
    Path(f"{ledger}-journal").unlink()
    assert run(repo.path, server).outputs["outcome"] == "duplicate"


def test_the_sandbox_has_no_ledger(run: Run, tmp_path: Path, server: Server) -> None:
    ran = run(tmp_path, server, "--sandbox")
    assert ran.outputs["outcome"] == "created"
    assert "ends with it. So ledger has no effect here.\n" in ran.log
    assert not (tmp_path / "ledger.db").exists()
