"""Whatever the texts are made of, nobody who reads what a run tells can be harmed by them."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import Message, Topic
from annotate.http.reply import Reply
from annotate.notes.history import Commit, History, TagMessage
from annotate.notes.people import Person
from annotate.outcome import Outcome
from annotate.process import Stream
from annotate.redaction import RedactedStream, Redactor, basic_credentials
from annotate.release import Fact, Release
from annotate.report import files
from annotate.report import log as report_log
from annotate.report.console import Console
from annotate.report.github import GitHubConsole
from annotate.report.gitlab import GitLabConsole
from annotate.report.outputs import outputs
from annotate.result import Delivery, Posting, Result
from annotate.text import one_line
from tests.support.consumers import (
    check_dotenv,
    check_log,
    check_outputs,
    check_secrets,
    check_summary,
    check_told,
    read_outputs,
    shown,
)
from tests.support.hostile import KEYS, ODD_KEYS, Run, examples, histories, runs, texts
from tests.support.inside import run
from tests.support.world import NOW

Make = Callable[[Stream], Console]
TEXT = texts()
WHATEVER = "::error::x ##[error]y\r\n\v\f\x00\x85\u2028\x1b[31m\u202e</pre></details><script>```"


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for one example: pytest's own is for one test."""
    with TemporaryDirectory() as name:
        yield Path(name)


@given(runs())
@settings(max_examples=examples(120))
def test_whatever_the_texts_are_every_consumer_of_a_run_reads_what_it_should(one: Run) -> None:
    with folder() as place:
        env = {"AMPLITUDE_DOTENV": "annotate.env", **one.env}
        told = run(place, one.flags, env, reply=one.reply, history=one.history)
        values = check_told(told, one.keys, dict(one.env))
    assert told.code != Outcome.DEFECT.exit_code, told.log
    assert values["outcome"] in set(Outcome)


def messages() -> st.SearchStrategy[Message]:
    return st.builds(Message, TEXT, TEXT, TEXT, topic=st.sampled_from(Topic))


def results() -> st.SearchStrategy[Result]:
    """Results in which every text is hostile."""
    releases = st.builds(
        Release,
        version=TEXT,
        title=TEXT,
        release_start=st.just(NOW),
        description=TEXT,
        platforms=st.lists(TEXT, max_size=2).map(tuple),
        created_by=TEXT,
    )
    deliveries = st.builds(
        Delivery,
        target=TEXT.map(one_line),
        outcome=st.sampled_from(Outcome),
        release_id=TEXT,
        response=TEXT,
        message=st.none() | messages(),
        exit_code=st.integers(0, 7),
    )
    postings = st.builds(
        Posting, target=TEXT.map(one_line), url=TEXT, headers=st.just({}), release=releases
    )
    return st.builds(
        Result,
        outcome=st.sampled_from(Outcome),
        exit_code=st.integers(0, 7),
        decided=st.lists(st.builds(Fact, name=TEXT, value=TEXT, source=TEXT), max_size=2).map(
            tuple
        ),
        history=st.none() | histories(),
        releases=st.lists(releases, max_size=2).map(tuple),
        deliveries=st.lists(deliveries, max_size=2).map(tuple),
        postings=st.lists(postings, max_size=2).map(tuple),
        messages=st.lists(messages(), max_size=2).map(tuple),
        notices=st.lists(messages(), max_size=2).map(tuple),
        dotenv=st.just("annotate.env"),
        warnings=st.lists(messages(), max_size=2).map(tuple),
    )


def gitlab_console(stream: Stream) -> Console:
    return GitLabConsole(stream, lambda: NOW)


CONSOLES = st.sampled_from([Console, GitHubConsole, gitlab_console])


@given(results(), CONSOLES)
@settings(max_examples=examples(80))
def test_whatever_a_result_holds_it_is_told_in_full_and_commands_nobody(
    result: Result, make: Make
) -> None:
    redact, log = Redactor([*KEYS, basic_credentials(*KEYS)]), io.StringIO()
    with folder() as place:
        paths = {name: place / name for name in ("output", "summary", "annotate.env")}
        console = make(RedactedStream(log, redact))
        report_log.write(result, console)
        env = {
            "GITHUB_OUTPUT": str(paths["output"]),
            "GITHUB_STEP_SUMMARY": str(paths["summary"]),
        }
        files.write(result, console, env=env, cwd=place, redact=redact)
        report_log.write_last_line(result, console, redact)
        output, page, report = (path.read_bytes() for path in paths.values())
    check_log(log.getvalue(), github=make is GitHubConsole, gitlab=make is gitlab_console)
    expected = {name: redact(value) for name, value in outputs(result).items()}
    whole = {name: one.encode(errors="replace").decode() for name, one in expected.items()}
    assert read_outputs(output) == whole
    told = [check_summary(page), *check_outputs(output).values(), *check_dotenv(report).values()]
    check_secrets(KEYS, [shown(log.getvalue()), *told])


def message(text: str) -> Message:
    return Message(text, text, text, topic=Topic.INPUT)


CALLS: dict[str, Callable[[Console, str], None]] = {
    "line": Console.line,
    "debug": Console.debug,
    "fact": lambda console, text: console.fact(text, text, text),
    "warning": lambda console, text: console.warning(message(text)),
    "notice": lambda console, text: console.notice(message(text)),
    "error": lambda console, text: console.error(message(text)),
}


@given(st.lists(st.tuples(st.sampled_from(list(CALLS)), TEXT, TEXT), max_size=5), CONSOLES)
@settings(max_examples=examples(80))
def test_whatever_is_logged_commands_nobody(calls: list[tuple[str, str, str]], make: Make) -> None:
    log = io.StringIO()
    console = make(RedactedStream(log, Redactor([*KEYS, basic_credentials(*KEYS)])))
    for name, text, title in calls:
        with console.group(one_line(f"Request to the target {title}, not sent")):
            CALLS[name](console, text)
        CALLS[name](console, text)
    check_log(log.getvalue(), github=make is GitHubConsole, gitlab=make is gitlab_console)
    check_secrets(KEYS, [shown(log.getvalue())])


MEGABYTE = 1_000_000
GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r"}
GITLAB = {"GITLAB_CI": "true", "CI_PROJECT_PATH": "o/r"}


def known_to_git(text: str) -> History:
    """A release of which git says the same everywhere."""
    commit = Commit(sha="f" * 40, subject=text, body=text, author=Person(name=text, email=text))
    return History(
        version="1.2.3",
        tag="v1.2.3",
        previous="v1.2.2",
        commit="f" * 40,
        commits=(commit,),
        count=1,
        message=TagMessage(subject=text, body=text),
    )


def secretive(env: dict[str, str], keys: tuple[str, str] = KEYS) -> dict[str, str]:
    return env | {"AMPLITUDE_API_KEY": keys[0], "AMPLITUDE_SECRET_KEY": keys[1]}


@pytest.mark.parametrize(
    ("piece", "env"),
    [
        pytest.param(WHATEVER, GITHUB, id="whatever-github"),
        pytest.param("x", GITLAB, id="x-gitlab"),
        pytest.param(WHATEVER, GITLAB, id="whatever-gitlab", marks=pytest.mark.slow),
        pytest.param("x", GITHUB, id="x-github", marks=pytest.mark.slow),
        pytest.param("<&\"'>", GITHUB, id="markup-github", marks=pytest.mark.slow),
        pytest.param("<&\"'>", GITLAB, id="markup-gitlab", marks=pytest.mark.slow),
    ],
)
def test_texts_of_a_megabyte_are_told_within_what_consumers_take(
    tmp_path: Path, piece: str, env: dict[str, str]
) -> None:
    text = piece * (MEGABYTE // len(piece))
    reply = Reply(status=400, headers={}, body=text.encode(errors="replace"))
    told = run(
        tmp_path, ["--release-start=now", "--dotenv=annotate.env"], secretive(env), reply=reply,
        history=known_to_git(text),
    )  # fmt: skip
    assert check_told(told, KEYS, env)["outcome"] == "rejected"


def test_inputs_as_long_as_a_process_can_have_them_fit_into_the_summary(tmp_path: Path) -> None:
    flags = [f"--{name}={'<' * 131_000}" for name in ("title", "description")]
    argv = ["--version=1", "--release-start=now", "--dotenv=annotate.env", *flags]
    told = run(tmp_path, argv, secretive(GITHUB), history=known_to_git("x"))
    assert check_told(told, KEYS, GITHUB)["outcome"] == "created"


@pytest.mark.parametrize("title", ["🎉" * 400, "漢" * 400, "$" * 400])
def test_a_report_of_long_values_is_small_enough_for_gitlab(tmp_path: Path, title: str) -> None:
    reply = Reply(
        status=200,
        headers={},
        body=json.dumps({"success": True, "release": {"id": title}}).encode(),
    )
    history = replace(known_to_git(title), version=title, tag=title, previous=title)
    told = run(tmp_path, ["--release-start=now"], secretive(GITLAB), reply=reply, history=history)
    assert check_dotenv(told.dotenv)["RELEASE_OUTCOME"] == "created"


@pytest.mark.parametrize("name", ["$HOME", "${HOME}", "%CI_JOB_TOKEN%", "%%", "$$", "$(id)"])
def test_gitlab_finds_nothing_to_expand_in_a_report(tmp_path: Path, name: str) -> None:
    argv = ["--release-start=now", f"--title={name}"]
    told = run(tmp_path, argv, secretive(GITLAB), history=known_to_git(name))
    assert "RELEASE_TITLE" in check_dotenv(told.dotenv)


@pytest.mark.parametrize("env", [GITHUB, GITLAB, {}], ids=["github", "gitlab", "none"])
def test_the_name_of_a_target_commands_nobody(tmp_path: Path, env: dict[str, str]) -> None:
    (tmp_path / ".amplitude-release.yml").write_text(
        'targets:\n- name: "::error::x ##[error]y"\n  api-key-variable: AMPLITUDE_API_KEY\n'
        "  secret-key-variable: AMPLITUDE_SECRET_KEY\n"
    )
    for flags in (["--dry-run"], ["--debug"]):
        argv = ["--release-start=now", "--title=T", *flags]
        told = run(tmp_path, argv, secretive(env), history=known_to_git("x"))
        assert told.code == 0
        check_log(told.log, github=env is GITHUB, gitlab=env is GITLAB)


#: Where texts of an answer are cut: its words, the log, the summary, the output, the reading.
CUTS = (300, 1000, 20_000, 65_536)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize(
    "secret", [*KEYS, basic_credentials(*KEYS)], ids=["api-key", "secret-key", "pair"]
)
def test_a_secret_in_an_answer_is_not_cut_in_two(tmp_path: Path, cut: int, secret: str) -> None:
    body = f"{'x' * (cut - len(secret) + 2)}{secret}".encode()
    told = run(
        tmp_path, ["--release-start=now"], secretive(GITHUB), history=known_to_git("x"),
        reply=Reply(status=400, headers={}, body=body),
    )  # fmt: skip
    most = secret[: len(secret) - 4]
    for text in (shown(told.log), told.output.decode(), told.summary.decode()):
        # What stands before it is told.
        assert "x" * 200 in text
        assert most not in text


@pytest.mark.parametrize("env", [GITHUB, GITLAB, {}], ids=["github", "gitlab", "none"])
@pytest.mark.parametrize("status", [200, 400])
def test_keys_that_encodings_rewrite_are_hidden_from_every_consumer(
    tmp_path: Path, env: dict[str, str], status: int
) -> None:
    echo = " ".join([*ODD_KEYS, basic_credentials(*ODD_KEYS)])
    told = run(
        tmp_path, ["--release-start=now", f"--title={echo}", "--dotenv=annotate.env"],
        secretive(env, ODD_KEYS), history=known_to_git(echo),
        reply=Reply(status=status, headers={}, body=echo.encode()),
    )  # fmt: skip
    check_told(told, ODD_KEYS, env)
