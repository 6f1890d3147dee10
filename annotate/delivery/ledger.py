"""What was sent, so that a job that is run again sends nothing twice.

The intention stands in the file before the request is sent, and the answer after it, both on
the disk. So a run that is killed at any instant leaves behind what the next one needs to know: a
release is sent, surely not sent (it is not in the file), or unknown. As long as a run has the
file open, no other can read it: two runs that start at once send one after the other.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Self
from urllib.parse import urlsplit

from annotate.delivery import messages
from annotate.errors import InvalidInputs, Message
from annotate.http.hosts import host_of
from annotate.outcome import CERTAINLY_NOT_SENT, Outcome
from annotate.process import Process
from annotate.result import Delivery
from annotate.times import api_time

# "anno"; SQLite keeps it in the file's header, so that no other program's file is taken for ours.
_APPLICATION = 0x616E6E6F
_SCHEMA = """\
CREATE TABLE deliveries (
    project TEXT NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL,
    release_id TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (project, version)
) WITHOUT ROWID"""
# Seconds between two tries for a file that another run has open.
_LOOK = 0.1


class State(StrEnum):
    """What is known of a release that is in the file; what is not there is surely not sent."""

    #: It was about to be sent, and nobody wrote what became of it.
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Key:
    """One release of one project."""

    project: str
    version: str

    @classmethod
    def of(cls, url: str, api_key: str, version: str) -> Self:
        """The project is a digest of host, path and API key, from which none can be read.

        The path keeps the APIs of one host apart.
        """
        address = f"{host_of(url)}{urlsplit(url).path}"
        digest = hashlib.sha256(f"{address}\0{api_key}".encode()).hexdigest()
        return cls(project=digest[:32], version=version)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the file says of a release."""

    state: State
    release_id: str
    #: `yyyy-MM-dd HH:mm:ss`, in UTC.
    changed_at: str


class LedgerFailed(Exception):
    """The file could not be read or written now; nothing in it is lost."""

    def __init__(self, before: Message, after: Message | None = None) -> None:
        """Keep what the user is told, before anything was sent and after it."""
        super().__init__(before.what)
        self.before = before
        self.after = after or before


class Ledger:
    """An open ledger, which is nobody else's as long as it is open."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """Use the connection of `ledger_at`."""
        self._connection = connection
        self._path = path
        #: True where the file was made just now, so that it knows of no run before.
        self.is_new = False
        # The targets of a run are served by threads.
        self._lock = Lock()

    def entry(self, key: Key) -> Entry | None:
        """What is known; None where the release is surely not sent."""
        query = "SELECT state, release_id, changed_at FROM deliveries WHERE project=? AND version=?"
        rows = self._do(query, key.project, key.version)
        if not rows:
            return None
        state, release_id, changed_at = rows[0]
        try:
            return Entry(state=State(state), release_id=release_id, changed_at=changed_at)
        except ValueError as error:
            raise LedgerFailed(*messages.failed(self._path, error)) from error

    def intend(self, key: Key, now: datetime) -> None:
        """It is about to be sent."""
        self._write(key, State.SENDING, "", now)

    def settle(
        self, key: Key, delivery: Delivery, now: datetime, *, sent_before: bool = False
    ) -> None:
        """What became of it; `sent_before` where an earlier run may have sent it."""
        certainly_not_sent = CERTAINLY_NOT_SENT | {Outcome.INTERRUPTED}
        if delivery.outcome not in certainly_not_sent | {Outcome.UNKNOWN}:
            self._write(key, State.SENT, delivery.release_id, now)
        elif sent_before or delivery.outcome is Outcome.UNKNOWN:
            self._write(key, State.UNKNOWN, "", now)
        else:
            self._do("DELETE FROM deliveries WHERE project=? AND version=?", *_row(key))

    def close(self) -> None:
        """Let others have it."""
        with self._lock:
            self._connection.close()

    def _write(self, key: Key, state: State, release_id: str, now: datetime) -> None:
        statement = "INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?)"
        self._do(statement, *_row(key), state.value, release_id, api_time(now))

    def _do(self, statement: str, *values: str) -> list[tuple[str, ...]]:
        try:
            with self._lock:
                return self._connection.execute(statement, values).fetchall()
        except (sqlite3.Error, ValueError) as error:
            raise LedgerFailed(*messages.failed(self._path, error)) from error


@contextmanager
def ledger_at(path: Path, process: Process, until: float) -> Iterator[Ledger]:
    """The ledger in a file, made where there is none, for as long as the context lasts.

    Another run that has it open is waited for, `until` a time of the world's clock. InvalidInputs
    where the file is none of ours or cannot be used, LedgerFailed where it stays in use.
    """
    try:
        _check_place(path, process.cwd)
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise InvalidInputs(messages.unusable(path, error)) from error
    ledger = Ledger(connection, path)
    try:
        ledger.is_new = _take(connection, path, process, until)
        yield ledger
    finally:
        ledger.close()


def _check_place(path: Path, workspace: Path) -> None:
    """OSError for anything but a file, and for links: in a checkout, others may have made them."""
    inside = [one for one in (path, *path.parents) if one.is_relative_to(workspace)]
    if link := next((one for one in inside if one != workspace and one.is_symlink()), None):
        raise OSError(f"{link} is a link")
    if path.exists() and not path.is_file():
        raise OSError("it is no file")


def _take(connection: sqlite3.Connection, path: Path, process: Process, until: float) -> bool:
    """Keep everybody else out, and make sure that it is ours; whether it is new."""
    start = process.monotonic()
    while True:
        try:
            # The lock is kept after each transaction, until the connection or the process ends.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            # A transaction is on the disk, and so is the folder's entry of its journal.
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("BEGIN EXCLUSIVE")
            is_new = _make_ours(connection, path)
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            code = error.sqlite_errorcode & 0xFF
            if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}:
                raise LedgerFailed(*messages.failed(path, error)) from error
            if code not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise InvalidInputs(messages.unusable(path, error)) from error
            if process.monotonic() + _LOOK > until:
                raise LedgerFailed(messages.in_use(path, process.monotonic() - start)) from error
            process.sleep(_LOOK)
        except sqlite3.Error as error:
            raise InvalidInputs(messages.foreign(path)) from error
        else:
            return is_new


def _make_ours(connection: sqlite3.Connection, path: Path) -> bool:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application == 0 and tables == 0:
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(_SCHEMA)
        return True
    if application != _APPLICATION:
        raise InvalidInputs(messages.foreign(path))
    # A damaged file is found out now, and not between the request and its answer.
    connection.execute("SELECT count(*), max(state) FROM deliveries").fetchone()
    return False


def _row(key: Key) -> tuple[str, str]:
    return key.project, key.version
