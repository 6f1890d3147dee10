"""The file of `annotate sandbox --data FILE`: releases in SQLite."""

import json
import sqlite3
from pathlib import Path

from annotate.sandbox.contract import Document

# "anns"; SQLite stores it in the header of the file, which distinguishes it from other files.
_APPLICATION = 0x616E6E73
_SCHEMA = "CREATE TABLE releases (number INTEGER PRIMARY KEY, release TEXT NOT NULL)"


class DataFile:
    """An open file. One thread at a time may use it."""

    def __init__(self, path: Path) -> None:
        """Open the file, or create it. Raises OSError if that fails, or if it is another file."""
        try:
            # Without `isolation_level`, each statement is on disk when it returns.
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise OSError(f"{path}: {error}") from error
        try:
            #: All releases that are in it now.
            self.releases = self._read()
        except (sqlite3.Error, ValueError) as error:
            self.close()
            raise OSError(f"{path}: {error}") from error

    def _read(self) -> list[Document]:
        [[application]] = self._connection.execute("PRAGMA application_id")
        [[tables]] = self._connection.execute("SELECT count(*) FROM sqlite_master")
        if not tables:
            self._connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            self._connection.execute(_SCHEMA)
        elif application != _APPLICATION:
            raise ValueError("this is the file of another program")
        rows = self._connection.execute("SELECT release FROM releases ORDER BY number")
        return [json.loads(text) for [text] in rows]

    def write(self, number: int, release: Document) -> None:
        """Store a release. Raises OSError if that fails."""
        try:
            self._connection.execute(
                "INSERT INTO releases VALUES (?, ?)", (number, json.dumps(release))
            )
        except sqlite3.Error as error:
            raise OSError(str(error)) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
