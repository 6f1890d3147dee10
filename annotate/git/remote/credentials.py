"""Find the URL of the repository, and the credentials to read it.

Sources: git-config(1), `http.<url>.*`; actions/checkout, which keeps a header in the checkout's
config or in a file that this includes; GitLab Docs, "CI/CD job token"; GitHub Docs, "Use
GITHUB_TOKEN for authentication".
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from annotate.git.checkout import Checkout, repository_of
from annotate.git.command import CommandFailed
from annotate.git.remote.transfer import Remote
from annotate.pipeline import Pipeline
from annotate.redaction import basic_credentials

_SCHEMES = {"https", "http", "ssh", "file"}


def remotes(
    found: Checkout | None, pipeline: Pipeline, *, ca_bundle: str, system_bundle: str
) -> list[Remote]:
    """Return the remotes to try, the best first; none if no URL is known, or if it is malformed.

    They trust the certificates in `ca_bundle`, else those that the checkout's config names, else
    those of the CI, else `system_bundle`.
    """
    try:
        origin = _address(found.origin if found else "", pipeline)
        url, header_of_url = _without_credentials(origin)
    except ValueError:
        return []
    if not url:
        return []
    certificates = pipeline.ca_file or system_bundle
    offers: list[tuple[str, str]] = []
    if found and url.startswith("http"):
        offers.append(("the checkout", _header_of(found, url)))
        certificates = _config(found, "http.sslCAInfo", url) or certificates
    offers.append(("the checkout's remote", header_of_url))
    if (login := pipeline.login) and _same_host(url, pipeline.web_url):
        offers.append((login.owner, _basic(login.user, login.token)))
    # Anonymous access comes last: an expired token is refused even for a public repository.
    headers = {header: owner for owner, header in reversed(offers) if header}
    known = [(owner, header) for header, owner in reversed(headers.items())]
    return [
        Remote(url=url, authorization=header, owner=owner, ca_file=ca_bundle or certificates)
        for owner, header in [*known, ("none", "")]
    ]


def _address(origin: str, pipeline: Pipeline) -> str:
    """Return the URL to pass to git; empty if there is none."""
    page = f"{pipeline.web_url}.git" if pipeline.web_url else ""
    if not origin:
        return page
    scheme = urlsplit(origin).scheme if "://" in origin else ""
    if scheme in {"https", "http"}:
        return origin
    path, _ = repository_of(origin)
    if page and path and path == pipeline.repository:
        # A job has a token for its own repository, but rarely an SSH key.
        return page
    if scheme in _SCHEMES or (path and not origin.startswith("-")):
        return origin
    return Path(origin).as_uri() if Path(origin).is_absolute() else ""


def _without_credentials(url: str) -> tuple[str, str]:
    """Split a URL into the URL without credentials, and a header with them or nothing.

    The user name in an ssh URL stays there.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or "@" not in parts.netloc:
        return url, ""
    user, _, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    # In `https://token:@host` the user name is a token, and the password is empty.
    header = _basic(unquote(name), unquote(password), allow_empty=":" in user)
    return urlunsplit(parts._replace(netloc=host)), header


def _header_of(found: Checkout, url: str) -> str:
    """Return the `Authorization` header that the checkout's config has for a URL, or nothing."""
    name, _, value = _config(found, "http.extraHeader", url).partition(":")
    return value.strip() if name.strip().lower() == "authorization" else ""


def _config(found: Checkout, key: str, url: str) -> str:
    """Return the checkout's setting for a URL, from its config and the files that it includes."""
    try:
        value = found.git("config", "--includes", "--get-urlmatch", key, url, accept=(0, 1))
    except CommandFailed:
        return ""
    return value.decode(errors="replace").strip()


def _same_host(url: str, page: str) -> bool:
    """Return True if a token for `page` may be sent to `url`: scheme, host and port are equal."""
    first, second = urlsplit(url), urlsplit(page)
    return bool(page) and (first.scheme, first.netloc) == (second.scheme, second.netloc)


def _basic(user: str, password: str, *, allow_empty: bool = False) -> str:
    """Return the value of a Basic header (RFC 7617), or nothing if a password is required."""
    if not (password or (allow_empty and user)):
        return ""
    return f"basic {basic_credentials(user, password)}"
