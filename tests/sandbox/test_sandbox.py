"""The embedded Releases API holds the seed's contract."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from annotate.sandbox import contract
from annotate.sandbox.contract import Refusal, Request
from annotate.sandbox.server import BODY_LIMIT, running

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
GOOD = {"version": "2.2", "release_start": "2022-01-01 00:00:00", "title": "New Feature"}
BASIC = "Basic " + base64.b64encode(b"key:secret").decode()
SEED_QUERY = (
    "version=2.2&release_start=2022-01-01 00:00:00&release_end=2022-01-01 00:00:00"
    "&title=New Feature&description=Releasing the new paid feature. &platforms=iOS"
    "&created_by=&chart_visibility=true"
)


def ask(fields: Any = None, query: str = "", **changes: Any) -> dict[str, Any]:
    body = b"" if fields is None else json.dumps(fields).encode()
    headers = {"authorization": BASIC, "content-type": "application/json"}
    given: dict[str, Any] = {
        "method": "POST",
        "path": "/api/2/release",
        "query": query,
        "headers": headers,
        "body": body,
    }
    return contract.answer(Request(**(given | changes)), number=7, created=CREATED)


def test_the_seeds_own_request() -> None:
    answer = ask(query=SEED_QUERY)
    assert answer["success"] is True
    assert answer["release"] == {
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


def test_json_and_query_mean_the_same() -> None:
    fields = GOOD | {"platforms": ["iOS", "Web"], "chart_visibility": False}
    query = "&".join(f"{name}={value}" for name, value in GOOD.items())
    query += "&platforms=iOS&platforms=Web&chart_visibility=false"
    assert ask(fields) == ask(query=query)


def test_what_is_left_out_is_null() -> None:
    release = ask(GOOD)["release"]
    assert (release["release_end"], release["platforms"]) == (None, None)
    assert release["chart_visibility"] is True


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


def test_over_http() -> None:
    with running(lambda: CREATED) as url, requests.Session() as session:
        session.auth = ("key", "secret")
        endpoint = f"{url}/api/2/release"
        answers = [session.post(endpoint, json=GOOD) for _ in range(2)]
        assert [answer.json()["release"]["id"] for answer in answers] == ["sandbox1", "sandbox2"]
        bad = session.post(endpoint, json={})
        assert bad.status_code == 400
        assert bad.json()["error"]["metadata"]["details"] == "missing parameter: version"
        assert session.get(endpoint).status_code == 405
        assert session.post(endpoint, data=b"x" * (BODY_LIMIT + 1)).status_code == 413
