"""The client: in its own unit tests against `responses`, and against a real server."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from annotate.amplitude import releases, verdict
from annotate.amplitude.keys import Keys
from annotate.delivery.client import Client
from annotate.delivery.retry import Limits
from annotate.errors import Topic
from annotate.http.session import Session
from annotate.outcome import Outcome
from annotate.redaction import basic_credentials
from annotate.release import Release
from annotate.result import Delivery
from tests.support.http import DOCS_ANSWER, Answer, Server, serving
from tests.support.process import API_KEY, SECRET_KEY
from tests.support.world import Clock, world

RELEASE = Release(version="2.2", title="Größe", release_start=datetime(2026, 1, 1, tzinfo=UTC))
PAYLOAD = RELEASE.payload


def create(
    url: str,
    clock: Clock | None = None,
    deadline: float = 120,
    *,
    sent_before: bool = False,
    log: Callable[[str], None] = lambda _: None,
    **limits: Any,
) -> Delivery:
    here = world(clock=clock)
    client = Client(
        here,
        Session({}, ca_bundle="", debug=lambda _: None),
        Limits(**{"retries": 4, "timeout": 30, **limits}),
        log=log,
        redact=lambda text: text.replace(SECRET_KEY, "***"),
    )
    keys = Keys(api_key=API_KEY, secret_key=SECRET_KEY)
    return client.create(
        releases.create(url, RELEASE),
        keys,
        until=here.monotonic() + deadline,
        sent_before=sent_before,
    )


def test_the_request() -> None:
    with serving() as server:
        delivery = create(server.url)
    [request] = server.arrived
    assert (delivery.outcome, delivery.release_id) == (Outcome.CREATED, "xbcehyc")
    assert (request.method, request.path) == ("POST", "/api/2/release")
    assert request.all_of("Authorization") == [f"Basic {basic_credentials(API_KEY, SECRET_KEY)}"]
    assert request.all_of("Content-Type") == ["application/json; charset=utf-8"]
    assert json.loads(request.body) == PAYLOAD


@responses.activate
def test_the_request_goes_to_the_documented_address() -> None:
    responses.post("https://amplitude.com/api/2/release", body=DOCS_ANSWER)
    assert create("https://amplitude.com").outcome is Outcome.CREATED
    responses.assert_call_count("https://amplitude.com/api/2/release", 1)


@responses.activate
def test_redirects_are_not_followed() -> None:
    elsewhere = responses.get("https://amplitude.com/elsewhere", body=DOCS_ANSWER)
    headers = {"Location": "https://amplitude.com/elsewhere"}
    responses.post("https://amplitude.com/api/2/release", status=302, headers=headers)
    assert create("https://amplitude.com").outcome is Outcome.REJECTED
    assert elsewhere.call_count == 0


def sent(server: Server) -> int:
    return len(server.arrived)


@pytest.mark.parametrize("status", [429, 503])
def test_what_was_not_processed_is_sent_again(status: int) -> None:
    clock = Clock()
    with serving(Answer(status=status, body=b""), Answer()) as server:
        delivery = create(server.url, clock)
    assert (delivery.outcome, delivery.attempts, sent(server)) == (Outcome.CREATED, 2, 2)
    assert clock.waits == [3.0]


def test_the_server_is_obeyed() -> None:
    clock = Clock()
    busy = Answer(status=429, headers={"Retry-After": "17"})
    with serving(busy, Answer()) as server:
        assert create(server.url, clock).outcome is Outcome.CREATED
    assert clock.waits == [19.25]


def test_all_attempts_fail() -> None:
    clock = Clock()
    with serving(Answer(status=503)) as server:
        delivery = create(server.url, clock)
    assert (delivery.outcome, delivery.attempts, sent(server)) == (Outcome.UNAVAILABLE, 5, 5)
    assert clock.waits == [3.0, 9.0, 27.0, 60.0]


def test_no_attempt_begins_that_the_deadline_would_cut() -> None:
    clock = Clock()
    with serving(Answer(status=503, headers={"Retry-After": "60"})) as server:
        delivery = create(server.url, clock, deadline=100)
    assert (delivery.outcome, sent(server), clock.waits) == (Outcome.UNAVAILABLE, 2, [62.25])


def test_without_retries_there_is_one_attempt() -> None:
    with serving(Answer(status=503)) as server:
        assert create(server.url, retries=0).attempts == 1


@pytest.mark.parametrize("status", [200, 201, 400, 401, 409, 500, 502, 504])
def test_what_may_have_arrived_is_never_sent_again(status: int) -> None:
    with serving(Answer(status=status, body=b"")) as server:
        create(server.url)
    assert sent(server) == 1


def test_a_connection_cut_after_the_request_is_unknown() -> None:
    with serving(Answer(cut=True)) as server:
        delivery = create(server.url)
    assert (delivery.outcome, sent(server)) == (Outcome.UNKNOWN, 1)


def test_a_server_that_hangs_is_unknown() -> None:
    with serving(Answer(hang=True)) as server:
        delivery = create(server.url, timeout=0.3)
    assert (delivery.outcome, sent(server)) == (Outcome.UNKNOWN, 1)


def test_a_refused_connection_is_tried_again_and_surely_not_sent() -> None:
    with serving() as server:
        url = server.url
    clock = Clock()
    lines: list[str] = []
    delivery = create(url, clock, retries=2, log=lines.append)
    assert (delivery.outcome, delivery.attempts) == (Outcome.UNAVAILABLE, 3)
    assert lines[0] == "attempt 1: unavailable (the connection failed); retrying in 3.0 s"
    assert clock.waits == [3.0, 9.0]


@pytest.mark.parametrize(
    ("answer", "came_to"),
    [
        (Answer(status=503, body=b"<b>Busy</b>"), "unavailable (status 503)"),
        (Answer(status=504), "unknown (status 504)"),
        (Answer(cut=True), "unknown (the connection failed)"),
        (Answer(hang=True), "unknown (the time limit was reached)"),
    ],
)
def test_the_log_says_why_it_is_sent_again(answer: Answer, came_to: str) -> None:
    lines: list[str] = []
    with serving(answer) as server:
        create(server.url, Clock(), retries=1, timeout=0.3, resend_unknown=True, log=lines.append)
    assert lines == [f"attempt 1: {came_to}; retrying in 3.0 s"]


def test_what_may_have_arrived_is_sent_again_only_if_the_user_says_so() -> None:
    clock = Clock()
    with serving(Answer(cut=True), Answer()) as server:
        delivery = create(server.url, clock, resend_unknown=True)
    assert (delivery.outcome, delivery.attempts, sent(server)) == (Outcome.CREATED, 2, 2)


EXISTS = Answer(status=400, body=b'{"error": "this version already exists"}')


def test_what_was_not_processed_and_exists_already_is_a_duplicate() -> None:
    with serving(Answer(status=503), EXISTS) as server:
        assert create(server.url, Clock()).outcome is Outcome.DUPLICATE


def test_a_repetition_that_exists_already_is_success() -> None:
    with serving(Answer(status=502), EXISTS) as server:
        delivery = create(server.url, Clock(), resend_unknown=True)
    assert delivery.outcome is Outcome.CREATED
    assert delivery.message
    assert delivery.message.topic is Topic.DUPLICATE


def test_what_an_earlier_run_may_have_sent_and_exists_already_is_success() -> None:
    with serving(EXISTS) as server:
        assert create(server.url, sent_before=True).outcome is Outcome.CREATED
        assert create(server.url).outcome is Outcome.DUPLICATE


def test_an_echoed_key_is_hidden_before_anything_is_cut() -> None:
    body = f'{{"error": "{"x" * 280}{SECRET_KEY}"}}'.encode()
    with serving(Answer(status=400, body=body)) as server:
        delivery = create(server.url)
    assert SECRET_KEY[:8] not in delivery.response + str(delivery.message)


def test_a_doubt_stays_where_the_repetition_does_not_take_it_away() -> None:
    with serving(Answer(cut=True), Answer(status=401)) as server:
        delivery = create(server.url, Clock(), resend_unknown=True)
    assert (delivery.outcome, sent(server)) == (Outcome.UNKNOWN, 2)


def test_no_request_begins_without_time() -> None:
    with serving() as server:
        delivery = create(server.url, deadline=0)
    assert (delivery.outcome, delivery.attempts, sent(server)) == (Outcome.UNAVAILABLE, 0, 0)
    assert delivery.message is verdict.NO_TIME
