"""What `annotate check` is tried with: a server that answers its question, and five mistakes."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.http import Answer, Server, serving
from tests.support.repo import RepoBuilder

QUESTION = ("GET", "/api/3/annotation-categories")
ACCEPTED = Answer(body=b'{"data": [{"id": 1, "category": "Uncategorized"}]}')
REFUSED = Answer(status=401, body=b'{"error": "Invalid API key"}')
#: Four mistakes by their inputs; the fifth are keys that the server refuses. git tracks the ledger.
MISTAKES = {
    "description-template": "{{ verison }}",
    "ledger": "ledger.db",
    "tag-pattern": "web@*",
    "timeout": "0",
}
#: How the line of each mistake begins.
LINES = (
    "templates        The template in description-template cannot be used: `verison` is not known",
    "inputs           The input timeout is `0`, which is not a number of seconds above 0",
    "version          There is no version tag on this commit or on an earlier one.",
    "keys             The keys were refused.",
    "ledger           The ledger ",
)


@contextmanager
def answering(answer: Answer, host: str = "127.0.0.1") -> Iterator[Server]:
    """A server that gives an answer; whatever arrives, it is no write."""
    with serving(answer, host=host) as server:
        yield server
        assert {(one.method, one.path) for one in server.arrived} <= {QUESTION}
        assert not any(one.body for one in server.arrived)


def with_a_ledger(repo: RepoBuilder) -> RepoBuilder:
    """Commit a file in the place of the ledger."""
    repo.commit("Add a ledger", path=MISTAKES["ledger"])
    return repo


def mistakes_in(log: str) -> list[str]:
    """Which of the lines above a log has, and whatever else is bad in it."""
    bad = [line.removeprefix("bad      ") for line in log.splitlines() if line.startswith("bad ")]
    return [next((start for start in LINES if line.startswith(start)), line) for line in bad]
