"""What must hold of a project's two keys."""

import re
from collections.abc import Mapping

from annotate.errors import Message, Topic

_LOOKS_RIGHT = re.compile("[0-9a-f]{32}")
MEND = """\
with:                                              # GitHub
  api-key: ${{ secrets.AMPLITUDE_API_KEY }}
  secret-key: ${{ secrets.AMPLITUDE_SECRET_KEY }}
export AMPLITUDE_API_KEY=… AMPLITUDE_SECRET_KEY=…  # elsewhere; GitLab: Settings, CI/CD, Variables
on-missing-credentials: skip                       # where some pipelines have no secrets"""

#: Where the config file names the variables.
MEND_VARIABLES = """\
env:                                               # GitHub, in the step
  AMPLITUDE_WEB_API_KEY: ${{ secrets.AMPLITUDE_WEB_API_KEY }}
on-missing-credentials: skip                       # where some pipelines have no secrets"""


def check(named: Mapping[str, str]) -> tuple[list[Message], list[Message]]:
    """Problems and warnings; the API key first, each by the name of what holds it."""
    problems, warnings = [], []
    again = "Paste the key again into the secret."
    for number, (name, key) in enumerate(named.items()):
        if any(character.isspace() for character in key):
            what = f"{name} holds white space inside."
            why = "A key is one word; perhaps two values were pasted, or a line was broken."
            problems.append(Message(what, why, again, topic=Topic.KEY_FORM))
        elif not key.isascii() or not key.isprintable() or (number == 0 and ":" in key):
            what = f"{name} holds characters that no key has."
            why = "HTTP Basic joins both keys by a colon; letters beyond ASCII have no place there."
            problems.append(Message(what, why, again, topic=Topic.KEY_FORM))
        elif key and not _LOOKS_RIGHT.fullmatch(key):
            what = f"{name} is not 32 hex characters, as Amplitude's keys are."
            why = "It is used as it is; if Amplitude refuses it, look here first."
            warnings.append(Message(what, why, topic=Topic.KEY_FORM))
    return problems, warnings


def missing(names: list[str], mend: str = MEND) -> Message:
    """Keys that are needed and not there."""
    verb = "are" if len(names) > 1 else "is"
    return Message(
        f"{' and '.join(names)} {verb} not set.",
        "Every request to Amplitude carries both keys of the project (its settings, General)."
        " A secret that does not exist, any secret in a pull request from a fork, and a protected"
        " variable of GitLab's on a tag or branch that is not, is empty.",
        mend,
        topic=Topic.KEYS,
    )
