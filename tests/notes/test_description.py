"""Title and description."""

from dataclasses import replace

import pytest

from annotate.notes import description as notes
from annotate.notes.compare import compare_url
from annotate.notes.history import Commit, History, TagMessage
from annotate.notes.version_only import is_bare
from tests.support.notes import described

URL = "https://github.com/o/app/compare/v1.2.2...v1.2.3"


def history(*subjects: str, tag: TagMessage | None = None, more: int = 0) -> History:
    commits = tuple(Commit(sha="0" * 40, subject=subject) for subject in subjects)
    return History(
        version="1.2.3",
        tag="v1.2.3",
        previous="v1.2.2",
        commit="0" * 40,
        commits=commits,
        count=len(commits) + more,
        message=tag or TagMessage(),
    )


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("", "app 1.2.3"),
        ("v1.2.3", "app 1.2.3"),
        ("Release version 1.2.3", "app 1.2.3"),
        ("app v1.2.3", "app 1.2.3"),
        ("chore(release): 1.2.3 [skip ci]", "app 1.2.3"),
        ("Search in folders", "Search in folders"),
        ("1.2.3: the search release", "1.2.3: the search release"),
        ("a\x1b[31mb\u202ec", "a[31mbc"),
    ],
)
def test_the_title_is_the_tags_subject_where_that_says_more(subject: str, title: str) -> None:
    assert notes.title(history(tag=TagMessage(subject=subject)), "app") == title


@pytest.mark.parametrize(
    ("tag", "title"),
    [
        ("@scope/web@1.2.3", "@scope/web 1.2.3"),
        ("curl-1.2.3", "curl 1.2.3"),
        ("release/1.2.3", "app 1.2.3"),
        ("v1.2.3", "app 1.2.3"),
    ],
)
def test_the_title_names_the_product_of_the_tag(tag: str, title: str) -> None:
    found = replace(history(tag=TagMessage(subject=tag)), tag=tag)
    assert notes.title(found, "app") == title


def test_a_history_that_is_cut_is_not_told_as_the_whole() -> None:
    found = replace(history("Two", tag=TagMessage(body="For you.")), complete=False)
    assert described(found) == "For you.\n\n- Two"
    assert described(replace(found, previous="")) == "For you."


def test_trailers_of_a_tag_are_not_told() -> None:
    body = "For everyone.\n\nSigned-off-by: Ada <ada@example.com>\n"
    assert described(history(tag=TagMessage(body=body))) == "For everyone."


def test_a_title_is_short() -> None:
    title = notes.title(history(tag=TagMessage(subject="word " * 200)), "app")
    assert len(title) <= notes.TITLE_LIMIT
    assert title.endswith("word…")


def test_the_description_tells_body_commits_and_address() -> None:
    told = described(
        history(
            "Add search",
            "Release 1.2.3",
            "chore(release): v1.2.3 [skip ci]",
            "Fix login",
            tag=TagMessage(body="For\r\neveryone.\n"),
        ),
        URL,
    )
    assert told == f"For\neveryone.\n\n- Add search\n- Fix login\n\n{URL}"


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Release 1.2.3", True),
        ("Bump version to v1.2.3", True),
        ("1.2.3", True),
        ("Prepare release", True),
        ("App 1.2.3", True),
        ("chore(main): release 1.2.0", True),
        ("Bump version number to 1.2.0", True),
        ("Bump version", True),
        ("Fix(version): show it", False),
        ("chore(release): let tags be signed", False),
        ("Bump requests from 2.1 to 2.3", False),
        ("Update the docs", False),
        ("Support TLS 1.3", False),
    ],
)
def test_commits_that_only_tag_are_left_out(subject: str, *, bare: bool) -> None:
    assert is_bare(subject, "app") is bare


def test_a_first_release_says_so() -> None:
    first = History(
        version="1.0",
        commit="0" * 40,
        commits=(Commit(sha="0" * 40, subject="Add search"),),
        count=7,
    )
    assert described(first) == "First release.\n\n- Add search\n… and 6 more"


@pytest.mark.parametrize("body", ["", "word\n" * 900, "x" * 20_000])
def test_the_limit_keeps_whole_lines_and_the_count(body: str) -> None:
    subjects = [f"Step{number} is done" for number in range(400)]
    told = described(history(*subjects, tag=TagMessage(body=body)), URL)
    lines = told.splitlines()
    shown = [line for line in lines if line.startswith("- ")]
    assert len(told) <= notes.DESCRIPTION_LIMIT
    assert shown == [f"- {subject}" for subject in subjects[: len(shown)]]
    assert lines[-3:] == [f"… and {400 - len(shown)} more", "", URL]


def test_a_subject_of_20000_characters_is_one_short_line() -> None:
    told = described(history("Y" * 20_000))
    assert told == f"- {'Y' * 199}…"


def test_nothing_to_tell_is_nothing() -> None:
    assert described(history()) == ""


@pytest.mark.parametrize(
    ("web_url", "forge", "url"),
    [
        ("https://github.com/o/r", "", "https://github.com/o/r/compare/v1...web%23%402"),
        ("https://gitlab.com/g/r", "", "https://gitlab.com/g/r/-/compare/v1...web%23%402"),
        (
            "https://git.example.com/g/r",
            "gitlab",
            "https://git.example.com/g/r/-/compare/v1...web%23%402",
        ),
        ("https://git.example.com/g/r", "", ""),
        ("", "github", ""),
    ],
)
def test_the_compare_address(web_url: str, forge: str, url: str) -> None:
    assert compare_url(web_url, "v1", "web#@2", forge) == url.replace("%40", "@")


def test_no_compare_address_at_a_first_release() -> None:
    assert compare_url("https://github.com/o/r", "", "v1") == ""
