"""Secrets in each form in which they can come back."""

import base64
import html
import io
import json
from collections.abc import Sequence
from urllib.parse import quote, quote_plus

import pytest

from annotate.redaction import STARS, RedactedStream, Redactor, Secrets, basic_credentials

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


def test_a_secret_is_masked_once() -> None:
    masked: list[Sequence[str]] = []
    redact = Redactor()
    secrets = Secrets(redact, masked.append)
    secrets.register(["", "first"])
    secrets.register(["first", ""])
    secrets.register(["first", "second"])
    assert masked == [["first"], ["second"]]
    assert redact("first second") == f"{STARS} {STARS}"


class Terminal(io.StringIO):
    """A terminal that counts how often it is flushed."""

    flushed = 0

    def flush(self) -> None:
        """Count it."""
        self.flushed += 1

    def isatty(self) -> bool:
        """Return True."""
        return True


def test_a_stream_redacts_what_comes_in_pieces() -> None:
    raw = Terminal()
    stream = RedactedStream(raw, Redactor(["secret"]))
    assert stream.write("one\na sec") == len("one\na sec")
    assert raw.getvalue() == "one\n"
    stream.write("ret\ntwo")
    assert (raw.getvalue(), raw.flushed) == (f"one\na {STARS}\n", 0)
    stream.flush()
    stream.flush()
    assert (raw.getvalue(), raw.flushed) == (f"one\na {STARS}\ntwo", 2)


@pytest.mark.parametrize("raw", [Terminal(), io.StringIO()])
def test_a_stream_is_a_terminal_where_its_own_is(raw: io.StringIO) -> None:
    assert RedactedStream(raw, Redactor()).isatty() is raw.isatty()


def test_the_credentials_are_those_of_http_basic() -> None:
    assert basic_credentials("key", "secret") == "a2V5OnNlY3JldA=="
    assert "\n" not in basic_credentials("k" * 100, "s" * 100)
    odd = b"\xff".decode(errors="surrogateescape")
    assert base64.b64decode(basic_credentials(odd, "s")) == b"\xff:s"
