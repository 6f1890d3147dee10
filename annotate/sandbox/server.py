"""The contract behind a real HTTP server, on this machine's loopback by default."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any

from annotate.sandbox.contract import Refusal, Request, answer

#: Bytes of a request's body that are read.
BODY_LIMIT = 1_048_576
#: Seconds of silence after which a connection is closed.
_PATIENCE = 30


class SandboxServer(ThreadingHTTPServer):
    """Answers as the Releases API does and tells each request to `log`, as one line of JSON."""

    daemon_threads = True

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        now: Callable[[], datetime],
        log: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Listen at once; port 0 takes a free one."""
        super().__init__((host, port), _Handler)
        self.now = now
        self.log = log
        self.numbers = count(1)

    @property
    def url(self) -> str:
        """The base URL to give as `api-url`."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"


@contextmanager
def running(
    now: Callable[[], datetime],
    *,
    host: str = "127.0.0.1",
    log: Callable[[str], None] = lambda _: None,
) -> Iterator[str]:
    """A sandbox beside the caller for as long as the context lasts; gives its base URL."""
    with SandboxServer(host=host, now=now, log=log) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server.url
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    server: SandboxServer
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > BODY_LIMIT:
            self.close_connection = True
            self._send(413, Refusal(413, f"the body is larger than {BODY_LIMIT}").document())
            return
        self._respond(self.rfile.read(int(length)))

    def do_GET(self) -> None:
        self._respond(b"")

    do_PUT = do_DELETE = do_PATCH = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: requests are told by the server's own log, without headers."""

    def _respond(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(method=self.command, path=path, query=query, headers=headers, body=body)
        try:
            document = answer(request, number=next(self.server.numbers), created=self.server.now())
            status = 200
        except Refusal as refusal:
            document, status = refusal.document(), refusal.status
        told = {"status": status, "request": f"{self.command} {path}", "answer": document}
        self.server.log(json.dumps(told))
        self._send(status, document)

    def _send(self, status: int, document: dict[str, object]) -> None:
        content = json.dumps(document, ensure_ascii=False).encode(errors="replace")
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
