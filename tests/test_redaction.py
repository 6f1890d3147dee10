"""Secrets in each form in which they can come back."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest

from annotate.redaction import STARS, Redactor, basic_credentials

SECRET = "pä/ss <w&o>+%\"r' d"


FORMS = {
    "as it stands": SECRET,
    "in a URL's path": quote(SECRET, safe=""),
    "in a form": quote_plus(SECRET),
    "in JSON": json.dumps(SECRET)[1:-1],
    "in JSON that is not ASCII": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "in JSON with escaped slashes": json.dumps(SECRET)[1:-1].replace("/", "\\/"),
    "in base64": base64.b64encode(SECRET.encode()).decode(),
    "in HTML": html.escape(SECRET),
    "in HTML as in JSON": html.escape(json.dumps(SECRET)[1:-1]),
    "in a workflow command": SECRET.replace("%", "%25"),
    "in a workflow command as in a URL": quote(SECRET, safe="").replace("%", "%25"),
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_a_secret_is_hidden_in_each_form(text: str) -> None:
    assert Redactor([SECRET])(f"before {text} after {text}") == f"before {STARS} after {STARS}"


def test_bytes_that_are_no_text_are_hidden() -> None:
    raw = b"pass\xffword"
    secret = raw.decode(errors="surrogateescape")
    forms = [secret, quote(raw), base64.b64encode(raw).decode()]
    assert Redactor([secret])(" ".join(forms)) == " ".join([STARS] * 3)


def test_other_text_stays() -> None:
    assert Redactor()("nothing is secret") == "nothing is secret"
    assert Redactor(["key"])("a lock") == "a lock"


@pytest.mark.parametrize("nothing", ["", " ", "\n"])
def test_an_empty_secret_hides_nothing(nothing: str) -> None:
    assert Redactor([nothing])("a b\n") == "a b\n"


def test_the_longest_is_hidden_first() -> None:
    redact = Redactor(["key", "a-key-and-more", "and"])
    assert redact("a-key-and-more key and") == " ".join([STARS] * 3)


def test_secrets_can_be_added() -> None:
    redact = Redactor(["first"])
    redact.add(["first-and-second", "third"])
    assert redact("first-and-second first third") == " ".join([STARS] * 3)


def test_the_credentials_are_those_of_http_basic() -> None:
    assert basic_credentials("key", "secret") == "a2V5OnNlY3JldA=="
    assert "\n" not in basic_credentials("k" * 100, "s" * 100)
    odd = b"\xff".decode(errors="surrogateescape")
    assert base64.b64decode(basic_credentials(odd, "s")) == b"\xff:s"
