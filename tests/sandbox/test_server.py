"""The sandbox as a server: its list, its events, its file, its faults and its page."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from annotate.amplitude.keys import Keys
from annotate.sandbox.faults import Fault
from annotate.sandbox.options import Options
from annotate.sandbox.server import BODY_LIMIT, SandboxServer

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
GOOD = {"version": "2.2", "release_start": "2022-01-01 00:00:00", "title": "New Feature"}
PATIENCE = 60


class Client:
    """A client of a sandbox, with any keys."""

    def __init__(self, url: str, session: requests.Session, log: list[dict[str, Any]]) -> None:
        """Talk to the sandbox at a URL."""
        self.url = url
        self.session = session
        self.log = log
        session.auth = ("key", "secret")

    def get(self, path: str, **options: Any) -> requests.Response:
        """Get a path."""
        return self.session.get(f"{self.url}{path}", timeout=PATIENCE, **options)

    def post(self, **options: Any) -> requests.Response:
        """Ask for a release."""
        return self.session.post(f"{self.url}/api/2/release", timeout=PATIENCE, **options)

    def versions(self) -> list[str]:
        """What a test of a team asserts."""
        listed = requests.get(f"{self.url}/api/sandbox/releases", timeout=PATIENCE).json()
        return [release["version"] for release in listed["releases"]]

    @contextmanager
    def events(self, last: str = "") -> Iterator[Iterator[str]]:
        """The lines of the stream that a page reads; `last` is the last event that it has."""
        headers = {"Last-Event-ID": last} if last else {}
        with self.get("/api/sandbox/events", headers=headers, stream=True) as stream:
            assert stream.headers["Content-Type"] == "text/event-stream"
            yield (line.decode() for line in stream.iter_lines(chunk_size=1))


@contextmanager
def serving(options: Options) -> Iterator[Client]:
    log: list[dict[str, Any]] = []
    with (
        SandboxServer(
            options, now=lambda: CREATED, log=lambda line: log.append(json.loads(line))
        ) as server,
        requests.Session() as session,
    ):
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield Client(server.url, session, log)
        finally:
            server.shutdown()


@pytest.fixture
def client() -> Iterator[Client]:
    with serving(Options()) as found:
        yield found


def test_releases_are_listed_in_the_order_of_their_creation(client: Client) -> None:
    assert client.versions() == []
    answers = [client.post(json=GOOD | {"version": version}).json() for version in ("2", "1")]
    assert [answer["release"]["id"] for answer in answers] == ["sandbox1", "sandbox2"]
    assert client.versions() == ["2", "1"]
    listed = client.get("/api/sandbox/releases").json()["releases"]
    assert listed == [answer["release"] for answer in answers]


def test_what_is_refused_is_not_listed_and_uses_no_id(client: Client) -> None:
    bad = client.post(json={})
    assert bad.status_code == 400
    assert bad.json()["error"]["metadata"]["details"] == "missing parameter: version"
    assert client.get("/api/2/release").status_code == 405
    assert client.get("/api/2/releases").status_code == 404
    assert client.post(data=b"x" * (BODY_LIMIT + 1)).status_code == 413
    assert client.versions() == []
    assert client.post(json=GOOD).json()["release"]["id"] == "sandbox1"


def test_a_body_of_unknown_length_is_refused(client: Client) -> None:
    refused = client.post(data=iter([b"{}"]))
    assert refused.status_code == 411
    assert refused.headers.get("Connection", "close") == "close"


def test_the_body_of_a_refused_request_is_not_the_next_request(client: Client) -> None:
    for _ in range(2):
        put = client.session.put(f"{client.url}/api/2/release", json=GOOD, timeout=PATIENCE)
        assert put.status_code == 405


def test_the_log_has_requests_to_the_api_alone_and_no_keys(client: Client) -> None:
    client.get("/")
    client.get("/api/sandbox/releases")
    answer = client.post(json=GOOD).json()
    client.get("/nothing")
    logged = [(entry["status"], entry["request"]) for entry in client.log]
    assert logged == [(200, "POST /api/2/release"), (404, "GET /nothing")]
    assert client.log[0]["answer"] == answer
    assert "secret" not in json.dumps(client.log[0])


def test_a_page_gets_what_is_there_and_what_comes(client: Client) -> None:
    client.post(json=GOOD)
    with client.events() as lines:
        first, data = next(lines), json.loads(next(lines).removeprefix("data: "))
        assert (first.startswith("id: "), data["version"]) == (True, "2.2")
        assert next(lines) == ""
        client.post(json=GOOD | {"version": "2.3", "title": "Line\nbreak\r\u2028"})
        second, data = next(lines), json.loads(next(lines).removeprefix("data: "))
        assert (data["version"], data["title"]) == ("2.3", "Line\nbreak\r\u2028")
    with client.events(last=first.removeprefix("id: ")) as lines:
        assert next(lines) == second


def test_a_page_of_a_server_that_was_started_again_starts_again(client: Client) -> None:
    client.post(json=GOOD)
    with client.events(last="1767225599.000000-7") as lines:
        assert [next(lines) for _ in range(3)] == ["event: reset", "data:", ""]
        assert next(lines).endswith("-1")


def test_the_pages_files(client: Client) -> None:
    for path, kind in [
        ("/", "text/html; charset=UTF-8"),
        ("/page.css", "text/css; charset=UTF-8"),
        ("/page.js", "text/javascript; charset=UTF-8"),
        ("/icon.svg", "image/svg+xml"),
    ]:
        got = client.get(path)
        assert (got.status_code, got.headers["Content-Type"]) == (200, kind)
        policy = got.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; connect-src 'self'")
        assert "unsafe" not in policy
        assert got.headers["X-Content-Type-Options"] == "nosniff"
    for path in ("/__init__.py", "/../server.py", "/index.html/"):
        assert client.get(path).status_code == 404


def test_the_file_keeps_releases(tmp_path: Path) -> None:
    options = Options(data=tmp_path / "releases.db")
    with serving(options) as client:
        client.post(json=GOOD | {"title": "Café 🎉"})
    with serving(options) as client:
        assert client.get("/api/sandbox/releases").json()["releases"][0]["title"] == "Café 🎉"
        assert client.post(json=GOOD).json()["release"]["id"] == "sandbox2"
    with sqlite3.connect(tmp_path / "releases.db") as connection:
        [[count]] = connection.execute("SELECT count(*) FROM releases")
    connection.close()
    assert count == 2


def _text(path: Path) -> None:
    path.write_text("releases\n" * 1000)


def _of_another_program(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE deliveries (id)")
    connection.close()


def _broken(path: Path) -> None:
    with serving(Options(data=path)) as client:
        client.post(json=GOOD)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE releases SET release = '{'")
    connection.close()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_text, "releases.db: file is not a database"),
        (_of_another_program, "releases.db: this is the file of another program"),
        (_broken, "Expecting property name"),
        (Path.mkdir, "unable to open database file"),
    ],
)
def test_a_file_that_cannot_be_used(
    tmp_path: Path, make: Callable[[Path], None], message: str
) -> None:
    path = tmp_path / "releases.db"
    make(path)
    with pytest.raises(OSError, match=message):
        SandboxServer(Options(data=path), now=lambda: CREATED)


def test_a_release_that_cannot_be_stored_is_not_created(tmp_path: Path) -> None:
    path = tmp_path / "releases.db"
    with serving(Options(data=path)) as client:
        with sqlite3.connect(path) as connection:
            connection.execute("DROP TABLE releases")
        connection.close()
        refused = client.post(json=GOOD)
        assert refused.status_code == 503
        assert "could not be stored" in refused.json()["error"]["metadata"]["details"]
        assert client.versions() == []


@pytest.mark.parametrize(
    ("every", "statuses"), [(1, [503, 503, 503, 503]), (3, [503, 200, 200, 503])]
)
def test_a_fault(every: int, statuses: list[int]) -> None:
    with serving(Options(fault=Fault(503, every))) as client:
        answers = [client.post(json=GOOD) for _ in range(4)]
        assert [answer.status_code for answer in answers] == statuses
        assert "this is no real outage" in answers[0].json()["error"]["metadata"]["details"]
        assert len(client.versions()) == statuses.count(200)


def test_named_keys_are_those_of_both_apis() -> None:
    with serving(Options(keys=Keys(api_key="key", secret_key="secret"))) as client:
        categories = "/api/3/annotation-categories"
        assert client.get(categories).json() == {"data": [{"id": 1, "category": "Uncategorized"}]}
        assert client.post(json=GOOD).status_code == 200
        client.session.auth = ("key", "another")
        assert client.get(categories).status_code == 401
        assert client.post(json=GOOD).status_code == 401
        assert client.versions() == ["2.2"]


def test_a_strict_server() -> None:
    with serving(Options(strict=True)) as client:
        assert client.post(json=GOOD | {"version": 2.2}).status_code == 400
    with serving(Options()) as client:
        assert client.post(json=GOOD | {"version": 2.2}).status_code == 200
        assert client.versions() == ["2.2"]
