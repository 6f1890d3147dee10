"""The address at which GitHub or GitLab shows what lies between two releases."""

from urllib.parse import quote, urlsplit

#: The path below a repository's page, by the software that serves it.
PATHS = {"github": "compare", "gitlab": "-/compare"}


def compare_url(web_url: str, previous: str, current: str, forge: str = "") -> str:
    """The address; empty where there is no previous release.

    `forge` is `github` or `gitlab` where the pipeline knows it; else the host's name tells, and
    where that is another one, the address is empty.
    """
    try:
        host = urlsplit(web_url).hostname or ""
    except ValueError:
        return ""
    forge = forge or next((name for name in PATHS if name in host), "")
    if not (host and forge and previous and current):
        return ""
    first, last = (
        # The tag that started the pipeline is what a variable holds, whatever its bytes.
        quote(name.encode(errors="surrogateescape"), safe="/@")
        for name in (previous, current)
    )
    return f"{web_url}/{PATHS[forge]}/{first}...{last}"
