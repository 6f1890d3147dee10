"""The hosts of the Releases API, and hosts that users mistake for them.

Sources: Amplitude's "Create a release", "Regions", and reports of misuse.
"""

from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from annotate.amplitude.releases import ENDPOINT
from annotate.http.hosts import is_loopback


class Region(StrEnum):
    """Data residency of a project (the input `region`)."""

    US = "us"
    EU = "eu"


BASE_URLS = {Region.US: "https://amplitude.com", Region.EU: "https://analytics.eu.amplitude.com"}
_NOT_THE_API = {
    "analytics.amplitude.com": ("Amplitude's web app", Region.US),
    "app.amplitude.com": ("Amplitude's web app", Region.US),
    "app.eu.amplitude.com": ("Amplitude's web app", Region.EU),
    "api2.amplitude.com": ("Amplitude's event ingestion", Region.US),
    "api.amplitude.com": ("Amplitude's event ingestion", Region.US),
    "api.eu.amplitude.com": ("Amplitude's event ingestion", Region.EU),
}


def base_url(text: str, *, allow_http: bool) -> str:
    """Return the base URL of an `api-url`, without the path of the API and a trailing slash.

    The host is in lower case, so that the URLs of one project are the same.

    Raises ValueError if it is not valid. The message of the exception continues the sentence "The
    input api-url is `x`, ".
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        # To ask for the port raises ValueError if it is none.
        host, _ = _host(parts), parts.port
    except ValueError as error:
        raise ValueError(f"which is not a URL ({error})") from error
    if parts.scheme not in {"https", "http"} or not host:
        raise ValueError("which is not a URL of the form `https://host`")
    if not _is_host_name(host) or not text.isprintable():
        raise ValueError("whose host is not a valid name")
    if host in _NOT_THE_API:
        what, region = _NOT_THE_API[host]
        raise ValueError(
            f"which is {what}, not the Releases API at {BASE_URLS[region]}"
            f" (remove api-url and set `region: {region}`)"
        )
    if parts.scheme == "http" and not is_loopback(host) and not allow_http:
        raise ValueError("a URL without https; others on the network could read the keys")
    if parts.username is not None or parts.password is not None:
        raise ValueError("which contains credentials; set api-key and secret-key instead")
    if parts.query or parts.fragment or any(c.isspace() or c == "\\" for c in text):
        raise ValueError("which contains more than scheme, host and path")
    path = parts.path.rstrip("/").removesuffix(ENDPOINT).rstrip("/")
    return f"{parts.scheme}://{parts.netloc.lower()}{path}"


def region_of(text: str) -> Region | None:
    """Return the region of a URL of Amplitude that is not the Releases API; None for others."""
    try:
        host = _host(urlsplit(text.strip()))
    except ValueError:
        return None
    return _NOT_THE_API[host][1] if host in _NOT_THE_API else None


def is_amplitudes(url: str) -> bool:
    """Return True if a base URL belongs to Amplitude."""
    return url in BASE_URLS.values()


def _host(parts: SplitResult) -> str:
    """Return the host in lower case, without the dot at the end of a complete name."""
    return (parts.hostname or "").rstrip(".")


def _is_host_name(host: str) -> bool:
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return not host.startswith(("*", "."))
