"""A hosting service for git on this machine: git's own http-backend, with a token at the door."""

import base64
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, Literal

TOKEN = "ghs_0123456789abcdef"
Mood = Literal["modern", "old", "hang", "rubbish"]


@dataclass(kw_only=True)
class Hosting:
    """How the service behaves, and what it has seen."""

    #: The folder with the repositories.
    root: Path
    #: Who is let in: anybody where it is None.
    token: str | None = TOKEN
    #: `old` knows neither filters nor how to cut a history; `hang` and `rubbish` answer so.
    mood: Mood = "modern"
    #: Requests after which the mood begins.
    patience: int = 0
    requests: list[tuple[str, list[str]]] = field(default_factory=list)
    #: Bytes of all answers.
    sent: int = 0
    #: Set once a request is left hanging.
    hanging: Event = field(default_factory=Event)
    stopping: Event = field(default_factory=Event)


class GitServer(ThreadingHTTPServer):
    """Serves repositories by the smart protocol of git."""

    daemon_threads = True

    def __init__(self, hosting: Hosting, host: str) -> None:
        """Listen on a free port."""
        super().__init__((host, 0), _Handler)
        self.hosting = hosting

    @property
    def url(self) -> str:
        """The address that a repository's name is added to."""
        return f"http://{self.server_address[0]!s}:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: clients that are killed break off."""


@contextmanager
def hosting(root: Path, host: str = "127.0.0.1", **behaviour: Any) -> Iterator[GitServer]:
    """A service for as long as the context lasts."""
    with GitServer(Hosting(root=root, **behaviour), host) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.hosting.stopping.set()
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    server: GitServer
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        hosting = self.server.hosting
        given = self.headers.get_all("Authorization") or []
        hosting.requests.append((self.path, given))
        begun = hosting.mood == "old" or len(hosting.requests) > hosting.patience
        mood: Mood = hosting.mood if begun else "modern"
        if hosting.token and not (len(given) == 1 and _password(given[0]) == hosting.token):
            # A hosted server refuses two headers, as it does none.
            self._answer(401 if len(given) < 2 else 400, {"WWW-Authenticate": "Basic"}, b"")
        elif mood == "hang":
            hosting.hanging.set()
            hosting.stopping.wait()
        elif mood == "rubbish":
            kind = self.path.partition("service=")[2] or "git-upload-pack"
            self._answer(200, {"Content-Type": f"application/x-{kind}-advertisement"}, b"rubbish")
        else:
            self._serve(old=mood == "old")

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def _serve(self, *, old: bool) -> None:
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else self._chunks()
        done = subprocess.run(
            ["git", "-c", "safe.directory=*", "http-backend"],
            env={
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(self.server.hosting.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "REMOTE_USER": "somebody",
                **_configuration(old=old),
                **({} if old else {"GIT_PROTOCOL": self.headers.get("Git-Protocol", "")}),
            },
            input=body,
            capture_output=True,
            check=False,
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        rows = [line.partition(": ") for line in head.decode().split("\r\n")]
        headers = {name: value for name, _, value in rows if name}
        status = int(headers.pop("Status", "200").split()[0])
        if old:
            # As servers before git 2.11: they never told that they could cut.
            content = content.replace(b" deepen-not", b" xxxxxx-xxx")
        self._answer(status, headers, content)

    def _chunks(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            return b""
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _answer(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.server.hosting.sent += len(content)


def _configuration(*, old: bool) -> dict[str, str]:
    settings = {
        "uploadpack.allowFilter": "false" if old else "true",
        # A version 2 server always gives what is asked for by id.
        "uploadpack.allowAnySHA1InWant": "true",
    }
    variables = {"GIT_CONFIG_COUNT": str(len(settings)), "GIT_CONFIG_NOSYSTEM": "1"}
    for index, (key, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    return variables


def _password(header: str) -> str:
    try:
        return base64.b64decode(header.split()[1]).decode().partition(":")[2]
    except (IndexError, ValueError):
        return ""
