"""A remote that lists tags, made up while they are sent, and has nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

COMMIT = "1" * 40


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, number: int, length: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.number, self.length = number, length

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: who has enough breaks off."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        kind = "application/x-git-upload-pack-advertisement"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(_packet(b"# service=git-upload-pack\n") + b"0000")
        self.wfile.write(_packet(f"{COMMIT} HEAD\0agent=annotate-test\n".encode()))
        for number in range(self.server.number):
            name = f"v1.{number:06}-".ljust(self.server.length, "x")
            self.wfile.write(_packet(f"{COMMIT} refs/tags/{name}\n".encode()))
        self.wfile.write(b"0000")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def _packet(content: bytes) -> bytes:
    """A line of git's protocol, gitprotocol-common(5)."""
    return b"%04x" % (len(content) + 4) + content


@contextmanager
def listing(number: int, length: int) -> Iterator[str]:
    """The URL of a remote with so many tags, whose names have so many characters."""
    with _Server(number, length) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/app.git"
        finally:
            server.shutdown()
