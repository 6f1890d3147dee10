"""Where inputs are set: flags, environment, config file, defaults. The first of these wins."""

import argparse
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotate.amplitude.keys import Keys
from annotate.errors import Message, Topic
from annotate.inputs.parsing import Kind
from annotate.inputs.table import BY_NAME, INPUTS, flag, variable

# A runner passes these itself to a container action that has `args` or `entrypoint`.
_RUNNERS_OWN = {"args", "entrypoint"}
#: Where an input is set that nobody set.
DEFAULT = "the default"
_UNREADABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class Given:
    """The text of an input, and where it is set."""

    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What flags and environment say: all that is known before a config file is read."""

    flags: Mapping[str, Given]
    variables: Mapping[str, Given]
    #: One message for each argument and each `INPUT_…` variable that is not an input.
    problems: tuple[Message, ...]

    def text(self, name: str, default: str = "") -> str:
        """Return the text of an input without white space around it, else the default."""
        given = self.flags.get(name) or self.variables.get(name)
        return readable(given.text.strip()) if given else default

    @property
    def keys(self) -> Keys:
        """The keys of the one target that the inputs name, even if other inputs are wrong."""
        return Keys(api_key=self.text("api-key"), secret_key=self.text("secret-key"))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values of secret inputs, even if other inputs are wrong."""
        named = [one.name for one in INPUTS if one.kind is Kind.SECRET]
        return tuple(self.text(name) for name in named if name in self.variables)

    def merged(self, config: Mapping[str, Given]) -> dict[str, Given]:
        """Return one text for each input that is set anywhere or has a default."""
        defaults = {one.name: Given(one.default, DEFAULT) for one in INPUTS if one.default}
        return {**defaults, **config, **self.variables, **self.flags}


def read(argv: Sequence[str], env: Mapping[str, str]) -> Sources:
    """Read the inputs among the arguments and the environment variables."""
    flags, wrong_flags = _from_flags(argv)
    variables, wrong_variables = _from_environment(env)
    return Sources(flags=flags, variables=variables, problems=(*wrong_flags, *wrong_variables))


def unknown_name(name: str, source: str, *, form: str = "{name}: …") -> Message:
    """The message for an input that does not exist; `form` is how an input is written there."""
    close = nearest(name, BY_NAME)
    return Message(
        f"There is no input named {name}.",
        f"It is set by {source}." + (f" The nearest name is {close}." if close else ""),
        form.format(name=close) if close else f"The inputs are: {', '.join(BY_NAME)}",
        topic=Topic.INPUT,
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most similar; empty if none is."""
    return next(iter(difflib.get_close_matches(name.lower(), list(known), n=1)), "")


def readable(text: str) -> str:
    """Replace what no encoder and no system call takes: lone surrogates and NUL."""
    return _UNREADABLE.sub("\ufffd", text)


def _from_flags(argv: Sequence[str]) -> tuple[dict[str, Given], list[Message]]:
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


def _from_environment(env: Mapping[str, str]) -> tuple[dict[str, Given], list[Message]]:
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


def _input_name(variable_name: str) -> str:
    return variable_name[len("INPUT_") :].replace("_", "-").lower()


def _unknown_arguments(arguments: Sequence[str]) -> list[Message]:
    flags = [argument for argument in arguments if argument.startswith("-")]
    if flags or not arguments:
        return [_unknown_flag(argument.partition("=")[0].lstrip("-")) for argument in flags]
    # The argument itself is not shown: it may be a secret in the wrong place.
    return [
        Message(
            "There is an argument that belongs to no flag.",
            "annotate takes flags, each with its value, alone or after `preview` or `sandbox`.",
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
