"""Checks of the inputs beyond the form of each value."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from annotate.errors import Message, Topic
from annotate.inputs import remedies
from annotate.inputs.sources import Given
from annotate.inputs.table import variable
from annotate.release import CommonFields, end_before_start, ends_before

_WITH = """\
with:   # GitHub
  api-key: ${{ secrets.AMPLITUDE_API_KEY }}
  secret-key: ${{ secrets.AMPLITUDE_SECRET_KEY }}"""
_WITHOUT_KEYS = """\
sandbox: true   # to try it without keys
on-missing-credentials: skip   # only to skip pipelines without secrets"""


def visible_version(given: Mapping[str, Given], version: str) -> list[Message]:
    """Return a problem if `version` is set but contains no visible character."""
    if version or not given.get("version"):
        return []
    what = "The input version contains no visible character."
    why = f"It is set by {given['version'].source}."
    return [Message(what, why, "version: 1.2.3", topic=Topic.INPUT)]


def order_of_times(common: CommonFields) -> list[Message]:
    """Return a problem if the release ends before it starts."""
    start, end = common.start, common.end
    if isinstance(start, datetime) and isinstance(end, datetime) and ends_before(start, end):
        return [end_before_start(start, end)]
    return []


def literals(given: Mapping[str, Given]) -> list[Message]:
    """Return a warning for each literal text that looks like a template."""
    return [
        Message(
            f"The input {name} contains `{{{{`, but it is sent as it is.",
            f"It is set by {given[name].source}. Templates have their own input.",
            remedies.line(f"{name}-template", given[name].text),
            topic=Topic.TEMPLATE,
        )
        for name in ("title", "description")
        if name in given and "{{" in given[name].text
    ]


def unused_keys(source: str) -> Message:
    """The warning for keys beside `sandbox: true`, which is set by `source`."""
    return Message(
        "The keys are set but not used: nothing goes to Amplitude.",
        f"sandbox is `true`, set by {source}. The sandbox takes no keys of a project.",
        "sandbox: false   # to send to Amplitude; else remove the keys",
        topic=Topic.SANDBOX_USED,
    )


def missing_keys(names: Sequence[str], *, in_config: bool, alone: bool) -> Message:
    """The message for required keys that are not set.

    `names` are inputs, or the variables that the config file names. Unless it is `alone`, it takes
    one line, so that the mistakes beside it are seen.
    """
    verb = "are" if len(names) > 1 else "is"
    what = f"{' and '.join(names)} {verb} not set."
    if not alone:
        return Message(what, topic=Topic.KEYS)
    hand_on = _WITH
    if in_config:
        lines = [f"  {name}: ${{{{ secrets.{name} }}}}" for name in names]
        hand_on = "\n".join(["env:   # GitHub, in the step", *lines])
    variables = [name if in_config else variable(name) for name in names]
    # The program asks for the value, so that it is in no list of processes.
    create = " && ".join(f"gh secret set {name}" for name in variables)
    export = " ".join(f"{name}=…" for name in variables)
    hand_over = " ".join(f"--env {name}" for name in variables)
    return Message(
        what,
        "Amplitude requires both keys of the project (Settings, Projects, General). A secret is"
        " empty if it does not exist or if a pull request from a fork runs the pipeline; on"
        " GitLab, a protected variable is empty unless the branch or tag is protected.",
        f"{create}   # GitHub, or in Settings, Secrets and variables, Actions\n{hand_on}\n"
        f"Settings, CI/CD, Variables: add {' and '.join(variables)}   # GitLab\n"
        f"export {export}   # in a shell\n"
        f"docker run {hand_over} …   # hands them on\n{_WITHOUT_KEYS}",
        topic=Topic.KEYS,
    )
