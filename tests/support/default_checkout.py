"""A default checkout, as CI systems leave it: one commit, no tags, and a header for the remote."""

import base64
from pathlib import Path

from tests.support.git_server import TOKEN, GitServer
from tests.support.repo import RepoBuilder

HEADER = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


def default_checkout(place: Path, server: GitServer, name: str, commit: str, ref: str) -> Path:
    """Check out a commit of a hosted repository; `ref` is what the checkout calls it."""
    clone = RepoBuilder(place)
    clone.git("remote", "add", "origin", f"{server.url}/{name}.git")
    clone.git("config", f"http.{server.url}/.extraheader", f"AUTHORIZATION: basic {HEADER}")
    clone.git("fetch", "--quiet", "--depth=1", "--no-tags", "origin", f"+{commit}:{ref}")
    clone.git("checkout", "--quiet", "--detach", commit)
    return clone.path
