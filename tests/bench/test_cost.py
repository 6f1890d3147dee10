"""The benchmarks measure what they say. What they find is no matter of a test."""

import sys
from functools import partial
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from bench.cost import Command, in_turns, median, ratio, table

_BUSY = "import time\nwhile time.process_time() < 0.3: pass"
_LARGE = "text = b'x' * 100_000_000"


def test_the_time_and_memory_of_a_processes_children_count() -> None:
    script = f"{sys.executable} -c '{_BUSY}'; {sys.executable} -c \"{_LARGE}\"; sleep 0"
    costs = Command(arguments=["sh", "-c", script]).run()
    assert costs.processor >= 0.3
    assert costs.peak >= 95
    assert costs.elapsed >= 0.3


def test_waiting_is_no_processor_time() -> None:
    costs = Command(arguments=["sleep", "0.5"]).run()
    assert costs.processor < costs.elapsed / 2


def test_a_command_has_the_place_and_the_variables_that_it_is_given(tmp_path: Path) -> None:
    variables = {"PATH": "/usr/bin:/bin", "NAME": "here"}
    script = 'test "$NAME" = here && test -z "$HOME" && touch found'
    Command(arguments=["sh", "-c", script], directory=tmp_path, environment=variables).run()
    assert (tmp_path / "found").exists()


def test_a_command_that_fails_is_not_measured() -> None:
    with pytest.raises(CalledProcessError) as raised:
        Command(arguments=["sh", "-c", "echo the reason >&2; exit 3"]).run()
    assert (raised.value.returncode, raised.value.output) == (3, b"the reason\n")


def test_runs_are_in_turns_after_a_round_that_is_not_counted() -> None:
    order: list[str] = []

    def run(name: str) -> int:
        order.append(name)
        return len(order)

    found = in_turns({name: partial(run, name) for name in "ABC"}, 2)
    assert "".join(order) == "ABCABCABC"
    assert found == {"A": [4, 7], "B": [5, 8], "C": [6, 9]}


def test_a_ratio_is_one_within_a_round() -> None:
    """A machine that is slow for one round must not make either of two commands look slow."""
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert ratio([2.0, 20.0, 2.0], [1.0, 10.0, 1.0]) == 2.0


def test_a_table_is_markdown() -> None:
    text = table(["command", "ms"], [["one", "1"], ["two", "2"]])
    assert text == "| command | ms |\n| --- | --- |\n| one | 1 |\n| two | 2 |\n"
