"""The step summary of GitHub.

It consists of HTML blocks of one line each, so that a text from git cannot end a block and be
interpreted as Markdown.
"""

import html

from annotate.errors import Message
from annotate.outcome import Outcome
from annotate.result import Result, of_target
from annotate.text import plain, shorten

_HEADLINES = {
    Outcome.CREATED: "✅ {title} is on the charts",
    Outcome.DUPLICATE: "☑️ {title} was already on the charts",
    Outcome.DRY_RUN: "🔍 {title} would be sent",
    Outcome.SKIPPED: "⏭️ No release to send",
    Outcome.INVALID: "❌ Nothing was sent: the inputs are invalid",
    Outcome.NO_VERSION: "❌ Nothing was sent: no version was found",
    Outcome.REJECTED: "❌ {title} was not accepted",
    Outcome.REFUSED: "❌ {title} was not accepted: Amplitude refused the keys",
    Outcome.UNAVAILABLE: "❌ {title} was not sent",
    Outcome.UNKNOWN: "⚠️ {title} may or may not be on the charts",
    Outcome.INTERRUPTED: "⚠️ Interrupted before anything was sent",
    Outcome.DEFECT: "❌ An internal error occurred",
}
_IN_SANDBOX = "🧪 {title} went to the sandbox: nothing went to Amplitude"
_RESPONSE_LIMIT = 20_000
_LIMIT = 1_000_000


def summary(result: Result) -> str:
    """Return the summary as HTML, ending with an empty line."""
    title = result.release.title if result.release else "The release"
    headline = _HEADLINES[result.outcome]
    if result.sandbox and result.outcome in {Outcome.CREATED, Outcome.UNKNOWN}:
        headline = _IN_SANDBOX
    headline = headline.replace("{title}", shorten(title, 300))
    blocks = [f"<h3>{_escaped(headline)}</h3>"]
    blocks += [_message(message) for message in result.messages]
    for delivery in result.deliveries:
        if delivery.message:
            blocks.append(_message(of_target(delivery, delivery.message)))
    if len(result.deliveries) > 1:
        rows = "".join(
            f"<tr><td>{_escaped(delivery.target)}</td><td>{delivery.outcome}</td>"
            f"<td><code>{_escaped(delivery.release_id)}</code></td></tr>"
            for delivery in result.deliveries
        )
        blocks.append(f"<table><tr><th>target</th><th>outcome</th><th>id</th></tr>{rows}</table>")
    if result.decided:
        rows = "".join(
            f"<tr><td>{_escaped(fact.name)}</td>"
            f"<td><code>{_escaped(shorten(fact.value, 1000))}</code></td>"
            f"<td>{_escaped(fact.source)}</td></tr>"
            for fact in result.decided
        )
        head = "<tr><th></th><th>value</th><th>from</th></tr>"
        blocks.append(f"<table>{head}{rows}</table>")
    if result.release and result.release.description:
        blocks.append(_folded("Description", result.release.description, is_open=True))
    if result.release:
        blocks.append(_folded("Request", result.release.json))
    if result.delivery and result.delivery.response:
        blocks.append(_folded("Response", result.delivery.response[:_RESPONSE_LIMIT]))
    blocks += [_message(message) for message in (*result.warnings, *result.notices)]
    for delivery in result.deliveries:
        blocks += [_message(of_target(delivery, warning)) for warning in delivery.warnings]
    return "\n".join(_within(blocks, _LIMIT)) + "\n\n"


def _within(blocks: list[str], limit: int) -> list[str]:
    """Return the blocks that fit into `limit` bytes; GitHub rejects larger summaries."""
    kept = []
    for block in blocks:
        size = len(block.encode(errors="replace")) + 1
        if size <= limit:
            kept.append(block)
            limit -= size
    return kept


def _message(message: Message) -> str:
    mend = f"<pre>{_escaped(message.mend)}</pre>" if message.mend else ""
    why = f"<br>{_escaped(message.why)}" if message.why else ""
    more = f'More: <a href="{message.topic.address}">{_escaped(message.topic)}</a>'
    what = f"<strong>{_escaped(message.what)}</strong>"
    return f"<blockquote>{what}{why}{mend or '<br>'}{more}</blockquote>"


def _folded(title: str, text: str, *, is_open: bool = False) -> str:
    state = " open" if is_open else ""
    return f"<details{state}><summary>{title}</summary><pre>{_escaped(text)}</pre></details>"


def _escaped(text: str) -> str:
    """Return the text as HTML in one line, because an empty line would end the block."""
    return html.escape(plain(text)).replace("\n", "&#10;")
