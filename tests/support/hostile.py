"""Texts that mean to do harm to whoever reads them, and runs that are made of such texts."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

from hypothesis import settings
from hypothesis import strategies as st

from annotate.http.reply import Reply
from annotate.notes.history import Commit, History, TagMessage
from annotate.notes.people import Person
from annotate.redaction import basic_credentials
from annotate.text import one_line
from tests.support.process import API_KEY, SECRET_KEY

#: Keys as Amplitude has them, and keys that each consumer's own encoding rewrites.
KEYS = (API_KEY, SECRET_KEY)
ODD_KEYS = ("%41&<a>\"'+/$k{0123}456789abcdefg", "s%0Acret&amp;\"\\'<b>`$HOME`0123456789")

_COMMANDS = (
    "::set-output name=x::y", "::add-mask::a", "::stop-commands::x", "::error::x", " \t::group::x",
    "::endgroup::", "##[error]x", "x ##[group]y", "#\x00#[error]x", ":\u202e:error::x",
    "\u3000::warning::x", "\xa0::debug::x", "\u200d::error::x", "%0A::error::x", "##\u200b[error]x",
)  # fmt: skip
_FILES = (
    "x<<EOF\ny\nEOF", "outcome=fake", "\noutcome=fake\n", "outcome<<EOF\nfake\nEOF\n", "EOF", "=",
    "<<", "\nannotate-0\nrelease-id=fake", "\nRELEASE_ID=fake", "RELEASE_OUTCOME=fake", "'", '"',
)  # fmt: skip
_EXPANSIONS = (
    "$HOME", "${HOME}", "$(id)", "`id`", "%PATH%", "$$", "%%", "!PATH!", "$CI_JOB_TOKEN", "{{ x }}",
    "%CI_JOB_TOKEN%",
)  # fmt: skip
_MARKUP = (
    "</pre></details><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!--", "-->",
    "<![CDATA[", "]]>", "&#10;", "&lt;script&gt;", "<h3>", "</h3>", "</blockquote>", "</table>",
    "```\n", "\n\n# heading", "[a](javascript:b)", "| a | b |\n|---|---|\n", "***", "\n    code",
    "\n\n- item", "<?php ?>", "<details open>", "</summary>",
)  # fmt: skip
_TERMINAL = (
    "\x1b[31m", "\x1b[2J\x1b[H", "\x1b]8;;https://example.com\x1b\\", "\x1b]0;t\x07", "\x9b31m",
    "\x1b[0Ksection_start:1:x\r\x1b[0Ky", "section_end:1:x\r", "\b", "\x7f", "\x1b", "\x84",
)  # fmt: skip
_UNICODE = (
    "\u202e", "\u2066", "\u200f", "\ufeff", "\u200b", "\xad", "\U000e0041", "\ud800", "\udfff",
    "\udcff", "\u2028", "\u2029", "\x85", "\r", "\r\n", "\n", "\v", "\f", "\x1c", "\t", "\x00",
    "🎉", "漢", "é", "\u200d", "\u0301",
)  # fmt: skip
_PLAIN = ("a", " ", "Search", "v1.2.3", "feat: a (#1)", "fix: b", "%41", "%", "\\", "1.0.0", "-")
PIECES = (*_COMMANDS, *_FILES, *_EXPANSIONS, *_MARKUP, *_TERMINAL, *_UNICODE, *_PLAIN)


def examples(full: int) -> int:
    """How many examples to run, where a full run has so many; see the profiles in conftest.py."""
    return max(1, full * settings().max_examples // 100)


def forms(keys: Sequence[str]) -> list[str]:
    """The keys as they can come back: each alone and both together, in several encodings."""
    found = []
    for secret in (*keys, basic_credentials(*keys)):
        encoded = base64.b64encode(secret.encode()).decode()
        found += [secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]]
        found.append(encoded)
    return list(dict.fromkeys(found))


def texts(keys: Sequence[str] = KEYS, *, most: int = 6) -> st.SearchStrategy[str]:
    """Texts of hostile pieces, with the keys among them; now and then a very long one."""
    piece = st.one_of(st.sampled_from(PIECES), st.sampled_from(forms(keys)), st.text(max_size=3))
    short = st.lists(piece, max_size=most).map("".join)
    times = st.sampled_from([1] * 60 + [40, 400, 4000])
    return st.builds(lambda text, times: (text * times)[:100_000], short, times)


def as_argument(text: str) -> str:
    """The text as a process can have it in its arguments and variables."""
    whole = text.encode(errors="surrogatepass").decode(errors="surrogateescape")
    return whole.replace("\0", "")


@st.composite
def histories(draw: st.DrawFn, keys: Sequence[str] = KEYS) -> History:
    """A range whose every text is hostile, as far as a variable or what is read of git can be."""
    text = texts(keys).map(as_argument)
    people = st.builds(Person, name=text, email=text)
    commits = [
        Commit(
            sha=f"{number:040x}",
            subject=draw(text),
            body=draw(text),
            author=draw(people),
            co_authors=tuple(draw(st.lists(people, max_size=2))),
            parents=tuple(
                f"{number + more:040x}" for more in range(1, draw(st.integers(1, 2)) + 1)
            ),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    return History(
        version=one_line(draw(text)),
        tag=draw(text),
        previous=draw(text),
        commit=draw(st.sampled_from(["", "f" * 40])),
        commits=tuple(commits),
        count=len(commits) + draw(st.integers(0, 3)),
        message=TagMessage(subject=draw(text), body=draw(text)),
        reason=draw(text),
        complete=draw(st.booleans()),
        committed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _document(success: object, identity: object, words: str) -> bytes:
    document = {
        "success": success,
        "release": {"id": identity},
        "error": {"message": words, "metadata": {"details": words}},
    }
    return json.dumps(document).encode()


def replies(keys: Sequence[str] = KEYS) -> st.SearchStrategy[Reply]:
    """Answers of the API: confirmations and errors, in JSON, in HTML and in neither."""
    text = texts(keys)
    body = st.one_of(
        st.builds(_document, st.booleans(), st.one_of(text, st.integers()), text),
        text.map(lambda one: json.dumps(one).encode()),
        text.map(lambda one: one.encode(errors="surrogatepass")),
    )
    return st.builds(
        Reply,
        status=st.sampled_from([200, 200, 200, 201, 302, 400, 401, 404, 409, 429, 500, 999]),
        headers=st.fixed_dictionaries({}, optional={"Location": text, "Retry-After": text}),
        body=body,
    )


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run is started with, and what it meets."""

    flags: tuple[str, ...]
    env: Mapping[str, str]
    #: What git knows; None where there is no repository.
    history: History | None
    reply: Reply
    keys: tuple[str, str]


_VARIABLES: dict[str, dict[str, str]] = {
    "github": {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_SERVER_URL": "https://github.com",
    },
    "gitlab": {"GITLAB_CI": "true", "CI_PROJECT_URL": "https://gitlab.com/o/r"},
    "": {},
}
_TOLD = {
    "github": ("GITHUB_REF", "GITHUB_ACTOR", "GITHUB_EVENT_NAME", "GITHUB_SHA", "GITHUB_RUN_ID"),
    "gitlab": ("CI_COMMIT_TAG", "GITLAB_USER_NAME", "CI_PROJECT_PATH", "CI_PIPELINE_URL"),
    "": (),
}
_FLAGS = ("version", "title", "description", "platforms", "created-by")


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Runs in every pipeline, whose every text is hostile."""
    keys = draw(st.sampled_from([KEYS, KEYS, ODD_KEYS]))
    text = texts(keys).map(as_argument)
    provider = draw(st.sampled_from(list(_VARIABLES)))
    env = _VARIABLES[provider] | {name: draw(text) for name in _TOLD[provider]}
    if provider == "github" and draw(st.booleans()):
        env["GITHUB_REF"] = f"refs/tags/{env['GITHUB_REF']}"
    history = draw(st.one_of(histories(keys), histories(keys), histories(keys), st.none()))
    named = draw(st.sets(st.sampled_from(_FLAGS))) | (set() if history else {"version"})
    flags = [f"--{name}={draw(text)}" for name in sorted(named)]
    flags += draw(st.sampled_from([[], ["--dry-run"], ["--debug"], ["--on-failure=warn"]]))
    return Run(
        flags=("--release-start=now", *flags),
        env=env | dict(zip(("AMPLITUDE_API_KEY", "AMPLITUDE_SECRET_KEY"), keys, strict=True)),
        history=history,
        reply=draw(replies(keys)),
        keys=keys,
    )
