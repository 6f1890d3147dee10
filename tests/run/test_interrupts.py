"""A signal in every phase: the truth is told, whatever had come by then."""

import io
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn
from unittest.mock import patch

import pytest

from annotate import cli
from annotate.delivery.dispatch import Dispatch
from annotate.delivery.ledger import Ledger
from annotate.errors import Interrupted
from tests.support.http import Answer, Server, serving
from tests.support.process import KEYS
from tests.support.world import world


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


class Listening(io.StringIO):
    """A log that sends a signal when it hears certain words, once."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def write(self, text: str, /) -> int:
        """Listen, too."""
        written = super().write(text)
        if self.words and self.words in text:
            self.words = ""
            raise Interrupted(signal.SIGTERM)
        return written


def run(place: Path, url: str, words: str, *flags: str) -> tuple[int, str]:
    """A run that is told to stop at these words of its log."""
    log = Listening(words)
    release = ("--version", "1.2.3", "--title", "T", "--release-start", "now", "--retries", "1")
    code = cli.main(
        [*release, "--api-url", url, *flags], world(place, dict(KEYS))._replace(stdout=log)
    )
    return code, log.getvalue()


def stop(*_: object, **__: object) -> NoReturn:
    raise Interrupted(signal.SIGTERM)


def send_and_stop(dispatch: Dispatch, ledger: Ledger | None, until: float) -> NoReturn:
    send(dispatch, ledger, until)
    stop()


send = Dispatch.send
#: What is replaced by a signal, and what a run has come to by then.
PHASES = [
    ("annotate.git.reading.read", stop, "interrupted", 0),
    ("annotate.run.compose", stop, "interrupted", 0),
    ("annotate.delivery.dispatch.Dispatch.send", stop, "interrupted", 0),
    ("annotate.delivery.dispatch.Dispatch.send", send_and_stop, "created", 1),
]


@pytest.mark.parametrize("ledger", [(), ("--ledger", "ledger.db")])
@pytest.mark.parametrize(("step", "instead", "outcome", "sent"), PHASES)
def test_what_is_known_by_then_is_reported(
    tmp_path: Path,
    server: Server,
    ledger: tuple[str, ...],
    step: str,
    instead: Callable[..., NoReturn],
    outcome: str,
    sent: int,
) -> None:
    with patch(step, instead):
        code, log = run(tmp_path, server.url, "", *ledger)
    assert code == 143
    assert log.splitlines()[-1].split()[:2] == ["annotate:", outcome]
    assert ("interrupted before anything was sent" in log) is (sent == 0)
    assert len(server.arrived) == sent
    if ledger:
        code, log = run(tmp_path, server.url, "", *ledger)
        assert (code, len(server.arrived)) == (0, 1)


def test_between_two_attempts_nothing_is_in_doubt(tmp_path: Path) -> None:
    with serving(Answer(status=503), Answer()) as server:
        flags = ("--ledger", "ledger.db")
        code, log = run(tmp_path, server.url, "retrying in", *flags)
        assert code == 143
        code, log = run(tmp_path, server.url, "", *flags)
        assert (code, log.splitlines()[-1]) == (0, "annotate: created xbcehyc (T)")
