"""An HTTP server for the contract and for the page that shows its releases.

Beside Amplitude's own paths it has the page at `/`, `/api/sandbox/releases` for the assertions of
tests, and `/api/sandbox/events` for the page.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from annotate.sandbox import contract, page
from annotate.sandbox.contract import Document, Request
from annotate.sandbox.options import Options
from annotate.sandbox.parameters import Parameters
from annotate.sandbox.refusal import Refusal
from annotate.sandbox.releases import Releases, stored_at

#: Largest body of a request, in bytes.
BODY_LIMIT = 1_048_576
_RELEASES = "/api/sandbox/releases"
_EVENTS = "/api/sandbox/events"
#: Seconds without data after which a connection is closed.
_IDLE_TIMEOUT = 30
#: Seconds after which a page that waits for releases gets a sign of life.
_HEARTBEAT = 15


class SandboxServer(ThreadingHTTPServer):
    """Responds like Amplitude. Each request to its APIs is passed to `log` as one line of JSON."""

    daemon_threads = True

    def __init__(
        self,
        options: Options,
        *,
        now: Callable[[], datetime],
        log: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Start to listen. `now` returns the time, aware.

        Raises OSError if the address is not free, or the file for the releases cannot be used.
        """
        self.options = options
        self.releases = Releases(stored_at(options.data) if options.data else None)
        self.now = now
        self.log = log
        # Tells a page whether it still talks to the server that sent what it shows.
        self.started = f"{now().timestamp():.6f}"
        super().__init__((options.host, options.port), _Handler)

    @property
    def url(self) -> str:
        """The base URL of the server, for the input `api-url`."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def server_close(self) -> None:
        """Listen no more, and close the file."""
        super().server_close()
        self.releases.close()

    def respond(self, request: Request) -> Document:
        """Return the API's response. Raises Refusal if there is an error in the request."""
        contract.check(request, self.options.keys)
        if self.options.fault:
            self.options.fault.meet()
        if request.path == contract.CATEGORIES:
            return contract.categories(request)
        fields = contract.read(request, strict=self.options.strict)
        make = partial(_make, fields, self.now())
        try:
            return {"success": True, "release": self.releases.add(make)}
        except OSError as error:
            raise Refusal(503, f"the release could not be stored: {error}") from error

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what failed, but not that a client has gone away."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


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
    with SandboxServer(Options(host=host, strict=True), now=now, log=log) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server.url
        finally:
            server.shutdown()


def _make(fields: Parameters, created: datetime, number: int) -> Document:
    return contract.release(fields, number=number, created=created)


class _Handler(BaseHTTPRequestHandler):
    server: SandboxServer
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_TIMEOUT

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            self._refuse(411, "the body needs a Content-Length")
        elif int(length) > BODY_LIMIT:
            self._refuse(413, f"the body is larger than {BODY_LIMIT} bytes")
        else:
            self._respond(self.rfile.read(int(length)))

    do_GET = do_PUT = do_DELETE = do_PATCH = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """Do nothing: `_call` logs requests, without headers."""

    def _respond(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        if self.command != "GET":
            self._call(path, query, body)
        elif path == _RELEASES:
            self._send_json(200, {"releases": self.server.releases.since(0)})
        elif path == _EVENTS:
            self._stream()
        elif file := page.file(path):
            self._send(200, file.content_type, file.content, page.HEADERS)
        else:
            self._call(path, query, body)

    def _call(self, path: str, query: str, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(method=self.command, path=path, query=query, headers=headers, body=body)
        try:
            document, status = self.server.respond(request), 200
        except Refusal as refusal:
            document, status = refusal.document(), refusal.status
        entry = {"status": status, "request": f"{self.command} {path}", "answer": document}
        self.server.log(json.dumps(entry))
        self._send_json(status, document)

    def _refuse(self, status: int, message: str) -> None:
        """Refuse a request whose body is not read, so that no other one can follow it."""
        self.close_connection = True
        self._send_json(status, Refusal(status, message).document())

    def _stream(self) -> None:
        """Send all releases that the page does not have, and each new one until it is closed.

        They are server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
        A page whose connection broke names the last event that it has.
        """
        self.close_connection = True
        self._send_head(200, "text/event-stream", {"Cache-Control": "no-store"})
        started, _, last = self.headers.get("Last-Event-ID", "").partition("-")
        ours = started == self.server.started and last.isdigit()
        number = int(last) if ours else 0
        if started and not ours:
            # What the page shows is of another server.
            self.wfile.write(b"event: reset\ndata:\n\n")
        while True:
            releases = self.server.releases.since(number, patience=_HEARTBEAT)
            events = []
            for release in releases:
                number += 1
                events.append(
                    f"id: {self.server.started}-{number}\ndata: {json.dumps(release)}\n\n"
                )
            self.wfile.write("".join(events or [":\n\n"]).encode())

    def _send_json(self, status: int, document: Document) -> None:
        # The logs of jobs need a whole line.
        content = f"{json.dumps(document, ensure_ascii=False)}\n".encode(errors="replace")
        self._send(status, "application/json; charset=UTF-8", content)

    def _send(
        self, status: int, content_type: str, content: bytes, headers: dict[str, str] | None = None
    ) -> None:
        length = {"Content-Length": str(len(content))}
        self._send_head(status, content_type, length | (headers or {}))
        self.wfile.write(content)

    def _send_head(self, status: int, content_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
