"""Whatever commits and tags a repository has, a whole run ends as it should, and harms nobody."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.http.reply import Reply
from annotate.outcome import Outcome
from tests.support import inside
from tests.support.consumers import check_told
from tests.support.drawn import TOKEN, Drawn, drawn
from tests.support.hostile import KEYS, examples, replies
from tests.support.http import Answer, serving
from tests.support.inside import CREATED, Told
from tests.support.process import KEYS as SECRETS
from tests.support.process import annotate

#: Seconds that no run on a few commits takes.
GUARD = 10

Run = Callable[[Path, Sequence[str], Mapping[str, str]], Told]


def check(one: Drawn, run: Run) -> None:
    """Make the repository, run the tool on it, and look at all that it says."""
    with TemporaryDirectory() as name:
        place, env = one.made(Path(name))
        begun = time.monotonic()
        told = run(place, [*one.flags, "--dotenv=annotate.env"], {**SECRETS, **env})
        took = time.monotonic() - begun
    assert told.code != Outcome.DEFECT.exit_code, told.log
    values = check_told(told, KEYS, env, [TOKEN] if "CI_JOB_TOKEN" in env else [])
    outcome = Outcome(values["outcome"])
    assert outcome is not Outcome.DEFECT
    assert told.code == outcome.exit_code or "--on-failure=warn" in one.flags
    # A run that fails says why.
    assert told.code == 0 or "error" in told.log
    assert took < GUARD


@given(drawn(), st.just(CREATED) | replies())
@settings(max_examples=examples(60))
def test_whatever_a_repository_holds_a_run_has_an_outcome(one: Drawn, reply: Reply) -> None:
    check(one, lambda place, argv, env: inside.run(place, argv, env, reply=reply))


def started(place: Path, argv: Sequence[str], env: Mapping[str, str]) -> Told:
    """Run it as a process of its own, which sends to a server of this machine."""
    with serving(Answer()) as server:
        ran = annotate(
            place, *argv, f"--api-url={server.url}", "--fetch=never",
            env={"CI_PROJECT_DIR": str(place), **env}, files=place / "files",
        )  # fmt: skip
    written = {
        name: (place / name).read_bytes()
        for name in ("files/output", "files/summary", "annotate.env")
    }
    return Told(
        code=ran.code,
        log=ran.log,
        output=written["files/output"],
        summary=written["files/summary"],
        dotenv=written["annotate.env"],
        sent=tuple(one.body for one in server.arrived),
    )


@given(drawn())
@settings(max_examples=examples(10))
def test_whatever_a_repository_holds_a_process_has_an_outcome(one: Drawn) -> None:
    check(one, started)
