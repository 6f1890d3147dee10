"""Each message, whole: its text is in a golden file, its YAML and its flags exist."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from annotate.errors import Message
from annotate.inputs import settings, sources
from annotate.inputs.remedies import Form, adapted
from tests.messages import backfill, check, delivery, inputs, mends, repository, run, templates
from tests.messages.golden import UPDATE, general, golden
from tests.messages.places import Place, Recorder, places

FOLDER = Path(__file__).parent / "golden"
CASES = {
    **inputs.CASES,
    **templates.CASES,
    **repository.CASES,
    **delivery.CASES,
    **run.CASES,
    **backfill.CASES,
    **check.CASES,
}
#: Messages after which there is nothing to do, or nothing that annotate could know.
WITHOUT_MEND = {
    "inputs-key-of-another-form",
    "inputs-keys-missing-beside-another-mistake",
    "inputs-targets-of-one-name",
    "repository-release-on-another-line",
    "delivery-answered-conflict",
    "delivery-answered-duplicate",
    "delivery-arrived-before",
    "delivery-ledger-has-it",
    "delivery-ledger-has-it-as-a-duplicate",
    "run-target-without-keys",
    "run-event-unreadable",
    "run-file-unwritable",
}


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a case made."""

    message: Message
    place: Place
    folder: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """Runs a case by its name, once."""
    recorder = Recorder()

    @cache
    def run_case(name: str) -> Made:
        folder = tmp_path_factory.mktemp("case")
        with recorder.recording():
            message = CASES[name](folder)
        place = recorder.place_of(message)
        assert place, "annotate made no such message, or it is a copy"
        return Made(message=message, place=place, folder=folder)

    return run_case


@pytest.mark.parametrize("name", CASES)
def test_the_whole_text(name: str, made: Callable[[str], Made]) -> None:
    one = made(name)
    text = general(f"{one.message}\n", one.folder)
    assert text == golden(FOLDER / f"{name}.txt", text), "if this is meant, run `make golden`"


@pytest.mark.parametrize("name", CASES)
def test_the_form(name: str, made: Callable[[str], Made]) -> None:
    message = made(name).message
    what = message.what
    assert what == what.strip()
    assert "\n" not in what
    # A defect ends with the words of an exception.
    assert what.endswith(".") or name == "run-defect"
    assert bool(message.mend) is (name not in WITHOUT_MEND)
    assert mends.unknown_names(message.mend) == []
    assert mends.unknown_flags(str(message)) == []


@pytest.mark.parametrize("name", CASES)
def test_what_can_be_pasted_is_accepted(
    name: str, made: Callable[[str], Made], tmp_path: Path
) -> None:
    mend = made(name).message.mend
    env: dict[str, str] = {}
    for block in mends.blocks(mend):
        for key, text in mends.inputs(block):
            env[f"INPUT_{key.upper()}"] = text
            settings.read(sources.read(["--dry-run"], env), env, tmp_path)


@pytest.mark.parametrize("form", [Form.COMPONENT, Form.JOB, Form.SHELL])
@pytest.mark.parametrize("name", CASES)
def test_elsewhere_it_sets_the_same(name: str, form: Form, made: Callable[[str], Made]) -> None:
    message = made(name).message
    elsewhere = adapted(message, form)
    assert mends.settings(elsewhere.mend) == mends.settings(message.mend)
    assert bool(elsewhere.mend) == bool(message.mend)
    assert mends.unknown_names(elsewhere.mend) == []
    assert mends.unknown_flags(str(elsewhere)) == []


def test_every_place_that_makes_a_message_has_a_case(made: Callable[[str], Made]) -> None:
    reached = {made(name).place for name in CASES}
    lacking = [str(place) for place in places() if place not in reached]
    assert not lacking, "\n".join(["add a case for each of these:", *lacking])


def test_every_golden_file_has_a_case() -> None:
    orphans = [path for path in sorted(FOLDER.iterdir()) if path.stem not in CASES]
    if UPDATE:
        for path in orphans:
            path.unlink()
    else:
        assert not orphans, "\n".join(["no case has these names:", *map(str, orphans)])


@pytest.mark.parametrize(
    ("mend", "unknown"),
    [
        ("Set it:\nregoin: eu", ["regoin"]),
        ("- uses: actions/checkout@v7\n  wiht:\n    fetch-depth: 0", ["wiht"]),
        ("variables:\n  GIT_DEPTH: 0\nOr this:\nregion: us   # or eu", []),
    ],
)
def test_a_name_that_nobody_knows_is_found(mend: str, unknown: list[str]) -> None:
    assert mends.unknown_names(mend) == unknown


def test_a_flag_that_is_none_is_found() -> None:
    assert mends.unknown_flags("See:\nannotate --regoin eu\ngit tag --annotate") == ["--regoin"]
