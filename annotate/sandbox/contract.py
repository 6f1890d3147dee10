"""The contract of the Releases API, checked strictly: valid requests and their responses.

Sources: Amplitude's "Create a release" and "Chart Annotations API". For what they do not document
(errors, missing credentials), the responses are similar to those observed from the same host.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from annotate.amplitude.releases import ENDPOINT
from annotate.regex import Regex

_TIME = Regex(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)
_REQUIRED = ("version", "release_start", "title")
_TEXTS = ("version", "release_start", "release_end", "title", "description", "created_by")


class Refusal(Exception):
    """The request violates the contract."""

    def __init__(self, status: int, message: str) -> None:
        """Keep the status and the error text of the response."""
        super().__init__(message)
        self.status = status

    def document(self) -> dict[str, object]:
        """Return the body of the response."""
        details = {"details": str(self)}
        error = {"http_code": self.status, "type": "invalid", "message": "Bad Request"}
        return {"error": {**error, "metadata": details}}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A received request."""

    method: str
    #: The path, without the query.
    path: str
    query: str
    #: By name, in lower case.
    headers: Mapping[str, str]
    body: bytes


def answer(request: Request, *, number: int, created: datetime) -> dict[str, object]:
    """Return the documented response to the `number`th release, created at `created` (aware).

    Raises Refusal if the request violates the contract.
    """
    if request.path != ENDPOINT:
        raise Refusal(
            404, f"{request.path} was not found; the path of the Releases API is {ENDPOINT}"
        )
    if request.method != "POST":
        raise Refusal(405, f"the method {request.method} is not allowed; use POST")
    _check_credentials(request.headers.get("authorization", ""))
    fields = _fields(request)
    _check_fields(fields)
    author = fields.get("created_by", "")
    milliseconds = int(created.timestamp() * 1000)
    return {
        "success": True,
        "release": {
            "id": f"sandbox{number}",
            "app_id": 50000,
            "org_id": 10001,
            "version": fields["version"],
            "release_start": fields["release_start"],
            "release_end": fields.get("release_end"),
            "type": "integration",
            "title": fields["title"],
            "description": fields.get("description", ""),
            "platforms": fields.get("platforms"),
            "chart_visibility": fields.get("chart_visibility", True),
            "params": {
                "created": milliseconds,
                "created_by": author,
                "last_modified": milliseconds,
                "last_modified_by": author,
            },
        },
    }


def _check_credentials(header: str) -> None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise Refusal(401, "the Authorization header must be HTTP Basic, `api-key:secret-key`")
    try:
        key, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Refusal(401, "the credentials are not valid Base64") from error
    if not (key and colon and secret):
        raise Refusal(
            401, "the credentials must be `api-key:secret-key`, and neither key may be empty"
        )


def _fields(request: Request) -> dict[str, Any]:
    if not request.body:
        return _fields_of_query(request.query)
    if request.query:
        raise Refusal(400, "the parameters must be sent as JSON or in the query, not both")
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise Refusal(400, "the body's Content-Type must be application/json")
    try:
        fields = json.loads(request.body.decode())
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "the body is not valid JSON") from error
    if not isinstance(fields, dict):
        raise Refusal(400, "the body must be a JSON object")
    return fields


def _fields_of_query(query: str) -> dict[str, Any]:
    values = parse_qs(query, keep_blank_values=True)
    fields: dict[str, Any] = {name: items[0] for name, items in values.items()}
    if "platforms" in values:
        fields["platforms"] = values["platforms"]
    visibility = fields.get("chart_visibility")
    if visibility in {"true", "false"}:
        fields["chart_visibility"] = visibility == "true"
    return fields


def _check_fields(fields: Mapping[str, Any]) -> None:
    known = {*_TEXTS, "platforms", "chart_visibility"}
    if unknown := sorted(fields.keys() - known):
        raise Refusal(400, f"unknown parameter: {', '.join(unknown)}")
    for name in _REQUIRED:
        if fields.get(name) in (None, ""):
            raise Refusal(400, f"missing parameter: {name}")
    for name in _TEXTS:
        if fields.get(name) is not None and not isinstance(fields[name], str):
            raise Refusal(400, f"{name} must be a string")
    for name in ("release_start", "release_end"):
        if fields.get(name) is not None and not _is_time(fields[name]):
            raise Refusal(400, f"{name} must be in this format: yyyy-MM-dd HH:mm:ss")
    platforms = fields.get("platforms", [])
    if not isinstance(platforms, list) or not all(isinstance(name, str) for name in platforms):
        raise Refusal(400, "platforms must be a list of strings")
    if not isinstance(fields.get("chart_visibility", True), bool):
        raise Refusal(400, "chart_visibility must be true or false")


def _is_time(text: str) -> bool:
    try:
        return bool(_TIME.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False
