"""All inputs together, read and checked: one frozen value, or every problem at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.errors import InvalidInputs, Message, Topic
from annotate.inputs import checks, config_file, keys, sources, targets
from annotate.inputs.config_file import ConfigFile
from annotate.inputs.input import Input
from annotate.inputs.parsing import Kind, value_of
from annotate.inputs.sources import Given
from annotate.inputs.table import INPUTS
from annotate.inputs.targets import Target
from annotate.versions.pattern import Patterns

if TYPE_CHECKING:
    from annotate.templates.template import Template

_DEBUG_SWITCHES = {"RUNNER_DEBUG": "1", "ACTIONS_STEP_DEBUG": "true", "CI_DEBUG_TRACE": "true"}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the user asked for; the fields are the inputs, with `_` for `-`."""

    api_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    region: str
    #: The base URL to send to, region and defaults applied.
    api_url: str
    allow_http: bool
    version: str
    title: str
    description: str
    title_template: "Template | None"
    description_template: "Template | None"
    release_start: str | datetime
    release_end: str | datetime
    platforms: tuple[str, ...]
    created_by: str
    chart_visibility: bool
    tag_pattern: Patterns
    strip_v: bool
    on_untagged: str
    paths: tuple[str, ...]
    working_directory: str
    config: str
    github_token: str = field(repr=False)
    fetch: str
    dotenv: str
    dry_run: bool
    sandbox: bool
    on_failure: str
    on_duplicate: str
    on_missing_credentials: str
    retries: int
    timeout: float
    deadline: float
    ca_bundle: str
    trust_config: bool
    on_rerun: str
    resend_unknown: bool
    ledger: str
    debug: bool
    #: Where the release goes: the one of the inputs, or those of the config file.
    targets: tuple[Target, ...]
    #: Where each input that is not at its default stands, for the log.
    given: Mapping[str, str]
    warnings: tuple[Message, ...]

    @property
    def needs_keys(self) -> bool:
        """False where nothing is sent to Amplitude."""
        return not (self.dry_run or self.sandbox)


def read(argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> Settings:
    """The settings; InvalidInputs with every problem that there is."""
    flags, problems = sources.from_flags(argv)
    environment, unknown = sources.from_environment(env)
    outside = sources.merged(flags, environment)
    vouched = outside.get("trust-config")
    trusted = vouched is not None and vouched.text.strip() == "true"
    config = _config_file(outside, cwd, trusted=trusted)
    problems += unknown + config.problems
    given = sources.merged(flags, environment, config.inputs)

    values: dict[str, Any] = {}
    for one in INPUTS:
        values[one.name] = _value(one, given.get(one.name), problems)
    if any(env.get(name, "").lower() == on for name, on in _DEBUG_SWITCHES.items()):
        values["debug"] = True
    checks.patterns(values, given, problems)
    checks.templates(values, given, problems)
    untrusted = {} if trusted else config.inputs
    checks.target(values, given, untrusted=untrusted, problems=problems)
    checks.times(values, problems)
    checks.version(values, given, problems)
    checks.ca_bundle(values, cwd, problems)
    warnings = checks.literals(values, given)
    found = _targets(values, config, env, trusted=trusted, problems=problems, warnings=warnings)
    if problems:
        raise InvalidInputs(*problems)
    fields = {name.replace("-", "_"): value for name, value in values.items()}
    listed = {name: one.source for name, one in given.items() if one.source != "the default"}
    return Settings(**fields, targets=found, given=listed, warnings=tuple(warnings))


def _targets(
    values: Mapping[str, Any],
    config: ConfigFile,
    env: Mapping[str, str],
    *,
    trusted: bool,
    problems: list[Message],
    warnings: list[Message],
) -> tuple[Target, ...]:
    inputs = targets.of_inputs(values)
    if config.targets:
        reader = targets.Reader(
            env=env,
            trusted=trusted,
            allow_http=values["allow-http"] is True,
            problems=problems,
            warnings=warnings,
        )
        found = reader.read(config.targets, inputs)
        lacking = [one for entry in config.targets for one in targets.unset(entry, env)]
        mend = keys.MEND_VARIABLES
    else:
        found = (inputs,)
        pair = {"api-key": inputs.api_key, "secret-key": inputs.secret_key}
        wrong, odd = keys.check({f"The input {name}": key for name, key in pair.items()})
        problems += wrong
        warnings += odd
        lacking = [name for name, key in pair.items() if not key]
        mend = keys.MEND
    needed = not (values["dry-run"] or values["sandbox"])
    if lacking and needed and values["on-missing-credentials"] == "fail":
        problems.append(keys.missing(lacking, mend))
    return found


def _config_file(given: Mapping[str, Given], cwd: Path, *, trusted: bool) -> ConfigFile:
    """The file that is named, from `cwd`; else the one of the repository, if there is one."""
    named = given.get("config")
    if named:
        path = cwd / sources.readable(named.text.strip())
        return config_file.from_file(path, required=True, trusted=trusted)
    folder = given.get("working-directory")
    inside = cwd / sources.readable(folder.text.strip()) if folder else cwd
    path = config_file.nearest(cwd, inside)
    return config_file.from_file(path, required=False, trusted=trusted)


def _value(one: Input, given: Given | None, problems: list[Message]) -> object:
    text = sources.readable(given.text) if given else ""
    if given is None or not text.strip():
        return () if one.kind in {Kind.LIST, Kind.LINES} else ""
    # Title and description are taken literally; white space around anything else is a slip.
    literal = one.kind is Kind.TEMPLATE or one.name in {"title", "description"}
    text = text if literal else text.strip()
    try:
        return value_of(one.kind, text, one.choices)
    except ValueError as error:
        problems.append(_wrong(one, given, text, str(error)))
        return None


def _wrong(one: Input, given: Given, text: str, reason: str) -> Message:
    if one.kind is Kind.TIME:
        mend = f"{one.name}: 2026-01-31T12:00:00+01:00"
    else:
        mend = f"{one.name}: {one.default or '…'}"
    return Message(
        f"The input {one.name} is `{text}`, {reason}.",
        f"It is set by {given.source}. {one.help}",
        mend,
        topic=Topic.INPUT,
    )
