"""Lines that a user can paste to set an input right.

Messages have them in the form that YAML has below `with:` on GitHub and in the config file.
`adapted` gives them the form of the place where annotate runs, and leaves out those of another.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum, auto

from annotate.errors import Message, Topic
from annotate.inputs.parsing import Kind
from annotate.inputs.table import BY_NAME, Input, flag, variable
from annotate.pipeline import LogFormat
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
# A quoted text is JSON as `json.dumps` writes it, and nothing that `json.loads` refuses.
_LINE = Regex(
    r"(?P<name>[a-z-]+): "
    r"(?:(?P<quoted>\"(?:[^\"\\\x00-\x1f]|\\[\"\\bfnrt]|\\u00[0-9a-f]{2})*\")"
    r"|(?P<lines>\|)|(?P<plain>[^\s\"'|>\[{].*?))"
    r"(?:\s+(?P<comment>#.*))?"
)
#: How a message names a line of the config file, and a flag.
_IN_FILE, _BY_FLAG = Regex(r", line [0-9]+, column [0-9]+\b"), "set by the flag --"
# A comment behind lines for one host alone, and the host whose lines are left out.
_HOST = Regex(r"\s# (GitHub|GitLab)\b")
# What means something else to a shell within double quotes.
_NOT_IN_DOUBLE_QUOTES = set('"\\$`!')


class Form(Enum):
    """How a user sets an input where annotate runs."""

    #: Below `with:`, in a step of GitHub.
    STEP = auto()
    #: Below `inputs:`, for the GitLab component.
    COMPONENT = auto()
    #: Below `variables:`, in a job of GitLab.
    JOB = auto()
    #: As a flag, in a shell.
    SHELL = auto()


_OTHER_HOST = {Form.STEP: "GitLab", Form.COMPONENT: "GitHub", Form.JOB: "GitHub"}


def form(log_format: LogFormat, env: Mapping[str, str]) -> Form:
    """Return the form of inputs for a CI with this log and a job with this environment."""
    match log_format:
        case LogFormat.GITHUB:
            return Form.STEP
        case LogFormat.GITLAB:
            # The component sets the variables of all its inputs, also to nothing.
            return Form.COMPONENT if "INPUT_COMMAND" in env else Form.JOB
        case LogFormat.PLAIN:
            return Form.SHELL


def adapted(message: Message, form: Form) -> Message:
    """Return the message with each line of its mend that sets an input in this form.

    Lines for another host are left out, but not in a shell, where somebody may look for what is
    wrong in a pipeline. What the config file sets stays as it is, because it is mended there. What
    a flag sets is mended by a flag, because nothing else wins over it.
    """
    here = _of_this_host(message.mend.split("\n"), _OTHER_HOST.get(form, ""))
    of_file = message.topic in {Topic.CONFIG, Topic.TARGETS} or (
        message.topic is not Topic.TRUST and bool(_IN_FILE.search(message.why))
    )
    if _BY_FLAG in message.why:
        form = Form.SHELL
    if form is Form.STEP:
        return replace(message, mend="\n".join(here))
    lines: list[str] = []
    above = ""
    # True below `name: |`, for a value in lines of its own.
    in_value = False
    for line in here:
        if in_value and line.startswith(" "):
            lines.append(f"  {line}")
            continue
        heading, shown = _in_form(line, form, of_file=of_file)
        if heading not in {"", above}:
            lines.append(heading)
        lines.append(shown)
        above = heading
        in_value = bool(heading) and shown.endswith(": |")
    return replace(message, mend="\n".join(lines))


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


def _of_this_host(lines: Iterable[str], other: str) -> list[str]:
    """Return the lines without those for the other host, and what is indented below them."""
    kept: list[str] = []
    is_other = False
    for line in lines:
        if not line.startswith(" "):
            mark = _HOST.search(line)
            is_other = bool(mark and mark[1] == other)
        kept += [] if is_other else [line]
    return kept


def _in_form(line: str, form: Form, *, of_file: bool) -> tuple[str, str]:
    """Return a line of a mend in this form, and the line that it must be below, if any.

    It is returned unchanged if it sets no input, one in the config file, or a value that cannot be
    written in one piece: a secret is only hidden in those.
    """
    match = _LINE.fullmatch(line)
    declared = BY_NAME.get(match["name"]) if match else None
    if match is None or declared is None or declared.kind is Kind.SECRET:
        return "", line
    if of_file and not declared.not_in_config:
        return "", line
    if match["lines"]:
        return ("", line) if form is Form.SHELL else _below(declared, form, match["lines"])
    text = json.loads(match["quoted"]) if match["quoted"] else match["plain"]
    comment = f"   {match['comment']}" if match["comment"] else ""
    if form is Form.SHELL:
        argument = _argument(declared, text)
        return "", line if argument is None else f"{flag(declared.name)}{argument}{comment}"
    if "$" in text:
        # GitLab expands variables there.
        return "", line
    # Always in quotes: GitLab rejects `true` as the text that component and variables take.
    return _below(declared, form, json.dumps(text, ensure_ascii=False) + comment)


def _below(declared: Input, form: Form, text: str) -> tuple[str, str]:
    """Return the line that sets an input on GitLab, after the line that it must be below."""
    if form is Form.COMPONENT and declared.in_component:
        return "inputs:", f"  {declared.name}: {text}"
    return "variables:", f"  {variable(declared.name)}: {text}"


def _argument(declared: Input, text: str) -> str | None:
    """Return what follows the flag in a shell, with a space in front; None if nothing would do."""
    import shlex

    if declared.kind is Kind.BOOLEAN and text == "true":
        return ""
    if text == _PLACEHOLDER:
        return f" {text}"
    # Other characters would be changed when the line is written.
    if not text.isprintable():
        return None
    # Else it would be read as another flag.
    before = "=" if text.startswith("-") else " "
    if "'" not in text:
        return f"{before}{shlex.quote(text)}"
    return None if _NOT_IN_DOUBLE_QUOTES & set(text) else f'{before}"{text}"'


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
