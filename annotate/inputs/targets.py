"""The projects that a release goes to: the one of the inputs, or those of the config file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from annotate.amplitude import hosts, keys
from annotate.amplitude.hosts import BASE_URLS, Region
from annotate.amplitude.keys import Keys
from annotate.errors import Message, Topic
from annotate.inputs.sources import Given, nearest, readable
from annotate.inputs.table import BY_NAME, INPUTS, TARGET_KEYS, variable
from annotate.inputs.values import Values
from annotate.text import one_line
from annotate.wording import Wishes

_VARIABLES = ("api-key-variable", "secret-key-variable")
#: The keys of a target in the config file.
NAMES = (*TARGET_KEYS, *(declared.name for declared in INPUTS if declared.per_target))
# The variables of other inputs hold what is not for Amplitude, such as the token of the job.
_INPUTS = {variable(name) for name in BY_NAME} - {"AMPLITUDE_API_KEY", "AMPLITUDE_SECRET_KEY"}
# Other variables of the pipeline may hold other secrets.
_PREFIX = "AMPLITUDE_"
EXAMPLE = """\
targets:
  - name: web
    api-key-variable: AMPLITUDE_WEB_API_KEY
    secret-key-variable: AMPLITUDE_WEB_SECRET_KEY"""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A project, and what the release says there."""

    #: Empty for the target of the inputs.
    name: str = ""
    #: The base URL to send to.
    base_url: str
    keys: Keys
    wishes: Wishes


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A target as the config file has it."""

    #: File, line and column.
    place: str
    values: Mapping[str, Given]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads the targets of a config file and adds what is wrong or odd to the lists."""

    env: Mapping[str, str]
    #: True if the pipeline trusts the file.
    trusted: bool
    allow_http: bool
    problems: list[Message]
    warnings: list[Message]

    def read(self, entries: Sequence[Entry], inputs: Target) -> tuple[Target, ...]:
        """Read all targets; what a target does not say is as in `inputs`."""
        found: dict[str, Target] = {}
        for entry in entries:
            target = self._target(entry, inputs)
            if target.name in found:
                what = f"Two targets are named {target.name} ({entry.place})."
                why = "Outputs and messages use the name to say which target they mean."
                self.problems.append(Message(what, why, topic=Topic.TARGETS))
            same = (other for other in found.values() if _project(other) == _project(target))
            if target.keys.api_key and (other := next(same, None)):
                self.problems.append(_one_project(other, target, entry))
            found[target.name] = target
        return tuple(found.values())

    def _target(self, entry: Entry, inputs: Target) -> Target:
        for name, given in entry.values.items():
            if name not in NAMES:
                self.problems.append(_unknown(name, given))
        name = one_line(entry.values.get("name", Given("", "")).text)
        if not name:
            what = f"A target has no name ({entry.place})."
            why = "Outputs and messages use the name to say which target they mean."
            self.problems.append(Message(what, why, EXAMPLE, topic=Topic.TARGETS))
        values = Values(entry.values, self.problems, target=name)
        return Target(
            name=name,
            base_url=self._base_url(entry, values, inputs),
            keys=self._keys(entry, name),
            wishes=_overridden(inputs.wishes, entry, values),
        )

    def _base_url(self, entry: Entry, values: Values, inputs: Target) -> str:
        if own := entry.values.get("api-url"):
            return base_url(
                own,
                allow_http=self.allow_http,
                untrusted=not self.trusted,
                problems=self.problems,
            )
        if "region" in entry.values:
            return BASE_URLS[values.word("region", Region)]
        return inputs.base_url

    def _keys(self, entry: Entry, name: str) -> Keys:
        found: dict[str, str] = {}
        named = [entry.values[key].text for key in _VARIABLES if key in entry.values]
        if len(named) == 2 and len(set(named)) == 1:
            what = f"Both keys of the target {name} are in one variable ({entry.place})."
            why = "A project has two keys, each in a variable of its own."
            self.problems.append(Message(what, why, EXAMPLE, topic=Topic.TARGETS))
        for key in _VARIABLES:
            given = entry.values.get(key)
            if given is None:
                what = f"The target {name} has no {key} ({entry.place})."
                why = "It is the name of the variable that holds the key."
                self.problems.append(Message(what, why, EXAMPLE, topic=Topic.TARGETS))
            elif given.text in _INPUTS or not (self.trusted or given.text.startswith(_PREFIX)):
                self.problems.append(_refused(key, given))
            else:
                found[f"The variable {given.text}"] = self.env.get(given.text, "").strip()
        problems, warnings = keys.check(found)
        self.problems.extend(problems)
        self.warnings.extend(warnings)
        api_key, secret_key = [*found.values(), "", ""][:2]
        return Keys(api_key=api_key, secret_key=secret_key)


def base_url(given: Given, *, allow_http: bool, untrusted: bool, problems: list[Message]) -> str:
    """Return the base URL of an `api-url`; empty with a new problem if nothing may be sent there.

    `untrusted` says that a pull request could have set it.
    """
    try:
        url = hosts.base_url(given.text, allow_http=allow_http)
    except ValueError as error:
        shown = re.sub("//[^/@]*@", "//***@", given.text.strip())
        problems.append(
            Message(
                f"The input api-url is `{shown}`, {error}.",
                f"It is set by {given.source}.",
                "region: us   # or eu; api-url is only for other hosts",
                topic=Topic.ADDRESS,
            )
        )
        return ""
    if untrusted and not hosts.is_amplitudes(url):
        problems.append(
            Message(
                f"The config file names a host that is not Amplitude's: {url}.",
                f"It is set by {given.source}. The file is part of the repository, and a pull"
                " request could send the keys elsewhere.",
                f"Set it in the pipeline instead, or trust the file there:\napi-url: {url}\n"
                "trust-config: true",
                topic=Topic.ADDRESS,
            )
        )
    return url


def unset_variables(entry: Entry, env: Mapping[str, str]) -> list[str]:
    """Return the variables of a target's keys that are not set."""
    named = [entry.values[key].text for key in _VARIABLES if key in entry.values]
    return [name for name in named if not env.get(name, "").strip()]


def _overridden(wishes: Wishes, entry: Entry, values: Values) -> Wishes:
    given = entry.values
    if "platforms" in given:
        wishes = replace(wishes, platforms=values.items("platforms"))
    if "chart-visibility" in given:
        wishes = replace(wishes, chart_visibility=values.boolean("chart-visibility"))
    # The template of one target wins over a literal text for all targets.
    if "title-template" in given:
        wishes = replace(wishes, title="", title_template=values.template("title-template"))
    if "description-template" in given:
        template = values.template("description-template")
        wishes = replace(wishes, description="", description_template=template)
    return wishes


def _project(target: Target) -> tuple[str, str]:
    return target.base_url, target.keys.api_key


def _one_project(first: Target, second: Target, entry: Entry) -> Message:
    return Message(
        f"The targets {first.name} and {second.name} are one project ({entry.place}).",
        "They have the same API key on the same host, so the release would be drawn there twice.",
        "Let each target name the variables of a project of its own.",
        topic=Topic.TARGETS,
    )


def _unknown(name: str, given: Given) -> Message:
    close = nearest(name, NAMES)
    return Message(
        f"A target has no key {readable(name)}.",
        f"It is set by {given.source}." + (f" The nearest name is {close}." if close else ""),
        f"{close}: …" if close else f"The keys of a target: {', '.join(NAMES)}",
        topic=Topic.TARGETS,
    )


def _refused(name: str, given: Given) -> Message:
    return Message(
        f"The {name} of a target cannot be {readable(given.text)}.",
        f"It is set by {given.source}. The file is part of the repository, and a pull request could"
        " have other secrets of the pipeline sent. So the name must begin with"
        f" {_PREFIX}, and must not be that of another input.",
        "Name another variable, or trust the file in the pipeline:\ntrust-config: true",
        topic=Topic.TRUST,
    )
