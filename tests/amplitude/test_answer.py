"""What an answer of the API means."""

import json

import pytest

from annotate.amplitude import releases, verdict
from annotate.amplitude.hosts import BASE_URLS, Region
from annotate.errors import Topic
from annotate.http.reply import CERTIFICATES, Failure, Reply, SessionError
from annotate.outcome import Outcome
from annotate.redaction import Redactor
from tests.support.http import DOCS_ANSWER

NULLS = (
    b'{"success":true,"release":{"id":"w4962caj","version":"2.0.0","release_end":null,'
    b'"platforms":null,"params":{"created_by":""}}}'
)
URL = "https://amplitude.com/api/2/release"
EXISTS = b"this version already exists"
DUPLICATE, REJECTED = Outcome.DUPLICATE, Outcome.REJECTED


def reply(status: int, body: bytes = b"", **headers: str) -> Reply:
    return Reply(status=status, headers=headers, body=body)


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, DOCS_ANSWER, Outcome.CREATED),
        (200, NULLS, Outcome.CREATED),
        (200, b"\xef\xbb\xbf" + NULLS, Outcome.CREATED),
        (200, b'{"success":true,"release":{"id":7}}', Outcome.CREATED),
        (200, b'{"success":false,"errors":[{"message":"no"}]}', Outcome.REJECTED),
        (200, b'{"success":true,"release":{"id":""}}', Outcome.UNKNOWN),
        (200, b'{"success":true,"release":{"id":" \\u200b"}}', Outcome.UNKNOWN),
        (200, b'{"success":true,"release":{"id":true}}', Outcome.UNKNOWN),
        (200, b'{"success":true}', Outcome.UNKNOWN),
        (200, b'{"release":{"id":"x"}}', Outcome.UNKNOWN),
        (200, b"[]", Outcome.UNKNOWN),
        (200, b"<html>", Outcome.UNKNOWN),
        (201, DOCS_ANSWER, Outcome.UNKNOWN),
        (204, b"", Outcome.UNKNOWN),
        (299, b"", Outcome.UNKNOWN),
        (300, b"", Outcome.REJECTED),
        (301, b"", Outcome.REJECTED),
        (302, b"", Outcome.REJECTED),
        (307, b"", Outcome.REJECTED),
        (308, b"", Outcome.REJECTED),
        (400, b"", Outcome.REJECTED),
        (401, b"", Outcome.REFUSED),
        (401, b"A key of that name already exists", Outcome.REFUSED),
        (403, b"", Outcome.REFUSED),
        (404, b"", Outcome.REJECTED),
        (409, b"", Outcome.DUPLICATE),
        (413, b"", Outcome.REJECTED),
        (429, b"", Outcome.UNAVAILABLE),
        (499, b"", Outcome.REJECTED),
        (500, b"", Outcome.UNKNOWN),
        (500, b"the session already exists", Outcome.UNKNOWN),
        (502, b"", Outcome.UNKNOWN),
        (503, b"", Outcome.UNAVAILABLE),
        (504, b"", Outcome.UNKNOWN),
        (100, b"", Outcome.UNKNOWN),
    ],
)
def test_the_outcome(status: int, body: bytes, outcome: Outcome) -> None:
    assert releases.read(reply(status, body)).outcome is outcome


@pytest.mark.parametrize(
    "words",
    [
        "this version already exists",
        "This version exists already.",
        "Duplicate release",
        "release already exists",
        "version 1.2.3 already exists",
        "Release v1.2.3 already exists in this project.",
        "A release with this version already exists",
        "The release 'Big new feature' already exists",
        "a release with the same version `1.2.3+build.7` already exists for this app",
    ],
)
def test_words_that_mean_only_that_it_exists(words: str) -> None:
    for document in (
        {"error": words},
        {"message": words},
        {"success": False, "errors": [{"message": words}]},
        {"error": {"message": "Unspecified Error", "metadata": {"details": words}}},
    ):
        assert releases.read(reply(400, json.dumps(document).encode())).outcome is DUPLICATE


@pytest.mark.parametrize(
    "words",
    [
        "duplicate",
        "Duplicate field: version",
        "duplicate key 'version' in the body",
        "it already exists",
        "a category of that name already exists",
        "the attribute release already exists",
        "version attribute already exists",
        "cannot say whether the release already exists",
        "no release with this version already exists",
        "this version already exists; title is missing",
        "this version already exists twice in the body",
        "the release's duplicate session already exists",
    ],
)
def test_words_that_can_mean_something_else(words: str) -> None:
    assert releases.read(reply(400, json.dumps({"error": words}).encode())).outcome is REJECTED


@pytest.mark.parametrize("body", [EXISTS, b"<h1>This version already exists</h1>"])
def test_words_of_a_page_are_not_those_of_the_api(body: bytes) -> None:
    assert releases.read(reply(400, body)).outcome is REJECTED


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((status, REJECTED) for status in (300, 301, 302, 303, 307, 308, 404, 405, 410, 413, 422)),
        *((status, Outcome.REFUSED) for status in (401, 403)),
        *((status, Outcome.UNAVAILABLE) for status in (429, 503)),
        *((status, Outcome.UNKNOWN) for status in (100, 201, 204, 500, 502, 504, 999)),
    ],
)
def test_no_other_status_is_a_duplicate(status: int, outcome: Outcome) -> None:
    """Whatever its text or its address says."""
    location = "https://login.example/?reason=duplicate-session&why=release+already+exists"
    for body in (EXISTS, json.dumps({"error": EXISTS.decode()}).encode()):
        assert releases.read(reply(status, body, Location=location)).outcome is outcome


def test_no_success_is_no_duplicate() -> None:
    body = b'{"success":false,"errors":[{"message":"this version already exists"}]}'
    assert releases.read(reply(200, body)).outcome is REJECTED


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            b'{"error":{"http_code":400,"message":"Unspecified Error",'
            b'"metadata":{"details":"title is missing"}}}',
            "title is missing",
        ),
        (b'{"error":{"message":"only this"}}', "only this"),
        (b'{"success":false,"errors":[{"message":"one"},"two",{"x":1},3]}', "one; two"),
        (b'{"code":400,"error":"missing","missing_field":"title"}', "missing (title)"),
        (b'{"code":400,"error":"missing","missing_field":""}', "missing"),
        (b'{"code":400,"error":"missing","missing_field":["a"]}', "missing"),
        (b'{"error":"","message":"this"}', "this"),
        (b'{"error":"plain"}', "plain"),
        (b'{"message":"plain\\n too"}', "plain too"),
        (b'"just text"', "just text"),
        (b"<html><head><title>t</title></head><body>\n<h1>Bad &amp; gone</h1>", "Bad & gone"),
        (b"<STYLE>p {}\np {}</STYLE\n><h1>Bad</h1>", "Bad"),
        (b"<script>a()</script>Bad<style>p {}</style>", "Bad"),
        (b"<script></script><p>Bad</p><script>a()</script>", "Bad"),
        (b"<>Bad", "Bad"),
        (b"\n  \n  upstream   failed\nmore", "upstream failed"),
        (b'{"error":{"metadata":7},"errors":7,"message":7}', ""),
        (b"[1]", ""),
        (b"x" * 1000, "x" * 300),
        (b"\xff", "\ufffd"),
        (b"[" * 100_000, "[" * 300),
        (b"", ""),
    ],
)
def test_the_useful_words_of_an_error(body: bytes, words: str) -> None:
    assert releases.read(reply(400, body)).words == words


def test_words_made_to_backtrack_do_not() -> None:
    for words in ("release " * 100_000, "version " + "1" * 500_000, "version '" * 100_000):
        assert releases.read(reply(400, json.dumps(words).encode())).outcome is REJECTED


def test_a_page_made_to_backtrack_does_not() -> None:
    assert releases.read(reply(400, b"<script>" * 100_000)).words == ""


@pytest.mark.parametrize("status", [300, 302, 399])
def test_a_redirect_names_where_it_points(status: int) -> None:
    headers = {"Content-Type": "text/html", "LOCATION": "https://evil.example/"}
    found = releases.read(reply(status, b"<a>moved</a>", **headers))
    assert found.words == "a redirect to https://evil.example/"
    assert releases.read(reply(status)).words == "a redirect to nowhere"


@pytest.mark.parametrize("status", [299, 400])
def test_what_is_no_redirect_keeps_its_words(status: int) -> None:
    found = releases.read(reply(status, b"no", Location="https://evil.example/"))
    assert found.words == "no"


@pytest.mark.parametrize(
    ("status", "topic"),
    [
        (301, Topic.ADDRESS),
        (400, Topic.REJECTED),
        (401, Topic.REFUSED),
        (404, Topic.ADDRESS),
        (405, Topic.ADDRESS),
        (409, Topic.DUPLICATE),
        (500, Topic.UNKNOWN),
        (503, Topic.BUSY),
    ],
)
def test_what_the_user_is_told_of_an_answer(status: int, topic: Topic) -> None:
    message = verdict.of_answer(releases.read(reply(status)), URL).message
    assert message
    assert message.topic is topic


@pytest.mark.parametrize(
    ("status", "topic"),
    [
        (300, Topic.ADDRESS),
        (399, Topic.ADDRESS),
        (400, Topic.REJECTED),
        (404, Topic.ADDRESS),
        (405, Topic.ADDRESS),
        (413, Topic.REJECTED),
    ],
)
def test_where_more_is_told_of_a_rejection(status: int, topic: Topic) -> None:
    message = verdict.of_answer(releases.read(reply(status)), URL).message
    assert message
    assert message.topic is topic


def test_the_words_of_the_api_end_in_one_full_stop() -> None:
    message = verdict.of_answer(releases.read(reply(400, b"title is missing.")), URL).message
    assert message
    assert message.what.endswith(" answered with status 400: title is missing.")


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, "allow."), (1.5, "allow. It asks to wait 1.5 seconds.")]
)
def test_how_long_the_api_asks_to_wait(seconds: float | None, said: str) -> None:
    message = verdict.of_answer(releases.read(reply(429)), URL, seconds).message
    assert message
    assert message.why.endswith(said)


@pytest.mark.parametrize(
    ("base_url", "other"), [(BASE_URLS[Region.EU], "us"), (BASE_URLS[Region.US], "eu")]
)
def test_refused_keys_may_be_those_of_the_other_region(base_url: str, other: str) -> None:
    message = verdict.of_answer(releases.read(reply(401)), f"{base_url}/api/2/release").message
    assert message
    assert message.mend.endswith(f"region: {other}")


def test_success_needs_no_words() -> None:
    delivery = verdict.of_answer(releases.read(reply(200, DOCS_ANSWER)), URL)
    assert (delivery.release_id, delivery.message) == ("xbcehyc", None)


@pytest.mark.parametrize("reason", Failure)
def test_what_the_user_is_told_where_nothing_was_sent(reason: Failure) -> None:
    delivery = verdict.of_failure(SessionError(reason, "why", sent=False), URL)
    assert delivery.outcome is Outcome.UNAVAILABLE
    assert delivery.message
    topic = Topic.CERTIFICATE if reason in CERTIFICATES else Topic.HOST
    assert delivery.message.topic is topic


def test_a_reason_is_cut_after_the_secrets_in_it_are_hidden() -> None:
    error = SessionError(Failure.CONNECTION, f"{'x' * 360}{'s3cret' * 20}", sent=False)
    message = verdict.of_failure(error, URL, Redactor(["s3cret" * 20])).message
    assert message
    assert "s3" not in str(message)


def test_what_the_user_is_told_where_something_may_have_arrived() -> None:
    delivery = verdict.of_failure(SessionError(Failure.TIME, "30 s", sent=True), URL)
    assert delivery.outcome is Outcome.UNKNOWN
    assert delivery.message
    assert delivery.message.topic is Topic.UNKNOWN
