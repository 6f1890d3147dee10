"""Servers that fail in every way a network knows: raw sockets on the loopback, nothing polite."""

import gzip
import socket
import socketserver
import ssl
import struct
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import repeat
from pathlib import Path
from threading import Event, Lock, Thread

import trustme

from tests.support.http import DOCS_ANSWER

#: Seconds between two bytes of a drip: far below any time limit of one read.
_BETWEEN = 0.1
_MEBIBYTE = 1_048_576


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A place to send to, and what the sender has to know of it."""

    url: str
    #: Requests of which the server has read the first byte; asked when all is over.
    begun: Callable[[], int] = lambda: 0
    #: Connections to a place where none may go.
    strayed: Callable[[], int] = lambda: 0
    flags: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


class Peer:
    """One connection, as the server sees it."""

    def __init__(self, connection: socket.socket, server: "FaultServer") -> None:
        """Serve what has connected."""
        self._socket = connection
        self._server = server
        self._received = b""

    def await_request(self) -> None:
        """Wait until the first byte is there, and leave it unread."""
        self._socket.recv(1, socket.MSG_PEEK)

    def read_head(self) -> int:
        """Read up to the head's end, and perhaps beyond; the length of the body."""
        while b"\r\n\r\n" not in self._received:
            self._read()
        head = self._received.partition(b"\r\n\r\n")[0].lower()
        lengths = [line for line in head.split(b"\r\n") if line.startswith(b"content-length:")]
        return int(lengths[0].partition(b":")[2])

    def read_request(self) -> None:
        """Read the whole request."""
        length = self.read_head()
        while len(self._received.partition(b"\r\n\r\n")[2]) < length:
            self._read()

    def read_byte(self) -> None:
        """Read one byte more, and leave the rest."""
        self._read(1)

    def read_part(self) -> None:
        """Read the head and the first byte of the body, and leave the rest."""
        while not self._received.partition(b"\r\n\r\n")[2]:
            self._read(1)

    def send(self, *parts: bytes) -> None:
        """Send the parts, one after the other."""
        for part in parts:
            self._socket.sendall(part)

    def flood(self, part: bytes, times: int | None = None) -> None:
        """Send the same part again and again; without a number, for as long as somebody reads."""
        for _ in repeat(part) if times is None else range(times):
            if self._server.stopping.is_set():
                break
            self._socket.sendall(part)

    def drip(self, part: bytes) -> None:
        """Send a byte at a time, and go round, for as long as somebody reads."""
        while not self._server.stopping.is_set():
            for byte in part:
                self._socket.sendall(bytes([byte]))
                self._server.stopping.wait(_BETWEEN)

    def hang(self) -> None:
        """Do nothing until all is over."""
        self._server.stopping.wait()

    def reset(self) -> None:
        """Break the connection off at once, with an RST."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def _read(self, most: int = 65_536) -> None:
        more = self._socket.recv(most)
        if not more:
            raise ConnectionAbortedError
        if not self._received:
            self._server.count_request()
        self._received += more


#: What a server does with a connection.
Script = Callable[[Peer], None]


class FaultServer(socketserver.ThreadingTCPServer):
    """Plays the next script for each connection, and goes on with the last."""

    # Whoever closes the server waits for its threads; each of them ends with its connection.
    daemon_threads = False
    request_queue_size = 16

    def __init__(self, scripts: Sequence[Script], tls: ssl.SSLContext | None) -> None:
        """Listen on a free port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self._lock = Lock()
        self._scripts = scripts
        self.tls = tls
        self.stopping = Event()
        self.connections = 0
        self.begun = 0
        #: What went wrong with a script itself.
        self.broken: list[BaseException | None] = []

    def next_script(self) -> Script:
        """The script for a new connection."""
        with self._lock:
            self.connections += 1
            return self._scripts[min(self.connections, len(self._scripts)) - 1]

    def count_request(self) -> None:
        """The first byte of a request was read."""
        with self._lock:
            self.begun += 1

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep it for the end."""
        self.broken.append(sys.exception())


class _Handler(socketserver.BaseRequestHandler):
    server: FaultServer

    def handle(self) -> None:
        script = self.server.next_script()
        # Who breaks off a connection, or refuses a certificate, means to.
        with suppress(OSError), closing(self._secured()) as connection:
            script(Peer(connection, self.server))

    def _secured(self) -> socket.socket:
        connection: socket.socket = self.request
        tls = self.server.tls
        return tls.wrap_socket(connection, server_side=True) if tls else connection


@contextmanager
def playing(*scripts: Script, tls: ssl.SSLContext | None = None) -> Iterator[FaultServer]:
    """A server for as long as the context lasts; at its end all that arrived is counted."""
    with FaultServer(scripts, tls) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.stopping.set()
            server.shutdown()
    assert not server.broken, server.broken


@contextmanager
def plain(*scripts: Script) -> Iterator[Scene]:
    """A server without TLS."""
    with playing(*scripts) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        yield Scene(url=url, begun=lambda: server.begun)


@contextmanager
def plain_where_tls_is_expected(script: Script) -> Iterator[Scene]:
    """A server without TLS, named as if it had it."""
    with plain(script) as scene:
        yield replace(scene, url=scene.url.replace("http:", "https:"))


@contextmanager
def certified(
    host: str, *, folder: Path, not_after: datetime | None = None, known: bool = True
) -> Iterator[Scene]:
    """A server with a certificate for the host, of the CA that the sender knows, or of another."""
    authority, other = trustme.CA(), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host, not_after=not_after).configure_cert(context)
    bundle = folder / "ca.pem"
    (authority if known else other).cert_pem.write_to_path(str(bundle))
    with playing(says(answer(200)), tls=context) as server:
        yield Scene(
            url=f"https://127.0.0.1:{server.server_address[1]}",
            begun=lambda: server.begun,
            flags=("--ca-bundle", str(bundle)),
        )


@contextmanager
def redirecting(status: int, *, away: bool) -> Iterator[Scene]:
    """A server that points to itself, or to another host."""
    with playing(says(answer(200))) as other:
        there = f"http://localhost:{other.server_address[1]}" if away else ""
        with plain(says(answer(status, b"", f"Location: {there}/elsewhere"))) as scene:
            yield replace(scene, strayed=lambda: other.connections)


@contextmanager
def unknown_host() -> Iterator[Scene]:
    """A name that no name server knows (RFC 6761, section 6.4), and no proxy to ask."""
    env = {"https_proxy": "", "http_proxy": "", "RES_OPTIONS": "timeout:1 attempts:1"}
    yield Scene(url="https://nothing.invalid", env=env)


@contextmanager
def nobody() -> Iterator[Scene]:
    """A port that nobody listens at, and nobody else can take meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield Scene(url=f"http://127.0.0.1:{bound.getsockname()[1]}")


@contextmanager
def full_queue() -> Iterator[Scene]:
    """A listener that accepts nobody and whose queue is full: connecting never comes to an end."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for filling in (first, second):
            filling.settimeout(0)
            filling.connect_ex(listener.getsockname())
        yield Scene(url=f"http://127.0.0.1:{listener.getsockname()[1]}")


def head(status: object, *headers: str, version: str = "HTTP/1.1") -> bytes:
    """A status line and headers, with the blank line after them."""
    return "\r\n".join([f"{version} {status} Status", *headers, "", ""]).encode("latin-1")


def answer(status: object, body: bytes = DOCS_ANSWER, *headers: str) -> bytes:
    """A whole answer."""
    return head(status, f"Content-Length: {len(body)}", *headers) + body


def says(*parts: bytes) -> Script:
    """Read the request, answer, close."""

    def script(peer: Peer) -> None:
        peer.read_request()
        peer.send(*parts)

    return script


def stalls(*parts: bytes) -> Script:
    """Read the request, begin to answer, and go no further."""

    def script(peer: Peer) -> None:
        says(*parts)(peer)
        peer.hang()

    return script


def drips(slowly: bytes, after: bytes = b"") -> Script:
    """Read the request, and answer a byte at a time without ever coming to an end."""

    def script(peer: Peer) -> None:
        says(after)(peer)
        peer.drip(slowly)

    return script


def floods(part: bytes, times: int | None = None, *, after: bytes) -> Script:
    """Read the request, and answer with more than anybody wants to read."""

    def script(peer: Peer) -> None:
        says(after)(peer)
        peer.flood(part, times)

    return script


def bomb() -> bytes:
    """A mebibyte of gzip that unpacks to a gibibyte."""
    return gzip.compress(bytes(_MEBIBYTE)) * 1024
