"""Messages about what became of a request, and about the ledger."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from annotate.amplitude import releases, verdict
from annotate.delivery import messages, retry
from annotate.delivery.ledger import ledger_at
from annotate.delivery.retry import Attempt
from annotate.errors import InvalidInputs, Message
from annotate.http.reply import Failure, Reply, SessionError
from annotate.outcome import Outcome
from annotate.result import Delivery
from tests.messages.cases import Cases
from tests.support.repo import RepoBuilder
from tests.support.world import world

CASES = Cases("delivery")
_URL = "https://amplitude.com/api/2/release"
_TIME = "2026-01-02 03:04:05"


def _message(delivery: Delivery) -> Message:
    assert delivery.message
    return delivery.message


def _not_answered(_: Path, reason: Failure, *, sent: bool) -> Message:
    error = SessionError(reason, "the library's words", sent=sent)
    return _message(verdict.of_failure(error, _URL))


for _reason in Failure:
    CASES.add(f"not_sent-{_reason.name.lower()}", _not_answered, reason=_reason, sent=False)
CASES.add("not_answered", _not_answered, reason=Failure.TIME, sent=True)


def _answered(
    _: Path,
    status: int,
    words: str = "",
    location: str = "",
    retry_after: float | None = None,
    url: str = _URL,
) -> Message:
    headers = {"Location": location} if location else {}
    reply = Reply(status=status, headers=headers, body=words.encode())
    return _message(verdict.of_answer(releases.read(reply), url, retry_after))


_THERE = '{"error": "version 1.2.3 already exists"}'
CASES.add("answered-conflict", _answered, status=409)
CASES.add("answered-duplicate", _answered, status=400, words=_THERE)
CASES.add("answered-unauthorized", _answered, status=401, words="Invalid API key.")
_EU = "https://analytics.eu.amplitude.com/api/2/release"
CASES.add("answered-unauthorized-in-the-eu", _answered, status=401, url=_EU)
CASES.add("answered-unauthorized-elsewhere", _answered, status=401, url="https://example.com")
CASES.add("answered-redirect", _answered, status=302, location="https://example.com/")
CASES.add("answered-redirect-to-nowhere", _answered, status=302)
CASES.add("answered-not-found", _answered, status=404, words="Not Found")
CASES.add("answered-bad-request", _answered, status=400, words="title is missing")
CASES.add("answered-too-many-requests", _answered, status=429)
CASES.add("answered-unavailable-for-a-time", _answered, status=503, retry_after=90)
CASES.add("answered-error", _answered, status=500)


CASES.constant("no-time", verdict.NO_TIME)


@CASES.case
def arrived_before(_: Path) -> Message:
    attempts = [
        Attempt(delivery=Delivery(outcome=outcome))
        for outcome in (Outcome.UNKNOWN, Outcome.DUPLICATE)
    ]
    return _message(retry.concluded(attempts, sent_before=False))


@CASES.case
def ledger_has_it(_: Path) -> Message:
    return messages.created_before(_TIME)


@CASES.case
def ledger_has_it_as_a_duplicate(_: Path) -> Message:
    return messages.duplicate_before(_TIME)


@CASES.case
def ledger_doubts_it(_: Path) -> Message:
    return messages.maybe_sent_before(_TIME)


def _refused(path: Path) -> Message:
    with pytest.raises(InvalidInputs) as raised, ledger_at(path, world(path.parent), 1):
        pass
    [message] = raised.value.messages
    return message


@CASES.case
def ledger_is_another_file(folder: Path) -> Message:
    path = folder / "ledger.db"
    path.write_text("a list of what to buy\n" * 100)
    return _refused(path)


@CASES.case
def ledger_is_newer(folder: Path) -> Message:
    path = folder / "ledger.db"
    with ledger_at(path, world(folder), 1):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    return _refused(path)


@CASES.case
def ledger_is_a_folder(folder: Path) -> Message:
    return _refused(folder)


@CASES.case
def ledger_is_a_link(folder: Path) -> Message:
    (folder / "ledger.db").symlink_to("elsewhere.db")
    return _refused(folder / "ledger.db")


@CASES.case
def ledger_is_tracked(folder: Path) -> Message:
    repo = RepoBuilder(folder)
    names = ("ledger.db", "ledger.db-journal")
    for name in names:
        (folder / name).touch()
    repo.git("add", *names)
    return _refused(folder / "ledger.db")


@CASES.case
def ledger_in_use(folder: Path) -> Message:
    return messages.in_use(folder / "ledger.db", 120)


_FULL = sqlite3.OperationalError("database or disk is full")


@CASES.case
def ledger_failed_before_sending(folder: Path) -> Message:
    return messages.failed(folder / "ledger.db", _FULL)[0]


@CASES.case
def ledger_failed_after_sending(folder: Path) -> Message:
    return messages.failed(folder / "ledger.db", _FULL)[1]
