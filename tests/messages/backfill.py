"""Messages of the command `backfill`."""

from pathlib import Path

from annotate.backfill import messages
from annotate.errors import Message
from tests.messages.cases import Cases

CASES = Cases("backfill")

CASES.constant("declined", messages.DECLINED)
CASES.add("in-the-sandbox", lambda _: messages.sandbox())
CASES.add("incomplete", lambda _: messages.incomplete())


@CASES.case
def bad_flag(_: Path) -> Message:
    return messages.bad_flag("argument --from: expected one argument")


@CASES.case
def bad_bound(_: Path) -> Message:
    return messages.bad_bound("--from", "latest")


@CASES.case
def empty_range(_: Path) -> Message:
    return messages.empty_range("v2.0.0", "v1.0.0")


@CASES.case
def literal_inputs(_: Path) -> Message:
    return messages.literal_inputs(["version", "title"])


@CASES.case
def no_tags(_: Path) -> Message:
    return messages.no_tags(["v1.1.0", "v1.0.0"])


@CASES.case
def no_tags_at_all(_: Path) -> Message:
    return messages.no_tags([])


@CASES.case
def no_ledger(_: Path) -> Message:
    return messages.no_ledger("The files of a container vanish with it")


@CASES.case
def ledger_of_others(_: Path) -> Message:
    return messages.ledger_of_others(Path("ledger.db"))


@CASES.case
def not_confirmed(_: Path) -> Message:
    return messages.not_confirmed(1007)


@CASES.case
def stopped(_: Path) -> Message:
    return messages.stopped(26)


@CASES.case
def unknown(_: Path) -> Message:
    return messages.unknown(["v1.0.0", "v1.1.0"])
