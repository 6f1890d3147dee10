"""Markdown to plain text, as a tooltip shows it: the words and their lists, without the signs.

markdown-it-py reads it, by CommonMark and with the tables and the strikethrough of GitHub. As on
the page of a release, a line that ends within a paragraph stays a line.
"""

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from functools import cache
from itertools import count, repeat

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from annotate.notes.subject import SHORTCODE
from annotate.regex import Regex
from annotate.text import plain

_ALERT = Regex(r"\[!(?P<name>[A-Z]{3,12})\]", needs=("[!",))
_TAG = Regex(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)")
# Tags that begin or end a line.
_LINE_TAGS = frozenset([*block_names, "br", "pre"])
# The rest of a URL, up to what may be a sign around it.
_URL = Regex(r"://(?:[^\s\\`*~\[\]()<>&]|&(?!\w{2,8};))+")


class _Kind(Enum):
    """What a line of the result belongs to."""

    TEXT = auto()
    HEADING = auto()
    ITEM = auto()


def plain_text(markdown: str) -> str:
    r"""Return the text of a Markdown document that has `\n` as its only control character.

    Lists begin with `- ` or a number, and those in lists with two spaces more. A heading has an
    empty line before it and none after it. The cells of a table's row have ` | ` between them.
    Images, comments, HTML tags and the targets of links are left out.
    """
    return "\n".join(_Document(markdown).lines)


class _Document:
    """A document, read token by token."""

    def __init__(self, markdown: str) -> None:
        """Read the tokens."""
        self.lines: list[str] = []
        self._source = markdown.split("\n")
        #: For each list that is open, the signs of its items.
        self._lists: list[Iterator[str]] = []
        #: Stands before the first line of the item that has just begun.
        self._sign = ""
        self._cells: list[str] = []
        self._last = _Kind.HEADING
        self._gap = False
        around = ""
        for token in _parser().parse(markdown):
            if token.map and not self._source[token.map[0] - 1].strip(" >"):
                self._gap = True
            self._read(token, around)
            around = token.type

    def _read(self, token: Token, around: str) -> None:
        """Read a token; `around` is the type of the one before, which an inline token is in."""
        match token.type:
            case "bullet_list_open":
                self._lists.append(repeat("- "))
            case "ordered_list_open":
                first = int(token.attrs.get("start", 1))
                self._lists.append(f"{number}. " for number in count(first))
            case "list_item_open":
                self._sign = "  " * (len(self._lists) - 1) + next(self._lists[-1])
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                self._sign = ""
            case "inline":
                self._read_inline(token, around)
            case "tr_close":
                self._add([" | ".join(self._cells).rstrip(" |")])
                self._cells = []
            case "fence" | "code_block":
                self._add(token.content.split("\n"))
            case "html_block":
                self._add(_words_of_html(token.content))
            case "hr" | "table_close":
                self._gap = True

    def _read_inline(self, token: Token, around: str) -> None:
        lines = _words(token)
        if around in {"th_open", "td_open"}:
            self._cells.append(" ".join(lines))
        elif around == "heading_open":
            self._add([" ".join(lines)], _Kind.HEADING)
        else:
            self._add([" ".join(lines)] if self._sign else lines)

    def _add(self, lines: Sequence[str], kind: _Kind = _Kind.TEXT) -> None:
        lines = [line.rstrip() for line in lines if line.strip()]
        if not lines:
            return
        if self._sign:
            lines[0], kind, self._sign = self._sign + lines[0], _Kind.ITEM, ""
        is_list = kind is _Kind.ITEM and self._last is _Kind.ITEM
        needs_gap = kind is _Kind.HEADING or (self._gap and self._last is not _Kind.HEADING)
        if self.lines and needs_gap and not is_list:
            self.lines.append("")
        self.lines += lines
        self._last, self._gap = kind, False


def _words(inline: Token) -> list[str]:
    """Return the lines of a paragraph, a heading or a cell, with single spaces."""
    pieces = []
    for token in inline.children or ():
        match token.type:
            case "text":
                pieces.append(SHORTCODE.sub("", token.content))
            case "code_inline":
                pieces.append(token.content)
            case "softbreak" | "hardbreak":
                pieces.append("\n")
            case "html_inline":
                pieces.append(_tag(token.content))
    lines = [" ".join(line.split()) for line in plain("".join(pieces)).split("\n")]
    if alert := _ALERT.fullmatch(lines[0]):
        lines[0] = f"{alert['name'].capitalize()}:"
    return [line for line in lines if line]


def _words_of_html(html: str) -> list[str]:
    """Return the lines between the tags; none if it is a comment that does not end."""
    if html.lstrip().startswith("<!--") and "-->" not in html:
        return []
    return _words(*_parser().parseInline(html))


def _tag(tag: str) -> str:
    found = _TAG.match(tag)
    name = found["name"].lower() if found else ""
    if found and name == "li" and not found["end"]:
        return "\n- "
    return "\n" if name in _LINE_TAGS else ""


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", "url", _read_url)
    return parser


def _read_url(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # the library's form
    """Read the rest of a URL as text, as GitHub does: `_` is no sign in it."""
    if not state.src.endswith(("http", "https"), 0, state.pos):
        return False
    found = _URL.compiled.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.pending += found[0]
    state.pos = found.end()
    return True
