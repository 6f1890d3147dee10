"""Secrets never leave: every byte that is printed or written goes through here first."""

import base64
import html
import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

STARS = "***"


class Redactor:
    """Replaces secrets by stars, in each form in which a secret can come back."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Hide `secrets` from now on."""
        self._forms: list[str] = []
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these too, in all their forms."""
        forms = set(self._forms)
        for secret in secrets:
            if secret.strip():
                forms |= _forms_of(secret)
        # The longest first: a pair that holds a key must not leave its other half behind.
        self._forms = sorted(forms, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        for form in self._forms:
            text = text.replace(form, STARS)
        return text


def pair(api_key: str, secret_key: str) -> str:
    """The credentials of HTTP Basic (RFC 7617): base64 of `key:secret`, in one line."""
    both = f"{api_key}:{secret_key}".encode(errors="surrogateescape")
    return base64.b64encode(both).decode("ascii")


def _forms_of(secret: str) -> set[str]:
    """As it stands, and as URLs, JSON, HTML, base64 and the commands of runners write it."""
    # What is no UTF-8 comes from the environment with surrogates in it.
    raw = secret.encode(errors="surrogateescape")
    in_json = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    plainly = {
        secret,
        quote(raw, safe=""),
        quote_plus(raw),
        *in_json,
        *(one.replace("/", "\\/") for one in in_json),
        base64.b64encode(raw).decode("ascii"),
    }
    # As the summary and the data of a workflow command have them.
    return plainly | set(map(html.escape, plainly)) | {one.replace("%", "%25") for one in plainly}
