"""What comes of a request: a reply, or the reason why there is none.

This module imports no library, so that a run that sends nothing does without them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Failure(StrEnum):
    """Why a request has no answer. Reasons that need different fixes are different members."""

    CERTIFICATE = "the server's certificate is not trusted"
    CERTIFICATE_DATE = "the server's certificate has expired or is not valid yet"
    CERTIFICATE_NAME = "the server's certificate is for another host"
    TLS = "the server does not use TLS"
    NAME = "the host name is not known"
    CONNECTION = "the connection failed"
    PROXY = "the proxy failed"
    TIME = "the time limit was reached"


#: Failures that are due to a certificate.
CERTIFICATES = {Failure.CERTIFICATE, Failure.CERTIFICATE_DATE, Failure.CERTIFICATE_NAME}
#: Failures that will not go away, so a further attempt is useless.
LASTING = CERTIFICATES | {Failure.TLS}


class SessionError(Exception):
    """A request has no answer."""

    def __init__(self, reason: Failure, detail: str, *, sent: bool) -> None:
        """Keep the reason; `sent` is True if the request may have arrived."""
        super().__init__(f"{reason} ({detail})" if detail else reason.value)
        self.reason = reason
        self.sent = sent


class Reply(NamedTuple):
    """A response. The body may be cut at the time limit or at `ANSWER_LIMIT`."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """Return the value of a header, whose name may be in any case; empty if it is not there."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), "")
