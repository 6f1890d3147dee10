"""Where the inputs come from: flags, environment, config file, defaults; the first that is set."""

import argparse
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotate.errors import Message, Topic
from annotate.inputs.input import Input, flag, variable
from annotate.inputs.parsing import Kind
from annotate.inputs.table import BY_NAME, INPUTS

# What the runner itself passes in this form to a container action that has `args` or `entrypoint`.
_RUNNERS_OWN = {"args", "entrypoint"}
_UNREADABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class Given:
    """The text of an input, and where it stands."""

    text: str
    source: str


def from_flags(argv: Sequence[str]) -> tuple[dict[str, Given], list[Message]]:
    """The inputs among the arguments, and a problem for each argument that is none."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    for one in INPUTS:
        if one.kind is Kind.BOOLEAN:
            parser.add_argument(flag(one.name), dest=one.name, nargs="?", const="true")
        elif one.kind is not Kind.SECRET:
            parser.add_argument(flag(one.name), dest=one.name)
    try:
        values, unknown = parser.parse_known_args(argv)
    except argparse.ArgumentError as error:
        return {}, [_bad_argument(str(error.argument_name or ""), str(error.message))]
    given = {
        name: Given(text, f"the flag {flag(name)}") for name, text in vars(values).items() if text
    }
    return given, _unknown_arguments([argument for argument in unknown if argument])


def from_environment(env: Mapping[str, str]) -> tuple[dict[str, Given], list[Message]]:
    """The inputs among the variables, and a problem for each `INPUT_…` that is none."""
    given: dict[str, Given] = {}
    for one in INPUTS:
        upper = one.name.upper()
        names = (f"INPUT_{upper}", f"INPUT_{upper.replace('-', '_')}", variable(one.name))
        found = next((name for name in names if env.get(name, "").strip()), None)
        if found:
            given[one.name] = Given(env[found], f"the variable {found}")
    unknown = [
        name
        for name, text in env.items()
        if name.upper().startswith("INPUT_")
        and text.strip()
        and _input_name(name) not in BY_NAME.keys() | _RUNNERS_OWN
    ]
    return given, [unknown_name(_input_name(name), f"the variable {name}") for name in unknown]


def secrets(env: Mapping[str, str]) -> dict[str, str]:
    """The secrets in the environment by the names of their inputs, also where inputs are wrong."""
    given, _ = from_environment(env)
    return {one.name: given[one.name].text.strip() for one in INPUTS if _is_secret(one, given)}


def merged(*sources: Mapping[str, Given]) -> dict[str, Given]:
    """One text for each input that is set anywhere; earlier sources win, defaults come last."""
    defaults = {one.name: Given(one.default, "the default") for one in INPUTS if one.default}
    together: dict[str, Given] = {}
    for source in (defaults, *reversed(sources)):
        together |= source
    return together


def unknown_name(name: str, source: str, *, form: str = "{name}: …") -> Message:
    """There is no such input; `form` is how one is written there."""
    close = nearest(name, BY_NAME)
    return Message(
        f"There is no input named {name}.",
        f"It is set by {source}." + (f" The nearest name is {close}." if close else ""),
        form.format(name=close) if close else f"The inputs are: {', '.join(BY_NAME)}",
        topic=Topic.INPUT,
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that looks most like it; empty where none does."""
    return next(iter(difflib.get_close_matches(name.lower(), list(known), n=1)), "")


def readable(text: str) -> str:
    """The text with what no encoder and no system call takes replaced: lone surrogates, NUL."""
    return _UNREADABLE.sub("\ufffd", text)


def _is_secret(one: Input, given: Mapping[str, Given]) -> bool:
    return one.kind is Kind.SECRET and one.name in given


def _input_name(variable_name: str) -> str:
    return variable_name[len("INPUT_") :].replace("_", "-").lower()


def _unknown_arguments(arguments: Sequence[str]) -> list[Message]:
    flags = [argument for argument in arguments if argument.startswith("-")]
    if flags or not arguments:
        return [_unknown_flag(argument.partition("=")[0].lstrip("-")) for argument in flags]
    # The argument itself is not shown: it may be a secret that stands in the wrong place.
    return [
        Message(
            "There is an argument that belongs to no flag.",
            "annotate takes flags, each with its value, behind `preview` or `sandbox` or alone.",
            "annotate --help",
            topic=Topic.INPUT,
        )
    ]


def _unknown_flag(name: str) -> Message:
    if name not in BY_NAME:
        return unknown_name(readable(name), "a flag", form="--{name} …")
    return Message(
        f"The input {name} has no flag.",
        "A process list would show the secret to everyone on the machine.",
        f"Set it in the environment instead:\nexport {variable(name)}=…",
        topic=Topic.INPUT,
    )


def _bad_argument(name: str, reason: str) -> Message:
    return Message(
        f"The flag {name} could not be read: {reason}.",
        "Every flag but those of booleans is followed by its value.",
        f"{name}=…",
        topic=Topic.INPUT,
    )
