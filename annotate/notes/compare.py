"""The page of GitHub or GitLab that compares two releases."""

from urllib.parse import quote, urlsplit

#: Path below the page of the repository, by forge.
PATHS = {"github": "compare", "gitlab": "-/compare"}


def compare_url(web_url: str, previous: str, current: str, forge: str = "") -> str:
    """Return the URL that compares two tags; empty if there is no previous release.

    `forge` is `github` or `gitlab`, or empty to derive it from the host name. The URL is empty if
    the forge is neither.
    """
    try:
        host = urlsplit(web_url).hostname or ""
    except ValueError:
        return ""
    forge = forge or next((name for name in PATHS if name in host), "")
    if not (host and forge and previous and current):
        return ""
    first, last = (
        # The tag may come from an environment variable with bytes that are not UTF-8.
        quote(name.encode(errors="surrogateescape"), safe="/@")
        for name in (previous, current)
    )
    return f"{web_url}/{PATHS[forge]}/{first}...{last}"
