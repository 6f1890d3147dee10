"""Redaction of secrets in all output."""

import base64
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from threading import Lock
from urllib.parse import quote, quote_plus, unquote

from annotate.process import Stream

STARS = "***"
#: Characters of the shortest part of a pair that is hidden; shorter parts say little.
_PART = 8
#: Characters by which a part is found; half of them.
_MARK = 4
#: Characters of the shortest password that is hidden without its user name; shorter ones are parts
#: of many words.
_LEAST_PASSWORD = 4
#: In `https://TOKEN:x-oauth-basic@github.com`, the user name is the secret (GitHub Docs).
_NO_PASSWORDS = {"", "x-oauth-basic"}


class Redactor:
    """Replaces secrets with stars, also if they are encoded (see `_forms_of`).

    A pair is what HTTP Basic sends. Parts of it are replaced, too, because a library may cut its
    error text within the header.
    """

    def __init__(self, secrets: Iterable[str] = (), pairs: Iterable[str] = ()) -> None:
        """Register `secrets` and `pairs` for redaction."""
        self._forms: list[str] = []
        self._parts: set[str] = set()
        self._marks: set[str] = set()
        self.add(secrets, pairs)

    def add(self, secrets: Iterable[str] = (), pairs: Iterable[str] = ()) -> None:
        """Register more secrets and pairs for redaction. Blank ones are ignored."""
        pairs = list(pairs)
        forms = set(self._forms)
        for secret in (*secrets, *pairs):
            if secret.strip():
                forms |= _forms_of(secret)
        self._parts.update(part for pair in pairs for part in _parts_of(pair))
        # Each part contains one of these.
        self._marks.update(
            pair[start : start + _MARK]
            for pair in pairs
            for start in range(0, len(pair) - _MARK + 1, _PART - _MARK + 1)
        )
        # Longest first: if a secret contains another, the longer one must be replaced as a whole.
        self._forms = sorted(forms, key=len, reverse=True)

    def add_url(self, url: str) -> None:
        """Register the password in a URL, also if it contains unencoded `/`, `?`, `#` or `@`."""
        for name, password in _logins_in(url):
            secret = name if password in _NO_PASSWORDS else password
            alone = [secret] if len(secret) >= _LEAST_PASSWORD else []
            self.add([f"{name}:{password}", *alone], [basic_credentials(name, password)])

    def __call__(self, text: str) -> str:
        """Return the text with `***` for each secret, and for each part of a pair."""
        for form in self._forms:
            text = text.replace(form, STARS)
        hidden = bytearray(len(text))
        # Few marks are faster to find than many parts, or than looking each place up.
        for mark in self._marks:
            place = text.find(mark)
            while place >= 0:
                for start in range(max(place + _MARK - _PART, 0), place + 1):
                    if text[start : start + _PART] in self._parts:
                        hidden[start : start + _PART] = b"1" * _PART
                place = text.find(mark, place + 1)
        if not any(hidden):
            return text
        runs = groupby(range(len(text)), key=hidden.__getitem__)
        return "".join(
            STARS if is_hidden else "".join(text[i] for i in run) for is_hidden, run in runs
        )


class Secrets:
    """Registers secrets for redaction in our own output, and for masking by a runner."""

    def __init__(self, redact: Redactor, mask: Callable[[Sequence[str]], object]) -> None:
        """Register with `redact`; `mask` makes a runner hide them in other programs, too."""
        self.redact = redact
        self._mask = mask
        self._registered: set[str] = set()

    def register(self, secrets: Iterable[str], pair: str = "") -> None:
        """Register the secrets that are new and not empty, and the pair that two of them make."""
        known = self._registered
        new = [secret for secret in (*secrets, pair) if secret and secret not in known]
        known.update(new)
        self.redact.add(new, [pair])
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


def _logins_in(url: str) -> Iterator[tuple[str, str]]:
    """Yield the user names and passwords that a URL may hold, as they stand and decoded."""
    rest = url.rpartition("://")[2]
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    texts = {authority.rpartition("@")[0]}
    if "@" in rest and not re.search(r":\d*$", authority):
        # The password may contain a character that should have been encoded; libraries cut there.
        texts = {authority.rpartition("@")[0] or authority, rest.rpartition("@")[0]}
    for text in texts:
        name, colon, password = text.partition(":")
        if colon:
            yield name, password
            yield unquote(name), unquote(password)


def _parts_of(text: str) -> Iterator[str]:
    return (text[start : start + _PART] for start in range(len(text) - _PART + 1))


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
