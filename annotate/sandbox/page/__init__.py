"""The page that shows the releases, as Amplitude would on a chart. Its files are beside this one.

Titles and descriptions come from whoever sends a release. The page writes them as text, and its
policy lets nothing run that the server did not send as a file.
"""

import pkgutil
from typing import NamedTuple

_TYPES = {
    "index.html": "text/html; charset=UTF-8",
    "page.css": "text/css; charset=UTF-8",
    "page.js": "text/javascript; charset=UTF-8",
    "chart.js": "text/javascript; charset=UTF-8",
    "icon.svg": "image/svg+xml",
}
_POLICY = (
    "default-src 'none'; connect-src 'self'; img-src 'self'; script-src 'self'; style-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class File(NamedTuple):
    """A file of the page."""

    content_type: str
    content: bytes


def file(path: str) -> File | None:
    """Return the file at a path of the server; None if there is none."""
    name = path.removeprefix("/") or "index.html"
    if name not in _TYPES:
        return None
    # Also from a zip, which is how annotate runs without Docker.
    content = pkgutil.get_data(__name__, name)
    return File(_TYPES[name], content) if content is not None else None
