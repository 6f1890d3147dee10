"""The step summary: what was released, on one screen.

It is made of HTML alone, each block on one line, so that no text from git can end a block and be
read as Markdown.
"""

import html

from annotate.errors import Message
from annotate.outcome import Outcome
from annotate.result import Result, of_target
from annotate.text import plain, shorten

_HEADLINES = {
    Outcome.CREATED: "✅ {title} is on the charts",
    Outcome.DUPLICATE: "☑️ {title} was on the charts already",
    Outcome.DRY_RUN: "🔍 {title} would be sent",
    Outcome.SKIPPED: "⏭️ No release to send",
    Outcome.INVALID: "❌ Nothing was sent: the inputs need mending",
    Outcome.NO_VERSION: "❌ Nothing was sent: no version was found",
    Outcome.REJECTED: "❌ {title} was not taken",
    Outcome.REFUSED: "❌ {title} was not taken: Amplitude refused the keys",
    Outcome.UNAVAILABLE: "❌ {title} was not sent",
    Outcome.UNKNOWN: "⚠️ {title} may be on the charts, or not",
    Outcome.INTERRUPTED: "⚠️ Interrupted before anything was sent",
    Outcome.DEFECT: "❌ annotate failed",
}
_RESPONSE_LIMIT = 20_000
_LIMIT = 1_000_000


def summary(result: Result) -> str:
    """The summary as HTML, ending with an empty line."""
    title = result.release.title if result.release else "The release"
    headline = _HEADLINES[result.outcome].replace("{title}", shorten(title, 300))
    blocks = [f"<h3>{_escaped(headline)}</h3>"]
    blocks += [_message(message) for message in result.messages]
    blocks += [_message(of_target(one, one.message)) for one in result.deliveries if one.message]
    if len(result.deliveries) > 1:
        told = "".join(
            f"<tr><td>{_escaped(one.target)}</td><td>{one.outcome}</td>"
            f"<td><code>{_escaped(one.release_id)}</code></td></tr>"
            for one in result.deliveries
        )
        blocks.append(f"<table><tr><th>target</th><th>outcome</th><th>id</th></tr>{told}</table>")
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
        blocks.append(_folded("Answer", result.delivery.response[:_RESPONSE_LIMIT]))
    blocks += [_message(message) for message in (*result.warnings, *result.notices)]
    blocks += [_message(of_target(one, text)) for one in result.deliveries for text in one.warnings]
    return "\n".join(_within(blocks, _LIMIT)) + "\n\n"


def _within(blocks: list[str], limit: int) -> list[str]:
    """The blocks that fit, the first ones first; GitHub shows nothing of a page that is larger."""
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
    more = f"More: <code>{message.topic.address}</code>"
    what = f"<strong>{_escaped(message.what)}</strong>"
    return f"<blockquote>{what}{why}{mend or '<br>'}{more}</blockquote>"


def _folded(title: str, text: str, *, is_open: bool = False) -> str:
    state = " open" if is_open else ""
    return f"<details{state}><summary>{title}</summary><pre>{_escaped(text)}</pre></details>"


def _escaped(text: str) -> str:
    """In one line: a line of its own, above all an empty one, would end the block."""
    return html.escape(plain(text)).replace("\n", "&#10;")
