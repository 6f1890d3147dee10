"""What a case is: a function that makes one message in the shortest honest way."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from annotate.errors import Message

#: Takes an empty folder; returns a message as annotate made it, not a copy.
Case = Callable[[Path], Message]


class Cases(dict[str, Case]):
    """The cases of a room by the names of their golden files: `room-name`."""

    def __init__(self, room: str) -> None:
        """Begin without a case."""
        super().__init__()
        self._room = room

    def case(self, make: Case) -> Case:
        """Add a function under its own name."""
        return self.add(make.__name__, make)

    def add(self, name: str, make: Callable[..., Message], **arguments: Any) -> Case:
        """Add a case that calls `make` with a folder and these arguments."""
        key = f"{self._room}-{name.replace('_', '-')}"
        assert key not in self, f"two cases are named {key}"
        self[key] = partial(make, **arguments)
        return self[key]

    def constant(self, name: str, message: Message) -> None:
        """Add a message that is always the same."""
        self.add(name, lambda _: message)
