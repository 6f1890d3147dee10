"""The parameters of a request, from its query or its body.

The documents name JSON and the query. Public clients also send forms: an SDK for Python and
`curl --data` send them URL-encoded, `curl --form` sends them in parts.
"""

import json
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any
from urllib.parse import parse_qsl

from annotate.sandbox.refusal import Refusal

TEXTS = ("version", "release_start", "release_end", "title", "description", "created_by")
NAMES = frozenset({*TEXTS, "platforms", "chart_visibility"})
_BOOLEANS = {"true": True, "false": False}

#: By name, as JSON has them.
Parameters = Mapping[str, Any]


def read(query: str, content_type: str, body: bytes, *, strict: bool) -> Parameters:
    """Return the parameters in the documented form, but unchecked.

    Raises Refusal if they cannot be read. `strict` takes nothing but the documented form.
    """
    if not body:
        found = _of_pairs(parse_qsl(query, keep_blank_values=True))
    elif query:
        raise Refusal(400, "the parameters must be sent as JSON or in the query, not both")
    else:
        found = _of_body(content_type, body, strict=strict)
    return found if strict else _documented(found)


def _of_body(content_type: str, body: bytes, *, strict: bool) -> Parameters:
    match content_type.partition(";")[0].strip().lower():
        case "application/json":
            return _of_json(body)
        case "application/x-www-form-urlencoded" if not strict:
            return _of_pairs(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        case "multipart/form-data" if not strict:
            return _of_pairs(_parts(content_type, body))
        case _:
            forms = "" if strict else ", or that of a form"
            raise Refusal(400, f"the body's Content-Type must be application/json{forms}")


def _of_json(body: bytes) -> Parameters:
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "the body is not valid JSON") from error
    if not isinstance(found, dict):
        raise Refusal(400, "the body must be a JSON object")
    return found


def _of_pairs(pairs: Iterable[tuple[str, str]]) -> Parameters:
    """Return the first value of each name, but all platforms, in the types of JSON."""
    found: dict[str, Any] = {}
    for name, text in pairs:
        if name == "platforms":
            found.setdefault(name, []).append(text)
        else:
            found.setdefault(name, text)
    visibility = found.get("chart_visibility")
    if visibility in _BOOLEANS:
        found["chart_visibility"] = _BOOLEANS[visibility]
    return found


def _parts(content_type: str, body: bytes) -> Iterable[tuple[str, str]]:
    from email.parser import BytesParser

    message = f"Content-Type: {content_type}\r\n\r\n".encode() + body
    try:
        form = BytesParser().parsebytes(message)
    except RecursionError as error:
        raise Refusal(400, "the parts of the body cannot be read") from error
    if not form.is_multipart():
        raise Refusal(400, "the parts of the body cannot be read")
    for part in form.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            yield name, content.decode(errors="replace")


def _documented(found: Parameters) -> Parameters:
    """Return what clients were seen to send as the documented types; empty ones count as absent."""
    known: dict[str, Any] = {name: found[name] for name in found.keys() & NAMES}
    for name in TEXTS:
        value = known.get(name)
        # JSON has the versions 2 and 2.2 as numbers.
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            known[name] = str(value)
    platforms = known.get("platforms")
    if isinstance(platforms, str):
        platforms = [platforms]
    if isinstance(platforms, list):
        known["platforms"] = [name for name in platforms if name != ""]
    visibility = known.get("chart_visibility")
    if isinstance(visibility, str):
        # Python writes `True`.
        known["chart_visibility"] = _BOOLEANS.get(visibility.lower(), visibility)
    return {name: value for name, value in known.items() if value not in (None, "", [])}
