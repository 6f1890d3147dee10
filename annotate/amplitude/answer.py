"""Parsing of a response of an Amplitude API: outcome, ID and error text.

Error responses have several shapes, none of which is documented. Unknown shapes are accepted, too.
"""

import html
import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from annotate.http.reply import Reply
from annotate.outcome import Outcome
from annotate.regex import Regex
from annotate.text import one_line

# The whole text of an error that can only mean that the release exists. A part of a text is no
# evidence: "the attribute already exists" and "duplicate field: version" mean something else.
_EXISTS = Regex(
    r"""
    (?: (?:a|the|this|that)\ )? (?:release|version)
    (?: \ with\ (?:this|that|the|the\ same)\ (?:name|title|version) )?
    (?: \ (?: "[^"]{1,200}" | '[^']{1,200}' | `[^`]{1,200}` | [^\s\d]{0,100}\d\S{0,100} ) )?
    \ (?: already\ exists | exists\ already )
    (?: \ (?:for|in)\ (?:the|this)\ (?:app|project) )?
    \.?
    | duplicate\ release \.?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TAGS = Regex(r"<(script|style|head)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
# Characters of an error text that are shown, and of a page in HTML that are read, for the patterns
# take time.
_WORDS_LIMIT = 300
_HTML_LIMIT = 20_000


class Answer(NamedTuple):
    """A parsed response."""

    outcome: Outcome
    status: int
    #: The ID of the created object; empty if there is none.
    id: str = ""
    #: The error text of the API, in one line.
    words: str = ""
    #: The complete body as text.
    text: str = ""


def read(
    reply: Reply, identify: Callable[[Any], str], redact: Callable[[str], str] = str
) -> Answer:
    """Parse a response. `redact` is applied to the texts of the result.

    An ID that contains a secret is left out; the object was created nevertheless.

    `identify` receives the JSON document of the body, which may have any shape. It returns the ID
    of the created object; empty if the document does not confirm that it was created.
    """
    body = reply.body.decode("utf-8-sig", errors="replace")
    text = redact(body)
    document = _json(body)
    # A secret may be hidden by characters that cannot be seen, and they alone are no ID.
    identity = one_line(identify(document))
    outcome = _outcome(reply.status, document, confirmed=bool(identity))
    words = redact(_words(document))
    if not words and document is None:
        words = _first_line(text)
    if 300 <= reply.status < 400:
        words = f"a redirect to {redact(reply.header('location')) or 'nowhere'}"
    return Answer(
        outcome=outcome,
        status=reply.status,
        id=identity if redact(identity) == identity else "",
        words=one_line(words)[:_WORDS_LIMIT],
        text=text,
    )


def _outcome(status: int, document: Any, *, confirmed: bool) -> Outcome:
    match status:
        case 200 if isinstance(document, dict) and document.get("success") is False:
            return Outcome.REJECTED
        case 200 if confirmed:
            return Outcome.CREATED
        case 401 | 403:
            return Outcome.REFUSED
        case 409:
            return Outcome.DUPLICATE
        case 400 if _EXISTS.fullmatch(_words(document)):
            return Outcome.DUPLICATE
        case 429 | 503:
            return Outcome.UNAVAILABLE
        case status if 300 <= status < 500:
            return Outcome.REJECTED
        case _:
            return Outcome.UNKNOWN


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _words(document: Any) -> str:
    """Return the text of an error, from the most specific field that is not empty."""
    if not isinstance(document, dict):
        return document if isinstance(document, str) else ""
    error = document.get("error")
    found: list[object] = []
    if isinstance(error, dict):
        metadata = error.get("metadata")
        found += [metadata.get("details") if isinstance(metadata, dict) else None]
        found += [error.get("message")]
    errors = document.get("errors")
    if isinstance(errors, list):
        messages = [item.get("message") if isinstance(item, dict) else item for item in errors]
        found.append("; ".join(text for text in messages if isinstance(text, str)))
    field = document.get("missing_field")
    if isinstance(error, str):
        found.append(f"{error} ({field})" if isinstance(field, str) and field else error)
    found.append(document.get("message"))
    return next((" ".join(text.split()) for text in found if isinstance(text, str) and text), "")


def _first_line(text: str) -> str:
    """Return the first line with words of a page in HTML, or of a plain text."""
    bare = html.unescape(_TAGS.sub("\n", text[:_HTML_LIMIT]))
    return next((" ".join(line.split()) for line in bare.splitlines() if line.strip()), "")
