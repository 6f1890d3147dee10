"""The Releases API: the request that creates a release, and its response.

Source: Amplitude's "Create a release". Only status 200 with `success: true` and an ID confirms that
a release was created.
"""

from collections.abc import Callable
from typing import Any

from annotate.amplitude import answer
from annotate.amplitude.answer import Answer
from annotate.amplitude.request import Request
from annotate.http.reply import Reply
from annotate.release import Release

ENDPOINT = "/api/2/release"


def create(base_url: str, release: Release) -> Request:
    """Return the request that creates a release."""
    return Request(url=f"{base_url}{ENDPOINT}", body=release.json.encode(), read=read)


def read(reply: Reply, redact: Callable[[str], str] = str) -> Answer:
    """Parse a response. `redact` is applied to the texts of the result."""
    return answer.read(reply, _release_id, redact)


def _release_id(document: Any) -> str:
    """Return the ID of the created release; empty if the document does not confirm one."""
    if not isinstance(document, dict) or document.get("success") is not True:
        return ""
    release = document.get("release")
    identity = release.get("id") if isinstance(release, dict) else None
    known = isinstance(identity, str | int) and not isinstance(identity, bool)
    return str(identity) if known else ""
