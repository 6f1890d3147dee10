"""The two keys of a project, and checks of their form."""

from dataclasses import dataclass, field

from annotate.errors import Message, Topic
from annotate.redaction import basic_credentials
from annotate.regex import Regex

_LOOKS_RIGHT = Regex("[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The two keys of a project; either may be empty."""

    api_key: str = field(repr=False)
    secret_key: str = field(repr=False)

    def __bool__(self) -> bool:
        """Return True if both keys are set."""
        return bool(self.api_key and self.secret_key)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The keys that are set."""
        return tuple(filter(None, (self.api_key, self.secret_key)))

    @property
    def pair(self) -> str:
        """The Base64 of both keys, as HTTP Basic sends it; empty unless both are set."""
        return basic_credentials(self.api_key, self.secret_key) if self else ""

    @property
    def authorization(self) -> str:
        """The value of the header `Authorization` ("Create a release")."""
        return f"Basic {basic_credentials(self.api_key, self.secret_key)}"


def check(pair: Keys, names: tuple[str, str]) -> tuple[list[Message], list[Message]]:
    """Return problems and warnings about the keys that are set.

    `names` are what messages call the API key and the secret key. Of the two, only the API key
    cannot contain a colon, because HTTP Basic separates both by the first colon (RFC 7617).
    """
    problems, warnings = [], []
    fix = "Copy the key from Amplitude into the secret again."
    name_of_api_key, name_of_secret_key = names
    # A dict, because a user may have named one variable for both.
    for name, key in {name_of_api_key: pair.api_key, name_of_secret_key: pair.secret_key}.items():
        if any(character.isspace() for character in key):
            what = f"{name} contains white space."
            why = "A key has no spaces or line breaks. Perhaps two values were pasted."
            problems.append(Message(what, why, fix, topic=Topic.KEY_FORM))
        elif not key.isascii() or not key.isprintable() or (name == name_of_api_key and ":" in key):
            what = f"{name} contains characters that are not valid in a key."
            why = "The keys must be ASCII, and HTTP Basic separates them by a colon."
            problems.append(Message(what, why, fix, topic=Topic.KEY_FORM))
        elif key and not _LOOKS_RIGHT.fullmatch(key):
            what = f"{name} does not have 32 hexadecimal digits, as Amplitude's keys have."
            why = "It is used anyway. If Amplitude refuses it, check this first."
            warnings.append(Message(what, why, topic=Topic.KEY_FORM))
    return problems, warnings
