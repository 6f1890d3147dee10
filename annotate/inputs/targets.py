"""The targets: the Amplitude projects that the release is sent to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from annotate.amplitude import hosts, keys
from annotate.amplitude.hosts import BASE_URLS, Region
from annotate.amplitude.keys import Keys
from annotate.errors import Message, Topic
from annotate.inputs import remedies
from annotate.inputs.sources import Given, readable
from annotate.inputs.table import BY_NAME, INPUTS, TARGET_KEYS, variable
from annotate.inputs.values import Values
from annotate.regex import Regex
from annotate.text import one_line
from annotate.title_and_description import TargetFields

_VARIABLES = ("api-key-variable", "secret-key-variable")
#: The keys of a target in the config file.
NAMES = (*TARGET_KEYS, *(declared.name for declared in INPUTS if declared.per_target))
# The variables of other inputs, such as the token of the job, must not be sent to Amplitude.
_INPUTS = {variable(name) for name in BY_NAME} - {"AMPLITUDE_API_KEY", "AMPLITUDE_SECRET_KEY"}
# Variables with other names may contain other secrets of the pipeline.
_PREFIX = "AMPLITUDE_"
_NAME = Regex("[A-Za-z_][A-Za-z0-9_]*")
EXAMPLE = """\
targets:
  - name: web
    api-key-variable: AMPLITUDE_WEB_API_KEY
    secret-key-variable: AMPLITUDE_WEB_SECRET_KEY"""


class Target(NamedTuple):
    """A project, and the texts of the release in it."""

    #: The base URL of the API, without a trailing slash.
    base_url: str
    keys: Keys
    fields: TargetFields
    #: Empty for the target that the inputs define.
    name: str = ""


class Entry(NamedTuple):
    """A target as it is written in the config file."""

    #: File, line and column; shown in messages.
    place: str
    values: Mapping[str, Given]


class Reader(NamedTuple):
    """Reads the targets of a config file. Appends to `problems` and `warnings`."""

    env: Mapping[str, str]
    #: The input `trust-config`.
    trusted: bool
    allow_http: bool
    problems: list[Message]
    warnings: list[Message]

    def read(self, entries: Sequence[Entry], inputs: Target) -> tuple[Target, ...]:
        """Return the targets. `inputs` has the values that a target does not override."""
        found: dict[str, Target] = {}
        for entry in entries:
            target = self._target(entry, inputs)
            if target.name in found:
                what = f"Two targets are named {target.name} ({entry.place})."
                why = "Outputs and messages use the name to identify the target."
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
            why = "Outputs and messages use the name to identify the target."
            self.problems.append(Message(what, why, EXAMPLE, topic=Topic.TARGETS))
        values = Values(entry.values, self.problems, target=name)
        return Target(
            name=name,
            base_url=self._base_url(entry, values, inputs),
            keys=self._keys(entry, name),
            fields=_overridden(inputs.fields, entry, values),
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
        named = variables([entry])
        if len(named) == 2 and len(set(named)) == 1:
            what = f"The target {name} has the same variable for both keys ({entry.place})."
            why = "A project has two different keys."
            self.problems.append(Message(what, why, EXAMPLE, topic=Topic.TARGETS))
        for key in _VARIABLES:
            given = entry.values.get(key)
            if given is None:
                what = f"The target {name} has no {key} ({entry.place})."
                why = "It is the name of the variable that holds the key."
                self.problems.append(Message(what, why, EXAMPLE, topic=Topic.TARGETS))
            elif not _NAME.fullmatch(given.text):
                # Not shown, because it may be the key itself.
                what = f"The {key} of the target {name} is not the name of a variable."
                why = f"It is set by {given.source}. A name has letters, digits and underscores."
                self.problems.append(Message(what, why, EXAMPLE, topic=Topic.TARGETS))
            elif given.text in _INPUTS or not (self.trusted or given.text.startswith(_PREFIX)):
                self.problems.append(_refused(key, given))
            else:
                found[key] = given.text
        of_api_key, of_secret_key = (found.get(key, "") for key in _VARIABLES)
        pair = Keys(
            api_key=self.env.get(of_api_key, "").strip(),
            secret_key=self.env.get(of_secret_key, "").strip(),
        )
        names = (f"The variable {of_api_key}", f"The variable {of_secret_key}")
        problems, warnings = keys.check(pair, names)
        self.problems.extend(problems)
        self.warnings.extend(warnings)
        return pair


def base_url(given: Given, *, allow_http: bool, untrusted: bool, problems: list[Message]) -> str:
    """Return the base URL of an `api-url`. If it is not allowed, append to `problems`.

    `untrusted` means that a pull request could have set it. The result is empty if the URL is
    invalid.
    """
    try:
        url = hosts.base_url(given.text, allow_http=allow_http)
    except ValueError as error:
        # Up to the last: a password may contain one that should have been encoded.
        shown = re.sub("//.*@", "//***@", given.text.strip(), flags=re.DOTALL)
        problems.append(
            Message(
                f"The input api-url is `{shown}`, {error}.",
                f"It is set by {given.source}.",
                _url_remedy(given.text, untrusted=untrusted),
                topic=Topic.ADDRESS,
            )
        )
        return ""
    if untrusted and not hosts.is_amplitudes(url):
        problems.append(
            Message(
                f"The config file names a host that is not Amplitude's: {url}.",
                f"It is set by {given.source}. The file is part of the repository, and a pull"
                " request could send the keys to another host.",
                "Trust the file, in the pipeline:\ntrust-config: true\n"
                f"Or set the URL there, instead of in the file:\napi-url: {url}",
                topic=Topic.TRUST,
            )
        )
    return url


def _url_remedy(text: str, *, untrusted: bool) -> str:
    """Return the `api-url` without what is wrong with it, or the region if it needs none.

    `untrusted` means that it stands where `allow-http` would be refused.
    """
    if region := hosts.region_of(text):
        return f"Remove api-url; Amplitude's own host follows from the region:\nregion: {region}"
    try:
        parts = urlsplit(text.strip())
        host = parts.netloc.rpartition("@")[2]
        mend = f"api-url: {hosts.base_url(f'https://{host}{parts.path}', allow_http=False)}"
    except ValueError:
        either = remedies.value(BY_NAME["region"])
        return f"api-url is only for other hosts than Amplitude's:\nregion: {either}"
    try:
        hosts.base_url(text, allow_http=not untrusted)
    except ValueError:
        return mend
    return f"{mend}\nOr, for a server of your own in a test network:\nallow-http: true"


def variables(entries: Iterable[Entry]) -> list[str]:
    """Return the names of the variables that should contain the keys of targets."""
    given = (entry.values.get(key) for entry in entries for key in _VARIABLES)
    return [one.text for one in given if one and _NAME.fullmatch(one.text)]


def unset_variables(entries: Iterable[Entry], env: Mapping[str, str]) -> list[str]:
    """Return the names of the variables that should contain the keys of targets but are empty."""
    return [name for name in variables(entries) if not env.get(name, "").strip()]


def _overridden(fields: TargetFields, entry: Entry, values: Values) -> TargetFields:
    given = entry.values
    if "platforms" in given:
        fields = fields._replace(platforms=values.items("platforms"))
    if "chart-visibility" in given:
        fields = fields._replace(chart_visibility=values.boolean("chart-visibility"))
    # The template of a target takes precedence over the literal text for all targets.
    if "title-template" in given:
        fields = fields._replace(title="", title_template=values.template("title-template"))
    if "description-template" in given:
        template = values.template("description-template")
        fields = fields._replace(description="", description_template=template)
    return fields


def _project(target: Target) -> tuple[str, str]:
    return target.base_url, target.keys.api_key


def _one_project(first: Target, second: Target, entry: Entry) -> Message:
    return Message(
        f"The targets {first.name} and {second.name} are the same project ({entry.place}).",
        "They have the same API key and host, so the release would be created there twice.",
        "Name the variables of another project in one of them, or remove it.",
        topic=Topic.TARGETS,
    )


def _unknown(name: str, given: Given) -> Message:
    close = remedies.nearest(name, NAMES)
    return Message(
        f"A target has no key {readable(name)}.",
        f"It is set by {given.source}." + (f" The nearest name is {close}." if close else ""),
        _line(close, given.text) if close else f"The keys of a target: {', '.join(NAMES)}",
        topic=Topic.TARGETS,
    )


def _line(name: str, text: str) -> str:
    """Return a line that sets a key of a target, with the nearest value to a text."""
    if name in TARGET_KEYS:
        return next(row.strip(" -") for row in EXAMPLE.splitlines() if f"{name}:" in row)
    return f"{name}: {remedies.value(BY_NAME[name], text)}"


def _refused(name: str, given: Given) -> Message:
    return Message(
        f"The {name} of a target cannot be {readable(given.text)}.",
        f"It is set by {given.source}. The file is part of the repository, and a pull request could"
        " send other secrets of the pipeline. So the name must begin with"
        f" {_PREFIX}, and must not be the variable of another input.",
        f"Trust the file, in the pipeline:\ntrust-config: true\nOr name another variable:\n"
        f"{_line(name, '')}",
        topic=Topic.TRUST,
    )
