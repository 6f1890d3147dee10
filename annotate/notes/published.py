"""The words of a release that was published elsewhere, as title and description on a chart.

Release notes are Markdown for a page; much of it is written by tools. What these add beside the
text of a change, such as ids of commits, is left out. Source of their forms: GitHub Docs,
"Automatically generated release notes"; the READMEs of release-drafter, semantic-release,
release-please and changesets.
"""

import re
from functools import cached_property

from annotate.notes.description import DESCRIPTION_LIMIT, TITLE_LIMIT
from annotate.notes.subject import SHORTCODE
from annotate.notes.version_only import says_only_version
from annotate.pipeline import Published
from annotate.regex import Regex
from annotate.text import ELLIPSIS, length, one_line, plain, shorten, whole_lines

# The link to all changes is the last line, as in the notes that annotate makes.
_FULL_CHANGELOG = Regex(r"[\s>#*_+-]*\[?full change ?log\b", re.IGNORECASE)
_URL = Regex(r"https?://[^\s<>()\[\]\"']+", needs=("://",))
_LONGEST_URL = 500
# A longer line is a paragraph, which is cut where it does not fit.
_LONGEST_ITEM = 300
# Characters of the Markdown that are read. A description has room for a sixth of them, and the time
# to read some texts grows with the square of their length.
LONGEST_BODY = 20_000
# An id of a commit, as a link.
_COMMIT_LINK = Regex(r" ?\(?\[`?[0-9a-f]{7,64}`?\]\([^\s()]*\)\)?", needs=("](",))
_EMPTY_BRACKETS = Regex(r" ?\[,*\](?!\()", needs=("[",))
_COMMIT_ID = Regex(r"(?P<sign> *- )[0-9a-f]{7,64}: ", needs=(": ",))
_AUTHOR = Regex(r" by @\S+ in (?P<request>\S*#[0-9]{1,9})$", needs=(" by @",))
_THANKS = Regex(r"(?P<sign> *- )(?:(?P<request>#[0-9]{1,9}) )?(?:Thanks @.{1,200}?! )?- ")
# Headings that name what follows, which is all that there is.
_WHOLE = frozenset(["changelog", "changes", "release notes", "what's changed"])
_HEADING_OF_GITHUB = "what's changed"
_HEADING = Regex(r" {0,3}#{1,6} +(?P<text>\S.*)", needs=("#",))


class PublishedWords:
    """Title and description; each is empty if the release does not say more than its version."""

    def __init__(self, published: Published, tag: str, repository: str, web_url: str) -> None:
        """Read the words of the release of `tag`.

        `repository` is its path, such as `octo/shop`, and `web_url` the URL of its page.
        """
        self._published = published
        self._tag = tag
        self._repository = repository
        self._web_url = web_url
        #: Shown in the log.
        self.source = published.source

    @cached_property
    def title(self) -> str:
        """The name of the release."""
        name = one_line(SHORTCODE.sub("", one_line(self._published.name)))
        bare = name == self._tag or says_only_version(name, self._repository)
        return "" if bare else shorten(name, TITLE_LIMIT)

    def description(self, limit: int = DESCRIPTION_LIMIT) -> str:
        """The text of the release in whole lines, and the link to all changes as its last line."""
        text, link = self._text_and_link
        if not text:
            # The link alone says less than the notes that annotate makes.
            return ""
        tail = f"\n\n{link}" if link else ""
        return _fitted(text, limit - len(tail)) + tail

    @cached_property
    def _text_and_link(self) -> tuple[str, str]:
        link = ""
        lines: list[str] = []
        for line in plain(self._published.body).split("\n"):
            if _FULL_CHANGELOG.match(line) and (found := _URL.search(line)):
                link = found[0] if len(found[0]) <= _LONGEST_URL else link
            else:
                lines.append(line)
        body = "\n".join(lines)
        read = "\n".join(whole_lines(lines, LONGEST_BODY)) or body[:LONGEST_BODY]
        text = self._text(read)
        return f"{text}\n{ELLIPSIS}" if text and len(read) < len(body) else text, link

    def _text(self, body: str) -> str:
        # A title or another description needs no Markdown.
        from annotate.notes.markdown import plain_text

        kept: list[str] = []
        begun = False
        for line in body.split("\n"):
            if not self._says_nothing(line, first=not begun):
                kept.append(_EMPTY_BRACKETS.sub("", _COMMIT_LINK.sub("", line)))
                begun = begun or bool(kept[-1])
        lines = plain_text("\n".join(kept)).split("\n")
        return "\n".join(map(self._change, lines)).strip("\n")

    def _says_nothing(self, line: str, *, first: bool) -> bool:
        """Return True for a comment or a heading without a text of its own."""
        from annotate.notes.markdown import plain_text

        comment = line.strip()
        if first and comment.startswith("<!--") and comment.find("-->") == len(comment) - 3:
            return True
        heading = _HEADING.fullmatch(line)
        if not heading:
            return False
        text = plain_text(heading["text"])
        name = text.replace("’", "'").casefold().rstrip(":")
        if first:
            return name in _WHOLE or (
                len(text) <= TITLE_LIMIT and says_only_version(text, self._repository)
            )
        return name == _HEADING_OF_GITHUB

    def _change(self, line: str) -> str:
        """Return a line, with its request at the end and without what tools wrote around it."""
        if self._web_url and self._web_url in line:
            line = self._requests.sub(r"#\1", line)
        line = _AUTHOR.sub(r" (\g<request>)", line)
        if found := _THANKS.match(line):
            request = f" ({found['request']})" if found["request"] else ""
            return f"{found['sign']}{line[found.end() :]}{request}"
        return _COMMIT_ID.sub(r"\g<sign>", line, count=1)

    @cached_property
    def _requests(self) -> Regex:
        # As GitHub shows the URL of a request or an issue of the same repository.
        return Regex(rf"{re.escape(self._web_url)}/(?:pull|issues)/([0-9]{{1,9}})(?![\w/?#-])")


def _fitted(text: str, limit: int) -> str:
    """Fit a text into `limit` as `text.fitted` does, but cut a long paragraph within."""
    if len(text) <= limit:
        return text
    lines = text.split("\n")
    kept = whole_lines(lines, limit - len(ELLIPSIS))
    room = limit - length(kept)
    following = lines[len(kept)]
    last = shorten(following, room) if len(following) > _LONGEST_ITEM < room else ELLIPSIS
    return "\n".join([*kept, last])
