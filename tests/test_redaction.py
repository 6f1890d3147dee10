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


PAIR = basic_credentials("0123456789abcdef", "fedcba9876543210")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"b'Basic {PAIR}'", f"b'Basic {STARS}'"),
        (f"b'Basic {PAIR[:20]}", f"b'Basic {STARS}"),
        (f"…{PAIR[-8:]}\\r\\n'", f"…{STARS}\\r\\n'"),
        (f"{PAIR[3:14]} and {PAIR[9:30]}", f"{STARS} and {STARS}"),
        (PAIR[:12] + PAIR[4:30], STARS),
        (f"Basic {PAIR[:7]}", f"Basic {PAIR[:7]}"),
        ("0123456789abcde", "0123456789abcde"),
    ],
)
def test_parts_of_a_pair_are_hidden_from_eight_characters_on(text: str, shown: str) -> None:
    assert Redactor(pairs=[PAIR])(text) == shown


@pytest.mark.parametrize(
    ("url", "texts"),
    [
        ("http://ada:s3cret@proxy:3128", ["s3cret", basic_credentials("ada", "s3cret")]),
        ("ada:s3cret@proxy:3128", ["s3cret"]),
        ("http://ada:p%40ss+w%2Frd@proxy", ["p%40ss+w%2Frd", "p@ss+w/rd"]),
        ("http://ada:p@ss@proxy", ["p@ss"]),
        ("http://ada:s3cret/part@proxy", ["s3cret/part", "ada:s3cret", "s3cret"]),
        ("http://ada:s3#cret?@proxy:1", ["s3#cret?"]),
        ("http://ada:s3cret\\part@proxy", ["s3cret\\part", "ada:s3cret", "s3cret"]),
        ("http://ada:s3cret@[bad", ["s3cret"]),
        ("http://ada:abc@proxy", ["ada:abc"]),
        ("https://ghp_token:x-oauth-basic@github.com/o/r.git", ["ghp_token"]),
        ("https://ghp_token:@github.com/o/r.git", ["ghp_token"]),
        ("ssh://ada:s3cret@host:22/r.git", ["s3cret"]),
        ("ada:s3cret@host:r.git", ["s3cret"]),
    ],
)
def test_a_password_in_a_url_is_hidden(url: str, texts: list[str]) -> None:
    redact = Redactor()
    redact.add_url(url)
    assert [redact(f"a {text} b") for text in texts] == [f"a {STARS} b"] * len(texts)
    assert redact("ada, abc, proxy, github.com") == "ada, abc, proxy, github.com"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://github.com/o/r.git",
        "https://ada@host/r.git",
        "git@github.com:o/r.git",
        "http://proxy:3128",
        "http://host:8080/group/app@2",
        "http://proxy:none",
    ],
)
def test_a_url_without_a_password_hides_nothing(url: str) -> None:
    redact = Redactor()
    redact.add_url(url)
    text = f"{url} ada host 8080 3128 none group"
    assert redact(text) == text


def test_a_secret_is_masked_once() -> None:
    masked: list[Sequence[str]] = []
    redact = Redactor()
    secrets = Secrets(redact, masked.append)
    secrets.register(["", "first"])
    secrets.register(["first", ""])
    secrets.register(["first", "second"], "the-pair-of-both")
    secrets.register(["first", "second"], "the-pair-of-both")
    assert masked == [["first"], ["second", "the-pair-of-both"]]
    assert redact("first second the-pair") == f"{STARS} {STARS} {STARS}"


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
