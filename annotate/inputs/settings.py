"""All inputs, parsed and checked together: one frozen value, or all problems at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from annotate.amplitude import keys
from annotate.amplitude.hosts import BASE_URLS, Region
from annotate.amplitude.keys import Keys
from annotate.errors import InvalidInputs, Message
from annotate.inputs import checks, config_file, targets
from annotate.inputs.config_file import ConfigFile
from annotate.inputs.sources import DEFAULT, Given, Sources, near_misses
from annotate.inputs.targets import Target
from annotate.inputs.values import Values
from annotate.inputs.words import Command, Fetch, OnMissingCredentials, OnRerun
from annotate.outcome import OnDuplicate, OnFailure
from annotate.redaction import Secrets
from annotate.release import CommonFields, End, Start
from annotate.text import one_line
from annotate.title_and_description import TargetFields
from annotate.versions.pattern import Patterns
from annotate.versions.tags import OnUntagged

_DEBUG_SWITCHES = {"RUNNER_DEBUG": "1", "ACTIONS_STEP_DEBUG": "true", "CI_DEBUG_TRACE": "true"}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The inputs as typed values."""

    #: The inputs that apply to the release in all targets.
    common: CommonFields
    #: The targets of the config file, or the one target that the inputs define.
    targets: tuple[Target, ...]
    version: str
    tag_pattern: Patterns
    on_untagged: OnUntagged
    #: The tag of the release to preview; empty for that of the pipeline.
    ref: str
    #: Empty to find the previous release.
    previous_tag: str
    paths: tuple[str, ...]
    #: True if the folder of the tag's product limits the commits.
    auto_paths: bool
    working_directory: str
    fetch: Fetch
    github_token: str = field(repr=False)
    ca_bundle: str
    dotenv: str
    dry_run: bool
    sandbox: bool
    on_failure: OnFailure
    on_duplicate: OnDuplicate
    on_rerun: OnRerun
    on_missing_credentials: OnMissingCredentials
    #: Number of attempts after the first.
    retries: int
    #: Time limit of one request, in seconds.
    timeout: float
    #: Time limit of all requests together, in seconds.
    deadline: float
    resend_unknown: bool
    #: Path of the ledger; empty for none.
    ledger: str
    debug: bool
    #: Path of the config file; empty if there is none.
    config: str
    warnings: tuple[Message, ...]

    @property
    def needs_keys(self) -> bool:
        """True if something is sent to Amplitude."""
        return not (self.dry_run or self.sandbox)

    def hide_keys(self, secrets: Secrets) -> None:
        """Register the keys of all targets, so that no output shows them."""
        for target in self.targets:
            secrets.register(target.keys.secrets, target.keys.pair)


def read(sources: Sources, env: Mapping[str, str], cwd: Path) -> Settings:
    """Read the settings. Raises InvalidInputs with one message per problem, and the warnings."""
    settings, problems = read_with_problems(sources, env, cwd, brief=True)
    if problems:
        raise InvalidInputs(*problems, warnings=settings.warnings)
    return settings


def read_with_problems(
    sources: Sources, env: Mapping[str, str], cwd: Path, *, brief: bool
) -> tuple[Settings, list[Message]]:
    """Read the settings, and return them with one message per problem.

    A setting that is wrong has its default. Nothing may be sent with such settings: the host may
    be another one than the user means. `brief` means that missing keys take one line beside other
    problems, and are left out beside a flag or a variable that is unknown.
    """
    trusted = sources.text("trust-config") == "true"
    config = _config_file(sources, cwd, trusted=trusted)
    given = sources.merged(config.inputs)
    values = Values(given, [*sources.problems, *config.problems])
    # What these two say is known before; here, a wrong value becomes a problem.
    values.boolean("trust-config")
    values.word("command", Command)
    warnings = [
        *near_misses(env, given, targets.variables(config.targets)),
        *checks.literals(given),
    ]
    found = _targets(values, config, given, env, warnings, api_keys=sources.keys, trusted=trusted)
    common = _common(values, given)
    sandbox = values.boolean("sandbox")
    if sandbox and any(target.keys.secrets for target in found):
        warnings.append(checks.unused_keys(given["sandbox"].source))
    paths = values.lines("paths")
    auto_paths = paths == ("auto",)
    settings = Settings(
        common=common,
        targets=found,
        version=one_line(values.text("version")),
        tag_pattern=values.patterns("tag-pattern"),
        on_untagged=values.word("on-untagged", OnUntagged),
        ref=sources.ref,
        previous_tag=values.text("previous-tag"),
        paths=() if auto_paths else paths,
        auto_paths=auto_paths,
        working_directory=values.text("working-directory"),
        fetch=values.word("fetch", Fetch),
        github_token=values.text("github-token"),
        ca_bundle=values.ca_bundle("ca-bundle", cwd),
        dotenv=values.text("dotenv"),
        dry_run=values.boolean("dry-run") or sources.command == Command.PREVIEW,
        sandbox=sandbox,
        on_failure=values.word("on-failure", OnFailure),
        on_duplicate=values.word("on-duplicate", OnDuplicate),
        on_rerun=values.word("on-rerun", OnRerun),
        on_missing_credentials=values.word("on-missing-credentials", OnMissingCredentials),
        retries=values.count("retries"),
        timeout=values.seconds("timeout"),
        deadline=values.seconds("deadline"),
        resend_unknown=values.boolean("resend-unknown"),
        ledger=values.text("ledger"),
        debug=values.boolean("debug") or _is_debug_run(env),
        config=config.path,
        warnings=tuple(warnings),
    )
    problems = [
        *values.problems,
        *checks.visible_version(given, settings.version),
        *checks.order_of_times(common),
    ]
    # What has an unknown name may be what sets the keys, or what makes them needless.
    if not (brief and sources.problems):
        problems += _missing_keys(settings, config, env, alone=not (brief and problems))
    return settings, problems


def _config_file(sources: Sources, cwd: Path, *, trusted: bool) -> ConfigFile:
    """Read the file that the input `config` names, else the repository's own if it exists."""
    if named := sources.text("config"):
        return config_file.read(cwd / named, cwd, required=True, trusted=trusted)
    path = config_file.nearest(cwd, cwd / sources.text("working-directory"))
    return config_file.read(path, cwd, required=False, trusted=trusted)


def _common(values: Values, given: Mapping[str, Given]) -> CommonFields:
    return CommonFields(
        start=values.time("release-start", Start),
        end=values.time("release-end", End),
        created_by=values.text("created-by"),
        strip_v=values.boolean("strip-v"),
        sources={name: text.source for name, text in given.items() if text.source != DEFAULT},
    )


def _targets(
    values: Values,
    config: ConfigFile,
    given: Mapping[str, Given],
    env: Mapping[str, str],
    warnings: list[Message],
    *,
    api_keys: Keys,
    trusted: bool,
) -> tuple[Target, ...]:
    """Return the targets of the config file, else the one that the inputs define.

    Problems are added to `values`, and warnings to `warnings`. A config file that is not trusted is
    one that a pull request could have changed.
    """
    allow_http = values.boolean("allow-http")
    untrusted = {} if trusted else config.inputs
    from_inputs = _target_of_inputs(
        values, given, untrusted, api_keys=api_keys, allow_http=allow_http
    )
    if config.targets:
        reader = targets.Reader(
            env=env,
            trusted=trusted,
            allow_http=allow_http,
            problems=values.problems,
            warnings=warnings,
        )
        return reader.read(config.targets, from_inputs)
    names = ("The input api-key", "The input secret-key")
    key_problems, key_warnings = keys.check(api_keys, names)
    values.problems += key_problems
    warnings += key_warnings
    return (from_inputs,)


def _target_of_inputs(
    values: Values,
    given: Mapping[str, Given],
    untrusted: Mapping[str, Given],
    *,
    api_keys: Keys,
    allow_http: bool,
) -> Target:
    """Return the target that the inputs define. Problems are added to `values`.

    `untrusted` are the inputs that a pull request could have set.
    """
    base_url = BASE_URLS[values.word("region", Region)]
    if url := given.get("api-url"):
        base_url = targets.base_url(
            url,
            allow_http=allow_http,
            untrusted=untrusted.get("api-url") is url,
            problems=values.problems,
        )
    return Target(
        base_url=base_url,
        keys=api_keys,
        fields=TargetFields(
            title=values.literal("title"),
            description=values.literal("description"),
            title_template=values.template("title-template"),
            description_template=values.template("description-template"),
            platforms=values.items("platforms"),
            chart_visibility=values.boolean("chart-visibility"),
        ),
    )


def _missing_keys(
    settings: Settings, config: ConfigFile, env: Mapping[str, str], *, alone: bool
) -> list[Message]:
    if config.targets:
        names = targets.unset_variables(config.targets, env)
    else:
        [target] = settings.targets
        pair = {"api-key": target.keys.api_key, "secret-key": target.keys.secret_key}
        names = [name for name, key in pair.items() if not key]
    fails = settings.on_missing_credentials is OnMissingCredentials.FAIL
    if names and settings.needs_keys and fails:
        return [checks.missing_keys(names, in_config=bool(config.targets), alone=alone)]
    return []


def _is_debug_run(env: Mapping[str, str]) -> bool:
    """Return True if debug logging is on in the runner."""
    return any(env.get(name, "").lower() == on for name, on in _DEBUG_SWITCHES.items())
