"""The log of a result."""

import json
from collections.abc import Callable, Sequence

from annotate.errors import Message
from annotate.outcome import Outcome
from annotate.release import Fact
from annotate.report.console import Console, harmless
from annotate.result import Delivery, Posting, Result, of_target
from annotate.text import one_line, shorten

# Characters of a response in the log; the output `response` contains more.
_ANSWER_LIMIT = 1000
# IDs of Amplitude are about eight characters.
_ID_LIMIT = 100


def write(result: Result, console: Console) -> None:
    """Write the result, except its last line."""
    _write_facts("Pipeline and inputs", result.seen, console)
    _write_facts("Release", result.decided, console)
    if result.outcome is Outcome.DRY_RUN:
        for posting in result.postings:
            _write_request(posting, console)
    elif result.postings:
        with console.group("Request"):
            for posting in result.postings:
                _write_fields(posting, console)
    if result.deliveries:
        with console.group("Response"):
            for delivery in result.deliveries:
                _write_answer(delivery, console)
    write_messages(result, console)


def write_last_line(result: Result, console: Console, redact: Callable[[str], str]) -> None:
    """Write the outcome of each target if there are several, and the outcome of the run."""
    if len(result.deliveries) > 1:
        for delivery in result.deliveries:
            _write_outcome(f"{delivery.target}: {delivery.outcome}", delivery, "", console, redact)
    release, history = result.release, result.history
    name = release.title if release else history.version if history else ""
    label = f"({name})" if name else ""
    if result.sandbox:
        label += ", in the sandbox: nothing went to Amplitude"
    # Of several targets, the id of one may be beside the outcome of another.
    only = result.delivery if len(result.deliveries) == 1 else None
    _write_outcome(f"annotate: {result.outcome}", only, label, console, redact)


def _write_facts(title: str, facts: Sequence[Fact], console: Console) -> None:
    if facts:
        with console.group(title):
            for fact in facts:
                console.fact(fact.name, fact.value, fact.source)


def _write_outcome(
    outcome: str,
    delivery: Delivery | None,
    label: str,
    console: Console,
    redact: Callable[[str], str],
) -> None:
    # Redact before shortening, because a part of a key would not be recognised.
    release_id = shorten(redact(delivery.release_id), _ID_LIMIT) if delivery else ""
    parts = [outcome, release_id, label]
    console.write(harmless(one_line(" ".join(filter(None, parts)))))


def write_messages(result: Result, console: Console) -> None:
    """Write warnings, notices, and the reasons for the outcome."""
    for warning in result.warnings:
        console.warning(warning)
    for notice in result.notices:
        console.notice(notice)
    for message in result.messages:
        _write_message(result.outcome, result.exit_code, message, console)
    for delivery in result.deliveries:
        if delivery.message:
            message = of_target(delivery, delivery.message)
            _write_message(delivery.outcome, delivery.exit_code, message, console)
        for warning in delivery.warnings:
            console.warning(of_target(delivery, warning))


def _write_message(outcome: Outcome, exit_code: int, message: Message, console: Console) -> None:
    if exit_code:
        console.error(message)
    elif outcome.exit_code:
        # The exit code is 0 because of `on-failure: warn`.
        console.warning(message)
    else:
        console.notice(message)


def _write_fields(posting: Posting, console: Console) -> None:
    to = f"   (the target {posting.target})" if posting.target else ""
    console.line(f"POST {posting.url}{to}")
    for name, value in posting.release.payload.items():
        console.fact(name, value if isinstance(value, str) else json.dumps(value))


def _write_request(posting: Posting, console: Console) -> None:
    to = f" to the target {posting.target}" if posting.target else ""
    with console.group(f"Request{to}, not sent"):
        console.line(f"POST {posting.url}")
        for name, value in posting.headers.items():
            console.line(f"{name}: {value}")
        console.line("")
        console.line(posting.release.json)


def _write_answer(delivery: Delivery, console: Console) -> None:
    if delivery.target:
        console.line(delivery.target)
    attempts = f"attempt {delivery.attempts}" if delivery.attempts else "nothing was sent"
    console.fact("outcome", delivery.outcome, attempts)
    console.fact("release id", delivery.release_id or "none")
    if delivery.attempts:
        console.line(shorten(delivery.response, _ANSWER_LIMIT) or "empty response")
