"""The embedded APIs hold the contract, strictly, and as real clients speak it."""

import base64
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from annotate.amplitude.keys import Keys
from annotate.sandbox import contract
from annotate.sandbox.contract import Request
from annotate.sandbox.refusal import Refusal

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
GOOD = {"version": "2.2", "release_start": "2022-01-01 00:00:00", "title": "New Feature"}
BASIC = "Basic " + base64.b64encode(b"key:secret").decode()
#: The request that Amplitude documents ("Create a release").
DOCS_QUERY = (
    "version=2.2&release_start=2022-01-01 00:00:00&release_end=2022-01-01 00:00:00"
    "&title=New Feature&description=Releasing the new paid feature. &platforms=iOS"
    "&created_by=&chart_visibility=true"
)


JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
FORMS = pytest.mark.parametrize("strict", [True, False])


def ask(
    fields: Any = None, query: str = "", *, strict: bool = True, **changes: Any
) -> dict[str, Any]:
    body = b"" if fields is None else json.dumps(fields).encode()
    headers = {"authorization": BASIC, "content-type": JSON}
    given: dict[str, Any] = {
        "method": "POST",
        "path": "/api/2/release",
        "query": query,
        "headers": headers,
        "body": body,
    }
    request = Request(**(given | changes))
    contract.check(request)
    found = contract.read(request, strict=strict)
    return contract.release(found, number=7, created=CREATED)


def send(body: str, content_type: str, *, strict: bool = False) -> dict[str, Any]:
    """The release of a body in any form."""
    headers = {"authorization": BASIC, "content-type": content_type}
    return ask(body=body.encode(), headers=headers, strict=strict)


@FORMS
def test_the_seeds_own_request(strict: bool) -> None:
    assert ask(query=DOCS_QUERY, strict=strict) == {
        "id": "sandbox7",
        "app_id": 50000,
        "org_id": 10001,
        "version": "2.2",
        "release_start": "2022-01-01 00:00:00",
        "release_end": "2022-01-01 00:00:00",
        "type": "integration",
        "title": "New Feature",
        "description": "Releasing the new paid feature. ",
        "platforms": ["iOS"],
        "chart_visibility": True,
        "params": {
            "created": 1767225600000,
            "created_by": "",
            "last_modified": 1767225600000,
            "last_modified_by": "",
        },
    }


@FORMS
def test_json_and_query_mean_the_same(strict: bool) -> None:
    fields = GOOD | {"platforms": ["iOS", "Web"], "chart_visibility": False}
    query = "&".join(f"{name}={value}" for name, value in GOOD.items())
    query += "&platforms=iOS&platforms=Web&chart_visibility=false"
    assert ask(fields, strict=strict) == ask(query=query, strict=strict)


@FORMS
def test_what_is_left_out_is_null(strict: bool) -> None:
    release = ask(GOOD, strict=strict)
    assert (release["release_end"], release["platforms"]) == (None, None)
    assert (release["description"], release["params"]["created_by"]) == ("", "")
    assert release["chart_visibility"] is True


def test_the_json_example_of_the_documents() -> None:
    example = {
        "version": "2.2",
        "release_start": "2022-01-01 00:00:00",
        "release_end": "2022-01-01 00:00:00",
        "title": "New Feature",
        "description": "Releasing the new paid feature. ",
        "platforms": "iOS",
        "created_by": "",
        "chart_visibility": "true",
    }
    assert ask(example, strict=False) == ask(query=DOCS_QUERY)


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"version": 2.2}, "version", "2.2"),
        ({"version": 3}, "version", "3"),
        ({"title": 2024}, "title", "2024"),
        ({"platforms": "iOS"}, "platforms", ["iOS"]),
        ({"platforms": ["iOS", ""]}, "platforms", ["iOS"]),
        ({"platforms": ""}, "platforms", None),
        ({"platforms": None}, "platforms", None),
        ({"release_end": ""}, "release_end", None),
        ({"description": None}, "description", ""),
        ({"chart_visibility": "false"}, "chart_visibility", False),
        ({"chart_visibility": "True"}, "chart_visibility", True),
        ({"chart_visibility": ""}, "chart_visibility", True),
        ({"params": {"created_by": "Ada"}}, "title", "New Feature"),
    ],
)
def test_what_real_clients_send(fields: dict[str, Any], name: str, value: object) -> None:
    assert ask(GOOD | fields, strict=False)[name] == value


def test_a_form_as_an_sdk_and_curl_send_it() -> None:
    pairs = [*GOOD.items(), ("platforms", "iOS"), ("platforms", "Web"), ("created_by", "Ada")]
    wanted = ask(GOOD | {"platforms": ["iOS", "Web"], "created_by": "Ada"})
    assert send(urlencode([*pairs, ("chart_visibility", "True")]), FORM) == wanted
    # `curl --data` sends spaces as they are.
    assert send("&".join(map("=".join, pairs)), f"{FORM}; charset=UTF-8") == wanted


def test_a_form_in_parts_as_curl_sends_it() -> None:
    fields = {**GOOD, "title": "Café\r\nat night", "description": "", "platforms": "Web"}
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in fields.items()
    ]
    body = "".join([*parts, "--x--\r\n"])
    wanted = ask({**GOOD, "title": fields["title"], "platforms": ["Web"]})
    assert send(body, "multipart/form-data; boundary=x") == wanted


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        ("version=1", FORM, "missing parameter: release_start"),
        ("version", "multipart/form-data", "the parts of the body cannot be read"),
        ("{}", "text/plain", "application/json, or that of a form"),
        ('{"version": NaN}', JSON, "missing parameter: release_start|version must be a string"),
    ],
)
def test_a_bad_body(body: str, content_type: str, message: str) -> None:
    with pytest.raises(Refusal, match=message) as caught:
        send(body, content_type)
    assert caught.value.status == 400


def test_parts_within_parts_without_an_end() -> None:
    nested = "".join(
        f"--{depth}\r\nContent-Type: multipart/mixed; boundary={depth + 1}\r\n\r\n"
        for depth in range(2000)
    )
    with pytest.raises(Refusal, match="the parts of the body cannot be read"):
        send(nested, "multipart/form-data; boundary=0")


@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=x"])
def test_a_strict_sandbox_takes_no_form(content_type: str) -> None:
    with pytest.raises(Refusal, match=r"Content-Type must be application/json$"):
        send(urlencode(GOOD), content_type, strict=True)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"version": ""}, "missing parameter: version"),
        ({"version": True}, "version must be a string"),
        ({"version": [2]}, "version must be a string"),
        ({"version": float("inf")}, "version must be a string"),
        ({"release_start": "2022-01-01T00:00:00"}, "release_start must be in this format"),
        ({"release_start": 1640995200}, "release_start must be in this format"),
        ({"platforms": [1]}, "platforms must be a list of strings"),
        ({"platforms": {"iOS": True}}, "platforms must be a list of strings"),
        ({"chart_visibility": "yes"}, "chart_visibility must be true or false"),
    ],
)
def test_what_nobody_sends_is_a_400_for_all(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Refusal, match=message) as caught:
        ask(GOOD | fields, strict=False)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"version": ""}, "missing parameter: version"),
        ({"title": None}, "missing parameter: title"),
        ({"release_start": ""}, "missing parameter: release_start"),
        ({"version": 2.2}, "version must be a string"),
        ({"created_by": 1}, "created_by must be a string"),
        ({"release_start": "2022-01-01T00:00:00"}, "release_start must be in this format"),
        ({"release_start": "2022-13-01 00:00:00"}, "release_start must be in this format"),
        ({"release_end": "2022-01-01 00:00:00Z"}, "release_end must be in this format"),
        ({"platforms": "iOS"}, "platforms must be a list of strings"),
        ({"platforms": [1]}, "platforms must be a list of strings"),
        ({"chart_visibility": "true"}, "chart_visibility must be true or false"),
        ({"name": "x"}, "unknown parameter: name"),
    ],
)
def test_a_bad_field_is_a_400_with_a_message(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Refusal, match=message) as caught:
        ask(GOOD | fields)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"path": "/api/2/releases"}, 404),
        ({"method": "GET"}, 405),
        ({"headers": {}}, 401),
        ({"headers": {"authorization": "Bearer x"}}, 401),
        ({"headers": {"authorization": "Basic !"}}, 401),
        ({"headers": {"authorization": "Basic " + base64.b64encode(b"key:").decode()}}, 401),
        ({"headers": {"authorization": BASIC, "content-type": "text/plain"}}, 400),
        ({"body": b"{"}, 400),
        ({"body": b"[]"}, 400),
        ({"query": "version=1"}, 400),
    ],
)
def test_a_bad_request(changes: dict[str, Any], status: int) -> None:
    with pytest.raises(Refusal) as caught:
        ask(GOOD, **changes)
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 1), ("category=Uncategorized", 1), ("category=Uncategorized&x=", 1), ("category=A", 0)],
)
def test_the_categories_of_annotations(query: str, found: int) -> None:
    request = Request(
        method="GET",
        path="/api/3/annotation-categories",
        query=query,
        headers={"authorization": BASIC},
        body=b"",
    )
    contract.check(request)
    assert contract.categories(request) == {
        "data": [{"id": 1, "category": "Uncategorized"}][:found]
    }


def test_only_the_keys_that_were_named() -> None:
    headers = {"authorization": BASIC}
    request = Request(method="POST", path="/api/2/release", query="", headers=headers, body=b"")
    contract.check(request, Keys(api_key="key", secret_key="secret"))
    with pytest.raises(Refusal, match="not those that the sandbox was started with") as caught:
        contract.check(request, Keys(api_key="key", secret_key="another"))
    assert caught.value.status == 401
