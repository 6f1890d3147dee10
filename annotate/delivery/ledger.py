"""The ledger: a file that records what was sent, so that a re-run sends nothing twice.

A release is recorded, on disk, before its request is sent, and again after the response. If a run
is killed at any time, the next run therefore knows whether a release was sent, was certainly not
sent, or is unknown. No run with this file tried to send a release that is not in it. A run locks
the file as long as it is open, so runs that start at the same time send one after the other.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Lock

from annotate.deadline import Deadline
from annotate.delivery import messages
from annotate.delivery.entry import EVIDENCE, Entry, Key, LedgerFailed, State
from annotate.errors import InvalidInputs, NoVersion
from annotate.git.checkout import tracked, work_tree
from annotate.git.command import CommandFailed
from annotate.outcome import CREATED_NOTHING, Outcome
from annotate.process import Process
from annotate.result import Delivery
from annotate.text import one_line
from annotate.times import api_time

# "anno"; SQLite stores it in the header of the file, which distinguishes a ledger from other files.
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
_SUFFIXES = ("", "-journal", "-wal", "-shm")
# The layout, in the header of the file too (PRAGMA user_version). Layout 0 has the same table, but
# one state `sent`, of which only an ID proves that the release was created.
_VERSION = 1
_MIGRATION = """\
UPDATE deliveries SET state = CASE release_id WHEN '' THEN 'unknown' ELSE 'created' END
WHERE state = 'sent'"""
# Seconds between attempts to lock a file that another run has open.
_POLL_INTERVAL = 0.1


class Ledger:
    """An open ledger. No other process can open it at the same time."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """Wrap a connection; use `ledger_at` to open a ledger."""
        self._connection = connection
        self._path = path
        # The targets of a run are sent in threads, and SQLite connections are not thread-safe.
        self._lock = Lock()

    def entry(self, key: Key) -> Entry | None:
        """Return the entry of a release; None if no run with this file tried to send it."""
        # A digest cannot be migrated before its URL is known. The first URL that asks for a release
        # of the first layout, which did not tell ports and schemes apart, gets it.
        adopt = "UPDATE OR IGNORE deliveries SET project=? WHERE project=? AND version=?"
        self._do(adopt, key.project, key.former_project, key.version)
        # Another program may have stored bytes.
        query = """\
SELECT state, CAST(release_id AS TEXT), CAST(changed_at AS TEXT) FROM deliveries
WHERE project=? AND version=?"""
        rows = self._do(query, key.project, key.version)
        if not rows:
            return None
        state, release_id, changed_at = rows[0]
        try:
            return Entry(state=State(state), release_id=release_id, changed_at=changed_at)
        except ValueError as error:
            raise LedgerFailed(*messages.failed(self._path, error)) from error

    def is_of_others(self, keys: Collection[Key]) -> bool:
        """Return True if it has entries, but none of the projects of these keys."""
        projects = {project for (project,) in self._do("SELECT DISTINCT project FROM deliveries")}
        own = {key.project for key in keys} | {key.former_project for key in keys}
        return bool(projects) and projects.isdisjoint(own)

    def intend(self, key: Key, now: datetime) -> None:
        """Record that a release is about to be sent."""
        self._write(key, State.SENDING, "", now)

    def settle(
        self, key: Key, delivery: Delivery, now: datetime, *, sent_before: bool = False
    ) -> None:
        """Record the result of a delivery.

        `sent_before` means that an earlier run may have sent it; then it stays unknown.
        """
        if delivery.outcome in EVIDENCE:
            self._write(key, EVIDENCE[delivery.outcome], delivery.release_id, now)
        elif sent_before or delivery.outcome not in CREATED_NOTHING | {Outcome.INTERRUPTED}:
            self._write(key, State.UNKNOWN, "", now)
        else:
            self._write(key, State.NOT_CREATED, "", now)

    def close(self) -> None:
        """Close the file, so that other runs can open it."""
        with self._lock:
            self._connection.close()

    def _write(self, key: Key, state: State, release_id: str, now: datetime) -> None:
        statement = "INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?)"
        self._do(statement, key.project, key.version, state.value, release_id, api_time(now))

    def _do(self, statement: str, *values: str) -> list[tuple[str, ...]]:
        try:
            with self._lock:
                return self._connection.execute(statement, values).fetchall()
        except (sqlite3.Error, ValueError) as error:
            raise LedgerFailed(*messages.failed(self._path, error)) from error


@contextmanager
def ledger_at(
    path: Path, process: Process, until: float, *, debug: Callable[[str], None] = lambda _: None
) -> Iterator[Ledger]:
    """Open the ledger in a file, which is created if it does not exist.

    Waits for other runs that have it open, until `until`, a time of the monotonic clock in seconds.
    `debug` receives the git command that is run for a file in a work tree. Raises InvalidInputs if
    the file is not a ledger, cannot be used, or is tracked by git, and LedgerFailed if it is still
    in use or cannot be written.
    """
    check_file(path, process, until, debug=debug)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise InvalidInputs(messages.unusable(path, error)) from error
    # Another program may have stored bytes that are not text.
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    ledger = Ledger(connection, path)
    try:
        _lock(connection, path, process, until)
        yield ledger
    finally:
        ledger.close()


def check_file(path: Path, process: Process, until: float, *, debug: Callable[[str], None]) -> None:
    """Raise InvalidInputs if a pull request could have made or linked the file; see `ledger_at`.

    Opening a file is enough for SQLite to apply its journal, which can name other files.
    """
    try:
        _check_place(path, process.cwd)
        _check_untracked(path, debug, Deadline(monotonic=process.monotonic, until=until))
    except (OSError, RuntimeError, ValueError) as error:
        # RuntimeError for a loop of links, and ValueError for a NUL in the path.
        raise InvalidInputs(messages.unusable(path, error)) from error


def _files(path: Path) -> tuple[Path, ...]:
    """Return the file and its side files (SQLite, "Temporary Files Used By SQLite")."""
    return tuple(path.with_name(f"{path.name}{suffix}") for suffix in _SUFFIXES)


def _check_place(path: Path, workspace: Path) -> None:
    """Raise OSError if the file or a side file is not a file, or is reached by a link.

    The files must not be links at all. Of the folders above them, those in the work tree must not,
    for a pull request can add links there.
    """
    files = _files(path)
    inside = work_tree(workspace.resolve()) or workspace.resolve()
    for part in (*files, *path.parents):
        if part.is_symlink() and (part in files or part.parent.resolve().is_relative_to(inside)):
            raise OSError(f"{part} is a symbolic link")
    if wrong := next((file for file in files if file.exists() and not file.is_file()), None):
        raise OSError(f"{wrong} is not a file")


def _check_untracked(path: Path, debug: Callable[[str], None], deadline: Deadline) -> None:
    """Raise InvalidInputs if git tracks the file or a side file, and OSError if it cannot say."""
    found = [file for file in _files(path) if file.exists()]
    try:
        names = tracked(found, debug, deadline) if found else []
    except (CommandFailed, NoVersion) as error:
        reason = one_line(str(error))
        raise OSError(f"git cannot say whether it tracks the file ({reason})") from error
    if names:
        raise InvalidInputs(messages.tracked(path, names))


def _lock(connection: sqlite3.Connection, path: Path, process: Process, until: float) -> None:
    """Lock the file, and create the table if it is empty."""
    start = process.monotonic()
    while True:
        try:
            # A schema can then call no function that has effects (SQLite, "trusted_schema").
            connection.execute("PRAGMA trusted_schema = OFF")
            # A committed transaction then survives a power failure.
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("BEGIN EXCLUSIVE")
            # SQLite then keeps the lock between transactions, until the connection is closed. Any
            # earlier, it would also keep the weaker lock that it has when another run is first, and
            # two runs would wait for each other.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            _initialise(connection, path)
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            code = error.sqlite_errorcode & 0xFF
            if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}:
                raise LedgerFailed(*messages.failed(path, error)) from error
            if code not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise InvalidInputs(messages.unusable(path, error)) from error
            if process.monotonic() + _POLL_INTERVAL > until:
                raise LedgerFailed(messages.in_use(path, process.monotonic() - start)) from error
            process.sleep(_POLL_INTERVAL)
        except sqlite3.Error as error:
            raise InvalidInputs(messages.foreign(path)) from error
        else:
            return


def _initialise(connection: sqlite3.Connection, path: Path) -> None:
    """Create the table in an empty file, or migrate an older one.

    Raises InvalidInputs if the file belongs to another program or to a newer version.
    """
    # The schema is compared to the letter, and before any statement that uses it: a trigger, a
    # view or a generated column would run with it.
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master LIMIT 2"
    schema = connection.execute(query).fetchall()
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if (schema, application, version) == ([], 0, 0):
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute(_SCHEMA)
        return
    if application == _APPLICATION and version > _VERSION:
        raise InvalidInputs(messages.newer(path))
    ours = ([("table", "deliveries", "deliveries", _SCHEMA)], _APPLICATION)
    if (schema, application) != ours or version < 0:
        raise InvalidInputs(messages.foreign(path))
    # A damaged file must be detected here, before anything is sent.
    connection.execute("SELECT count(*), max(state) FROM deliveries").fetchone()
    if version < _VERSION:
        connection.execute(_MIGRATION)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
