"""What the checkout tells where no CI does: the repository's name and its page."""

import re
from urllib.parse import urlsplit

_SCP_LIKE = re.compile(r"(?:[^@/]+@)?(?P<host>[^:/]+):(?P<path>(?!//).+)")


def repository_of(origin: str) -> tuple[str, str]:
    """Path and page of the repository behind a remote address; empty where it has none.

    Credentials and ports of the address are left out. Both notations of git-clone(1) are read.
    """
    if "://" in origin:
        try:
            parts = urlsplit(origin)
            host, path = parts.hostname or "", parts.path
        except ValueError:
            return "", ""
    elif scp := _SCP_LIKE.fullmatch(origin):
        host, path = scp["host"], scp["path"]
    else:
        return "", ""
    path = path.strip("/").removesuffix(".git")
    if not host or not path or origin.startswith("file:"):
        return "", ""
    return path, f"https://{host}/{path}"
