"""Messages about inputs, keys, the config file and its targets."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from annotate.errors import InvalidInputs, Message
from annotate.inputs import settings, sources
from annotate.inputs.config_file import DEFAULT_NAME
from annotate.yaml_nodes import SIZE_LIMIT
from tests.messages.cases import Cases
from tests.support.process import API_KEY, KEYS, SECRET_KEY

CASES = Cases("inputs")


def _problem(
    folder: Path, *flags: str, env: Mapping[str, str] | None = None, config: str | bytes = ""
) -> Message:
    """The only problem of these inputs."""
    content = config.encode() if isinstance(config, str) else config
    (folder / DEFAULT_NAME).write_bytes(content)
    with pytest.raises(InvalidInputs) as raised:
        settings.read(sources.read(flags, env or {}), env or {}, folder)
    [message] = raised.value.messages
    return message


def _warning(
    folder: Path, *flags: str, env: Mapping[str, str] | None = None, config: str = ""
) -> Message:
    """The only warning about these inputs."""
    (folder / DEFAULT_NAME).write_text(config)
    given = sources.read(["--dry-run", *flags], env or {})
    [message] = settings.read(given, env or {}, folder).warnings
    return message


def _of_flags(folder: Path, flags: tuple[str, ...]) -> Message:
    return _problem(folder, *flags, env=KEYS)


_FLAGS = {
    "flag-unknown": ("--regoin", "eu"),
    "flag-of-a-secret": ("--api-key", API_KEY),
    "flag-without-its-value": ("--region",),
    "flag-of-a-command-without-its-value": ("--ref",),
    "flag-of-a-command": ("--ref", "v1.0.0"),
    "flag-of-two-commands": ("--json",),
    "argument-of-no-flag": ("eu",),
    "command-misspelt": ("perview",),
    "command-that-comes-late": ("--version", "1.2.3", "preview"),
    "wrong-boolean": ("--dry-run=yes",),
    "wrong-boolean-that-is-unclear": ("--sandbox=maybe",),
    "wrong-boolean-of-another-input": ("--resend-unknown=maybe",),
    "wrong-word": ("--region", "asia"),
    "wrong-word-that-is-misspelt": ("--on-untagged", "nearst"),
    "wrong-word-for-a-time": ("--release-start", "tga"),
    "wrong-number-of-seconds": ("--timeout", "0"),
    "wrong-count": ("--retries", "many"),
    "time-in-milliseconds": ("--release-start", "1767312245000"),
    "time-without-an-offset": ("--release-start", "2026-01-31T12:00:00"),
    "time-in-no-format": ("--release-start", "31.01.2026"),
    "end-before-the-start": (
        *("--release-start", "2026-01-31T12:00:00+01:00"),
        *("--release-end", "2026-01-31T10:59:59+00:00"),
    ),
    "pattern-with-nothing-to-repeat": ("--tag-pattern", "+v"),
    "pattern-that-is-open": ("--tag-pattern", "v[0-9"),
    "pattern-of-an-empty-set": ("--tag-pattern", "v[]"),
    "version-that-cannot-be-seen": ("--version", "\u200b"),
    "ca-bundle-that-does-not-exist": ("--ca-bundle", "ca.pem"),
    "config-that-does-not-exist": ("--config", "release.yml"),
    "config-that-is-a-folder": ("--config", "."),
    "address-that-is-no-url": ("--api-url", "https://["),
    "address-of-another-scheme": ("--api-url", "ftp://example.com"),
    "address-without-a-host-name": ("--api-url", "https://*.example.com"),
    "address-of-the-web-app": ("--api-url", "https://app.eu.amplitude.com"),
    "address-of-the-ingestion": ("--api-url", "https://api2.amplitude.com"),
    "address-without-https": ("--api-url", "http://example.com"),
    "address-with-credentials": ("--api-url", "https://ada:secret@example.com"),
    "address-with-a-query": ("--api-url", "https://example.com?region=eu"),
}
for _name, _flags in _FLAGS.items():
    CASES.add(_name, _of_flags, flags=_flags)


@CASES.case
def variable_unknown(folder: Path) -> Message:
    return _problem(folder, env={**KEYS, "INPUT_TAG-PATERN": "v*"})


@CASES.case
def variable_far_from_all(folder: Path) -> Message:
    return _problem(folder, env={**KEYS, "INPUT_XYZ": "v*"})


def _of_keys(folder: Path, api_key: str = API_KEY, secret_key: str = SECRET_KEY) -> Message:
    return _problem(folder, env={"AMPLITUDE_API_KEY": api_key, "AMPLITUDE_SECRET_KEY": secret_key})


CASES.add("keys-missing", _of_keys, api_key="", secret_key="")
CASES.add("key-missing", _of_keys, secret_key="")
CASES.add("key-with-white-space", _of_keys, api_key=f"{API_KEY} {API_KEY}")
CASES.add("key-with-a-colon", _of_keys, api_key=f"{API_KEY}:{SECRET_KEY}")


@CASES.case
def keys_missing_beside_another_mistake(folder: Path) -> Message:
    with pytest.raises(InvalidInputs) as raised:
        settings.read(sources.read(["--region", "asia"], {}), {}, folder)
    return raised.value.messages[-1]


@CASES.case
def key_of_another_form(folder: Path) -> Message:
    return _warning(folder, env={**KEYS, "AMPLITUDE_SECRET_KEY": "0123"})


@CASES.case
def variable_that_is_nearly_known(folder: Path) -> Message:
    return _warning(folder, env={**KEYS, "AMPLITUDE_ON_UNTAGED": "skip"})


@CASES.case
def keys_beside_the_sandbox(folder: Path) -> Message:
    return _warning(folder, "--sandbox", env=KEYS)


@CASES.case
def literal_that_looks_like_a_template(folder: Path) -> Message:
    return _warning(folder, "--title", "{{ version }} is out")


def _of_config(folder: Path, config: str | bytes) -> Message:
    return _problem(folder, env=KEYS, config=config)


_CONFIGS: dict[str, str | bytes] = {
    "config-that-is-too-large": "#" * (SIZE_LIMIT + 1),
    "config-whose-aliases-grow": "version: &a [x, x]\ntitle: &b [*a, *a]\n"
    + "\n".join(f"k{n}: &{chr(n + 1)} [*{chr(n)}, *{chr(n)}]" for n in range(ord("b"), ord("t"))),
    "config-whose-alias-is-endless": "paths: &a [*a]",
    "config-that-is-no-yaml": "region: [eu",
    "config-with-a-template-without-quotes": "title-template: {{ version }}: {%",
    "config-that-is-too-deep": "- " * 1000,
    "config-in-no-encoding": b"region: \xff",
    "config-that-is-a-list": "- region: eu",
    "config-key-that-is-no-text": "[region]: eu",
    "config-key-unknown": "regoin: eu",
    "config-key-twice": "region: eu\nregion: us",
    "config-value-that-is-no-text": "region: {eu: true}",
    "config-template-that-is-no-text": "title-template: {{ version }}",
    "config-key-that-is-a-secret": f"api-key: {API_KEY}",
    "config-key-that-names-a-config": "config: other.yml",
    "config-key-that-trusts-itself": "trust-config: true",
    "config-key-that-moves-the-keys": "allow-http: true",
    "config-key-that-names-a-file-to-write": "ledger: .annotate/ledger.db",
    "config-with-another-host": "api-url: https://example.com",
    "config-with-another-host-without-https": "api-url: http://example.com",
    "targets-that-are-no-mappings": "targets: [web]",
}
for _name, _config in _CONFIGS.items():
    CASES.add(_name, _of_config, config=_config)

_WEB = {
    "name": "web",
    "api-key-variable": "AMPLITUDE_API_KEY",
    "secret-key-variable": "AMPLITUDE_SECRET_KEY",
}
_IOS = {
    "name": "ios",
    "api-key-variable": "AMPLITUDE_IOS_API_KEY",
    "secret-key-variable": "AMPLITUDE_IOS_SECRET_KEY",
}
_IOS_KEYS = {"AMPLITUDE_IOS_API_KEY": "1" * 32, "AMPLITUDE_IOS_SECRET_KEY": "2" * 32}


def _listed(*targets: Mapping[str, str]) -> str:
    """A config file with these targets; a key that is empty is left out."""
    lines = ["targets:"]
    for target in targets:
        rows = [f"{key}: {value}" for key, value in target.items() if value]
        lines += [f"  - {rows[0]}", *(f"    {row}" for row in rows[1:])]
    return "\n".join(lines)


def _of_target(folder: Path, target: Mapping[str, str]) -> Message:
    return _problem(folder, "--dry-run", env=KEYS, config=_listed(target))


_TARGETS = {
    "target-without-a-name": {**_WEB, "name": ""},
    "target-without-a-key": {**_WEB, "secret-key-variable": ""},
    "target-with-a-variable-that-has-no-name": {**_WEB, "api-key-variable": "AMPLITUDE-WEB"},
    "target-with-both-keys-in-one": {**_WEB, "secret-key-variable": "AMPLITUDE_API_KEY"},
    "target-with-a-key-unknown": {**_WEB, "regoin": "eu"},
    "target-with-a-key-far-from-all": {**_WEB, "xyz": "eu"},
    "target-with-a-wrong-word": {**_WEB, "region": "asia"},
    "target-with-a-value-that-is-no-text": {**_WEB, "region": "{eu: true}"},
    "target-with-a-key-that-is-no-text": {**_WEB, "[region]": "eu"},
    "target-with-the-variable-of-an-input": {
        **_WEB,
        "secret-key-variable": "AMPLITUDE_GITHUB_TOKEN",
    },
}
for _name, _target in _TARGETS.items():
    CASES.add(_name, _of_target, target=_target)


@CASES.case
def config_that_leads_outside(folder: Path) -> Message:
    workspace = folder / "app"
    workspace.mkdir()
    (workspace / DEFAULT_NAME).symlink_to(folder / DEFAULT_NAME)
    (folder / DEFAULT_NAME).touch()
    with pytest.raises(InvalidInputs) as raised:
        settings.read(sources.read([], KEYS), KEYS, workspace)
    [message] = raised.value.messages
    return message


@CASES.case
def config_that_leads_to_another_repository(folder: Path) -> Message:
    return _problem(folder, env=KEYS, config="working-directory: ../other")


@CASES.case
def target_with_a_key_twice(folder: Path) -> Message:
    return _problem(folder, env=KEYS, config=f"{_listed(_WEB)}\n    name: web")


@CASES.case
def targets_of_one_name(folder: Path) -> Message:
    targets = _listed(_WEB, {**_IOS, "name": "web"})
    return _problem(folder, env={**KEYS, **_IOS_KEYS}, config=targets)


@CASES.case
def targets_of_one_project(folder: Path) -> Message:
    targets = _listed(_WEB, {**_WEB, "name": "ios"})
    return _problem(folder, env=KEYS, config=targets)


@CASES.case
def target_keys_missing(folder: Path) -> Message:
    return _problem(folder, env=KEYS, config=_listed(_WEB, _IOS))


@CASES.case
def target_key_with_white_space(folder: Path) -> Message:
    env = {**KEYS, "AMPLITUDE_SECRET_KEY": "0123 4567"}
    return _problem(folder, env=env, config=_listed(_WEB))
