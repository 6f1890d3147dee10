"""An HTTP server for the contract, on the loopback interface by default."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any

from annotate.sandbox import contract
from annotate.sandbox.contract import Document, Request
from annotate.sandbox.refusal import Refusal

#: Largest body of a request, in bytes.
BODY_LIMIT = 1_048_576
#: Seconds without data after which a connection is closed.
_IDLE_TIMEOUT = 30


class SandboxServer(ThreadingHTTPServer):
    """Responds like the Releases API. Each request is passed to `log` as one line of JSON."""

    daemon_threads = True

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        strict: bool = False,
        now: Callable[[], datetime],
        log: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Start to listen. Port 0 selects a free port; `now` returns the time, aware."""
        super().__init__((host, port), _Handler)
        self.strict = strict
        self.now = now
        self.log = log
        self.numbers = count(1)

    @property
    def url(self) -> str:
        """The base URL of the server, for the input `api-url`."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def respond(self, request: Request) -> Document:
        """Return the API's response. Raises Refusal if there is an error in the request."""
        contract.check(request)
        if request.path == contract.CATEGORIES:
            return contract.categories(request)
        fields = contract.read(request, strict=self.strict)
        made = contract.release(fields, number=next(self.numbers), created=self.now())
        return {"success": True, "release": made}


@contextmanager
def running(
    now: Callable[[], datetime],
    *,
    host: str = "127.0.0.1",
    log: Callable[[str], None] = lambda _: None,
) -> Iterator[str]:
    """Run a sandbox in a thread while the context is active. Yields its base URL.

    It is strict, because annotate itself sends to it.
    """
    with SandboxServer(host=host, strict=True, now=now, log=log) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server.url
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    server: SandboxServer
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_TIMEOUT

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > BODY_LIMIT:
            self.close_connection = True
            self._send(413, Refusal(413, f"the body is larger than {BODY_LIMIT} bytes").document())
            return
        self._respond(self.rfile.read(int(length)))

    def do_GET(self) -> None:
        self._respond(b"")

    do_PUT = do_DELETE = do_PATCH = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Do nothing: `_respond` logs requests, without headers."""

    def _respond(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(method=self.command, path=path, query=query, headers=headers, body=body)
        try:
            document, status = self.server.respond(request), 200
        except Refusal as refusal:
            document, status = refusal.document(), refusal.status
        entry = {"status": status, "request": f"{self.command} {path}", "answer": document}
        self.server.log(json.dumps(entry))
        self._send(status, document)

    def _send(self, status: int, document: dict[str, object]) -> None:
        content = json.dumps(document, ensure_ascii=False).encode(errors="replace")
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
