"""The two keys of a project, and what a key looks like."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from annotate.errors import Message, Topic
from annotate.redaction import basic_credentials

_LOOKS_RIGHT = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The two keys of a project; either may be empty."""

    api_key: str = field(repr=False)
    secret_key: str = field(repr=False)

    def __bool__(self) -> bool:
        """Return True if both are set."""
        return bool(self.api_key and self.secret_key)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be printed: each key, and both as HTTP Basic sends them."""
        pair = basic_credentials(self.api_key, self.secret_key) if self else ""
        return tuple(filter(None, (self.api_key, self.secret_key, pair)))

    @property
    def authorization(self) -> str:
        """Value of the header `Authorization` (the seed)."""
        return f"Basic {basic_credentials(self.api_key, self.secret_key)}"


def check(named: Mapping[str, str]) -> tuple[list[Message], list[Message]]:
    """Return problems and warnings about keys; each has the name of what holds it.

    The API key comes first: it cannot hold the colon that HTTP Basic puts between both.
    """
    problems, warnings = [], []
    fix = "Paste the key into the secret again."
    for number, (name, key) in enumerate(named.items()):
        if any(character.isspace() for character in key):
            what = f"{name} contains white space."
            why = "A key is one word. Perhaps two values were pasted, or a line was broken."
            problems.append(Message(what, why, fix, topic=Topic.KEY_FORM))
        elif not key.isascii() or not key.isprintable() or (number == 0 and ":" in key):
            what = f"{name} contains characters that no key has."
            why = "HTTP Basic joins both keys with a colon and takes ASCII only."
            problems.append(Message(what, why, fix, topic=Topic.KEY_FORM))
        elif key and not _LOOKS_RIGHT.fullmatch(key):
            what = f"{name} is not 32 hex characters, as Amplitude's keys are."
            why = "It is used as it is. If Amplitude refuses it, check this first."
            warnings.append(Message(what, why, topic=Topic.KEY_FORM))
    return problems, warnings
