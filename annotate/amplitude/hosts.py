"""Which host a release is sent to, and which hosts are not the Releases API.

Source of the hosts: the seed, "Regions", and known misuses of the API.
"""

from enum import StrEnum
from urllib.parse import urlsplit

from annotate.amplitude.releases import ENDPOINT
from annotate.http.hosts import is_loopback


class Region(StrEnum):
    """Data residency of a project."""

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
    """Return the base URL that an `api-url` means; ValueError says what is wrong with it."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise ValueError(f"which is not a URL ({error})") from error
    if parts.scheme not in {"https", "http"} or not host:
        raise ValueError("which is not a URL of the form `https://host`")
    if not _is_host_name(host) or not text.isprintable():
        raise ValueError("whose host is not a valid name")
    if host in _NOT_THE_API:
        what, region = _NOT_THE_API[host]
        raise ValueError(
            f"which is {what}, not the Releases API; that is at {BASE_URLS[region]}"
            f" (leave api-url out and set `region: {region}`)"
        )
    if parts.scheme == "http" and not is_loopback(host) and not allow_http:
        raise ValueError("a host without https: anyone on the way could read the keys")
    if parts.username is not None or parts.password is not None:
        raise ValueError("which holds credentials; set api-key and secret-key instead")
    if parts.query or parts.fragment or any(c.isspace() or c == "\\" for c in text):
        raise ValueError("which holds more than scheme, host and path")
    path = parts.path.rstrip("/").removesuffix(ENDPOINT).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def is_amplitudes(url: str) -> bool:
    """Return True if a base URL is one of Amplitude's own."""
    return url in BASE_URLS.values()


def _is_host_name(host: str) -> bool:
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return not host.startswith(("*", "."))
