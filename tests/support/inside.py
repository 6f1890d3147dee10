"""Runs inside this process: as they are, or with an answer and a history that are given."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from annotate import cli
from annotate.git import reading
from annotate.http.reply import Reply
from annotate.http.session import Exchange
from annotate.notes.history import History
from tests.support.http import DOCS_ANSWER
from tests.support.process import Ran, variables
from tests.support.world import running, world

CREATED = Reply(status=200, headers={}, body=DOCS_ANSWER)


def annotate(
    cwd: Path, *flags: str, env: Mapping[str, str] | None = None, files: Path | None = None
) -> Ran:
    """Run it with real git and a real network, but without starting Python."""
    log = io.StringIO()
    code = cli.main(flags, running(cwd, variables(env, files), log))
    return Ran.of(code, log.getvalue(), files)


@dataclass(frozen=True, kw_only=True)
class Told:
    """How a run ended, and what it wrote."""

    code: int
    log: str
    output: bytes
    summary: bytes
    dotenv: bytes
    #: The bodies of what was sent.
    sent: tuple[bytes, ...]


def run(
    place: Path,
    argv: Sequence[str],
    env: Mapping[str, str],
    *,
    reply: Reply = CREATED,
    history: History | None = None,
) -> Told:
    """Run it in `place`, where every request gets the reply; git is asked where no history is."""
    log = io.StringIO()
    files = {"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary"}
    own = {name: str(place / file) for name, file in files.items()} | {"CI_PROJECT_DIR": str(place)}
    around = world(place, {**own, **env})._replace(stdout=log, stderr=log)
    with ExitStack() as patches:
        sent = patches.enter_context(_answering(reply))
        if history:
            patches.enter_context(_knowing(history))
        code = cli.main(argv, around)
    written = {name: _bytes(place / name) for name in ("output", "summary", "annotate.env")}
    return Told(
        code=code,
        log=log.getvalue(),
        output=written["output"],
        summary=written["summary"],
        dotenv=written["annotate.env"],
        sent=tuple(sent),
    )


@contextmanager
def _answering(reply: Reply) -> Iterator[list[bytes]]:
    sent: list[bytes] = []

    def start(exchange: Exchange) -> Exchange:
        if isinstance(body := exchange.request.body, bytes):
            sent.append(body)
        return exchange

    with patch.object(Exchange, "start", start), patch.object(Exchange, "wait", lambda _: reply):
        yield sent


@contextmanager
def _knowing(history: History) -> Iterator[None]:
    with patch.object(reading, "read", lambda *_: (history, None)):
        yield


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
