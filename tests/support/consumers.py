"""What reads what a run tells: parsers of our own, as strict as the real ones and stricter.

Sources: GitHub's runner (ActionCommand.cs: `::` at a line's start after blanks, `##[` anywhere;
a line ends at LF, CR or both), its file commands (LF; CR LF on Windows), GitLab's
`Ci::ParseDotenvArtifactService` (below 5 KB, one `NAME=value` to a line) and the references that
its `Variables::Collection::Item` expands: `$X`, `${X}`, `%X%`.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from html.parser import HTMLParser

from annotate.redaction import Redactor, basic_credentials
from annotate.report.outputs import OUTPUTS
from tests.support.hostile import KEYS, forms
from tests.support.inside import Told

#: Bytes that GitHub takes of a step's summary, and GitLab of a dotenv report.
SUMMARY_LIMIT, DOTENV_LIMIT = 1_048_576, 5 * 1024
_ENDS = re.compile("\r\n|\n|\r")
_SECTION = re.compile("\x1b\\[0Ksection_(?:start|end):[0-9]+:[a-z0-9_*]+\r\x1b\\[0K")
_OURS = re.compile("::(?:group|endgroup|(?:error|warning|notice) title=annotate)::")
_MASK = "::add-mask::"
_REFERENCE = re.compile(r"\$\$|%%|\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\}?|%[A-Za-z_]\w*%|\$\(|`\$")
_TAGS = {
    "h3", "blockquote", "strong", "br", "pre", "table", "tr", "th", "td", "code", "details",
    "summary", "a", "h4", "p", "ul", "li",
}  # fmt: skip
# To wherever a text leads, but by no other scheme, and without what a browser would read otherwise.
_LINK = re.compile(r"https?://[^\s\"'<>]+")
_BLOCK = re.compile("<(h3|h4|p|ul|blockquote|table|details)>.*</\\1>")
DOTENV_VARIABLES = {
    "RELEASE_OUTCOME", "RELEASE_ID", "RELEASE_VERSION", "RELEASE_TAG", "RELEASE_PREVIOUS_TAG",
    "RELEASE_TITLE", "RELEASE_START", "RELEASE_COMMIT_COUNT",
}  # fmt: skip


def controls(text: str) -> set[str]:
    """What a terminal, a browser or an encoder would act on."""
    return {
        one
        for one in set(text) - {"\n", "\u200c", "\u200d"}
        if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    }


def masks(log: str) -> set[str]:
    """The secrets of which the runner is told, as it will know them."""
    lines = [line for line in log.split("\n") if line.startswith(_MASK)]
    return {_data(line.removeprefix(_MASK)) for line in lines}


def shown(log: str) -> str:
    """The log as people see it: without masks and marks, the data of commands decoded."""
    lines = [line for line in _SECTION.sub("", log).split("\n") if not line.startswith(_MASK)]
    return "\n".join(_data(line) if _OURS.match(line) else line for line in lines)


def check_log(log: str, *, github: bool = False, gitlab: bool = False) -> None:
    """No line commands a runner but our own, and none a terminal."""
    depth = 0
    for line in _ENDS.split(_SECTION.sub("", log) if gitlab else log):
        if github and line.startswith(_MASK):
            continue
        assert "##[" not in line
        assert not controls(line), line
        if line.lstrip().startswith("::"):
            assert github, line
            assert _OURS.match(line), line
            depth += line.startswith("::group::") - (line == "::endgroup::")
            assert depth in {0, 1}
    assert depth == 0


def read_outputs(content: bytes, end: str = "\n") -> dict[str, str]:
    """An outputs file as the runner reads it, whose lines end at matches of `end`."""
    lines = iter(re.split(end, content.decode("utf-8")))
    values: dict[str, str] = {}
    for line in lines:
        if not line:
            continue
        name, heredoc, delimiter = line.partition("<<")
        assert heredoc, line
        assert "=" not in name, line
        assert name not in values, line
        value = []
        while (inner := next(lines)) != delimiter:
            value.append(inner)
        values[name] = "\n".join(value)
    return values


def check_outputs(content: bytes) -> dict[str, str]:
    """Each output once, and the same however the reader ends its lines; the values."""
    values = read_outputs(content)
    assert values.keys() == OUTPUTS.keys()
    for end in ("\r\n|\n", "\r\n|\r|\n"):
        again = read_outputs(content, end)
        assert _normal(again) == _normal(values)
    return values


def check_dotenv(content: bytes) -> dict[str, str]:
    """A report that GitLab takes whole, and in which it finds nothing to expand; the values."""
    assert len(content) < DOTENV_LIMIT
    text = content.decode("utf-8")
    assert text.endswith("\n")
    values: dict[str, str] = {}
    for line in text.removesuffix("\n").split("\n"):
        name, equals, value = line.partition("=")
        assert equals
        assert name in DOTENV_VARIABLES - values.keys()
        assert len(value.splitlines()) <= 1
        assert not controls(value)
        assert not _REFERENCE.search(value), line
        values[name] = value
    assert values.keys() == DOTENV_VARIABLES
    return values


class _Page(HTMLParser):
    """Reads a summary; fails at what is not ours."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS
        if tag == "a":
            [(name, url)] = attrs
            assert name == "href"
            assert _LINK.fullmatch(url or ""), url
        else:
            assert attrs == []
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def check_summary(content: bytes) -> str:
    """HTML alone, each block a line, so that nothing is read as Markdown; the text of it."""
    assert len(content) <= SUMMARY_LIMIT
    text = content.decode("utf-8")
    assert text.endswith("\n\n")
    assert not controls(text)
    for line in text.removesuffix("\n\n").split("\n"):
        assert _BLOCK.fullmatch(line), line
    page = _Page()
    page.feed(text)
    page.close()
    assert page.open == []
    return "".join(page.texts)


def check_secrets(keys: Sequence[str], seen: Collection[str]) -> None:
    """The keys are in none of the texts, in whatever form."""
    for form in forms(keys):
        for text in seen:
            assert form not in text, text[max(text.find(form) - 100, 0) :][:300]


def check_told(
    told: Told, keys: tuple[str, str], env: Mapping[str, str], others: Sequence[str] = ()
) -> dict[str, str]:
    """Every consumer reads what it is meant to read, and no secret; the outputs.

    `others` are secrets beside the keys, of which the runner knows already.
    """
    github = "GITHUB_ACTIONS" in env
    check_log(told.log, github=github, gitlab="GITLAB_CI" in env)
    values = check_outputs(told.output)
    page = check_summary(told.summary)
    report = check_dotenv(told.dotenv)
    assert report["RELEASE_OUTCOME"] == values["outcome"]
    assert masks(told.log) <= ({*keys, basic_credentials(*keys)} if github else set())
    written = [one.decode() for one in (told.output, told.summary, told.dotenv)]
    seen = [shown(told.log), page, *written, *values.values(), *report.values()]
    check_secrets(keys, seen)
    assert not [secret for secret in others for text in seen if secret in text]
    _check_payload(told, keys, values, others)
    return values


def _check_payload(
    told: Told, keys: tuple[str, str], values: Mapping[str, str], others: Sequence[str]
) -> None:
    """The payload is JSON that says what the other outputs say, and what was sent."""
    if not values["payload"]:
        return
    redact = Redactor([*keys, *others], [basic_credentials(*keys)])
    payload = json.loads(values["payload"])
    for name in ("version", "title", "description"):
        # The literal text of an input may hold what no line has; it is redacted in JSON's form.
        assert payload.get(name, "") == values[name] or keys != KEYS
    for body in told.sent:
        assert json.loads(redact(body.decode())) == payload


def _data(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _normal(values: Mapping[str, str]) -> dict[str, str]:
    """A reader that ends lines at CR, too, sees the same lines, blank ones at the end apart."""
    return {name: _ENDS.sub("\n", value).rstrip("\n") for name, value in values.items()}
