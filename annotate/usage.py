"""What `annotate --help` and the helps of its commands print, in at most 80 columns."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from annotate import __version__
from annotate.inputs.parsing import Kind
from annotate.inputs.table import BY_NAME, INPUTS, Input, description, flag, variable
from annotate.sandbox.options import TABLE

_WIDTH = 80
#: The inputs that most users set, which the README shows, too.
COMMON = (
    *("api-key", "secret-key", "region", "version", "title", "description", "release-start"),
    *("platforms", "tag-pattern", "on-failure", "ledger", "dry-run", "sandbox"),
)
#: The headings of the other inputs. The input that is named and those that follow it in the table
#: are below a heading.
_GROUPS = {
    "command": "Command and host",
    "version": "What the release says",
    "tag-pattern": "Which version and which commits",
    "working-directory": "Repository and files",
    "dry-run": "How the step ends",
    "retries": "Sending and logging",
}


class Flag(NamedTuple):
    """A flag of a command that is no input."""

    form: str
    help: str


class Page(NamedTuple):
    """The help of a command."""

    #: What the command does, in a line.
    summary: str
    #: How it is called, without `annotate`.
    usage: str
    about: str
    flags: Sequence[Flag]
    #: Arguments after `annotate`, and what they are for.
    examples: Sequence[tuple[str, str]]
    #: What it says of the inputs.
    inputs: str


_JSON = Flag("--json", "Print JSON instead of text.")
_SAME_INPUTS = "It takes the inputs of `annotate --help`, as flags, variables or config file."
PAGES = {
    "check": Page(
        summary="say whether a release would be sent",
        usage="check [--json] [--INPUT VALUE ...]",
        about="Tries each part of a run: inputs, keys, checkout, version, texts, host. It names"
        " all that is wrong in one go. It asks Amplitude about the keys, and sends no release.",
        flags=(_JSON,),
        examples=(
            ("check", "in the job that will send the release"),
            ("check --json", "for a program"),
        ),
        inputs=_SAME_INPUTS,
    ),
    "preview": Page(
        summary="print title and description of a release",
        usage="preview [--ref TAG] [--json] [--INPUT VALUE ...]",
        about="Prints the title and the description that would be sent. Nothing is sent, and no"
        " keys are needed.",
        flags=(
            Flag("--ref TAG", "The tag of the release. Default: the release of this commit."),
            Flag("--json", "Print the whole request, and where each fact comes from, as JSON."),
        ),
        examples=(
            ("preview", "the release of this commit"),
            ("preview --ref v1.2.3", "that of a tag"),
        ),
        inputs=_SAME_INPUTS,
    ),
    "backfill": Page(
        summary="send the releases of all tags",
        usage="backfill [--from FIRST] [--to LAST] [--yes] [--json] [--INPUT ...]",
        about="Sends the releases of the past: each tag with its own date and notes. It shows a"
        " plan and asks before it sends. It can be stopped and run again, and sends nothing twice.",
        flags=(
            Flag("--from FIRST", "The first release: a version, or a day in UTC (`2026-01-31`)."),
            Flag("--to LAST", "The last release, in the same way. Default: the newest."),
            Flag("--yes", "Send without asking."),
            Flag("--json", "With --dry-run, print the plan as lines of JSON."),
        ),
        examples=(
            ("backfill --dry-run", "look at the plan"),
            ("backfill --from 2026-01-01", "send the releases of this year"),
        ),
        inputs="It takes the inputs of `annotate --help`, but not sandbox, nor those that each tag"
        " sets itself: version, title, description, release-start and previous-tag.",
    ),
    "sandbox": Page(
        summary="run a Releases API on this machine, with a page",
        usage="sandbox [--port NUMBER] [--data FILE] [...]",
        about="Serves a Releases API to try annotate with, and a page of the releases that it got,"
        " until it is stopped. Nothing goes to Amplitude. To send to it, set the input api-url.",
        flags=tuple(
            Flag(f"{option.flag} {option.form}".rstrip(), f"{option.help} Or {option.variable}.")
            if option.flag
            else Flag(option.variable, option.help)
            for option in TABLE
        ),
        examples=(
            ("sandbox --port 8080", "then open http://127.0.0.1:8080"),
            ("sandbox --fail 503 --every 3", "one of three requests fails"),
        ),
        inputs="It takes no inputs.",
    ),
}


def text(argv: Iterable[str] = ()) -> str:
    """Return the help of the command that is the first argument, else that of annotate itself."""
    page = PAGES.get(next(iter(argv), ""))
    lines = _of_command(page) if page else _of_annotate()
    return "\n".join(lines) + "\n"


def _of_annotate() -> Iterator[str]:
    what = "marks the releases of a git repository on Amplitude charts."
    yield from textwrap.wrap(f"annotate {__version__}: {what}", _WIDTH)
    yield ""
    yield "Usage:"
    yield "  annotate [--INPUT VALUE ...]   send the release of this repository"
    for name, page in PAGES.items():
        yield f"  {f'annotate {name}':<28}   {page.summary}"
    yield f"  {'annotate COMMAND --help':<28}   the flags of a command"
    yield f"  {'annotate --version':<28}   print the version of annotate"
    yield ""
    yield from _examples(
        (
            ("preview", "see title and description"),
            ("--dry-run", "see the request, and send nothing"),
            ("--region eu --platforms iOS", "send it, with keys in the environment"),
        )
    )
    yield "Set an input by its flag, by its variable, or in .amplitude-release.yml:"
    yield f"  {flag('release-start')} tag, {variable('release-start')}=tag, release-start: tag"
    yield "A flag for true or false needs no value: --dry-run. Secrets have no flag, for a"
    yield "list of processes would show them."
    yield ""
    yield "Common inputs:"
    for name in COMMON:
        yield from _entry(BY_NAME[name])
    for declared in INPUTS:
        if declared.name in _GROUPS:
            yield ""
            yield f"{_GROUPS[declared.name]}:"
        if declared.name not in COMMON:
            yield from _entry(declared)


def _of_command(page: Page) -> Iterator[str]:
    name = page.usage.partition(" ")[0]
    yield f"annotate {name}: {page.summary}."
    yield ""
    yield "Usage:"
    yield f"  annotate {page.usage}"
    yield ""
    yield from textwrap.wrap(page.about, _WIDTH)
    yield ""
    yield from _examples(page.examples)
    yield "Flags:"
    for one in page.flags:
        yield f"  {one.form}"
        yield from _indented(one.help)
    yield ""
    yield from textwrap.wrap(page.inputs, _WIDTH)


def _examples(examples: Sequence[tuple[str, str]]) -> Iterator[str]:
    width = max(len(arguments) for arguments, _ in examples)
    yield "Examples:"
    for arguments, purpose in examples:
        yield f"  annotate {arguments:<{width}}   # {purpose}"
    yield ""


def _entry(declared: Input) -> Iterator[str]:
    secret = declared.kind is Kind.SECRET
    yield f"  {variable(declared.name) if secret else flag(declared.name)}"
    yield from _indented(description(declared))


def _indented(text: str) -> list[str]:
    indent = " " * 6
    # A name with a dash is not parted.
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
