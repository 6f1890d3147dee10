"""Every way in which sending fails: its outcome, its exit code, what arrived, what is told.

A request counts once the server has read its first byte. A run as a process gets little memory,
so that one which keeps what a server pours out ends as a defect.
"""

import gzip
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Literal

import pytest

from tests.support import faults, process
from tests.support.faults import (
    Peer,
    Scene,
    Script,
    answer,
    drips,
    floods,
    head,
    plain,
    says,
    stalls,
)
from tests.support.http import DOCS_ANSWER
from tests.support.process import KEYS, SECRET_KEY, Annotate, Ran

Outcome = Literal["created", "duplicate", "rejected", "refused", "unavailable", "unknown"]
CODES: dict[Outcome, int] = {
    "created": 0,
    "duplicate": 0,
    "rejected": 4,
    "refused": 5,
    "unavailable": 6,
    "unknown": 7,
}
RELEASE = ("--version", "1.2.3", "--title", "T", "--release-start", "now")
# One repetition is allowed everywhere: who makes none where it could, means to.
LIMITS = ("--retries", "1", "--timeout", "20", "--deadline", "30")
SHORT = ("--timeout", "1")
LITTLE_MEMORY = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))\n"

NOT_SENT = "The release was not sent: "
NO_ANSWER = "The release was sent to 127.0.0.1, but there was no valid response: "
TIME_WAS_UP = NO_ANSWER + "the time limit was reached ("
UNCONFIRMED = "The release was sent, but not confirmed. 127.0.0.1 answered with status "
NOT_TAKEN = "The release was not accepted. 127.0.0.1 answered with status "
THERE = "The release already exists. 127.0.0.1 answered with status "
REFUSED = "The keys were refused. 127.0.0.1 answered with status "
CREATED = "annotate: created xbcehyc (T)"
AGAIN = "retrying in "

#: A scene, for as long as its context lasts.
Set = AbstractContextManager[Scene]
#: Sets a scene; the folder is the run's own.
Stage = Callable[[Path], Set]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A fault, and what is to come of it."""

    #: For the report of the tests alone.
    name: str
    scene: Stage
    outcome: Outcome
    #: A sentence of the log.
    words: str
    #: How many requests the server begins to read.
    requests: int = 1
    #: Whether it would be the same at every attempt, so that there is only one.
    lasting: bool = False
    flags: tuple[str, ...] = ()

    def check(self, annotate: Annotate, place: Path) -> Ran:
        """Run the tool in an empty folder, and compare."""
        (place / "sitecustomize.py").write_text(LITTLE_MEMORY)
        env = {**KEYS, "PYTHONPATH": str(place)}
        with self.scene(place) as scene:
            ran = annotate(
                place,
                *(*RELEASE, *LIMITS, "--api-url", scene.url, *scene.flags, *self.flags),
                env={**env, **scene.env},
                files=place / "files",
            )
        assert (ran.outputs["outcome"], ran.code) == (self.outcome, CODES[self.outcome]), ran.log
        assert (scene.begun(), scene.strayed()) == (self.requests, 0), ran.log
        assert self.words in ran.log
        assert SECRET_KEY not in ran.log
        return ran


def table(*cases: Case) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=attrgetter("name"))


def at(scene: Callable[[], Set]) -> Stage:
    """A scene that needs no folder."""
    return lambda _: scene()


def on(*scripts: Script) -> Stage:
    """A server that plays the scripts, without TLS."""
    return lambda _: plain(*scripts)


def closes(_: Peer) -> None:
    """Close what has connected."""


def hangs(peer: Peer) -> None:
    """Read nothing."""
    peer.hang()


def speaks_no_tls(peer: Peer) -> None:
    """Take the client's greeting for a bad request."""
    peer.await_request()
    peer.send(answer(400, b""))


EXPIRED = datetime(2020, 1, 1, tzinfo=UTC)


def certified(host: str, *, not_after: datetime | None = None, known: bool = True) -> Stage:
    """A server with a certificate for a host."""
    return lambda place: faults.certified(host, folder=place, not_after=not_after, known=known)


def untls(script: Script) -> Stage:
    """A server that plays the script where a TLS handshake is expected."""
    return lambda _: faults.plain_where_tls_is_expected(script)


@table(
    Case(
        name="a connection that is refused",
        scene=at(faults.nobody),
        requests=0,
        outcome="unavailable",
        words=NOT_SENT + "the connection failed ([Errno ",
    ),
    Case(
        name="a connection that nobody accepts",
        scene=at(faults.full_queue),
        requests=0,
        outcome="unavailable",
        words=NOT_SENT + "the time limit was reached (",
        flags=SHORT,
    ),
    Case(
        name="a host that no name server knows",
        scene=at(faults.unknown_host),
        requests=0,
        outcome="unavailable",
        words=NOT_SENT + "the host name is not known (",
    ),
    Case(
        name="an expired certificate",
        scene=certified("127.0.0.1", not_after=EXPIRED),
        requests=0,
        outcome="unavailable",
        words=NOT_SENT + "the server's certificate has expired or is not valid yet (",
        lasting=True,
    ),
    Case(
        name="a certificate of another host",
        scene=certified("other.example"),
        requests=0,
        outcome="unavailable",
        words=NOT_SENT + "the server's certificate is for another host (",
        lasting=True,
    ),
    Case(
        name="a certificate of an unknown CA",
        scene=certified("127.0.0.1", known=False),
        requests=0,
        outcome="unavailable",
        words="      --ca-bundle path/to/ca.pem",
        lasting=True,
    ),
    Case(
        name="a handshake that is cut",
        scene=untls(closes),
        requests=0,
        outcome="unavailable",
        words=NOT_SENT + "the connection failed (",
    ),
    Case(
        name="a handshake that never comes",
        scene=untls(hangs),
        requests=0,
        outcome="unavailable",
        words=NOT_SENT + "the time limit was reached (",
        flags=SHORT,
    ),
    Case(
        name="a server without TLS",
        scene=untls(speaks_no_tls),
        requests=0,
        outcome="unavailable",
        words=NOT_SENT + "the server does not use TLS (",
        lasting=True,
    ),
)
def test_where_nothing_was_written_nothing_was_sent(
    annotate: Annotate, tmp_path: Path, case: Case
) -> None:
    ran = case.check(annotate, tmp_path)
    assert (AGAIN in ran.log) is not case.lasting
    assert "Nothing arrived at " in ran.log


def test_a_good_certificate_lets_the_same_server_be_reached(
    annotate: Annotate, tmp_path: Path
) -> None:
    good = Case(
        name="a good certificate", scene=certified("127.0.0.1"), outcome="created", words=CREATED
    )
    good.check(annotate, tmp_path)


def closes_unread(peer: Peer) -> None:
    """Close when the request is there, without having read any of it."""
    peer.await_request()


def resets_unread(peer: Peer) -> None:
    """The same, by an RST."""
    peer.await_request()
    peer.reset()


def closes_in_the_head(peer: Peer) -> None:
    """Close after the first byte."""
    peer.read_byte()


def closes_in_the_body(peer: Peer) -> None:
    """Close after the first byte of the body."""
    peer.read_part()


def hangs_in_the_body(peer: Peer) -> None:
    """Read no further than the first byte of the body."""
    peer.read_part()
    peer.hang()


def resets_afterwards(peer: Peer) -> None:
    """Break off where an answer is due."""
    peer.read_request()
    peer.reset()


LONG = ("--description", "x" * 100_000)
BEGUN = b"HTTP/1.1 200 OK\r\n"
HEADER = b"X: y\r\n"
FAILED = NO_ANSWER + "the connection failed"


@table(
    Case(name="closed at once", scene=on(closes), requests=0, outcome="unknown", words=FAILED),
    Case(
        name="closed before it was read",
        scene=on(closes_unread),
        requests=0,
        outcome="unknown",
        words=FAILED,
    ),
    Case(
        name="reset before it was read",
        scene=on(resets_unread),
        requests=0,
        outcome="unknown",
        words=FAILED,
    ),
    Case(
        name="closed in the request's head",
        scene=on(closes_in_the_head),
        outcome="unknown",
        words=FAILED,
    ),
    Case(
        name="closed in the request's body",
        scene=on(closes_in_the_body),
        outcome="unknown",
        words=FAILED,
    ),
    Case(
        name="closed in a long body",
        scene=on(closes_in_the_body),
        outcome="unknown",
        words=FAILED,
        flags=LONG,
    ),
    Case(name="closed without an answer", scene=on(says()), outcome="unknown", words=FAILED),
    Case(
        name="reset without an answer", scene=on(resets_afterwards), outcome="unknown", words=FAILED
    ),
    Case(
        name="closed in the status line",
        scene=on(says(b"HTTP/1.1 20")),
        outcome="unknown",
        words=FAILED,
    ),
    Case(
        name="closed in the headers",
        scene=on(says(BEGUN, b"X: ")),
        outcome="unknown",
        words=UNCONFIRMED + "200",
    ),
    Case(
        name="closed in the answer's body",
        scene=on(says(head(200, "Content-Length: 9000"), b"{")),
        outcome="unknown",
        words=UNCONFIRMED + "200",
    ),
    Case(
        name="a hang in the request's body",
        scene=on(hangs_in_the_body),
        outcome="unknown",
        words=TIME_WAS_UP,
        flags=(*LONG, *SHORT),
    ),
    Case(
        name="a hang before the headers",
        scene=on(stalls()),
        outcome="unknown",
        words=TIME_WAS_UP,
        flags=SHORT,
    ),
    Case(
        name="a hang in the headers",
        scene=on(stalls(BEGUN)),
        outcome="unknown",
        words=TIME_WAS_UP,
        flags=SHORT,
    ),
    Case(
        name="a hang in the body",
        scene=on(stalls(head(200, "Content-Length: 9"))),
        outcome="unknown",
        words=UNCONFIRMED + "200",
        flags=SHORT,
    ),
    Case(
        name="headers that drip",
        scene=on(drips(HEADER, BEGUN)),
        outcome="unknown",
        words=TIME_WAS_UP,
        flags=SHORT,
    ),
    Case(
        name="a body that drips",
        scene=on(drips(b" ", head(200))),
        outcome="unknown",
        words=UNCONFIRMED + "200",
        flags=SHORT,
    ),
    Case(
        name="a hang with a deadline before the time limit",
        scene=on(stalls()),
        outcome="unknown",
        words=NO_ANSWER + "the time limit was reached (",
        flags=("--timeout", "300", "--deadline", "1"),
    ),
    Case(
        name="a drip with a deadline before the time limit",
        scene=on(drips(HEADER, BEGUN)),
        outcome="unknown",
        words=NO_ANSWER + "the time limit was reached (",
        flags=("--timeout", "300", "--deadline", "1"),
    ),
)
def test_what_was_written_and_not_confirmed_is_unknown_and_never_repeated(
    annotate: Annotate, tmp_path: Path, case: Case
) -> None:
    case.check(annotate, tmp_path)


def ok(body: bytes) -> Stage:
    """A server that answers 200."""
    return on(says(answer(200, body)))


def status(number: int, body: bytes = b"") -> Stage:
    """A server that answers with a status."""
    return on(says(answer(number, body)))


MUTE = UNCONFIRMED + "200 and no text."


@table(
    Case(name="200, success and an id", scene=ok(DOCS_ANSWER), outcome="created", words=CREATED),
    Case(name="no body", scene=ok(b""), outcome="unknown", words=MUTE),
    Case(
        name="no JSON",
        scene=ok(b"<p>Welcome</p>"),
        outcome="unknown",
        words=UNCONFIRMED + "200: Welcome.",
    ),
    Case(name="a list", scene=ok(b"[]"), outcome="unknown", words=MUTE),
    Case(name="a number", scene=ok(b"7"), outcome="unknown", words=MUTE),
    Case(name="null", scene=ok(b"null"), outcome="unknown", words=UNCONFIRMED + "200: null."),
    Case(name="a string", scene=ok(b'"fine"'), outcome="unknown", words=UNCONFIRMED + "200: fine."),
    Case(
        name="a hundred thousand lists",
        scene=ok(b"[" * 100_000),
        outcome="unknown",
        words=UNCONFIRMED + "200: [[[",
    ),
    Case(
        name="a number of 5000 digits",
        scene=ok(b"1" * 5000),
        outcome="unknown",
        words=UNCONFIRMED + "200: 111",
    ),
    Case(
        name="no UTF-8",
        scene=ok(b"\xff\xfe"),
        outcome="unknown",
        words=UNCONFIRMED + "200: \ufffd\ufffd.",
    ),
    Case(
        name="a release without an id",
        scene=ok(b'{"success":true,"release":{}}'),
        outcome="unknown",
        words=MUTE,
    ),
    Case(name="no release", scene=ok(b'{"success":true}'), outcome="unknown", words=MUTE),
    Case(
        name="a release in a list",
        scene=ok(b'{"success":true,"release":[{"id":"x"}]}'),
        outcome="unknown",
        words=MUTE,
    ),
    Case(
        name="a null id",
        scene=ok(b'{"success":true,"release":{"id":null}}'),
        outcome="unknown",
        words=MUTE,
    ),
    Case(
        name="a list as the id",
        scene=ok(b'{"success":true,"release":{"id":["x"]}}'),
        outcome="unknown",
        words=MUTE,
    ),
    Case(
        name="success in words",
        scene=ok(b'{"success":"true","release":{"id":"x"}}'),
        outcome="unknown",
        words=MUTE,
    ),
    Case(
        name="success as a number",
        scene=ok(b'{"success":1,"release":{"id":"x"}}'),
        outcome="unknown",
        words=MUTE,
    ),
    Case(
        name="no success",
        scene=ok(b'{"success":false,"errors":[{"message":"bad title"}]}'),
        outcome="rejected",
        words=NOT_TAKEN + "200: bad title.",
    ),
    Case(
        name="no success, for it exists already",
        scene=ok(b'{"success":false,"errors":[{"message":"this version already exists"}]}'),
        outcome="rejected",
        words=NOT_TAKEN + "200: this version already exists.",
    ),
    Case(name="201", scene=status(201, DOCS_ANSWER), outcome="unknown", words=UNCONFIRMED + "201"),
    Case(name="202", scene=status(202, DOCS_ANSWER), outcome="unknown", words=UNCONFIRMED + "202"),
    Case(
        name="204",
        scene=on(says(head(204))),
        outcome="unknown",
        words=UNCONFIRMED + "204 and no text.",
    ),
)
def test_only_200_with_success_and_an_id_confirms(
    annotate: Annotate, tmp_path: Path, case: Case
) -> None:
    case.check(annotate, tmp_path)


REDIRECTS = (301, 302, 303, 307, 308)


def redirect(number: int, *, away: bool) -> Case:
    where = "to another host" if away else "on the same host"
    target = f"{number}: a redirect to {'http://localhost:' if away else '/elsewhere.'}"
    scene = partial(faults.redirecting, number, away=away)
    return Case(
        name=f"{number} {where}", scene=at(scene), outcome="rejected", words=NOT_TAKEN + target
    )


@table(
    *(redirect(number, away=away) for number in REDIRECTS for away in (False, True)),
    Case(
        name="that tells of a duplicate",
        scene=on(says(answer(302, b"", "Location: /login?reason=duplicate-session"))),
        outcome="rejected",
        words=NOT_TAKEN + "302: a redirect to /login?reason=duplicate-session.",
    ),
    Case(
        name="to nowhere",
        scene=status(302),
        outcome="rejected",
        words=NOT_TAKEN + "302: a redirect to nowhere.",
    ),
)
def test_a_redirect_is_never_followed(annotate: Annotate, tmp_path: Path, case: Case) -> None:
    case.check(annotate, tmp_path)


NESTED = (
    b'{"error":{"http_code":400,"type":"invalid","message":"Unspecified Error",'
    b'"metadata":{"details":"title is missing"}}}'
)


@table(
    Case(
        name="400, nested",
        scene=status(400, NESTED),
        outcome="rejected",
        words=NOT_TAKEN + "400: title is missing.",
    ),
    Case(
        name="400, several",
        scene=status(400, b'{"success":false,"errors":[{"message":"one"},{"message":"two"}]}'),
        outcome="rejected",
        words=NOT_TAKEN + "400: one; two.",
    ),
    Case(
        name="400, a missing field",
        scene=status(400, b'{"code":400,"error":"missing","missing_field":"title"}'),
        outcome="rejected",
        words=NOT_TAKEN + "400: missing (title).",
    ),
    Case(
        name="400, error",
        scene=status(400, b'{"error":"no"}'),
        outcome="rejected",
        words=NOT_TAKEN + "400: no.",
    ),
    Case(
        name="400, message",
        scene=status(400, b'{"message":"no"}'),
        outcome="rejected",
        words=NOT_TAKEN + "400: no.",
    ),
    Case(
        name="400, HTML",
        scene=status(400, b"<html><head><title>t</title></head><h1>Bad &amp; gone</h1></html>"),
        outcome="rejected",
        words=NOT_TAKEN + "400: Bad & gone.",
    ),
    Case(
        name="400, text",
        scene=status(400, b"no\nat all"),
        outcome="rejected",
        words=NOT_TAKEN + "400: no.",
    ),
    Case(
        name="400, nothing",
        scene=status(400),
        outcome="rejected",
        words=NOT_TAKEN + "400 and no text.",
    ),
    Case(
        name="400, wrong types",
        scene=status(400, b'{"error":{"metadata":7},"errors":{"message":7},"message":[7]}'),
        outcome="rejected",
        words=NOT_TAKEN + "400 and no text.",
    ),
    Case(
        name="400, exists already",
        scene=status(400, b'{"error":"this version already exists"}'),
        outcome="duplicate",
        words=THERE + "400: this version already exists.",
    ),
    Case(name="401", scene=status(401), outcome="refused", words=REFUSED + "401"),
    Case(name="403", scene=status(403), outcome="refused", words=REFUSED + "403"),
    Case(name="404", scene=status(404), outcome="rejected", words=NOT_TAKEN + "404"),
    Case(name="409", scene=status(409), outcome="duplicate", words="annotate: duplicate (T)"),
    Case(name="413", scene=status(413), outcome="rejected", words=NOT_TAKEN + "413"),
    Case(name="500", scene=status(500), outcome="unknown", words=UNCONFIRMED + "500"),
    Case(name="502", scene=status(502), outcome="unknown", words=UNCONFIRMED + "502"),
    Case(name="504", scene=status(504), outcome="unknown", words=UNCONFIRMED + "504"),
    Case(
        name="500 that says it exists already",
        scene=status(500, b'{"error":"already exists"}'),
        outcome="unknown",
        words=UNCONFIRMED + "500: already exists.",
    ),
    Case(
        name="400, while its body drips",
        scene=on(drips(b" ", head(400))),
        outcome="rejected",
        words=NOT_TAKEN + "400",
        flags=SHORT,
    ),
)
def test_an_error_of_the_api_is_told_in_its_own_words(
    annotate: Annotate, tmp_path: Path, case: Case
) -> None:
    case.check(annotate, tmp_path)


def busy(*headers: str, number: int = 429) -> Stage:
    """A server that is busy at first, and not any more then."""
    return on(says(answer(number, b"", *headers)), says(answer(200)))


FAR = "Retry-After: Fri, 31 Dec 2999 23:59:59 GMT"
PAST = "Retry-After: Thu, 01 Jan 2026 00:00:00 GMT"
OVERFLOWING = "Retry-After: Fri, 31 Dec 9999 23:59:59 -2359"
LATER = NOT_TAKEN + "429 and no text."


@table(
    Case(name="429", scene=busy(), requests=2, outcome="created", words=CREATED),
    Case(name="503", scene=busy(number=503), requests=2, outcome="created", words=CREATED),
    Case(
        name="429 again and again",
        scene=status(429),
        requests=2,
        outcome="unavailable",
        words=LATER,
    ),
    Case(
        name="503 again and again",
        scene=status(503),
        requests=2,
        outcome="unavailable",
        words=NOT_TAKEN + "503",
    ),
    Case(
        name="429 without repetitions",
        scene=status(429),
        outcome="unavailable",
        words=LATER,
        flags=("--retries", "0"),
    ),
    Case(name="seconds", scene=busy("Retry-After: 2"), requests=2, outcome="created", words=AGAIN),
    Case(
        name="seconds at 503",
        scene=busy("Retry-After: 2", number=503),
        requests=2,
        outcome="created",
        words=AGAIN,
    ),
    Case(
        name="no seconds", scene=busy("Retry-After: 0"), requests=2, outcome="created", words=AGAIN
    ),
    Case(
        name="more than the deadline leaves",
        scene=busy("Retry-After: 3600"),
        outcome="unavailable",
        words=LATER,
    ),
    Case(
        name="30,000 years",
        scene=busy("Retry-After: 1000000000000"),
        outcome="unavailable",
        words=LATER,
    ),
    Case(
        name="400 digits",
        scene=busy("Retry-After: " + "9" * 400),
        outcome="unavailable",
        words=LATER,
    ),
    Case(
        name="a negative number",
        scene=busy("Retry-After: -5"),
        requests=2,
        outcome="created",
        words=AGAIN,
    ),
    Case(
        name="garbage",
        scene=busy("Retry-After: \x01soon;\xe9"),
        requests=2,
        outcome="created",
        words=AGAIN,
    ),
    Case(
        name="nothing in the header",
        scene=busy("Retry-After:"),
        requests=2,
        outcome="created",
        words=AGAIN,
    ),
    Case(name="a date", scene=busy(FAR), outcome="unavailable", words=LATER),
    Case(name="a date that is over", scene=busy(PAST), requests=2, outcome="created", words=AGAIN),
    Case(
        name="a date beyond all years", scene=busy(OVERFLOWING), outcome="unavailable", words=LATER
    ),
    Case(
        name="two headers",
        scene=busy("Retry-After: 1", "Retry-After: 2"),
        requests=2,
        outcome="created",
        words=AGAIN,
    ),
    Case(
        name="the first does not arrive and the second is taken and cut",
        scene=on(says(answer(503, b"")), says()),
        requests=2,
        outcome="unknown",
        words=FAILED,
    ),
)
def test_what_was_not_processed_is_sent_again_as_the_deadline_allows(
    annotate: Annotate, tmp_path: Path, case: Case
) -> None:
    case.check(annotate, tmp_path)


def packed(coding: str, body: bytes) -> Stage:
    """A server that answers 200 with a coded body."""
    return on(says(answer(200, body, f"Content-Encoding: {coding}")))


GZIP = gzip.compress(DOCS_ANSWER)
RAW = zlib.compress(DOCS_ANSWER, wbits=-zlib.MAX_WBITS)
BOMB = faults.bomb()
SMALL_BOMB = gzip.compress(BOMB)
BIG = 100 * 1_048_576
PART = b"x" * 65_536


@table(
    Case(name="gzip", scene=packed("gzip", GZIP), outcome="created", words=CREATED),
    Case(
        name="deflate",
        scene=packed("deflate", zlib.compress(DOCS_ANSWER)),
        outcome="created",
        words=CREATED,
    ),
    Case(
        name="deflate without its header",
        scene=packed("deflate", RAW),
        outcome="created",
        words=CREATED,
    ),
    Case(
        name="gzip in gzip",
        scene=packed("gzip, gzip", gzip.compress(GZIP)),
        outcome="created",
        words=CREATED,
    ),
    Case(name="no gzip", scene=packed("gzip", DOCS_ANSWER), outcome="unknown", words=MUTE),
    Case(
        name="broken gzip",
        scene=packed("gzip", GZIP[:20] + b"\xff" * 99),
        outcome="unknown",
        words=UNCONFIRMED,
    ),
    Case(
        name="half a gzip",
        scene=packed("gzip", GZIP[: len(GZIP) // 2]),
        outcome="unknown",
        words=UNCONFIRMED,
    ),
    Case(
        name="six codings",
        scene=packed(", ".join(["gzip"] * 6), GZIP),
        outcome="unknown",
        words=MUTE,
    ),
    Case(
        name="broken gzip at 400",
        scene=on(says(answer(400, b"x", "Content-Encoding: gzip"))),
        outcome="rejected",
        words=NOT_TAKEN + "400",
    ),
)
def test_a_body_of_any_coding_is_read_as_far_as_it_goes(
    annotate: Annotate, tmp_path: Path, case: Case
) -> None:
    case.check(annotate, tmp_path)


@table(
    Case(
        name="a mebibyte that unpacks to 1 GiB",
        scene=packed("gzip", BOMB),
        outcome="unknown",
        words=UNCONFIRMED,
    ),
    Case(
        name="3 KB that unpack to 1 GiB",
        scene=packed("gzip, gzip", SMALL_BOMB),
        outcome="unknown",
        words=UNCONFIRMED,
    ),
    Case(
        name="100 MiB",
        scene=on(floods(PART, BIG // len(PART), after=head(200, f"Content-Length: {BIG}"))),
        outcome="unknown",
        words=UNCONFIRMED + "200: xxx",
    ),
    Case(
        name="100 MiB at 413",
        scene=on(floods(PART, BIG // len(PART), after=head(413, f"Content-Length: {BIG}"))),
        outcome="rejected",
        words=NOT_TAKEN + "413: xxx",
    ),
    Case(
        name="no end",
        scene=on(floods(PART, after=head(200))),
        outcome="unknown",
        words=UNCONFIRMED + "200: xxx",
    ),
    Case(
        name="no end of chunks",
        scene=on(floods(b"1\r\nx\r\n", after=head(200, "Transfer-Encoding: chunked"))),
        outcome="unknown",
        words=UNCONFIRMED + "200",
        flags=SHORT,
    ),
)
def test_a_body_of_any_size_costs_little_memory(tmp_path: Path, case: Case) -> None:
    case.check(process.annotate, tmp_path)


def early(*parts: bytes) -> Script:
    """Answer when the first byte is there, and read the rest afterwards."""

    def script(peer: Peer) -> None:
        peer.read_byte()
        peer.send(*parts)
        peer.read_request()

    return script


LENGTH = f"Content-Length: {len(DOCS_ANSWER)}"
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(DOCS_ANSWER), DOCS_ANSWER)
CHUNKS = "Transfer-Encoding: chunked"
DIFFERENT = "Content-Length contained multiple unmatching values"
OLD = head(200, version="HTTP/1.0") + DOCS_ANSWER


#: Interim responses (RFC 9110, section 15.2), by a name for the report of the tests.
INTERIM = {
    "100": [head(100)],
    "102": [head(102)],
    "103": [head(103, "Link: </style.css>; rel=preload; as=style")],
    "199": [head(199, "Content-Length: 5")],
    "several": [head(100), head(103), head(102), head(103)],
}


@table(
    Case(name="HTTP/1.0", scene=on(says(OLD)), outcome="created", words=CREATED),
    Case(
        name="chunks", scene=on(says(head(200, CHUNKS), CHUNKED)), outcome="created", words=CREATED
    ),
    Case(
        name="chunks and a length",
        scene=on(says(head(200, CHUNKS, LENGTH), CHUNKED)),
        outcome="created",
        words=CREATED,
    ),
    Case(
        name="broken chunks",
        scene=on(says(head(200, CHUNKS), DOCS_ANSWER)),
        outcome="unknown",
        words=MUTE,
    ),
    Case(
        name="a length twice",
        scene=on(says(answer(200, DOCS_ANSWER, LENGTH))),
        outcome="created",
        words=CREATED,
    ),
    Case(
        name="two lengths",
        scene=on(says(answer(200, DOCS_ANSWER, "Content-Length: 7"))),
        outcome="unknown",
        words=DIFFERENT,
    ),
    Case(
        name="no number as length",
        scene=on(says(head(200, "Content-Length: x"), DOCS_ANSWER)),
        outcome="created",
        words=CREATED,
    ),
    Case(
        name="a negative length",
        scene=on(says(head(200, "Content-Length: -7"), DOCS_ANSWER)),
        outcome="created",
        words=CREATED,
    ),
    Case(
        name="a length of 5000 digits",
        scene=on(says(head(200, "Content-Length: " + "9" * 5000), DOCS_ANSWER)),
        outcome="created",
        words=CREATED,
    ),
    Case(
        name="headers without a colon",
        scene=on(says(head(200, LENGTH, "nothing"), DOCS_ANSWER)),
        outcome="created",
        words=CREATED,
    ),
    Case(
        name="a header of 70,000 bytes",
        scene=on(says(head(200, "X: " + "x" * 70_000))),
        outcome="unknown",
        words=FAILED,
    ),
    Case(
        name="headers without an end",
        scene=on(floods(HEADER, after=BEGUN)),
        outcome="unknown",
        words=FAILED,
    ),
    Case(
        name="a status line without an end",
        scene=on(floods(PART, after=b"HTTP/1.1 200 ")),
        outcome="unknown",
        words=FAILED,
    ),
    Case(
        name="413 before the request is complete",
        scene=on(early(answer(413, b""))),
        outcome="rejected",
        words=NOT_TAKEN + "413",
    ),
    Case(
        name="200 before the request is complete",
        scene=on(early(answer(200))),
        outcome="created",
        words=CREATED,
    ),
    *(
        Case(
            name=f"{name} first",
            scene=on(says(*first, answer(200))),
            outcome="created",
            words=CREATED,
        )
        for name, first in INTERIM.items()
    ),
    *(
        Case(
            name=f"{number} first and 503 then",
            scene=on(says(head(number), answer(503))),
            requests=2,
            outcome="unavailable",
            words=NOT_TAKEN + "503",
        )
        for number in (100, 103)
    ),
    *(
        Case(
            name=f"{number} again and again",
            scene=on(floods(head(number), after=b"")),
            outcome="unknown",
            words=TIME_WAS_UP,
            flags=SHORT,
        )
        for number in (100, 103)
    ),
    Case(name="103 alone", scene=on(says(head(103))), outcome="unknown", words=FAILED),
    Case(
        name="103 and then nothing",
        scene=on(stalls(head(103))),
        outcome="unknown",
        words=TIME_WAS_UP,
        flags=SHORT,
    ),
    Case(name="101", scene=on(says(head(101))), outcome="unknown", words=UNCONFIRMED + "101"),
    Case(name="garbage", scene=on(says(b"garbage\r\n\r\n")), outcome="unknown", words=FAILED),
    Case(name="bytes", scene=on(says(bytes(range(256)))), outcome="unknown", words=FAILED),
    Case(name="blank lines", scene=on(says(b"\r\n\r\n")), outcome="unknown", words=FAILED),
    Case(
        name="HTTP/2", scene=on(says(head(200, version="HTTP/2"))), outcome="unknown", words=FAILED
    ),
    Case(
        name="status 999", scene=on(says(answer(999))), outcome="unknown", words=UNCONFIRMED + "999"
    ),
    Case(
        name="status 600", scene=on(says(answer(600))), outcome="unknown", words=UNCONFIRMED + "600"
    ),
    Case(name="status 000", scene=on(says(answer("000"))), outcome="unknown", words=FAILED),
    Case(name="status -1", scene=on(says(answer(-1))), outcome="unknown", words=FAILED),
    Case(name="status 2000", scene=on(says(answer(2000))), outcome="unknown", words=FAILED),
    Case(name="no status", scene=on(says(b"HTTP/1.1\r\n\r\n")), outcome="unknown", words=FAILED),
)
def test_http_that_is_odd_or_none_at_all_has_an_outcome_too(
    annotate: Annotate, tmp_path: Path, case: Case
) -> None:
    case.check(annotate, tmp_path)


JSON = "Content-Type: application/json"
MOVED = NOT_TAKEN + "302"


@table(
    Case(
        name="a redirect to no address",
        scene=on(says(answer(302, b"", "Location: http://["))),
        outcome="rejected",
        words=MOVED,
    ),
    Case(
        name="a redirect in Latin-1",
        scene=on(says(answer(302, b"", "Location: /\xe9"))),
        outcome="rejected",
        words=MOVED,
    ),
    Case(
        name="a redirect without an end",
        scene=on(floods(PART, after=head(302, "Location: /x"))),
        outcome="rejected",
        words=MOVED,
    ),
    Case(
        name="a redirect with a bomb",
        scene=on(says(answer(302, SMALL_BOMB, "Content-Encoding: gzip, gzip", "Location: /x"))),
        outcome="rejected",
        words=MOVED,
    ),
    Case(
        name="a redirect whose body hangs",
        scene=on(stalls(head(302, "Content-Length: 9", "Location: /x"))),
        outcome="rejected",
        words=MOVED,
        flags=SHORT,
    ),
    Case(
        name="a negative chunk",
        scene=on(says(head(200, "Transfer-Encoding: chunked"), b"-5\r\nx")),
        outcome="unknown",
        words=UNCONFIRMED,
    ),
    Case(
        name="a negative chunk at 400",
        scene=on(says(head(400, "Transfer-Encoding: chunked"), b"-5\r\nx")),
        outcome="rejected",
        words=NOT_TAKEN,
    ),
    Case(
        name="a whole confirmation on a connection left open",
        scene=on(stalls(head(200, JSON), DOCS_ANSWER)),
        outcome="created",
        words=CREATED,
        flags=SHORT,
    ),
    Case(
        name="a whole error on a connection left open",
        scene=on(stalls(head(400, JSON), b'{"error":"bad title"}')),
        outcome="rejected",
        words=NOT_TAKEN + "400: bad title.",
        flags=SHORT,
    ),
    Case(
        name="an error that is cut short",
        scene=on(says(head(400, "Content-Length: 900"), b"bad title\n")),
        outcome="rejected",
        words=NOT_TAKEN + "400: bad title.",
    ),
    Case(
        name="an answer with a byte order mark",
        scene=on(says(answer(200, b"\xef\xbb\xbf" + DOCS_ANSWER))),
        outcome="created",
        words=CREATED,
    ),
)
def test_the_status_decides_and_what_came_of_the_body_is_read(
    annotate: Annotate, tmp_path: Path, case: Case
) -> None:
    case.check(annotate, tmp_path)
