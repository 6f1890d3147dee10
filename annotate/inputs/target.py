"""Which host the release goes to, and which hosts it must not go to.

Source of the hosts: the seed, "Regions", and the API's known misuses.
"""

import re
from urllib.parse import urlsplit

from annotate.errors import Message, Topic
from annotate.http.hosts import is_loopback
from annotate.inputs.sources import Given
from annotate.release import ENDPOINT

BASE_URLS = {"us": "https://amplitude.com", "eu": "https://analytics.eu.amplitude.com"}
_NOT_THE_API = {
    "analytics.amplitude.com": ("Amplitude's web app", "us"),
    "app.amplitude.com": ("Amplitude's web app", "us"),
    "app.eu.amplitude.com": ("Amplitude's web app", "eu"),
    "api2.amplitude.com": ("Amplitude's event ingestion", "us"),
    "api.amplitude.com": ("Amplitude's event ingestion", "us"),
    "api.eu.amplitude.com": ("Amplitude's event ingestion", "eu"),
}


def base_url(text: str, *, allow_http: bool) -> str:
    """The base URL that an `api-url` means; ValueError says what is wrong with it."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise ValueError(f"which is no URL ({error})") from error
    if parts.scheme not in {"https", "http"} or not host:
        raise ValueError("which is no URL of the form `https://host`")
    try:
        host.encode("idna")
    except UnicodeError as error:
        raise ValueError("whose host is no name") from error
    if host.startswith(("*", ".")) or not text.isprintable():
        raise ValueError("whose host is no name")
    if host in _NOT_THE_API:
        what, region = _NOT_THE_API[host]
        raise ValueError(
            f"which is {what}, not the Releases API; that is at {BASE_URLS[region]}"
            f" (leave api-url out and set `region: {region}`)"
        )
    if parts.scheme == "http" and not is_loopback(host) and not allow_http:
        raise ValueError("a host without https: anyone on the way could read the keys")
    if parts.username is not None or parts.password is not None:
        raise ValueError("which holds credentials; those belong into api-key and secret-key")
    if parts.query or parts.fragment or any(c.isspace() or c == "\\" for c in text):
        raise ValueError("which holds more than scheme, host and path")
    path = parts.path.rstrip("/").removesuffix(ENDPOINT).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def checked(given: Given, *, allow_http: bool, untrusted: bool, problems: list[Message]) -> str:
    """The base URL of an `api-url`; empty with a problem where it must not be sent to.

    `untrusted` where a pull request could have set it.
    """
    try:
        url = base_url(given.text, allow_http=allow_http)
    except ValueError as error:
        mend = "region: us   # or eu; api-url is only for other hosts"
        what = f"The input api-url is `{_without_credentials(given.text)}`, {error}."
        problems.append(Message(what, f"It is set by {given.source}.", mend, topic=Topic.ADDRESS))
        return ""
    if untrusted and not is_amplitudes(url):
        problems.append(
            Message(
                f"The config file names a host that is not Amplitude's: {url}.",
                f"It stands in {given.source}. The file is part of the repository, and a pull"
                " request could send the keys elsewhere.",
                f"Set it in the pipeline instead, or trust the file there:\napi-url: {url}\n"
                "trust-config: true",
                topic=Topic.ADDRESS,
            )
        )
    return url


def _without_credentials(url: str) -> str:
    return re.sub("//[^/@]*@", "//***@", url.strip())


def is_amplitudes(url: str) -> bool:
    """Whether a base URL is one of Amplitude's own."""
    return url in BASE_URLS.values()
