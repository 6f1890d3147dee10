"""What must hold for the inputs together, beyond the form of each."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from annotate.errors import Message, Topic
from annotate.inputs.sources import Given
from annotate.release import Wanted, end_before_start

_SET_KEYS = """\
with:                                              # GitHub
  api-key: ${{ secrets.AMPLITUDE_API_KEY }}
  secret-key: ${{ secrets.AMPLITUDE_SECRET_KEY }}
export AMPLITUDE_API_KEY=… AMPLITUDE_SECRET_KEY=…  # elsewhere; GitLab: Settings, CI/CD, Variables
on-missing-credentials: skip                       # where some pipelines have no secrets"""
_SET_VARIABLES = """\
env:                                               # GitHub, in the step
  AMPLITUDE_WEB_API_KEY: ${{ secrets.AMPLITUDE_WEB_API_KEY }}
on-missing-credentials: skip                       # where some pipelines have no secrets"""


def visible_version(given: Mapping[str, Given], version: str) -> list[Message]:
    """Return a problem if `version` is set, but nothing of it can be printed."""
    if version or not given.get("version"):
        return []
    what = "The input version holds no visible character."
    why = f"It is set by {given['version'].source}."
    return [Message(what, why, "version: 1.2.3", topic=Topic.INPUT)]


def order_of_times(wanted: Wanted) -> list[Message]:
    """Return a problem if the release would end before it starts."""
    start, end = wanted.start, wanted.end
    if isinstance(start, datetime) and isinstance(end, datetime) and end < start:
        return [end_before_start(start, end)]
    return []


def literals(given: Mapping[str, Given]) -> list[Message]:
    """Return a warning for each literal text that looks like a template."""
    return [
        Message(
            f"The input {name} holds `{{{{`, and is taken literally.",
            f"It is set by {given[name].source}. A template has an input of its own.",
            f'{name}-template: "{{{{ version }}}} is out"',
            topic=Topic.TEMPLATE,
        )
        for name in ("title", "description")
        if name in given and "{{" in given[name].text
    ]


def missing_keys(names: Sequence[str], *, in_config: bool) -> Message:
    """The message for keys that are needed and not set.

    `names` are inputs, or the variables that the config file names.
    """
    verb = "are" if len(names) > 1 else "is"
    return Message(
        f"{' and '.join(names)} {verb} not set.",
        "Every request to Amplitude carries both keys of the project (its settings, General)."
        " A secret that does not exist is empty, and so are all secrets in a pull request from a"
        " fork and GitLab's protected variables on a tag or branch that is not protected.",
        _SET_VARIABLES if in_config else _SET_KEYS,
        topic=Topic.KEYS,
    )
