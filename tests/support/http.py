"""A real HTTP server that records what arrives and answers from a script."""

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

#: The answer that Amplitude documents ("Create a release").
DOCS_ANSWER = (
    b'{"success": true, "release": {"id": "xbcehyc", "app_id": 50000, "org_id": 10001,'
    b' "version": "3.5", "release_start": "2022-01-01 00:00:00",'
    b' "release_end": "2022-01-01 00:00:00", "type": "integration",'
    b' "title": "Big new feature for iOS", "description": "Releasing the new paid feature. ",'
    b' "platforms": ["iOS"], "chart_visibility": true, "params": {"created": 1646324226364,'
    b' "created_by": "A User", "last_modified": 1646324226364, "last_modified_by": "A User"}}}'
)


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A request as it arrived."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def all_of(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What to answer; `hang` waits until the server is stopped."""

    status: int = 200
    body: bytes = DOCS_ANSWER
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    #: Close the connection without a word.
    cut: bool = False


class Server(ThreadingHTTPServer):
    """Answers each request with the next of the script, and goes on with the last."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self,
        answers: Sequence[Answer],
        on_arrival: Callable[[], None],
        host: str,
        tls: ssl.SSLContext | None,
    ) -> None:
        """Listen on a free port."""
        super().__init__((host, 0), _Handler)
        self._scheme = "https" if tls else "http"
        if tls:
            # Without a handshake here: it would hold up who else connects.
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )
        self.answers = list(answers) or [Answer()]
        self.arrived: list[Arrived] = []
        self.stopping = Event()
        self.on_arrival = on_arrival

    @property
    def url(self) -> str:
        """The base URL."""
        return f"{self._scheme}://{self.server_address[0]!s}:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: who breaks off a connection in a test means to."""


@contextmanager
def serving(
    *answers: Answer,
    on_arrival: Callable[[], None] = lambda: None,
    host: str = "127.0.0.1",
    tls: ssl.SSLContext | None = None,
) -> Iterator[Server]:
    """A server for as long as the context lasts."""
    with Server(answers, on_arrival, host, tls) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.stopping.set()
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length)
        answers = self.server.answers
        answer = answers[min(len(self.server.arrived), len(answers) - 1)]
        self.server.arrived.append(
            Arrived(method=self.command, path=self.path, headers=self.headers.items(), body=body)
        )
        self.server.on_arrival()
        if answer.hang:
            self.server.stopping.wait()
        if answer.hang or answer.cut:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""
