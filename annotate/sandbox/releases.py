"""The releases that the sandbox has, in memory, and in a file if they must outlive it."""

from collections.abc import Callable
from pathlib import Path
from threading import Condition
from typing import Protocol

from annotate.sandbox.contract import Document


class Storage(Protocol):
    """Where releases outlive the server."""

    #: What it has at first, in the order in which they were created.
    releases: list[Document]

    def write(self, number: int, release: Document) -> None:
        """Store the `number`th release. Raises OSError if that fails."""

    def close(self) -> None:
        """Store no more."""


class Releases:
    """All releases, in the order in which they were created. Threads share it."""

    def __init__(self, storage: Storage | None = None) -> None:
        """Begin with what the storage has, if there is one."""
        self._storage = storage
        self._all = storage.releases if storage else []
        self._added = Condition()

    def add(self, make: Callable[[int], Document]) -> Document:
        """Add the release that `make` returns for its number, which counts from 1.

        Raises OSError, and adds nothing, if the storage fails.
        """
        with self._added:
            number = len(self._all) + 1
            release = make(number)
            if self._storage:
                self._storage.write(number, release)
            self._all.append(release)
            self._added.notify_all()
        return release

    def since(self, number: int, *, patience: float = 0) -> list[Document]:
        """Return the releases after the `number`th. If there are none, wait `patience` seconds."""
        with self._added:
            self._added.wait_for(lambda: len(self._all) > number, patience)
            return self._all[number:]

    def close(self) -> None:
        """Store no more."""
        with self._added:
            if self._storage:
                self._storage.close()


def stored_at(path: Path) -> Storage:
    """Return the storage in an SQLite file, which is created if it does not exist.

    Raises OSError if it cannot be opened, or belongs to another program.
    """
    from annotate.sandbox.data_file import DataFile

    return DataFile(path)
