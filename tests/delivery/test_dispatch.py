"""Several at once, by the ledger: what is told and kept where something comes in between."""

from pathlib import Path
from threading import Event, Lock, Thread, current_thread, main_thread

import pytest

from annotate.amplitude import releases
from annotate.amplitude.keys import Keys
from annotate.delivery import messages
from annotate.delivery.dispatch import Dispatch, Sending
from annotate.delivery.entry import Key, LedgerFailed, State
from annotate.delivery.ledger import ledger_at
from annotate.delivery.retry import Limits
from annotate.http.session import Session
from annotate.outcome import Outcome
from annotate.release import Release
from annotate.result import Delivery
from tests.support.http import Answer, serving
from tests.support.process import API_KEY, SECRET_KEY
from tests.support.world import NOW, world


def dispatch(*urls: str, retries: int = 0) -> Dispatch:
    sendings = [
        Sending(
            target=f"t{number}",
            version="1.2.3",
            request=releases.create(url, Release(version="1.2.3", title="T", release_start=NOW)),
            keys=Keys(api_key=f"{API_KEY}{number}", secret_key=SECRET_KEY),
        )
        for number, url in enumerate(urls)
    ]
    return Dispatch(
        world(),
        Session({}, ca_bundle="", debug=lambda _: None),
        Limits(retries=retries, timeout=30),
        sendings,
        log=lambda _: None,
        redact=str,
    )


def key(url: str, number: int = 0) -> Key:
    return Key.of(f"{url}/api/2/release", f"{API_KEY}{number}", "1.2.3")


def in_file(path: Path, wanted: Key) -> State | None:
    with ledger_at(path, world(), 1) as ledger:
        entry = ledger.entry(wanted)
    return entry.state if entry else None


def test_an_intention_that_is_being_written_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is given up while a worker writes: nothing was sent, and the ledger knows it."""
    writing, waiting = Event(), Event()

    class WatchedLock:
        """Tells when the main thread asks for it."""

        def __init__(self) -> None:
            self.lock = Lock()

        def __enter__(self) -> None:
            if current_thread() is main_thread():
                waiting.set()
            self.lock.acquire()

        def __exit__(self, *_: object) -> None:
            self.lock.release()

    with serving() as server, ledger_at(tmp_path / "ledger.db", world(), 1) as ledger:
        intend = ledger.intend

        def slowly(wanted: Key, now: object) -> None:
            intend(wanted, NOW)
            writing.set()
            assert waiting.wait(timeout=30)

        monkeypatch.setattr(ledger, "intend", slowly)
        sending = dispatch(server.url)
        monkeypatch.setattr(sending, "_lock", WatchedLock())
        Thread(target=sending.send, args=(ledger, 120), daemon=True).start()
        assert writing.wait(timeout=30)
        sending.give_up()
        assert [one.outcome for one in sending.deliveries] == [Outcome.INTERRUPTED]
        known = ledger.entry(key(server.url))
        assert known
        assert (server.arrived, known.state) == ([], State.NOT_CREATED)


def test_a_ledger_that_fails_after_the_answer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as server, ledger_at(tmp_path / "ledger.db", world(), 1) as ledger:
        before, after = messages.failed(tmp_path, OSError("no room"))

        def fails(*_: object, **__: object) -> None:
            raise LedgerFailed(before, after)

        monkeypatch.setattr(ledger, "settle", fails)
        sending = dispatch(server.url)
        sending.send(ledger, 120)
        [delivery] = sending.deliveries
        assert delivery.outcome is Outcome.CREATED
        assert delivery.warnings == (after,)
        server_url = server.url
    assert in_file(tmp_path / "ledger.db", key(server_url)) is State.SENDING


def test_a_ledger_that_fails_before_lets_nothing_be_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as server, ledger_at(tmp_path / "ledger.db", world(), 1) as ledger:
        before, after = messages.failed(tmp_path, OSError("no room"))

        def fails(*_: object) -> None:
            raise LedgerFailed(before, after)

        monkeypatch.setattr(ledger, "intend", fails)
        sending = dispatch(server.url)
        sending.send(ledger, 120)
        [delivery] = sending.deliveries
    assert (delivery.outcome, server.arrived) == (Outcome.UNAVAILABLE, [])
    assert delivery.message is before


def test_what_one_fails_by_says_nothing_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        sending = dispatch(server.url, server.url)

        def breaks(*_: object, **__: object) -> Delivery:
            raise RuntimeError("a defect")

        monkeypatch.setattr(sending._clients[0], "create", breaks)
        with pytest.raises(RuntimeError, match="a defect"):
            sending.send(None, 120)
        assert [one.outcome for one in sending.deliveries] == [
            Outcome.INTERRUPTED,
            Outcome.CREATED,
        ]


def test_what_comes_after_a_run_was_given_up_is_told_as_it_was(tmp_path: Path) -> None:
    arrived = Event()
    with serving(Answer(hang=True), on_arrival=arrived.set) as server:
        sending = dispatch(server.url)
        thread = Thread(target=sending.send, args=(None, 120), daemon=True)
        thread.start()
        assert arrived.wait(timeout=30)
        sending.give_up()
        assert [one.outcome for one in sending.deliveries] == [Outcome.UNKNOWN]
    thread.join(timeout=30)
    assert [one.outcome for one in sending.deliveries] == [Outcome.UNKNOWN]


def test_a_thread_that_a_signal_kept_from_starting_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(_thread: Thread) -> None:
        raise KeyboardInterrupt

    with serving() as server:
        sending = dispatch(server.url)
        monkeypatch.setattr(Thread, "start", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sending.send(None, 120)
        sending.finish(1)
        assert [one.outcome for one in sending.deliveries] == [Outcome.INTERRUPTED]
        assert server.arrived == []
