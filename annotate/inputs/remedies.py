"""Lines that a user can paste to set an input right."""

import json
import re
from collections.abc import Iterable
from datetime import datetime

from annotate.inputs.parsing import Kind
from annotate.inputs.table import Input, variable
from annotate.regex import Regex

_YES = {"yes", "y", "on", "1", "t"}
_NO = {"no", "n", "off", "0", "f"}
#: Booleans that should be `true` where it is not clear what the user meant: then nothing is sent.
_TRUE_IS_SAFE = {"dry-run", "sandbox"}
# What YAML reads as the same text without quotes.
_PLAIN = Regex(r"[A-Za-z./][\w./@-]*")
_LONGEST = 200
_TIME = "2026-01-31T12:00:00+01:00"
_PLACEHOLDER = "…"


def line(name: str, text: str) -> str:
    """Return `name: text` in YAML, with quotes where it needs them.

    The text is left out if it is too long to be pasted from a log.
    """
    if len(text) > _LONGEST:
        return f"{name}: {_PLACEHOLDER}"
    plain = _PLAIN.fullmatch(text)
    return f"{name}: {text if plain else json.dumps(text, ensure_ascii=False)}"


def value(declared: Input, text: str = "") -> str:
    """Return a valid value, the nearest to what the user wrote; a comment lists other ones.

    Free text is never repeated, because it may be a secret that was set by a wrong name.
    """
    match declared.kind:
        case Kind.BOOLEAN:
            return _boolean(declared, text.strip().lower())
        case Kind.CHOICE:
            # Such as `eu` of `EU-west`.
            begun = (one for one in declared.choices if text.strip().lower().startswith(one))
            meant = nearest(text, declared.choices) or next(begun, declared.default)
            return _one_of(meant, declared.choices)
        case Kind.TIME:
            return _time(declared, text.strip())
        case Kind.SECRET:
            return f"${{{{ secrets.{variable(declared.name)} }}}}"
        case Kind.SECONDS | Kind.COUNT:
            return declared.default
        case _:
            return _PLACEHOLDER


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the most similar of the known names; empty if none is similar."""
    import difflib

    return next(iter(difflib.get_close_matches(name.lower(), list(known), n=1)), "")


def _boolean(declared: Input, text: str) -> str:
    if text in _YES | _NO:
        return "true" if text in _YES else "false"
    unclear = "true" if declared.name in _TRUE_IS_SAFE else declared.default
    return _one_of(nearest(text, ("true", "false")) or unclear, ("true", "false"))


def _time(declared: Input, text: str) -> str:
    if re.fullmatch("[0-9]{13}", text):
        return f"{text[:-3]}   # in seconds"
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        parsed = None
    if parsed and parsed.tzinfo is None:
        return f"{parsed.isoformat()}+00:00   # in UTC, or with your offset"
    word = nearest(text, declared.choices) or declared.default
    return f"{_one_of(word, declared.choices)}, or a time such as {_TIME}"


def _one_of(word: str, words: Iterable[str]) -> str:
    others = [other for other in words if other != word]
    return f"{word}   # or {', '.join(others)}"
