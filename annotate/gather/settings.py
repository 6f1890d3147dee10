"""All inputs together, read and checked: one frozen value, or every problem at once."""

import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from annotate.compose.pattern import Patterns
from annotate.errors import InvalidInputs, Message
from annotate.gather import config_file, sources, target
from annotate.gather.inputs import INPUTS, Input
from annotate.gather.kinds import Kind, value_of
from annotate.gather.sources import Given

_KEY_LOOKS_RIGHT = re.compile("[0-9a-f]{32}")
_DEBUG_SWITCHES = {"RUNNER_DEBUG": "1", "ACTIONS_STEP_DEBUG": "true", "CI_DEBUG_TRACE": "true"}
_KEYS_MEND = """\
with:                                              # GitHub
  api-key: ${{ secrets.AMPLITUDE_API_KEY }}
  secret-key: ${{ secrets.AMPLITUDE_SECRET_KEY }}
export AMPLITUDE_API_KEY=… AMPLITUDE_SECRET_KEY=…  # elsewhere; GitLab: Settings, CI/CD, Variables
on-missing-credentials: skip                       # where some pipelines have no secrets"""


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
    debug: bool
    #: Where each input that is not at its default stands, for the log.
    given: Mapping[str, str]
    warnings: tuple[Message, ...]

    @property
    def lacks_keys(self) -> bool:
        """True where a key is needed and not there."""
        return not (self.dry_run or self.sandbox or (self.api_key and self.secret_key))


def read(argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> Settings:
    """The settings; InvalidInputs with every problem that there is."""
    flags, problems = sources.from_flags(argv)
    environment, unknown = sources.from_environment(env)
    config, in_file = _config_file(sources.merged(flags, environment), cwd)
    problems += unknown + in_file
    given = sources.merged(flags, environment, config)

    values: dict[str, Any] = {}
    for one in INPUTS:
        values[one.name] = _value(one, given.get(one.name), problems)
    if any(env.get(name, "").lower() == on for name, on in _DEBUG_SWITCHES.items()):
        values["debug"] = True
    _check_patterns(values, given, problems)
    _check_target(values, given, from_config=config, problems=problems)
    _check_times(values, problems)
    _check_ca_bundle(values, cwd, problems)
    warnings = _check_keys(values, problems)
    if problems:
        raise InvalidInputs(*problems)
    fields = {name.replace("-", "_"): value for name, value in values.items()}
    listed = {name: one.source for name, one in given.items() if one.source != "the default"}
    return Settings(**fields, given=listed, warnings=tuple(warnings))


def _config_file(given: Mapping[str, Given], cwd: Path) -> tuple[dict[str, Given], list[Message]]:
    """The file that is named, from `cwd`; else the one of the repository, if there is one."""
    named = given.get("config")
    if named:
        return config_file.from_file(cwd / sources.readable(named.text.strip()), required=True)
    folder = given.get("working-directory")
    inside = cwd / sources.readable(folder.text.strip()) if folder else cwd
    return config_file.from_file(config_file.nearest(cwd, inside), required=False)


def _value(one: Input, given: Given | None, problems: list[Message]) -> object:
    text = sources.readable(given.text) if given else ""
    if given is None or not text.strip():
        return () if one.kind in {Kind.LIST, Kind.LINES} else ""
    # Title and description are taken literally; white space around anything else is a slip.
    text = text if one.name in {"title", "description"} else text.strip()
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
    )


def _check_patterns(
    values: dict[str, Any], given: Mapping[str, Given], problems: list[Message]
) -> None:
    lines = values["tag-pattern"]
    try:
        values["tag-pattern"] = Patterns.of(lines)
    except ValueError as error:
        source = given["tag-pattern"].source
        what = f"The input tag-pattern is no pattern: {error}."
        why = f"It is set by {source}. The syntax is that of GitHub's tag filters."
        problems.append(Message(what, why, 'tag-pattern: "v*"'))


def _check_target(
    values: dict[str, Any],
    given: Mapping[str, Given],
    *,
    from_config: Mapping[str, Given],
    problems: list[Message],
) -> None:
    if not values["api-url"]:
        values["api-url"] = target.BASE_URLS.get(values["region"], "")
        return
    source = given["api-url"]
    try:
        url = target.base_url(values["api-url"], allow_http=values["allow-http"] is True)
    except ValueError as error:
        mend = "region: us   # or eu; api-url is only for other hosts"
        what = f"The input api-url is `{_without_credentials(source.text)}`, {error}."
        problems.append(Message(what, f"It is set by {source.source}.", mend))
        return
    if from_config.get("api-url") is source and not target.is_amplitudes(url):
        problems.append(
            Message(
                f"The config file names a host that is not Amplitude's: {url}.",
                f"It stands in {source.source}. The file is part of the repository, and a pull"
                " request could send the keys elsewhere.",
                f"Set it in the pipeline instead:\napi-url: {url}",
            )
        )
    values["api-url"] = url


def _without_credentials(url: str) -> str:
    return re.sub("//[^/@]*@", "//***@", url.strip())


def _check_ca_bundle(values: dict[str, Any], cwd: Path, problems: list[Message]) -> None:
    name = values["ca-bundle"]
    if not name:
        return
    path = cwd / name
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ValueError) as error:
        what = f"The input ca-bundle names {name}, which cannot be used: {error}."
        why = f"It must be a file of certificates in PEM form; the path is meant from {cwd}."
        problems.append(Message(what, why, "ca-bundle: path/to/ca.pem"))
    values["ca-bundle"] = str(path)


def _check_times(values: dict[str, Any], problems: list[Message]) -> None:
    start, end = values["release-start"], values["release-end"]
    if isinstance(start, datetime) and isinstance(end, datetime) and end < start:
        problems.append(end_before_start(start, end))


def end_before_start(start: datetime, end: datetime) -> Message:
    """The release would end before it begins."""
    return Message(
        f"The release would end before it begins: {end.isoformat()} is before {start.isoformat()}.",
        "release-end may not lie before release-start.",
        "release-end: start",
    )


def _check_keys(values: dict[str, Any], problems: list[Message]) -> list[Message]:
    keys = {name: values[name] for name in ("api-key", "secret-key")}
    warnings = []
    for name, key in keys.items():
        if any(character.isspace() for character in key):
            what = f"The input {name} holds white space inside."
            why = "A key is one word; perhaps two values were pasted, or a line was broken."
            problems.append(Message(what, why, "Paste the key again into the secret."))
        elif not key.isascii() or not key.isprintable() or (name == "api-key" and ":" in key):
            what = f"The input {name} holds characters that no key has."
            why = "HTTP Basic joins both keys by a colon; letters beyond ASCII have no place there."
            problems.append(Message(what, why, "Paste the key again into the secret."))
        elif key and not _KEY_LOOKS_RIGHT.fullmatch(key):
            what = f"The input {name} is not 32 hex characters, as Amplitude's keys are."
            why = "It is used as it is; if Amplitude refuses it, look here first."
            warnings.append(Message(what, why))
    missing = [name for name, key in keys.items() if not key]
    needed = not (values["dry-run"] or values["sandbox"])
    if missing and needed and values["on-missing-credentials"] == "fail":
        verb = "are" if len(missing) > 1 else "is"
        what = f"{' and '.join(missing)} {verb} not set."
        why = "Every request to Amplitude carries both keys of the project (its settings, General)."
        why += (
            " A secret that does not exist, and any secret in a pull request from a fork, is empty."
        )
        problems.append(Message(what, why, _KEYS_MEND))
    return warnings
