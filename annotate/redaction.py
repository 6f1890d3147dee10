"""Redaction: what is printed or written never holds a secret."""

import base64
import html
import json
from collections.abc import Iterable
from threading import Lock
from urllib.parse import quote, quote_plus

from annotate.process import Stream

STARS = "***"


class Redactor:
    """Replaces secrets by stars, in each form in which a secret can be printed."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Register `secrets`."""
        self._forms: list[str] = []
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Register more secrets, in all their forms."""
        forms = set(self._forms)
        for secret in secrets:
            if secret.strip():
                forms |= _forms_of(secret)
        # The longest first: a pair that holds a key must not leave its other half behind.
        self._forms = sorted(forms, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        for form in self._forms:
            text = text.replace(form, STARS)
        return text


class RedactedStream:
    """A stream that writes no secret, even where one is written in pieces."""

    def __init__(self, stream: Stream, redact: Redactor) -> None:
        """Write to `stream`. A line is buffered until its end or until `flush`."""
        #: The stream without redaction, for secrets that a runner must learn to mask.
        self.raw = stream
        self._redact = redact
        self._buffer = ""
        self._lock = Lock()

    def write(self, text: str, /) -> int:
        """Write the complete lines, buffer the rest."""
        with self._lock:
            lines, newline, self._buffer = f"{self._buffer}{text}".rpartition("\n")
            self.raw.write(self._redact(lines + newline))
        return len(text)

    def flush(self) -> None:
        """Write what is buffered."""
        with self._lock:
            rest, self._buffer = self._buffer, ""
            self.raw.write(self._redact(rest))
        self.raw.flush()

    def isatty(self) -> bool:
        """Return True for a terminal."""
        return self.raw.isatty()


def basic_credentials(user: str, password: str) -> str:
    """Return base64 of `user:password` in one line, as HTTP Basic sends it (RFC 7617)."""
    both = f"{user}:{password}".encode(errors="surrogateescape")
    return base64.b64encode(both).decode("ascii")


def _forms_of(secret: str) -> set[str]:
    """Return the secret as URLs, JSON, HTML, base64 and the commands of runners write it."""
    # Bytes of the environment that are not UTF-8 arrive as surrogates.
    raw = secret.encode(errors="surrogateescape")
    in_json = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    plain = {
        secret,
        quote(raw, safe=""),
        quote_plus(raw),
        *in_json,
        *(form.replace("/", "\\/") for form in in_json),
        base64.b64encode(raw).decode("ascii"),
    }
    # As the summary and the data of a workflow command hold them.
    return plain | set(map(html.escape, plain)) | {form.replace("%", "%25") for form in plain}
