"""The projects that the release goes to: the one of the inputs, or those of the config file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from annotate.errors import Message, Topic
from annotate.inputs import keys, template
from annotate.inputs.input import variable
from annotate.inputs.parsing import value_of
from annotate.inputs.sources import Given, nearest, readable
from annotate.inputs.table import BY_NAME
from annotate.inputs.target import BASE_URLS, checked
from annotate.text import one_line

if TYPE_CHECKING:
    from annotate.templates.template import Template

_VARIABLES = ("api-key-variable", "secret-key-variable")
_OVERRIDES = (
    "region", "api-url", "platforms", "title-template", "description-template", "chart-visibility",
)  # fmt: skip
#: What a target in the config file may say.
NAMES = ("name", *_VARIABLES, *_OVERRIDES)
# Those of other inputs hold what is not for Amplitude, such as the token of the job.
_INPUTS = {variable(name) for name in BY_NAME} - {"AMPLITUDE_API_KEY", "AMPLITUDE_SECRET_KEY"}
# Variables of the pipeline hold other secrets, too.
_PREFIX = "AMPLITUDE_"
EXAMPLE = """\
targets:
  - name: web
    api-key-variable: AMPLITUDE_WEB_API_KEY
    secret-key-variable: AMPLITUDE_WEB_SECRET_KEY"""


@dataclass(frozen=True, kw_only=True)
class Target:
    """One project, and what the release says there."""

    #: Empty for the one of the inputs.
    name: str = ""
    #: The base URL to send to.
    api_url: str
    api_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    title: str
    description: str
    title_template: "Template | None"
    description_template: "Template | None"
    platforms: tuple[str, ...]
    chart_visibility: bool

    @property
    def has_keys(self) -> bool:
        """True where both are there."""
        return bool(self.api_key and self.secret_key)


_FIELDS = {one.name for one in fields(Target)}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A target as the config file has it."""

    place: str
    values: Mapping[str, Given]


def of_inputs(values: Mapping[str, Any]) -> Target:
    """The one that the inputs name."""
    names = [one.name for one in fields(Target) if one.name != "name"]
    return Target(**{name: values[name.replace("_", "-")] for name in names})


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads the targets of a config file; what is wrong or odd is added to the lists."""

    env: Mapping[str, str]
    #: True where the pipeline vouches for the file.
    trusted: bool
    allow_http: bool
    problems: list[Message]
    warnings: list[Message]

    def read(self, entries: Sequence[Entry], inputs: Target) -> tuple[Target, ...]:
        """All of them; what one does not say is as the inputs have it."""
        found: dict[str, Target] = {}
        for entry in entries:
            target = self._target(entry, inputs)
            if target.name in found:
                what = f"Two targets are named {target.name} ({entry.place})."
                self.problems.append(
                    Message(what, "Outputs and messages tell them by name.", topic=Topic.TARGETS)
                )
            same = (one for one in found.values() if _project(one) == _project(target))
            if target.api_key and (other := next(same, None)):
                self.problems.append(_one_project(other, target, entry))
            found[target.name] = target
        return tuple(found.values())

    def _target(self, entry: Entry, inputs: Target) -> Target:
        for name, given in entry.values.items():
            if name not in NAMES:
                self._unknown(name, given)
        name = one_line(entry.values.get("name", Given("", "")).text)
        if not name:
            what = f"A target has no name ({entry.place})."
            self.problems.append(
                Message(what, "Outputs and messages tell it by that.", EXAMPLE, topic=Topic.TARGETS)
            )
        api_key, secret_key = self._keys(entry, name)
        target = replace(
            inputs,
            name=name,
            api_key=api_key,
            secret_key=secret_key,
            api_url=self._url(entry, inputs),
        )
        return self._overridden(target, entry)

    def _overridden(self, target: Target, entry: Entry) -> Target:
        changes: dict[str, Any] = {}
        for name in _OVERRIDES:
            given = entry.values.get(name)
            if given is None:
                continue
            try:
                value: Any = value_of(BY_NAME[name].kind, given.text.strip(), BY_NAME[name].choices)
            except ValueError as error:
                what = f"{name} of the target {target.name} is `{given.text}`, {error}."
                self.problems.append(
                    Message(what, f"It stands in {given.source}.", topic=Topic.TARGETS)
                )
                continue
            if name.endswith("-template"):
                # What is said of this target alone goes before what is said of all.
                changes[name.removesuffix("-template")] = ""
                value = template.read(name, given, self.problems)
            if name.replace("-", "_") in _FIELDS:
                changes[name.replace("-", "_")] = value
        return replace(target, **changes)

    def _url(self, entry: Entry, inputs: Target) -> str:
        if own := entry.values.get("api-url"):
            return checked(
                own,
                allow_http=self.allow_http,
                untrusted=not self.trusted,
                problems=self.problems,
            )
        region = entry.values.get("region")
        return BASE_URLS.get(region.text.strip().lower(), "") if region else inputs.api_url

    def _keys(self, entry: Entry, name: str) -> tuple[str, str]:
        found: dict[str, str] = {}
        names = [entry.values[one].text for one in _VARIABLES if one in entry.values]
        if len(names) == 2 and len(set(names)) == 1:
            what = f"Both keys of the target {name} are in one variable ({entry.place})."
            why = "A project has two keys, each in a variable of its own."
            self.problems.append(Message(what, why, EXAMPLE, topic=Topic.TARGETS))
        for one in _VARIABLES:
            given = entry.values.get(one)
            if given is None:
                what = f"The target {name} has no {one} ({entry.place})."
                why = "It is the name of the variable that holds the key."
                self.problems.append(Message(what, why, EXAMPLE, topic=Topic.TARGETS))
            elif given.text in _INPUTS or not (self.trusted or given.text.startswith(_PREFIX)):
                self.problems.append(_refused(one, given))
            else:
                found[f"The variable {given.text}"] = self.env.get(given.text, "").strip()
        problems, warnings = keys.check(found)
        self.problems.extend(problems)
        self.warnings.extend(warnings)
        api_key, secret_key = [*found.values(), "", ""][:2]
        return api_key, secret_key

    def _unknown(self, name: str, given: Given) -> None:
        close = nearest(name, NAMES)
        self.problems.append(
            Message(
                f"A target has no {readable(name)}.",
                f"It stands in {given.source}."
                + (f" The nearest name is {close}." if close else ""),
                f"{close}: …" if close else f"A target has: {', '.join(NAMES)}",
                topic=Topic.TARGETS,
            )
        )


def _project(target: Target) -> tuple[str, str]:
    return target.api_url, target.api_key


def _one_project(first: Target, second: Target, entry: Entry) -> Message:
    return Message(
        f"The targets {first.name} and {second.name} are one project ({entry.place}).",
        "They have one API key at one host, and the release would be drawn there twice.",
        "Let each target name the variables of a project of its own.",
        topic=Topic.TARGETS,
    )


def unset(entry: Entry, env: Mapping[str, str]) -> list[str]:
    """The variables of a target's keys that are not there."""
    named = [entry.values[one].text for one in _VARIABLES if one in entry.values]
    return [name for name in named if not env.get(name, "").strip()]


def _refused(name: str, given: Given) -> Message:
    return Message(
        f"The {name} of a target cannot be {readable(given.text)}.",
        f"It stands in {given.source}. The file is part of the repository, and a pull request could"
        " have other secrets of the pipeline sent. So the name begins with"
        f" {_PREFIX}, and is no other input's.",
        "Name another variable, or trust the file in the pipeline:\ntrust-config: true",
        topic=Topic.TRUST,
    )
