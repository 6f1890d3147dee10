"""The entry of a release in the ledger, and the key by which it is found."""

import hashlib
from enum import StrEnum
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from annotate.errors import Message
from annotate.http.hosts import host_of
from annotate.outcome import Outcome

_DEFAULT_PORTS = {"http": 80, "https": 443}


class State(StrEnum):
    """State of a release in the ledger."""

    #: It was about to be sent, and no result was recorded.
    SENDING = "sending"
    #: A run tried, and it was certainly not created, so that it can be sent. Files have this word.
    NOT_CREATED = "not-sent"
    #: The API confirmed that it was created.
    CREATED = "created"
    #: The API answered that it already exists.
    DUPLICATE = "duplicate"
    #: It was sent, and nothing confirmed it.
    UNKNOWN = "unknown"


#: The outcomes that prove that a release exists, and their states.
EVIDENCE = {Outcome.CREATED: State.CREATED, Outcome.DUPLICATE: State.DUPLICATE}


class Key(NamedTuple):
    """The key of an entry: a release of a project."""

    #: A digest of the URL and the API key; see `of`.
    project: str
    version: str
    #: The project as the first layout of the file has it, without scheme and port.
    former_project: str = ""

    @classmethod
    def of(cls, url: str, api_key: str, version: str) -> Self:
        """Return the key of a release.

        The project is stored as a hash of the URL without its default port and of the API key, from
        which neither can be read. The host is in lower case, the path as it is (RFC 3986, section
        6).
        """
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
        address = f"{parts.scheme}://{host_of(url)}:{port}{parts.path}"
        former = f"{host_of(url)}{parts.path}"
        return cls(
            project=_digest(address, api_key),
            version=version,
            former_project=_digest(former, api_key),
        )


class Entry(NamedTuple):
    """The entry of a release in the ledger."""

    state: State
    release_id: str
    #: `yyyy-MM-dd HH:mm:ss`, in UTC.
    changed_at: str

    @property
    def is_evidence(self) -> bool:
        """True if the release exists for certain."""
        return self.state in EVIDENCE.values()

    @property
    def is_doubt(self) -> bool:
        """True if the release may exist."""
        return self.state in {State.SENDING, State.UNKNOWN}


class LedgerFailed(Exception):
    """The file cannot be read or written at the moment. Its content is intact."""

    def __init__(self, before: Message, after: Message | None = None) -> None:
        """Keep the messages for a failure before and after the release was sent."""
        super().__init__(before.what)
        self.before = before
        self.after = after or before


def _digest(address: str, api_key: str) -> str:
    return hashlib.sha256(f"{address}\0{api_key}".encode()).hexdigest()[:32]
