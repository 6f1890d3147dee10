"""Where the repository is hosted, and with whose credentials it may be read.

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
    """Return the ways to read the repository's remote, the best first; none without an address.

    Certificates are those of `ca_bundle`, else what the checkout itself trusts, else the CI's, else
    the system's.
    """
    origin = _address(found.origin if found else "", pipeline)
    if not origin:
        return []
    url, own = _without_credentials(origin)
    certificates = pipeline.ca_file or system_bundle
    offers: list[tuple[str, str]] = []
    if found and url.startswith("http"):
        offers.append(("the checkout", _header_of(found, url)))
        certificates = _config(found, "http.sslCAInfo", url) or certificates
    offers.append(("the checkout's remote", own))
    if (login := pipeline.login) and _same_host(url, pipeline.web_url):
        offers.append((login.owner, _basic(login.user, login.token)))
    # Without credentials at last: a token that has expired is refused even for what is public.
    headers = {header: owner for owner, header in reversed(offers) if header}
    ways = [(owner, header) for header, owner in reversed(headers.items())]
    return [
        Remote(url=url, authorization=header, owner=owner, ca_file=ca_bundle or certificates)
        for owner, header in [*ways, ("nobody", "")]
    ]


def _address(origin: str, pipeline: Pipeline) -> str:
    """The address of the remote that git can be given; empty where there is none."""
    page = f"{pipeline.web_url}.git" if pipeline.web_url else ""
    if not origin:
        return page
    scheme = urlsplit(origin).scheme if "://" in origin else ""
    if scheme in {"https", "http"}:
        return origin
    path, _ = repository_of(origin)
    if page and path and path == pipeline.repository:
        # A job has a token for its own repository, but rarely the key that ssh wants.
        return page
    if scheme in _SCHEMES or (path and not origin.startswith("-")):
        return origin
    return Path(origin).as_uri() if Path(origin).is_absolute() else ""


def _without_credentials(url: str) -> tuple[str, str]:
    """The address without what stands before its `@`, and that as a header; ssh keeps its user."""
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or "@" not in parts.netloc:
        return url, ""
    user, _, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    # With a colon and nothing behind it, the name itself is a token.
    header = _basic(unquote(name), unquote(password), empty=":" in user)
    return urlunsplit(parts._replace(netloc=host)), header


def _header_of(found: Checkout, url: str) -> str:
    name, _, value = _config(found, "http.extraHeader", url).partition(":")
    return value.strip() if name.strip().lower() == "authorization" else ""


def _config(found: Checkout, key: str, url: str) -> str:
    """The checkout's own setting for an address, also from the files that its config includes."""
    try:
        value = found.git("config", "--includes", "--get-urlmatch", key, url, accept=(0, 1))
    except CommandFailed:
        return ""
    return value.decode(errors="replace").strip()


def _same_host(url: str, page: str) -> bool:
    """Whether a token for the page's host may go to the address: host, port and scheme agree."""
    one, other = urlsplit(url), urlsplit(page)
    return bool(page) and (one.scheme, one.netloc) == (other.scheme, other.netloc)


def _basic(user: str, password: str, *, empty: bool = False) -> str:
    """RFC 7617; nothing without a password, unless it is meant to be empty."""
    if not (password or (empty and user)):
        return ""
    return f"basic {basic_credentials(user, password)}"
