"""Every way in which sending fails: its outcome, its exit code, what arrived, what is told.

A request counts once the server has read its first byte. All runs of this module go side by side,
as most of their time is waiting; each test waits for its own. Each run gets little memory, so
that one which keeps what a server pours out ends as a defect.
"""

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from operator import attrgetter
from pathlib import Path

import pytest

from tests.support import faults
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
from tests.support.http import SEED_ANSWER
from tests.support.process import KEYS, SECRET_KEY, Ran, annotate

CODES = {"created": 0, "duplicate": 0, "rejected": 4, "refused": 5, "unavailable": 6, "unknown": 7}
RELEASE = ("--version", "1.2.3", "--title", "T", "--release-start", "now")
# One repetition is allowed everywhere: who makes none where it could, means to.
LIMITS = ("--retries", "1", "--timeout", "20", "--deadline", "30")
SHORT = ("--timeout", "1")
LITTLE_MEMORY = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))\n"

NOT_SENT = "The release was not sent: "
NO_ANSWER = "The release was sent to 127.0.0.1, but no valid answer came: "
TIME_WAS_UP = NO_ANSWER + "the time was up ("
UNCONFIRMED = "The release was sent, but not confirmed. 127.0.0.1 answered with status "
NOT_TAKEN = "The release was not taken. 127.0.0.1 answered with status "
THERE = "The release is there already. 127.0.0.1 answered with status "
REFUSED = "The credentials were refused. 127.0.0.1 answered with status "
CREATED = "annotate: created xbcehyc (T)"
AGAIN = "retrying in "

#: A scene, for as long as its context lasts.
Set = AbstractContextManager[Scene]
#: Sets a scene; the folder is the run's own.
Stage = Callable[[Path], Set]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What came of a run."""

    ran: Ran
    requests: int
    strayed: int


@dataclass(frozen=True, eq=False)
class Case:
    """A fault, and what is to come of it."""

    name: str
    scene: Stage
    requests: int
    outcome: str
    #: A sentence of the log.
    words: str
    flags: tuple[str, ...] = field(default=(), kw_only=True)

    def run(self, place: Path) -> Seen:
        """Run the tool in an empty folder."""
        (place / "sitecustomize.py").write_text(LITTLE_MEMORY)
        env = {**KEYS, "PYTHONPATH": str(place)}
        with self.scene(place) as scene:
            ran = annotate(
                place,
                *(*RELEASE, *LIMITS, "--api-url", scene.url, *scene.flags, *self.flags),
                env={**env, **scene.env},
                files=place / "files",
            )
        return Seen(ran=ran, requests=scene.begun(), strayed=scene.strayed())


def table(*cases: Case) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=attrgetter("name"))


def at(scene: Callable[[], Set]) -> Stage:
    """A scene that needs no folder."""
    return lambda _: scene()


def on(*scripts: Script) -> Stage:
    """A server that plays the scripts, without TLS."""
    return lambda _: plain(*scripts)


@pytest.fixture(scope="module")
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[Case, Future[Seen]]]:
    """The runs of all cases that were selected, under way."""
    items = [one for one in request.session.items if one.path == request.path]
    tables = [one.callspec for one in items if hasattr(one, "callspec")]
    cases: list[Case] = [one.params["case"] for one in tables]
    pool = ThreadPoolExecutor(max_workers=4)
    try:
        yield {case: pool.submit(case.run, tmp_path_factory.mktemp("fault")) for case in cases}
    finally:
        pool.shutdown(cancel_futures=True)


@pytest.fixture
def check(runs: Mapping[Case, Future[Seen]]) -> Callable[[Case], None]:
    """Waits for a case's run, and compares."""

    def compare(case: Case) -> None:
        seen = runs[case].result()
        ran = seen.ran
        assert (ran.outputs["outcome"], ran.code) == (case.outcome, CODES[case.outcome]), ran.log
        assert (seen.requests, seen.strayed) == (case.requests, 0), ran.log
        assert case.words in ran.log
        assert SECRET_KEY not in ran.log

    return compare


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
        "a connection that is refused",
        at(faults.nobody),
        0,
        "unavailable",
        NOT_SENT + "the connection failed ([Errno ",
    ),
    Case(
        "a connection that nobody accepts",
        at(faults.full_queue),
        0,
        "unavailable",
        NOT_SENT + "the time was up (",
        flags=SHORT,
    ),
    Case(
        "a host that no name server knows",
        at(faults.unknown_host),
        0,
        "unavailable",
        NOT_SENT + "the host's name is not known (",
    ),
    Case(
        "an expired certificate",
        certified("127.0.0.1", not_after=EXPIRED),
        0,
        "unavailable",
        NOT_SENT + "the server's certificate is out of date (",
    ),
    Case(
        "a certificate of another host",
        certified("other.example"),
        0,
        "unavailable",
        NOT_SENT + "the server's certificate is another host's (",
    ),
    Case(
        "a certificate of an unknown CA",
        certified("127.0.0.1", known=False),
        0,
        "unavailable",
        "      ca-bundle: path/to/ca.pem",
    ),
    Case(
        "a handshake that is cut",
        untls(closes),
        0,
        "unavailable",
        NOT_SENT + "the connection failed (",
    ),
    Case(
        "a handshake that never comes",
        untls(hangs),
        0,
        "unavailable",
        NOT_SENT + "the time was up (",
        flags=SHORT,
    ),
    Case(
        "a server without TLS",
        untls(speaks_no_tls),
        0,
        "unavailable",
        NOT_SENT + "the server speaks no TLS (",
    ),
)
def test_where_nothing_was_written_nothing_was_sent(
    check: Callable[[Case], None], runs: Mapping[Case, Future[Seen]], case: Case
) -> None:
    check(case)
    log = runs[case].result().ran.log
    lasting = "certificate" in case.name or "without TLS" in case.name
    assert (AGAIN in log) is not lasting
    assert "Surely nothing arrived at " in log


def test_a_good_certificate_lets_the_same_server_be_reached(tmp_path: Path) -> None:
    seen = Case("", certified("127.0.0.1"), 1, "created", CREATED).run(tmp_path)
    assert (seen.ran.code, seen.requests) == (0, 1)


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
    Case("closed at once", on(closes), 0, "unknown", FAILED),
    Case("closed before it was read", on(closes_unread), 0, "unknown", FAILED),
    Case("reset before it was read", on(resets_unread), 0, "unknown", FAILED),
    Case("closed in the request's head", on(closes_in_the_head), 1, "unknown", FAILED),
    Case("closed in the request's body", on(closes_in_the_body), 1, "unknown", FAILED),
    Case("closed in a long body", on(closes_in_the_body), 1, "unknown", FAILED, flags=LONG),
    Case("closed without an answer", on(says()), 1, "unknown", FAILED),
    Case("reset without an answer", on(resets_afterwards), 1, "unknown", FAILED),
    Case("closed in the status line", on(says(b"HTTP/1.1 20")), 1, "unknown", FAILED),
    Case("closed in the headers", on(says(BEGUN, b"X: ")), 1, "unknown", UNCONFIRMED + "200"),
    Case(
        "closed in the answer's body",
        on(says(head(200, "Content-Length: 9000"), b"{")),
        1,
        "unknown",
        UNCONFIRMED + "200",
    ),
    Case(
        "a hang in the request's body",
        on(hangs_in_the_body),
        1,
        "unknown",
        TIME_WAS_UP,
        flags=(*LONG, *SHORT),
    ),
    Case("a hang before the headers", on(stalls()), 1, "unknown", TIME_WAS_UP, flags=SHORT),
    Case("a hang in the headers", on(stalls(BEGUN)), 1, "unknown", TIME_WAS_UP, flags=SHORT),
    Case(
        "a hang in the body",
        on(stalls(head(200, "Content-Length: 9"))),
        1,
        "unknown",
        UNCONFIRMED + "200",
        flags=SHORT,
    ),
    Case("headers that drip", on(drips(HEADER, BEGUN)), 1, "unknown", TIME_WAS_UP, flags=SHORT),
    Case(
        "a body that drips",
        on(drips(b" ", head(200))),
        1,
        "unknown",
        UNCONFIRMED + "200",
        flags=SHORT,
    ),
    Case(
        "a hang with a deadline before the time limit",
        on(stalls()),
        1,
        "unknown",
        NO_ANSWER + "the time was up (",
        flags=("--timeout", "300", "--deadline", "1"),
    ),
    Case(
        "a drip with a deadline before the time limit",
        on(drips(HEADER, BEGUN)),
        1,
        "unknown",
        NO_ANSWER + "the time was up (",
        flags=("--timeout", "300", "--deadline", "1"),
    ),
)
def test_what_was_written_and_not_confirmed_is_unknown_and_never_repeated(
    check: Callable[[Case], None], case: Case
) -> None:
    check(case)


def ok(body: bytes) -> Stage:
    """A server that answers 200."""
    return on(says(answer(200, body)))


def status(number: int, body: bytes = b"") -> Stage:
    """A server that answers with a status."""
    return on(says(answer(number, body)))


MUTE = UNCONFIRMED + "200, without a word."


@table(
    Case("200, success and an id", ok(SEED_ANSWER), 1, "created", CREATED),
    Case("no body", ok(b""), 1, "unknown", MUTE),
    Case("no JSON", ok(b"<p>Welcome</p>"), 1, "unknown", UNCONFIRMED + "200: Welcome."),
    Case("a list", ok(b"[]"), 1, "unknown", MUTE),
    Case("a number", ok(b"7"), 1, "unknown", MUTE),
    Case("null", ok(b"null"), 1, "unknown", UNCONFIRMED + "200: null."),
    Case("a string", ok(b'"fine"'), 1, "unknown", UNCONFIRMED + "200: fine."),
    Case("a hundred thousand lists", ok(b"[" * 100_000), 1, "unknown", UNCONFIRMED + "200: [[["),
    Case("a number of 5000 digits", ok(b"1" * 5000), 1, "unknown", UNCONFIRMED + "200: 111"),
    Case("no UTF-8", ok(b"\xff\xfe"), 1, "unknown", UNCONFIRMED + "200: \ufffd\ufffd."),
    Case("a release without an id", ok(b'{"success":true,"release":{}}'), 1, "unknown", MUTE),
    Case("no release", ok(b'{"success":true}'), 1, "unknown", MUTE),
    Case("a release in a list", ok(b'{"success":true,"release":[{"id":"x"}]}'), 1, "unknown", MUTE),
    Case("a null id", ok(b'{"success":true,"release":{"id":null}}'), 1, "unknown", MUTE),
    Case("a list as the id", ok(b'{"success":true,"release":{"id":["x"]}}'), 1, "unknown", MUTE),
    Case("success in words", ok(b'{"success":"true","release":{"id":"x"}}'), 1, "unknown", MUTE),
    Case("success as a number", ok(b'{"success":1,"release":{"id":"x"}}'), 1, "unknown", MUTE),
    Case(
        "no success",
        ok(b'{"success":false,"errors":[{"message":"bad title"}]}'),
        1,
        "rejected",
        NOT_TAKEN + "200: bad title.",
    ),
    Case(
        "no success, for it exists already",
        ok(b'{"success":false,"errors":[{"message":"it already exists"}]}'),
        1,
        "duplicate",
        THERE + "200: it already exists.",
    ),
    Case("201", status(201, SEED_ANSWER), 1, "unknown", UNCONFIRMED + "201"),
    Case("202", status(202, SEED_ANSWER), 1, "unknown", UNCONFIRMED + "202"),
    Case("204", on(says(head(204))), 1, "unknown", UNCONFIRMED + "204, without a word."),
)
def test_only_200_with_success_and_an_id_confirms(
    check: Callable[[Case], None], case: Case
) -> None:
    check(case)


REDIRECTS = (301, 302, 303, 307, 308)


def redirect(number: int, *, away: bool) -> Case:
    where = "to another host" if away else "on the same host"
    target = f"{number}: it points to {'http://localhost:' if away else '/elsewhere.'}"
    scene = partial(faults.redirecting, number, away=away)
    return Case(f"{number} {where}", at(scene), 1, "rejected", NOT_TAKEN + target)


@table(
    *(
        redirect(number, away=away)
        for number in (301, 302, 303, 307, 308)
        for away in (False, True)
    ),
    Case("to nowhere", status(302), 1, "rejected", NOT_TAKEN + "302: it points to nowhere."),
)
def test_a_redirect_is_never_followed(check: Callable[[Case], None], case: Case) -> None:
    check(case)


NESTED = (
    b'{"error":{"http_code":400,"type":"invalid","message":"Unspecified Error",'
    b'"metadata":{"details":"title is missing"}}}'
)


@table(
    Case("400, nested", status(400, NESTED), 1, "rejected", NOT_TAKEN + "400: title is missing."),
    Case(
        "400, several",
        status(400, b'{"success":false,"errors":[{"message":"one"},{"message":"two"}]}'),
        1,
        "rejected",
        NOT_TAKEN + "400: one; two.",
    ),
    Case(
        "400, a missing field",
        status(400, b'{"code":400,"error":"missing","missing_field":"title"}'),
        1,
        "rejected",
        NOT_TAKEN + "400: missing (title).",
    ),
    Case("400, error", status(400, b'{"error":"no"}'), 1, "rejected", NOT_TAKEN + "400: no."),
    Case("400, message", status(400, b'{"message":"no"}'), 1, "rejected", NOT_TAKEN + "400: no."),
    Case(
        "400, HTML",
        status(400, b"<html><head><title>t</title></head><h1>Bad &amp; gone</h1></html>"),
        1,
        "rejected",
        NOT_TAKEN + "400: Bad & gone.",
    ),
    Case("400, text", status(400, b"no\nat all"), 1, "rejected", NOT_TAKEN + "400: no."),
    Case("400, nothing", status(400), 1, "rejected", NOT_TAKEN + "400, without a word."),
    Case(
        "400, wrong types",
        status(400, b'{"error":{"metadata":7},"errors":{"message":7},"message":[7]}'),
        1,
        "rejected",
        NOT_TAKEN + "400, without a word.",
    ),
    Case(
        "400, exists already",
        status(400, b'{"error":"this version already exists"}'),
        1,
        "duplicate",
        THERE + "400: this version already exists.",
    ),
    Case("401", status(401), 1, "refused", REFUSED + "401"),
    Case("403", status(403), 1, "refused", REFUSED + "403"),
    Case("404", status(404), 1, "rejected", NOT_TAKEN + "404"),
    Case("409", status(409), 1, "duplicate", "annotate: duplicate (T)"),
    Case("413", status(413), 1, "rejected", NOT_TAKEN + "413"),
    Case("500", status(500), 1, "unknown", UNCONFIRMED + "500"),
    Case("502", status(502), 1, "unknown", UNCONFIRMED + "502"),
    Case("504", status(504), 1, "unknown", UNCONFIRMED + "504"),
    Case(
        "500 that says it exists already",
        status(500, b'{"error":"already exists"}'),
        1,
        "unknown",
        UNCONFIRMED + "500: already exists.",
    ),
    Case(
        "400, while its body drips",
        on(drips(b" ", head(400))),
        1,
        "rejected",
        NOT_TAKEN + "400",
        flags=SHORT,
    ),
)
def test_an_error_of_the_api_is_told_in_its_own_words(
    check: Callable[[Case], None], case: Case
) -> None:
    check(case)


def busy(*headers: str, number: int = 429) -> Stage:
    """A server that is busy at first, and not any more then."""
    return on(says(answer(number, b"", *headers)), says(answer(200)))


FAR = "Retry-After: Fri, 31 Dec 2999 23:59:59 GMT"
PAST = "Retry-After: Thu, 01 Jan 2026 00:00:00 GMT"
OVERFLOWING = "Retry-After: Fri, 31 Dec 9999 23:59:59 -2359"
LATER = NOT_TAKEN + "429, without a word."


@table(
    Case("429", busy(), 2, "created", CREATED),
    Case("503", busy(number=503), 2, "created", CREATED),
    Case("429 again and again", status(429), 2, "unavailable", LATER),
    Case("503 again and again", status(503), 2, "unavailable", NOT_TAKEN + "503"),
    Case("429 without repetitions", status(429), 1, "unavailable", LATER, flags=("--retries", "0")),
    Case("seconds", busy("Retry-After: 2"), 2, "created", AGAIN),
    Case("seconds at 503", busy("Retry-After: 2", number=503), 2, "created", AGAIN),
    Case("no seconds", busy("Retry-After: 0"), 2, "created", AGAIN),
    Case("more than the deadline leaves", busy("Retry-After: 3600"), 1, "unavailable", LATER),
    Case("30,000 years", busy("Retry-After: 1000000000000"), 1, "unavailable", LATER),
    Case("400 digits", busy("Retry-After: " + "9" * 400), 1, "unavailable", LATER),
    Case("a negative number", busy("Retry-After: -5"), 2, "created", AGAIN),
    Case("garbage", busy("Retry-After: \x01soon;\xe9"), 2, "created", AGAIN),
    Case("nothing in the header", busy("Retry-After:"), 2, "created", AGAIN),
    Case("a date", busy(FAR), 1, "unavailable", LATER),
    Case("a date that is over", busy(PAST), 2, "created", AGAIN),
    Case("a date beyond all years", busy(OVERFLOWING), 1, "unavailable", LATER),
    Case("two headers", busy("Retry-After: 1", "Retry-After: 2"), 2, "created", AGAIN),
    Case(
        "the first does not arrive and the second is taken and cut",
        on(says(answer(503, b"")), says()),
        2,
        "unknown",
        FAILED,
    ),
)
def test_what_was_not_processed_is_sent_again_as_the_deadline_allows(
    check: Callable[[Case], None], case: Case
) -> None:
    check(case)


def packed(coding: str, body: bytes) -> Stage:
    """A server that answers 200 with a coded body."""
    return on(says(answer(200, body, f"Content-Encoding: {coding}")))


GZIP = gzip.compress(SEED_ANSWER)
RAW = zlib.compress(SEED_ANSWER, wbits=-zlib.MAX_WBITS)
BOMB = faults.bomb()
SMALL_BOMB = gzip.compress(BOMB)
BIG = 100 * 1_048_576
PART = b"x" * 65_536


@table(
    Case("gzip", packed("gzip", GZIP), 1, "created", CREATED),
    Case("deflate", packed("deflate", zlib.compress(SEED_ANSWER)), 1, "created", CREATED),
    Case("deflate without its header", packed("deflate", RAW), 1, "created", CREATED),
    Case("gzip in gzip", packed("gzip, gzip", gzip.compress(GZIP)), 1, "created", CREATED),
    Case("no gzip", packed("gzip", SEED_ANSWER), 1, "unknown", MUTE),
    Case("broken gzip", packed("gzip", GZIP[:20] + b"\xff" * 99), 1, "unknown", UNCONFIRMED),
    Case("half a gzip", packed("gzip", GZIP[: len(GZIP) // 2]), 1, "unknown", UNCONFIRMED),
    Case("six codings", packed(", ".join(["gzip"] * 6), GZIP), 1, "unknown", MUTE),
    Case("a mebibyte that unpacks to 1 GiB", packed("gzip", BOMB), 1, "unknown", UNCONFIRMED),
    Case("3 KB that unpack to 1 GiB", packed("gzip, gzip", SMALL_BOMB), 1, "unknown", UNCONFIRMED),
    Case(
        "broken gzip at 400",
        on(says(answer(400, b"x", "Content-Encoding: gzip"))),
        1,
        "rejected",
        NOT_TAKEN + "400",
    ),
    Case(
        "100 MiB",
        on(floods(PART, BIG // len(PART), after=head(200, f"Content-Length: {BIG}"))),
        1,
        "unknown",
        UNCONFIRMED + "200: xxx",
    ),
    Case(
        "100 MiB at 413",
        on(floods(PART, BIG // len(PART), after=head(413, f"Content-Length: {BIG}"))),
        1,
        "rejected",
        NOT_TAKEN + "413: xxx",
    ),
    Case("no end", on(floods(PART, after=head(200))), 1, "unknown", UNCONFIRMED + "200: xxx"),
    Case(
        "no end of chunks",
        on(floods(b"1\r\nx\r\n", after=head(200, "Transfer-Encoding: chunked"))),
        1,
        "unknown",
        UNCONFIRMED + "200",
        flags=SHORT,
    ),
)
def test_a_body_of_any_size_and_coding_costs_little(
    check: Callable[[Case], None], case: Case
) -> None:
    check(case)


def early(*parts: bytes) -> Script:
    """Answer when the first byte is there, and read the rest afterwards."""

    def script(peer: Peer) -> None:
        peer.read_byte()
        peer.send(*parts)
        peer.read_request()

    return script


LENGTH = f"Content-Length: {len(SEED_ANSWER)}"
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(SEED_ANSWER), SEED_ANSWER)
CHUNKS = "Transfer-Encoding: chunked"
DIFFERENT = "Content-Length contained multiple unmatching values"
OLD = head(200, version="HTTP/1.0") + SEED_ANSWER


@table(
    Case("HTTP/1.0", on(says(OLD)), 1, "created", CREATED),
    Case("chunks", on(says(head(200, CHUNKS), CHUNKED)), 1, "created", CREATED),
    Case(
        "chunks and a length", on(says(head(200, CHUNKS, LENGTH), CHUNKED)), 1, "created", CREATED
    ),
    Case("broken chunks", on(says(head(200, CHUNKS), SEED_ANSWER)), 1, "unknown", MUTE),
    Case("a length twice", on(says(answer(200, SEED_ANSWER, LENGTH))), 1, "created", CREATED),
    Case(
        "two lengths",
        on(says(answer(200, SEED_ANSWER, "Content-Length: 7"))),
        1,
        "unknown",
        DIFFERENT,
    ),
    Case(
        "no number as length",
        on(says(head(200, "Content-Length: x"), SEED_ANSWER)),
        1,
        "created",
        CREATED,
    ),
    Case(
        "a negative length",
        on(says(head(200, "Content-Length: -7"), SEED_ANSWER)),
        1,
        "created",
        CREATED,
    ),
    Case(
        "a length of 5000 digits",
        on(says(head(200, "Content-Length: " + "9" * 5000), SEED_ANSWER)),
        1,
        "created",
        CREATED,
    ),
    Case(
        "headers without a colon",
        on(says(head(200, LENGTH, "nothing"), SEED_ANSWER)),
        1,
        "created",
        CREATED,
    ),
    Case(
        "a header of 70,000 bytes", on(says(head(200, "X: " + "x" * 70_000))), 1, "unknown", FAILED
    ),
    Case("headers without an end", on(floods(HEADER, after=BEGUN)), 1, "unknown", FAILED),
    Case(
        "a status line without an end",
        on(floods(PART, after=b"HTTP/1.1 200 ")),
        1,
        "unknown",
        FAILED,
    ),
    Case(
        "413 before the request is complete",
        on(early(answer(413, b""))),
        1,
        "rejected",
        NOT_TAKEN + "413",
    ),
    Case("200 before the request is complete", on(early(answer(200))), 1, "created", CREATED),
    Case("100 first", on(says(head(100), answer(200))), 1, "created", CREATED),
    Case(
        "100 first and 503 then",
        on(says(head(100), answer(503))),
        2,
        "unavailable",
        NOT_TAKEN + "503",
    ),
    Case(
        "100 again and again",
        on(floods(head(100), after=b"")),
        1,
        "unknown",
        TIME_WAS_UP,
        flags=SHORT,
    ),
    Case("101", on(says(head(101))), 1, "unknown", UNCONFIRMED + "101"),
    Case("garbage", on(says(b"garbage\r\n\r\n")), 1, "unknown", FAILED),
    Case("bytes", on(says(bytes(range(256)))), 1, "unknown", FAILED),
    Case("blank lines", on(says(b"\r\n\r\n")), 1, "unknown", FAILED),
    Case("HTTP/2", on(says(head(200, version="HTTP/2"))), 1, "unknown", FAILED),
    Case("status 999", on(says(answer(999))), 1, "unknown", UNCONFIRMED + "999"),
    Case("status 600", on(says(answer(600))), 1, "unknown", UNCONFIRMED + "600"),
    Case("status 000", on(says(answer("000"))), 1, "unknown", FAILED),
    Case("status -1", on(says(answer(-1))), 1, "unknown", FAILED),
    Case("status 2000", on(says(answer(2000))), 1, "unknown", FAILED),
    Case("no status", on(says(b"HTTP/1.1\r\n\r\n")), 1, "unknown", FAILED),
)
def test_http_that_is_odd_or_none_at_all_has_an_outcome_too(
    check: Callable[[Case], None], case: Case
) -> None:
    check(case)


JSON = "Content-Type: application/json"
MOVED = NOT_TAKEN + "302"


@table(
    Case(
        "a redirect to no address",
        on(says(answer(302, b"", "Location: http://["))),
        1,
        "rejected",
        MOVED,
    ),
    Case(
        "a redirect in Latin-1",
        on(says(answer(302, b"", "Location: /\xe9"))),
        1,
        "rejected",
        MOVED,
    ),
    Case(
        "a redirect without an end",
        on(floods(PART, after=head(302, "Location: /x"))),
        1,
        "rejected",
        MOVED,
    ),
    Case(
        "a redirect with a bomb",
        on(says(answer(302, SMALL_BOMB, "Content-Encoding: gzip, gzip", "Location: /x"))),
        1,
        "rejected",
        MOVED,
    ),
    Case(
        "a redirect whose body hangs",
        on(stalls(head(302, "Content-Length: 9", "Location: /x"))),
        1,
        "rejected",
        MOVED,
        flags=SHORT,
    ),
    Case(
        "a negative chunk",
        on(says(head(200, "Transfer-Encoding: chunked"), b"-5\r\nx")),
        1,
        "unknown",
        UNCONFIRMED,
    ),
    Case(
        "a negative chunk at 400",
        on(says(head(400, "Transfer-Encoding: chunked"), b"-5\r\nx")),
        1,
        "rejected",
        NOT_TAKEN,
    ),
    Case(
        "a whole confirmation on a connection left open",
        on(stalls(head(200, JSON), SEED_ANSWER)),
        1,
        "created",
        CREATED,
        flags=SHORT,
    ),
    Case(
        "a whole error on a connection left open",
        on(stalls(head(400, JSON), b'{"error":"bad title"}')),
        1,
        "rejected",
        NOT_TAKEN + "400: bad title.",
        flags=SHORT,
    ),
    Case(
        "an error that is cut short",
        on(says(head(400, "Content-Length: 900"), b"bad title\n")),
        1,
        "rejected",
        NOT_TAKEN + "400: bad title.",
    ),
    Case(
        "an answer with a byte order mark",
        on(says(answer(200, b"\xef\xbb\xbf" + SEED_ANSWER))),
        1,
        "created",
        CREATED,
    ),
)
def test_the_status_decides_and_what_came_of_the_body_is_read(
    check: Callable[[Case], None], case: Case
) -> None:
    check(case)
