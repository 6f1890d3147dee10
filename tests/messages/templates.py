"""Messages about templates, and about what they give."""

from collections.abc import Callable
from pathlib import Path

import pytest

from annotate.errors import InvalidInputs, Message
from annotate.notes.history import Commit, History
from annotate.release import CommonFields, compose
from annotate.templates.template import LONGEST, Template
from annotate.title_and_description import TargetFields
from tests.messages.cases import Cases
from tests.support.local import NO_CI
from tests.support.world import NOW

CASES = Cases("templates")
_HISTORY = History(version="1.2.3", commits=(Commit(sha="a" * 40, subject="Search"),), count=1)


def _composed(*, title: str = "", description: str = "") -> tuple[Message, ...]:
    fields = TargetFields(
        title_template=Template("title-template", title, "a test") if title else None,
        description_template=Template("description-template", description, "a test")
        if description
        else None,
    )
    return compose(CommonFields(sources={}), [fields], _HISTORY, NO_CI, NOW).warnings


def _problem(action: Callable[[], object]) -> Message:
    with pytest.raises(InvalidInputs) as raised:
        action()
    [message] = raised.value.messages
    return message


def _title(_: Path, text: str) -> Message:
    return _problem(lambda: _composed(title=text))


CASES.add("title", _title, text="{{ version")
CASES.add("too-long", _title, text="x" * (LONGEST + 1))
CASES.add("statement", _title, text="{% include 'other' %}")
CASES.add("recursive-loop", _title, text="{% for one in commits recursive %}{% endfor %}")
CASES.add("filter", _title, text="{{ version|uper }}")
CASES.add("test", _title, text="{{ version is strng }}")
CASES.add("name", _title, text="{{ verson }}")
CASES.add("name-far-from-all", _title, text="{{ xyz }}")
CASES.add("field", _title, text="{{ commits[0].subjct }}")
CASES.add("method", _title, text="{{ version.spilt('.') }}")
CASES.add("runs-away", _title, text="{% set x = version %}" + "{% set x = x ~ x %}" * 60)
CASES.add("too-deep", _title, text="{{ " + "-" * 3000 + "1 }}")
CASES.add("rendering", _title, text="{{ version - 1 }}")
CASES.add("empty-title", _title, text="{% if tag %}{{ tag }}{% endif %}")


@CASES.case
def description(_: Path) -> Message:
    return _problem(lambda: _composed(description="{{ verson }}"))


@CASES.case
def title_cut(_: Path) -> Message:
    [message] = _composed(title="Release " * 100)
    return message


@CASES.case
def description_cut(_: Path) -> Message:
    [message] = _composed(description="A line\n" * 1000)
    return message
