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
    return base64.b64encode(f"{api_key}:{secret_key}".encode()).decode("ascii")


def _forms_of(secret: str) -> set[str]:
    """As it stands, and as URLs, JSON, HTML, base64 and the commands of runners write it."""
    in_json = json.dumps(secret)[1:-1]
    return {
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        in_json,
        in_json.replace("/", "\\/"),
        html.escape(secret),
        secret.replace("%", "%25"),
        base64.b64encode(secret.encode(errors="replace")).decode("ascii"),
    }
