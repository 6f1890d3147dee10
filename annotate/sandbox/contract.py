"""The contract of the two APIs: valid requests and their responses.

Sources: Amplitude's "Create a release" and "Chart Annotations API". For what they do not document
(errors, missing credentials), the responses are similar to those observed from the same host.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from urllib.parse import parse_qs

from annotate.amplitude.keys import Keys
from annotate.amplitude.releases import ENDPOINT
from annotate.regex import Regex
from annotate.sandbox import parameters
from annotate.sandbox.parameters import NAMES, TEXTS, Parameters
from annotate.sandbox.refusal import Refusal

#: The categories of annotations, which the same keys can read. Reading them writes nothing.
CATEGORIES = "/api/3/annotation-categories"
_CATEGORY = {"id": 1, "category": "Uncategorized"}
_METHODS = {ENDPOINT: "POST", CATEGORIES: "GET"}
_TIME = Regex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_REQUIRED = ("version", "release_start", "title")

#: What the API answers, as JSON has it.
Document = dict[str, object]


class Request(NamedTuple):
    """A received request."""

    method: str
    #: The path, without the query.
    path: str
    query: str
    #: By name, in lower case.
    headers: Mapping[str, str]
    body: bytes


def check(request: Request, keys: Keys | None = None) -> None:
    """Raise Refusal unless the API has this path and method, and the keys are right.

    Without `keys`, any are.
    """
    if request.path not in _METHODS:
        raise Refusal(
            404, f"{request.path} was not found; the path of the Releases API is {ENDPOINT}"
        )
    if request.method != _METHODS[request.path]:
        raise Refusal(
            405, f"the method {request.method} is not allowed; use {_METHODS[request.path]}"
        )
    _check_credentials(request.headers.get("authorization", ""), keys)


def categories(request: Request) -> Document:
    """Return the categories of annotations: the one that each project has."""
    [wanted, *_] = parse_qs(request.query).get("category", [_CATEGORY["category"]])
    return {"data": [_CATEGORY] if wanted == _CATEGORY["category"] else []}


def read(request: Request, *, strict: bool) -> Parameters:
    """Return the parameters of a release. Raises Refusal if they violate the contract.

    `strict` takes the documented forms alone, else what real clients were seen to send, too.
    """
    content_type = request.headers.get("content-type", "")
    found = parameters.read(request.query, content_type, request.body, strict=strict)
    _check_parameters(found)
    return found


def release(fields: Parameters, *, number: int, created: datetime) -> Document:
    """Return the `number`th release, created at `created` (aware), as the API answers it."""
    author = fields.get("created_by", "")
    milliseconds = int(created.timestamp() * 1000)
    return {
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
    }


def _check_credentials(header: str, keys: Keys | None) -> None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise Refusal(401, "the Authorization header must be HTTP Basic, `api-key:secret-key`")
    try:
        key, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise Refusal(401, "the credentials are not valid Base64") from error
    if not (key and colon and secret):
        raise Refusal(
            401, "the credentials must be `api-key:secret-key`, and neither key may be empty"
        )
    if keys and Keys(api_key=key, secret_key=secret) != keys:
        raise Refusal(401, "the keys are not those that the sandbox was started with")


def _check_parameters(fields: Parameters) -> None:
    if unknown := sorted(fields.keys() - NAMES):
        raise Refusal(400, f"unknown parameter: {', '.join(unknown)}")
    for name in _REQUIRED:
        if fields.get(name) in (None, ""):
            raise Refusal(400, f"missing parameter: {name}")
    for name in TEXTS:
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
