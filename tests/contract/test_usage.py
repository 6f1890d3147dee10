"""`--help` fits a terminal, has the order of a manual, and names each thing that there is once."""

import re

import pytest

from annotate import usage
from annotate.backfill import selection
from annotate.inputs import sources
from annotate.inputs.parsing import Kind
from annotate.inputs.table import INPUTS, flag, variable
from annotate.sandbox import options
from tests.support.process import Annotate

COMMANDS = ("", *usage.PAGES)
_FLAG = re.compile(r"^  (--[a-z-]+|[A-Z]+_[A-Z_]+)(?: [A-Z]+)?$", re.MULTILINE)


def page(command: str) -> str:
    return usage.text([command] if command else [])


def listed(command: str) -> list[str]:
    """The flags and the variables that have an entry."""
    return _FLAG.findall(page(command))


def examples(command: str) -> list[list[str]]:
    """The arguments of the examples."""
    section = page(command).partition("Examples:\n")[2].partition("\n\n")[0]
    return [line.partition("#")[0].split()[1:] for line in section.splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_line_fits_a_terminal(command: str) -> None:
    assert [line for line in page(command).splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_it_is_in_the_order_of_a_manual(command: str) -> None:
    text = page(command)
    assert text.startswith(f"annotate {command}:" if command else "annotate ")
    headings = re.findall(r"^([A-Z][A-Za-z ]+):$", text, re.MULTILINE)
    expected = ["Usage", "Examples", "Flags"] if command else ["Usage", "Examples", "Common inputs"]
    assert headings[:3] == expected


def test_each_input_has_one_entry() -> None:
    assert sorted(listed("")) == sorted(
        variable(one.name) if one.kind is Kind.SECRET else flag(one.name) for one in INPUTS
    )


def test_no_heading_is_without_an_input() -> None:
    assert not re.findall(r":\n\n", page("").partition("Common inputs:")[2])


def test_each_command_is_listed() -> None:
    assert set(usage.PAGES) == set(sources.COMMANDS)
    section = page("").partition("Usage:\n")[2].partition("\n\n")[0]
    for command, one in usage.PAGES.items():
        assert re.search(
            rf"^  annotate {command} +{re.escape(one.summary)}$", section, re.MULTILINE
        )


def test_the_flags_of_the_commands_are_theirs() -> None:
    assert listed("sandbox") == [one.flag or one.variable for one in options.TABLE]
    assert listed("backfill") == ["--from", "--to", "--yes", "--json"]
    for command in ("check", "preview"):
        accepted = {
            one: not sources.read([one, *value], {}, command).problems
            for one, value in {"--json": [], "--ref": ["v1"]}.items()
        }
        assert sorted(listed(command)) == sorted(one for one, is_one in accepted.items() if is_one)


def test_there_are_three_examples() -> None:
    assert len(examples("")) == 3


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_are_right(command: str) -> None:
    for arguments in examples(command):
        name, *own = arguments if arguments[0] in sources.COMMANDS else ["", *arguments]
        assert name == command or not command
        match name:
            case "sandbox":
                assert options.read(own, {})
            case "backfill":
                _, inputs = selection.read(own)
                assert sources.read(inputs, {}).problems == ()
            case _:
                assert sources.read(own, {}, name).problems == ()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("switch", ["--help", "-h"])
def test_the_help_of_a_command(
    annotate: Annotate, tmp_path_factory: pytest.TempPathFactory, command: str, switch: str
) -> None:
    flags = [command, switch] if command else [switch]
    ran = annotate(tmp_path_factory.mktemp("nowhere"), *flags)
    assert (ran.code, ran.log) == (0, page(command))
