"""Checks of the inputs beyond the form of each value."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from annotate.errors import Message, Topic
from annotate.inputs import remedies
from annotate.inputs.sources import Given
from annotate.release import CommonFields, end_before_start

_SKIP = "on-missing-credentials: skip   # only to skip pipelines without secrets"
_SET_KEYS = f"""\
{_SKIP}
export AMPLITUDE_API_KEY=… AMPLITUDE_SECRET_KEY=…   # in a shell; GitLab: Settings, CI/CD, Variables
with:   # GitHub
  api-key: ${{{{ secrets.AMPLITUDE_API_KEY }}}}
  secret-key: ${{{{ secrets.AMPLITUDE_SECRET_KEY }}}}"""


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
    if isinstance(start, datetime) and isinstance(end, datetime) and end < start:
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
    variables = "\n".join(f"  {name}: ${{{{ secrets.{name} }}}}" for name in names)
    return Message(
        what,
        "Amplitude requires both keys of the project (Settings, Projects, General). A secret is"
        " empty if it does not exist or if a pull request from a fork runs the pipeline; on"
        " GitLab, a protected variable is empty unless the branch or tag is protected.",
        f"{_SKIP}\nenv:   # GitHub, in the step; GitLab: Settings, CI/CD, Variables\n{variables}"
        if in_config
        else _SET_KEYS,
        topic=Topic.KEYS,
    )
