"""Outputs, log, summary and dotenv."""

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from annotate.errors import Message, Topic
from annotate.findings import bad
from annotate.notes.history import History
from annotate.outcome import Outcome
from annotate.pipeline import Moment, Pipeline
from annotate.redaction import RedactedStream, Redactor, basic_credentials
from annotate.release import Fact, Release
from annotate.report import files, findings, github, gitlab, log
from annotate.report.console import Console
from annotate.report.github import GitHubConsole, output_file
from annotate.report.gitlab import GitLabConsole
from annotate.report.outputs import outputs
from annotate.report.preview import preview
from annotate.report.summary import summary
from annotate.result import Delivery, Result
from tests.support.process import parse_outputs

NASTY = (
    "::set-output name=x::y\r\n##[error]z\n]]> ``` <script>alert(1)</script>\n\n# \x1b[31mh\u202e"
)


def result(title: str = "Search", description: str = "- one\n- two") -> Result:
    return Result(
        outcome=Outcome.CREATED,
        decided=(Fact(name="version", value="1.2.3", source="the tag v1.2.3"),),
        history=History(version="1.2.3", tag="v1.2.3", previous="v1.2.2", count=7),
        releases=(
            Release(
                version="1.2.3",
                title=title,
                description=description,
                release_start=datetime(2026, 1, 1, tzinfo=UTC),
            ),
        ),
        deliveries=(
            Delivery(outcome=Outcome.CREATED, release_id="abc", response='{"success":true}'),
        ),
    )


def ending(of: Result) -> str:
    """The end of the log: the messages and the last lines."""
    stream = io.StringIO()
    console = Console(stream)
    log.write_messages(of, console)
    log.write_last_line(of, console, str)
    return stream.getvalue()


def test_the_outputs() -> None:
    assert outputs(result()) == {
        "outcome": "created",
        "release-id": "abc",
        "version": "1.2.3",
        "tag": "v1.2.3",
        "previous-tag": "v1.2.2",
        "title": "Search",
        "description": "- one\n- two",
        "release-start": "2026-01-01 00:00:00",
        "commit-count": "7",
        "payload": '{"version": "1.2.3", "title": "Search", "description": "- one\\n- two",'
        ' "release_start": "2026-01-01 00:00:00", "chart_visibility": true}',
        "response": '{"success":true}',
        "results": "",
    }


def test_the_results_of_several_targets() -> None:
    deliveries = (
        Delivery(target="wéb", outcome=Outcome.CREATED, release_id="a"),
        Delivery(
            target="app",
            outcome=Outcome.UNKNOWN,
            exit_code=7,
            message=Message("Lost.", topic=Topic.UNKNOWN),
        ),
    )
    several = result()._replace(outcome=Outcome.UNKNOWN, exit_code=7, deliveries=deliveries)
    assert json.loads(outputs(several)["results"]) == [
        {"target": "wéb", "outcome": "created", "release-id": "a"},
        {"target": "app", "outcome": "unknown", "release-id": ""},
    ]
    assert ending(several) == (
        "error: app: Lost.\n"
        f"  More: {Topic.UNKNOWN.address}\n"
        "wéb: created a\napp: unknown\nannotate: unknown (Search)\n"
    )
    told = summary(several)
    assert "<tr><td>app</td><td>unknown</td><td><code></code></td></tr>" in told
    # Nothing that is said of the whole run has the id of one of them.
    assert told.count("<code>a</code>") == 1


def test_an_id_commands_nobody() -> None:
    hostile = Delivery(outcome=Outcome.CREATED, release_id="a\n::error::x" + "y" * 5000)
    [line] = ending(result()._replace(deliveries=(hostile,))).splitlines()
    assert line.startswith("annotate: created a ::error::xyyy")
    assert len(line) < 200


def test_outputs_of_a_run_that_came_nowhere() -> None:
    values = outputs(Result(outcome=Outcome.INVALID))
    assert {name: value for name, value in values.items() if value} == {"outcome": "invalid"}


def test_an_output_cannot_pose_as_another() -> None:
    text = output_file({"title": NASTY, "tag": "x\nEOF\noutcome=fake", "version": ""})
    values = parse_outputs(text)
    assert values == {"title": NASTY, "tag": "x\nEOF\noutcome=fake", "version": ""}


def log_of(console: Callable[[io.StringIO], Console]) -> str:
    stream = io.StringIO()
    made = console(stream)
    with made.group("Group"):
        made.fact("title", NASTY, NASTY)
        made.line(NASTY)
    for tell in (made.warning, made.notice, made.error):
        tell(Message(NASTY, NASTY, NASTY, topic=Topic.DEFECT))
    return stream.getvalue()


def plain_console(stream: io.StringIO) -> Console:
    return Console(stream)


def gitlab_console(stream: io.StringIO) -> Console:
    return GitLabConsole(stream, lambda: datetime(2026, 1, 1, tzinfo=UTC))


def github_console(stream: io.StringIO) -> Console:
    return GitHubConsole(stream)


@pytest.mark.parametrize("console", [plain_console, gitlab_console, github_console])
def test_no_text_commands_a_runner(console: Callable[[io.StringIO], Console]) -> None:
    lines = log_of(console).split("\n")
    commands = {line.split("::")[1].split()[0] for line in lines if line.lstrip()[:2] == "::"}
    ours = {"group", "endgroup", "warning", "notice", "error"}
    assert commands == (ours if console is github_console else set())
    assert not [line for line in lines if "##[" in line]
    assert not re.search("[\x00-\x08\x0e-\x1a\x1c-\x1f\u202e]|\x1b\\[31m", "\n".join(lines))


def test_gitlab_folds_groups() -> None:
    text = log_of(gitlab_console)
    assert text.startswith("\x1b[0Ksection_start:1767225600:group\r\x1b[0KGroup\n")
    assert "\x1b[0Ksection_end:1767225600:group\r\x1b[0K\n" in text


def test_github_annotations_are_one_line() -> None:
    stream = io.StringIO()
    GitHubConsole(stream).error(Message("100% wrong", "because", "a\nb", topic=Topic.INPUT))
    assert stream.getvalue() == (
        "::error title=annotate::100%25 wrong%0A  because%0A      a%0A      b"
        f"%0A  More: {Topic.INPUT.address}\n"
    )


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_summary_is_html_that_no_text_can_leave() -> None:
    hostile = result(NASTY, NASTY)._replace(
        decided=(Fact(name="tag", value=NASTY, source=NASTY),),
        messages=(Message(NASTY, NASTY, NASTY, topic=Topic.DEFECT),),
        deliveries=(
            Delivery(
                target=NASTY,
                outcome=Outcome.CREATED,
                release_id=NASTY,
                response=NASTY,
                message=Message(NASTY, topic=Topic.DEFECT),
            ),
            Delivery(target="b", outcome=Outcome.UNKNOWN),
        ),
        warnings=(Message(NASTY, topic=Topic.DEFECT),),
    )
    text = summary(hostile)
    outline = _Outline()
    outline.feed(text)
    assert outline.open == []
    assert "script" not in outline.seen
    blocks = text.rstrip("\n").split("\n")
    assert all(re.match("<(h3|h4|p|ul|blockquote|table|details)>", block) for block in blocks)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_a_headline(outcome: Outcome) -> None:
    headline = summary(Result(outcome=outcome)).partition("</h3>")[0]
    assert re.fullmatch(r"<h3>\S+ [^{}]{10,}", headline)


def test_a_run_that_was_interrupted_between_targets_has_sent_something() -> None:
    deliveries = (
        Delivery(target="web", outcome=Outcome.CREATED),
        Delivery(target="app", outcome=Outcome.INTERRUPTED, attempts=0),
    )
    text = summary(Result(outcome=Outcome.INTERRUPTED, deliveries=deliveries))
    assert text.startswith("<h3>⚠️ Interrupted before everything was sent</h3>\n")


def test_the_headline_of_success() -> None:
    assert summary(result()).startswith(
        "<h3>✅ Search is on the charts</h3>\n<p>Version <strong>1.2.3</strong> · tag v1.2.3 · "
    )


def test_a_secret_is_found_before_a_text_is_marked_or_cut() -> None:
    """In a link it would be `…KEY</a>=`, and at the end of a long text half of it."""
    secret = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    redact = Redactor([secret])
    made = result(title="x" * 280 + secret, description=f"See https://example.com/{secret}")
    facts = (Fact(name="title", value="x" * 980 + secret, source="a test"),)
    text = redact(summary(made._replace(decided=facts), redact))
    assert secret[:10] not in text
    assert 'See <a href="https://example.com/">https://example.com/</a>***' in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sandbox is `true`, not `no`.", "sandbox is <code>true</code>, not <code>no</code>."),
        ("The input is `<b>&`.", "The input is <code>&lt;b&gt;&amp;</code>."),
        ("The tag is `a`</i>`b`.", "The tag is <code>a</code>&lt;/i&gt;<code>b</code>."),
        ("One ` alone, and `` in it.", "One <code> alone, and </code>` in it."),
        ("The key `s3c`r3t` is wrong.", "The key <code>***</code> is wrong."),
    ],
)
def test_what_a_message_has_in_backquotes_is_code(text: str, shown: str) -> None:
    redact = Redactor(["s3c`r3t"])
    message = Message(text, text, "annotate `x`", topic=Topic.INPUT)
    whole = summary(Result(outcome=Outcome.INVALID, messages=(message,)), redact)
    assert f"<blockquote><strong>{shown}</strong><br>{shown}<pre>annotate `x`</pre>" in whole
    table = findings.summary([bad(message, Outcome.INVALID)], redact)
    assert f"<td><strong>{shown}</strong><br>{shown}<pre>annotate `x`</pre>" in table


def test_the_notes_of_a_summary_have_headings_lists_and_links() -> None:
    notes = (
        "By hand, see https://example.com/a?b=1&c.\n\nNew\n- Search & find (#12)\n- Sort (!3)\n\n"
        "7 changes under the hood\n\nhttps://github.com/o/r/compare/v1.2.2...v1.2.3"
    )
    pipeline = Pipeline(
        start=Moment(at=datetime(2026, 1, 1, tzinfo=UTC), source="a test"),
        web_url="https://github.com/o/r",
        run_url="https://github.com/o/r/actions/runs/1",
    )
    history = History(version="1.2.3", tag="v1.2.3", previous="v1.2.2", commit="a" * 40, count=7)
    text = summary(result(description=notes)._replace(pipeline=pipeline, history=history))
    page = "https://github.com/o/r"
    assert text.split("\n")[1:7] == [
        f'<p>Version <strong>1.2.3</strong> · tag <a href="{page}/releases/tag/v1.2.3">v1.2.3</a>'
        f' · <a href="{page}/compare/v1.2.2...v1.2.3">7 commits since v1.2.2</a>'
        " · from 2026-01-01 00:00:00 UTC"
        f' · <a href="{page}/actions/runs/1">run</a> · id <code>abc</code></p>',
        '<p>By hand, see <a href="https://example.com/a?b=1&amp;c">'
        "https://example.com/a?b=1&amp;c</a>.</p>",
        "<h4>New</h4>",
        f'<ul><li>Search &amp; find (<a href="{page}/issues/12">#12</a>)</li>'
        f'<li>Sort (<a href="{page}/pull/3">!3</a>)</li></ul>',
        "<p>7 changes under the hood</p>",
        f'<p><a href="{page}/compare/v1.2.2...v1.2.3">{page}/compare/v1.2.2...v1.2.3</a></p>',
    ]


def test_an_item_in_an_item_is_no_heading() -> None:
    notes = "New\n- Search\n  - in pages\n- Sort"
    assert "<h4>New</h4>\n<ul><li>Search</li><li>in pages</li><li>Sort</li></ul>" in summary(
        result(description=notes)
    )
    release = result(description=notes).release
    assert release
    lines = preview(release, colour=True).split("\n")
    assert lines[2:] == ["\033[1mNew\033[0m", "- Search", "  - in pages", "- Sort"]


def test_the_dotenv_report() -> None:
    values = outputs(result("A $HOME\nof `x`" + "y" * 400))
    lines = gitlab.dotenv(values).splitlines()
    assert lines == [
        "RELEASE_OUTCOME=created",
        "RELEASE_ID=abc",
        "RELEASE_VERSION=1.2.3",
        "RELEASE_TAG=v1.2.3",
        "RELEASE_PREVIOUS_TAG=v1.2.2",
        f"RELEASE_TITLE=A \uff04HOME of `x`{'y' * 285}…",
        "RELEASE_START=2026-01-01 00:00:00",
        "RELEASE_COMMIT_COUNT=7",
    ]


def test_no_secret_is_in_the_dotenv_report_behind_what_cannot_be_seen(tmp_path: Path) -> None:
    delivery = Delivery(outcome=Outcome.CREATED, release_id="s3c\u200bret")
    files.write(
        result()._replace(dotenv="annotate.env", deliveries=(delivery,)),
        Console(io.StringIO()),
        env={},
        cwd=tmp_path,
        redact=Redactor(["s3cret"]),
    )
    assert "RELEASE_ID=***\n" in (tmp_path / "annotate.env").read_text()


def test_the_report_never_goes_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "target").touch()
    (tmp_path / "annotate.env").symlink_to(tmp_path / "target")
    stream = io.StringIO()
    files.write(
        result()._replace(dotenv="annotate.env"),
        Console(stream),
        env={"GITHUB_OUTPUT": str(tmp_path / "no" / "file")},
        cwd=tmp_path,
        redact=str,
    )
    assert (tmp_path / "target").read_text() == ""
    assert f"The file {tmp_path}/annotate.env could not be written" in stream.getvalue()
    assert f"The file {tmp_path}/no/file could not be written" in stream.getvalue()


def test_a_failure_that_is_let_pass_is_a_warning() -> None:
    lost = Message("Lost.", topic=Topic.UNKNOWN)
    assert ending(result()._replace(outcome=Outcome.UNKNOWN, messages=(lost,))) == (
        f"warning: Lost.\n  More: {Topic.UNKNOWN.address}\nannotate: unknown abc (Search)\n"
    )


def test_secrets_are_redacted_in_every_form() -> None:
    key, secret = "k" * 30 + "/+", 'q"uote\\d' + "x" * 24
    redact = Redactor([key, secret, " ", basic_credentials(key, secret)])
    forms = [
        key,
        secret,
        basic_credentials(key, secret),
        "k" * 30 + "%2F%2B",
        'q\\"uote\\\\d' + "x" * 24,
    ]
    assert [redact(f"a {form} b") for form in forms] == ["a *** b"] * len(forms)


def test_a_mask_reaches_the_runner_whole() -> None:
    assert github.mask(["s%cret", ""]) == "::add-mask::s%25cret"


def test_a_secret_in_pieces_is_redacted() -> None:
    raw = io.StringIO()
    stream = RedactedStream(raw, Redactor(["secret"]))
    for part in ("a sec", "ret b\nc ", "se", "cret"):
        stream.write(part)
    assert raw.getvalue() == "a *** b\n"
    stream.flush()
    assert raw.getvalue() == "a *** b\nc ***"
