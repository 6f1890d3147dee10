"""Redaction of secrets in all output."""

import base64
import html
import json
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from urllib.parse import quote, quote_plus

from annotate.process import Stream

STARS = "***"


class Redactor:
    """Replaces secrets with stars, also if they are encoded (see `_forms_of`)."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Register `secrets` for redaction."""
        self._forms: list[str] = []
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Register more secrets for redaction. Blank ones are ignored."""
        forms = set(self._forms)
        for secret in secrets:
            if secret.strip():
                forms |= _forms_of(secret)
        # Longest first: if a secret contains another, the longer one must be replaced as a whole.
        self._forms = sorted(forms, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return the text with `***` for each secret."""
        for form in self._forms:
            text = text.replace(form, STARS)
        return text


class Secrets:
    """Registers secrets for redaction in our own output, and for masking by a runner."""

    def __init__(self, redact: Redactor, mask: Callable[[Sequence[str]], object]) -> None:
        """Register with `redact`; `mask` makes a runner hide them in other programs, too."""
        self.redact = redact
        self._mask = mask
        self._registered: set[str] = set()

    def register(self, secrets: Iterable[str]) -> None:
        """Register the secrets that are new and not empty."""
        new = [secret for secret in secrets if secret and secret not in self._registered]
        self._registered.update(new)
        self.redact.add(new)
        if new:
            self._mask(new)


class RedactedStream:
    """A stream that redacts secrets, also if one is split over several writes."""

    def __init__(self, stream: Stream, redact: Redactor) -> None:
        """Write to `stream`. An incomplete line is buffered until its end or `flush`."""
        #: The underlying stream, without redaction.
        self.raw = stream
        self._redact = redact
        self._buffer = ""
        self._lock = Lock()

    def write(self, text: str, /) -> int:
        """Write the complete lines and buffer the rest."""
        with self._lock:
            lines, newline, self._buffer = f"{self._buffer}{text}".rpartition("\n")
            self.raw.write(self._redact(lines + newline))
        return len(text)

    def flush(self) -> None:
        """Write the buffered text."""
        with self._lock:
            rest, self._buffer = self._buffer, ""
            self.raw.write(self._redact(rest))
        self.raw.flush()

    def isatty(self) -> bool:
        """Return True if the stream is a terminal."""
        return self.raw.isatty()


def basic_credentials(user: str, password: str) -> str:
    """Return the Base64 of `user:password`, as HTTP Basic sends it (RFC 7617)."""
    both = f"{user}:{password}".encode(errors="surrogateescape")
    return base64.b64encode(both).decode("ascii")


def _forms_of(secret: str) -> set[str]:
    """Return the secret and its encodings: URL, JSON, Base64, HTML, workflow command."""
    # Python decodes invalid UTF-8 in the environment as surrogates (PEP 383).
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
    # HTML is for the step summary, `%25` for the data of a workflow command.
    return plain | set(map(html.escape, plain)) | {form.replace("%", "%25") for form in plain}
