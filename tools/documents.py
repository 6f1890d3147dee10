"""Writes the documents that follow from the tables in the code: `make docs`.

A written block stands between two comments, `inputs: begin` and `inputs: end`. What is around it
is edited by hand. The schema of the config file is written whole.
"""

import json
import re
import signal
from collections.abc import Iterable, Mapping
from pathlib import Path

from annotate.errors import Interrupted
from annotate.inputs.parsing import LONGEST, MOST, Kind
from annotate.inputs.table import BY_NAME, INPUTS, TARGET_KEYS, Input, allowed, description
from annotate.outcome import Outcome
from annotate.report.outputs import OUTPUTS
from annotate.sandbox.options import TABLE as SANDBOX_OPTIONS
from annotate.sandbox.options import Option
from annotate.usage import COMMON

ROOT = Path(__file__).resolve().parents[1]
README = "README.md"
INPUTS_PAGE = "docs/inputs.md"
SANDBOX_PAGE = "docs/sandbox.md"
DOCKER_ACTION = "action.yml"
COMPOSITE_ACTION = "without-docker/action.yml"
COMPONENT = "templates/annotate.yml"
SCHEMA = "docs/config.schema.json"

#: The one default that an action declares: only GitHub's expression knows the token of the job.
_GITHUB_DEFAULTS = {"github-token": "${{ github.token }}"}
_SCALAR = ["string", "number", "boolean"]


def documents() -> dict[str, str]:
    """The text that each document should have, by its path from the project's top."""
    handed = {one.name: f"${{{{ inputs.{one.name} }}}}" for one in INPUTS}
    offered = [one for one in INPUTS if one.in_component]
    return {
        README: filled(
            README,
            common=_inputs(BY_NAME[name] for name in COMMON),
            outputs=_table(["output", "meaning"], OUTPUTS.items()),
            outcomes=_table(
                ["outcome", "exit code", "meaning"],
                ([one, _exit_codes(one), one.meaning] for one in Outcome),
            ),
        ),
        INPUTS_PAGE: filled(INPUTS_PAGE, inputs=_inputs(INPUTS)),
        SANDBOX_PAGE: filled(
            SANDBOX_PAGE,
            sandbox=_table(
                ["variable", "flag", "meaning"],
                ([one.variable, _sandbox_flag(one), one.help] for one in SANDBOX_OPTIONS),
            ),
        ),
        DOCKER_ACTION: filled(DOCKER_ACTION, inputs=_action_inputs(), outputs=_outputs()),
        COMPOSITE_ACTION: filled(
            COMPOSITE_ACTION,
            inputs=_action_inputs(),
            outputs=_outputs(of_step=True),
            variables=_variables(handed, indent=8),
        ),
        COMPONENT: filled(
            COMPONENT,
            inputs="".join(map(_component_input, offered)),
            variables=_variables(
                {one.name: f"$[[ inputs.{one.name} ]]" for one in offered}, indent=4
            ),
        ),
        SCHEMA: json.dumps(config_schema(), indent=2, ensure_ascii=False) + "\n",
    }


def filled(path: str, **blocks: str) -> str:
    """The text of a document with each block between its two comments.

    ValueError where it does not have them.
    """
    text = (ROOT / path).read_text(encoding="utf-8")
    for name, block in blocks.items():
        parts = re.split(rf"(?m)^(.*\b{name}: (?:begin|end)\b.*\n)", text)
        if len(parts) != 5:
            raise ValueError(f"{path} has no two lines `{name}: begin` and `{name}: end`")
        before, begin, _, end, after = parts
        text = f"{before}{begin}{block}{end}{after}"
    return text


def _table(head: list[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown; the first column is code."""
    lines = [head, ["---"] * len(head)]
    lines += ([f"`{name}`", *rest] for name, *rest in rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _inputs(shown: Iterable[Input]) -> str:
    return _table(["input", "meaning"], ([one.name, description(one)] for one in shown))


def _sandbox_flag(one: Option) -> str:
    return f"`{f'{one.flag} {one.form}'.rstrip()}`" if one.flag else "none"


def _exit_codes(outcome: Outcome) -> str:
    if outcome is Outcome.INTERRUPTED:
        numbers = (signal.SIGINT, signal.SIGTERM)
        return " or ".join(str(Interrupted(number).exit_code) for number in numbers)
    return str(outcome.exit_code)


def _action_inputs() -> str:
    lines = []
    for one in INPUTS:
        lines += [f"  {one.name}:", f"    description: {_text(description(one))}"]
        if one.name in _GITHUB_DEFAULTS:
            lines.append(f"    default: {_GITHUB_DEFAULTS[one.name]}")
    return _lines(lines)


def _outputs(*, of_step: bool = False) -> str:
    lines = []
    for name, text in OUTPUTS.items():
        lines += [f"  {name}:", f"    description: {_text(text)}"]
        if of_step:
            lines.append(f"    value: ${{{{ steps.annotate.outputs.{name} }}}}")
    return _lines(lines)


def _component_input(one: Input) -> str:
    """An input of the component: a text that is empty, so not set, by default.

    GitLab requires an input without a default. The default of a `boolean` must be true or false,
    and that of a `number` a number (GitLab's source, lib/ci/inputs): it would be passed as if the
    user had set it. So a boolean is a text with options, of which the empty one is the default;
    GitLab refuses anything else when it creates the pipeline. A number is any text, because older
    GitLab refuses a `regex` with an empty default (gitlab-org/gitlab#477707).
    """
    lines = [f"    {one.name}:", f"      description: {_text(description(one))}"]
    options = ("true", "false") if one.kind is Kind.BOOLEAN else one.choices
    if one.kind in {Kind.BOOLEAN, Kind.CHOICE}:
        lines.append(f"      options: [{', '.join(map(_text, ('', *options)))}]")
    return _lines([*lines, '      default: ""'])


def _variables(values: Mapping[str, str], *, indent: int) -> str:
    """The variables that hand the inputs on, where a dash in a name may be lost, as in shells."""
    return _lines(
        f"{' ' * indent}INPUT_{name.replace('-', '_').upper()}: {value}"
        for name, value in values.items()
    )


def _text(text: str) -> str:
    """A text in double quotes, which JSON and YAML read alike."""
    return json.dumps(text, ensure_ascii=False)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def config_schema() -> dict[str, object]:
    """The JSON Schema of the config file, for editors.

    It describes the values as YAML reads them; annotate reads the text that stands there. Draft 7
    is the newest that editors know well. What is correct fits the schema, except odd spellings: a
    key without a value, a list with one item for a text, a choice in capital letters.
    """
    inputs = {one.name: _property(one) for one in INPUTS if not one.not_in_config}
    overrides = {one.name: _override(one) for one in INPUTS if one.per_target}
    keys = {name: {"description": text, "type": "string"} for name, text in TARGET_KEYS.items()}
    targets = {
        "description": "The Amplitude projects to send the release to. Default: the one project of"
        " `api-key` and `secret-key`.",
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": list(TARGET_KEYS),
            "properties": keys | overrides,
        },
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Config file of annotate",
        "type": "object",
        "additionalProperties": False,
        "properties": inputs | {"targets": targets},
    }


def _property(one: Input) -> dict[str, object]:
    trust = " Only with `trust-config: true` in the pipeline." if one.needs_trust else ""
    found = {"description": f"{description(one)}{trust}", **_form(one)}
    if one.default:
        typed = one.kind in {Kind.BOOLEAN, Kind.COUNT, Kind.SECONDS}
        found["default"] = json.loads(one.default) if typed else one.default
    return found


def _override(one: Input) -> dict[str, object]:
    """An input in a target, where its default is what all targets have."""
    return {"description": f"{allowed(one)} Default: as for all targets.", **_form(one)}


def _form(one: Input) -> dict[str, object]:
    match one.kind:
        case Kind.TEXT | Kind.TEMPLATE | Kind.SECRET:
            # Such as the version 1.10, which YAML reads as a number.
            return {"type": _SCALAR}
        case Kind.BOOLEAN:
            return {"enum": [True, False, "true", "false"]}
        case Kind.CHOICE:
            return {"enum": list(one.choices)}
        case Kind.LIST | Kind.LINES:
            return {"type": [*_SCALAR, "array"], "items": {"type": _SCALAR}}
        case Kind.TIME:
            timestamp = {"type": ["string", "number"], "pattern": "^[0-9]"}
            return {"anyOf": [{"enum": list(one.choices)}, timestamp]}
        case Kind.SECONDS:
            return {
                "type": ["number", "string"],
                "exclusiveMinimum": 0,
                "maximum": LONGEST,
                "pattern": r"^[0-9]+(\.[0-9]+)?$",
            }
        case Kind.COUNT:
            return {
                "type": ["integer", "string"],
                "minimum": 0,
                "maximum": MOST,
                "pattern": "^[0-9]{1,3}$",
            }


def main() -> None:
    """Write each document."""
    for path, text in documents().items():
        (ROOT / path).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
