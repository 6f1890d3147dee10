"""The HTTP session: time limits, certainty, proxies."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest
import requests
import urllib3

from annotate.http import failures as trouble
from annotate.http import session
from annotate.http.reply import Failure, Reply, SessionError
from annotate.http.session import Exchange, Session
from tests.support.http import Answer, serving


def exchange(url: str, timeout: float = 5, **env: str) -> Exchange:
    made = Session(env, ca_bundle="", debug=lambda _: None)
    return made.prepare("POST", url, headers={}, body=b"{}", timeout=timeout)


def fetch(url: str, timeout: float = 5, **env: str) -> Reply:
    return exchange(url, timeout, **env).start().wait()


def failure(url: str, timeout: float = 5, **env: str) -> SessionError:
    with pytest.raises(SessionError) as caught:
        fetch(url, timeout, **env)
    return caught.value


@contextmanager
def raw(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does with the first connection what it is told."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                behave(connection)

        thread = Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(5)


def test_an_answer() -> None:
    with serving(Answer(status=418, body=b"tea", headers={"X-A": "b"})) as server:
        reply = fetch(server.url)
    assert (reply.status, reply.body, reply.headers["X-A"]) == (418, b"tea", "b")


def test_a_refused_connection_was_not_sent() -> None:
    with serving() as server:
        url = server.url
    error = failure(url)
    assert (error.reason, error.sent) == (Failure.CONNECTION, False)
    assert "Connection refused" in str(error)


def test_an_unknown_name_was_not_sent() -> None:
    error = failure("http://nothing.invalid")
    assert (error.reason, error.sent) == (Failure.NAME, False)


def test_a_connection_that_is_cut_was_sent() -> None:
    with raw(lambda connection: None) as url:
        error = failure(url)
    assert (error.reason, error.sent) == (Failure.CONNECTION, True)


def test_a_server_that_hangs_does_not_outlast_the_limit() -> None:
    with serving(Answer(hang=True)) as server:
        error = failure(server.url, timeout=0.3)
    assert (error.reason, error.sent) == (Failure.TIME, True)
    assert str(error) in {
        "the time limit was reached (0.3 s)",
        # The library's own limit is the same, and may be the first to be noticed.
        "the time limit was reached (timed out)",
    }


def test_a_byte_now_and_then_does_not_outlast_the_limit() -> None:
    def dribble(connection: socket.socket) -> None:
        connection.settimeout(0.02)
        with suppress(ConnectionError):
            for _ in range(100):
                connection.sendall(b"H")
                with suppress(TimeoutError):
                    connection.recv(1)

    with raw(dribble) as url:
        error = failure(url, timeout=0.3)
    assert (error.reason, error.sent) == (Failure.TIME, True)


def test_a_body_that_hangs_leaves_the_status_known() -> None:
    told = Event()

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\npart")
        told.wait(5)

    with raw(answer) as url:
        reply = fetch(url, timeout=0.5)
        told.set()
    assert reply.status == 503


def test_a_body_that_is_cut_leaves_the_status_known() -> None:
    head = b"HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\npart"
    with raw(lambda connection: connection.sendall(head)) as url:
        assert fetch(url).status == 503


def test_a_huge_body_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "ANSWER_LIMIT", 1000)
    with serving(Answer(body=b"x" * 100_000)) as server:
        assert len(fetch(server.url).body) == 1000


def test_what_was_given_up_is_never_sent() -> None:
    with serving() as server:
        given_up = exchange(server.url)
        assert not given_up.abandon()
        with pytest.raises(SessionError) as caught:
            given_up.start().wait()
        assert (caught.value.sent, server.arrived) == (False, [])


def test_what_is_on_its_way_is_known_to_be() -> None:
    with serving() as server:
        on_its_way = exchange(server.url)
        on_its_way.start().wait()
        assert on_its_way.abandon()


def test_a_certificate_that_is_not_trusted_was_not_sent() -> None:
    error = requests.exceptions.SSLError(ssl.SSLCertVerificationError(1, "self-signed"))
    assert trouble.explained(error) == (Failure.CERTIFICATE, "self-signed")


def test_time_limits_of_the_libraries_are_known_beneath_what_they_raise() -> None:
    error = requests.ConnectionError(urllib3.exceptions.ProtocolError("gone", TimeoutError("late")))
    assert trouble.explained(error)[0] is Failure.TIME
    assert trouble.explained(requests.ReadTimeout("late")) == (Failure.TIME, "late")


def test_a_proxy_is_used_and_its_failure_named() -> None:
    with serving(Answer(status=502)) as proxy:
        assert fetch("http://far.invalid/x", http_proxy=proxy.url).status == 502
        assert proxy.arrived[0].path == "http://far.invalid/x"
        error = failure("https://far.invalid/x", HTTPS_PROXY=proxy.url)
    assert (error.reason, error.sent) == (Failure.PROXY, False)
