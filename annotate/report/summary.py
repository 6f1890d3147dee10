"""The step summary of GitHub.

It consists of HTML blocks of one line each, so that a text from git cannot end a block and be
interpreted as Markdown.
"""

import html
import re
from collections.abc import Callable, Sequence
from itertools import groupby, pairwise

from annotate.errors import Message
from annotate.forge import Forge
from annotate.outcome import Outcome
from annotate.regex import Regex
from annotate.release import Fact, Release
from annotate.result import Result, of_target
from annotate.text import counted, plain, shorten
from annotate.times import api_time

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
    Outcome.INTERRUPTED: "⚠️ Interrupted before everything was sent",
    Outcome.DEFECT: "❌ An internal error occurred",
}
_IN_SANDBOX = "🧪 {title} went to the sandbox: nothing went to Amplitude"
_ADDRESS = Regex(r"https?://[^\s<>\"']+")
_LINKS = Regex(r"(?P<url>https?://[^\s<>\"']+[\w/])|(?<![\w/&])(?P<number>[#!][0-9]{1,9})\b")
_CODE = Regex(r"`([^`]+)`")
# Characters of a response.
_RESPONSE_LIMIT = 20_000
# Bytes of a summary; GitHub rejects those of more than 1 MiB.
_LIMIT = 1_000_000


def summary(result: Result, redact: Callable[[str], str] = str) -> str:
    """Return the summary as HTML, ending with an empty line.

    What happened comes first, then what was sent, as people read it. Where each fact comes from,
    the request and the response are folded. A text that is cut, or that gets marks of HTML, is
    redacted before that: afterwards, a secret in it would not be found.
    """
    pipeline = result.pipeline
    forge = Forge.of(pipeline.web_url, pipeline.forge) if pipeline else Forge()
    blocks = [f"<h3>{escaped(_headline(result, redact))}</h3>"]
    blocks += [_message(message, redact) for message in result.messages]
    for delivery in result.deliveries:
        if delivery.message:
            blocks.append(_message(of_target(delivery, delivery.message), redact))
    if result.release:
        blocks += [_facts(result, result.release, forge), *_notes(result.release, forge, redact)]
    blocks += [_message(message, redact) for message in (*result.warnings, *result.notices)]
    for delivery in result.deliveries:
        blocks += [_message(of_target(delivery, warning), redact) for warning in delivery.warnings]
    if len(result.deliveries) > 1:
        rows = "".join(
            f"<tr><td>{escaped(delivery.target)}</td><td>{delivery.outcome}</td>"
            f"<td><code>{escaped(delivery.release_id)}</code></td></tr>"
            for delivery in result.deliveries
        )
        blocks.append(f"<table><tr><th>target</th><th>outcome</th><th>id</th></tr>{rows}</table>")
    if result.decided:
        blocks.append(_decided(result.decided, redact))
    if result.release:
        blocks.append(_folded("Request", _pre(result.release.json)))
    if result.delivery and result.delivery.response:
        blocks.append(_folded("Response", _pre(redact(result.delivery.response)[:_RESPONSE_LIMIT])))
    return "\n".join(within(blocks)) + "\n\n"


def _headline(result: Result, redact: Callable[[str], str]) -> str:
    title = result.release.title if result.release else "The release"
    headline = _HEADLINES[result.outcome]
    if result.sandbox and result.outcome in {Outcome.CREATED, Outcome.UNKNOWN}:
        headline = _IN_SANDBOX
    return headline.replace("{title}", shorten(redact(plain(title)), 300))


def _facts(result: Result, release: Release, forge: Forge) -> str:
    """Return one line: version, tag, commits, start, end, platforms, run, and id."""
    history, pipeline, delivery = result.history, result.pipeline, result.delivery
    parts = [f"Version <strong>{escaped(release.version)}</strong>"]
    if history and history.tag:
        parts.append(f"tag {_link(forge.tag(history.tag), history.tag)}")
    if history and history.commit:
        count = counted(history.count, "commit")
        compare = forge.compare(history.previous, history.tag or history.commit)
        since = f" since {escaped(history.previous)}" if history.previous else ""
        parts.append(_link(compare, f"{count}{since}") if compare else f"{count}{since}")
    parts.append(f"from {api_time(release.release_start)} UTC")
    if release.release_end:
        parts.append(f"to {api_time(release.release_end)} UTC")
    if release.platforms:
        parts.append(escaped(", ".join(release.platforms)))
    if pipeline and pipeline.run_url:
        parts.append(_link(pipeline.run_url, "run"))
    # Those of several targets are in a table.
    if delivery and delivery.release_id and len(result.deliveries) == 1:
        parts.append(f"id <code>{escaped(delivery.release_id)}</code>")
    return f"<p>{' · '.join(parts)}</p>"


def _notes(release: Release, forge: Forge, redact: Callable[[str], str]) -> list[str]:
    """Return the description as headings, lists and paragraphs, with links."""
    blocks = []
    for part in re.split(r"\n\s*\n", redact(plain(release.description))):
        groups = [
            (is_item, [line for line in lines if line.strip()])
            for is_item, lines in groupby(part.split("\n"), _is_item)
        ]
        for (is_item, lines), (follows, _) in pairwise([*groups, (False, [])]):
            if is_item:
                items = "".join(f"<li>{_linked(line.lstrip()[2:], forge)}</li>" for line in lines)
                blocks.append(f"<ul>{items}</ul>")
            elif len(lines) == 1 and follows:
                blocks.append(f"<h4>{_linked(lines[0], forge)}</h4>")
            elif lines:
                blocks.append(f"<p>{'<br>'.join(_linked(line, forge) for line in lines)}</p>")
    return blocks


def _is_item(line: str) -> bool:
    """Return True for an item of a list, also for one in an item of another list."""
    return line.lstrip().startswith("- ")


def _linked(text: str, forge: Forge) -> str:
    """Return a plain line as HTML, in which addresses and numbers of requests are links."""
    made, end = [], 0
    for found in _LINKS.finditer(text):
        url = found["url"] or forge.request(found["number"])
        made += [html.escape(text[end : found.start()]), _link(url, found[0])]
        end = found.end()
    return "".join([*made, html.escape(text[end:])])


def _link(url: str, text: str) -> str:
    # Parts of an address may be anybody's.
    if not _ADDRESS.fullmatch(url):
        return escaped(text)
    return f'<a href="{escaped(url)}">{escaped(text)}</a>'


def _decided(facts: Sequence[Fact], redact: Callable[[str], str]) -> str:
    rows = "".join(
        f"<tr><td>{escaped(fact.name)}</td>"
        f"<td><code>{escaped(shorten(redact(plain(fact.value)), 1000))}</code></td>"
        f"<td>{escaped(fact.source)}</td></tr>"
        for fact in facts
    )
    head = "<tr><th></th><th>value</th><th>from</th></tr>"
    return _folded("Where each fact comes from", f"<table>{head}{rows}</table>")


def within(blocks: list[str]) -> list[str]:
    """Return the blocks that fit into a summary, without those that are too large for the rest."""
    kept, left = [], _LIMIT
    for block in blocks:
        size = len(block.encode(errors="replace")) + 1
        if size <= left:
            kept.append(block)
            left -= size
    return kept


def _message(message: Message, redact: Callable[[str], str]) -> str:
    why = f"<br>{worded(message.why, redact)}" if message.why else ""
    what = f"<strong>{worded(message.what, redact)}</strong>"
    return f"<blockquote>{what}{why}{mended(message)}</blockquote>"


def worded(text: str, redact: Callable[[str], str]) -> str:
    """Return a sentence of a message as HTML in one line, with what is in backquotes as code."""
    # The marks come last: around what is escaped, they are the only ones.
    return _CODE.sub(r"<code>\1</code>", escaped(redact(plain(text))))


def mended(message: Message) -> str:
    """Return as HTML what mends it, and the link to the page that says more."""
    mend = _pre(message.mend) if message.mend else "<br>"
    return f'{mend}More: <a href="{message.topic.address}">{escaped(message.topic)}</a>'


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary>{content}</details>"


def _pre(text: str) -> str:
    return f"<pre>{escaped(text)}</pre>"


def escaped(text: str) -> str:
    """Return the text as HTML in one line, because an empty line would end the block."""
    return html.escape(plain(text)).replace("\n", "&#10;")
