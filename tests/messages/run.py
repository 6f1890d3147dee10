"""Messages about a run as a whole, its pipeline and its files."""

from pathlib import Path
from typing import Literal
from unittest.mock import patch

from annotate import commands, messages
from annotate.ci import detection, github, github_events
from annotate.errors import Message
from annotate.outcome import Outcome
from annotate.report import files
from annotate.report.console import Console
from annotate.result import Result
from tests.messages.cases import Cases
from tests.support.ci import captured
from tests.support.world import NOW, world

CASES = Cases("run")

CASES.constant("interrupted", messages.INTERRUPTED)
CASES.constant("interrupted-between-targets", messages.INTERRUPTED_BETWEEN)
CASES.constant("interrupted-after-sending", messages.INTERRUPTED_AFTER_SENDING)
CASES.constant("again", messages.RERUN)
CASES.constant("again-skipped", messages.RERUN_SKIPPED)
CASES.constant("without-keys", messages.NO_KEYS)


def _time_up(_: Path, *, left: Literal["all", "some", "unknown"]) -> Message:
    return messages.time_up(120, 180, "reading the repository 280 s, sending 20 s", left=left)


CASES.add("time-up", _time_up, left="all")
CASES.add("time-up-between-targets", _time_up, left="some")
CASES.add("time-up-after-sending", _time_up, left="unknown")


@CASES.case
def sandbox(_: Path) -> Message:
    return messages.sandbox("the flag --sandbox", [])


@CASES.case
def sandbox_without_ledger(_: Path) -> Message:
    return messages.sandbox("the flag --sandbox", ["ledger"])


@CASES.case
def sandbox_without_ledger_and_rerun(_: Path) -> Message:
    return messages.sandbox("the flag --sandbox", ["ledger", "on-rerun"])


@CASES.case
def target_without_keys(_: Path) -> Message:
    return messages.target_without_keys("web")


def _deleted(_: Path, tag: str) -> Message:
    return github_events.deleted_ref(tag)


CASES.add("tag-deleted", _deleted, tag="v1.2.3")
CASES.add("ref-deleted", _deleted, tag="")


def _unannounced(_: Path, *, draft: bool) -> Message:
    return github_events.unannounced("v1.2.3", "edited", draft=draft)


CASES.add("release-edited", _unannounced, draft=False)
CASES.add("release-draft", _unannounced, draft=True)


@CASES.case
def release_sent_by_another(_: Path) -> Message:
    workflow = ".github/workflows/release.yml"
    return github_events.sent_by_another("v1.2.3", "created", "published", workflow)


def _untagged_push(_: Path, runner: str, previous: str = "v1.2.3") -> Message:
    env = captured("gitlab-branch" if runner == "gitlab" else "github-push-branch")
    notice = detection.running(env).read(env, NOW, "").untagged_push
    assert notice
    return notice(previous)


CASES.add("untagged-push-on-github", _untagged_push, runner="github")
CASES.add("untagged-push-on-gitlab", _untagged_push, runner="gitlab")
CASES.add("untagged-push-of-a-product", _untagged_push, runner="github", previous="web@1.2.3")


@CASES.case
def defect(_: Path) -> Message:
    return messages.defect(KeyError("sha"))


@CASES.case
def event_unreadable(folder: Path) -> Message:
    env = {"GITHUB_EVENT_PATH": str(folder / "event.json")}
    [message] = github.read(env, NOW, "").warnings
    return message


@CASES.case
def file_unwritable(folder: Path) -> Message:
    result, console = Result(outcome=Outcome.CREATED), Console(world().stdout)
    with patch.object(console, "warning") as warning:
        files.write(result, console, env={"GITHUB_OUTPUT": str(folder)}, cwd=folder, redact=str)
    message: Message = warning.call_args.args[0]
    return message


def _not_served(folder: Path, arguments: list[str], **env: str) -> Message:
    with patch.object(Console, "error") as error:
        commands.serve(arguments, world(folder, env))
    message: Message = error.call_args.args[0]
    return message


CASES.add("sandbox-argument", _not_served, arguments=["here"])
CASES.add("sandbox-port", _not_served, arguments=["--port", "many"])
CASES.add("sandbox-fault", _not_served, arguments=["--fail", "200"])
CASES.add("sandbox-fault-that-is-none", _not_served, arguments=["--every", "3"])
CASES.add("sandbox-value-missing", _not_served, arguments=["--data"])
CASES.add("sandbox-file", _not_served, arguments=["--data", "."])
CASES.add("sandbox-key", _not_served, arguments=[], ANNOTATE_SANDBOX_API_KEY="x")
CASES.add("sandbox-variable", _not_served, arguments=[], ANNOTATE_SANDBOX_PROT="8080")
CASES.add("sandbox-strict", _not_served, arguments=[], ANNOTATE_SANDBOX_STRICT="yes")
CASES.add("sandbox-serve", _not_served, arguments=[], ANNOTATE_SERVE="true")
