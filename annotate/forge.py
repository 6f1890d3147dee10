"""The pages of a repository on GitHub and GitLab."""

from typing import NamedTuple, Self
from urllib.parse import quote, urlsplit

from annotate.text import plain

# Paths below the page of the repository. `#12` leads to the pull request, too.
_PATHS = {
    "github": {"compare": "compare", "tag": "releases/tag", "#": "issues", "!": "pull"},
    "gitlab": {"compare": "-/compare", "tag": "-/tags", "#": "-/issues", "!": "-/merge_requests"},
}


class Forge(NamedTuple):
    """A repository on a forge. All pages are empty if it is on no known one."""

    #: URL of its page, without a trailing slash; empty if the forge is not known.
    web_url: str = ""
    name: str = ""

    @classmethod
    def of(cls, web_url: str, name: str = "") -> Self:
        """Return the forge of a page: `name` if it is known, else as the host says."""
        try:
            parts = urlsplit(web_url)
            host = parts.hostname or ""
        except ValueError:
            return cls()
        name = name or next((known for known in _PATHS if known in host), "")
        is_page = host and name and parts.scheme in {"https", "http"}
        return cls(web_url, name) if is_page else cls()

    def compare(self, previous: str, current: str) -> str:
        """Return the URL that compares two tags; empty if one of them is."""
        return self._page("compare", previous, "...", current) if previous and current else ""

    def tag(self, name: str) -> str:
        """Return the URL of a tag."""
        return self._page("tag", name) if name else ""

    def request(self, number: str) -> str:
        """Return the URL of an issue or request, such as `#12` or `!3`."""
        return self._page(number[0], number[1:])

    def _page(self, kind: str, *names: str) -> str:
        if not self.web_url:
            return ""
        quoted = "".join(quote(_bytes(name), safe="/@.") for name in names)
        return plain(f"{self.web_url}/{_PATHS[self.name][kind]}/{quoted}")


def _bytes(name: str) -> bytes:
    """Return a name as git has it; an event may hold what cannot be a name."""
    try:
        # A variable of the environment may have bytes that are not UTF-8.
        return name.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        return name.encode(errors="replace")
