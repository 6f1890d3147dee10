"""The sources of inputs: flags, environment, config file, defaults, in this order."""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from annotate.amplitude.keys import Keys
from annotate.errors import Message, Topic
from annotate.inputs import remedies
from annotate.inputs.parsing import Kind
from annotate.inputs.remedies import Form
from annotate.inputs.table import BY_NAME, INPUTS, flag, quoted, variable
from annotate.inputs.words import Command
from annotate.regex import Regex

#: The commands beside the main job, which has no name. A command is the first argument.
COMMANDS = ("backfill", "check", "preview", "sandbox")
#: The flags that are no inputs: the commands that have them, and a value; empty if it takes none.
_FLAGS_OF_COMMANDS = {
    "json": ((Command.CHECK, Command.PREVIEW), ""),
    "ref": ((Command.PREVIEW,), "v1.2.3"),
}
# The runner sets these variables for a container action with `args` or `entrypoint`.
_RUNNERS_OWN = {"args", "entrypoint"}
#: The source of an input that the user did not set.
DEFAULT = "the default"
# What sets the variables `INPUT_…`.
_OWNERS = {Form.STEP: "step", Form.COMPONENT: "component"}
_UNREADABLE = Regex("[\0\ud800-\udfff]")
_PREFIX = variable("")
#: A name that is more similar to that of an input (difflib) is a misspelling. Names of other tools
#: are less similar; `SECRET_KEY_ID` is as similar as this.
_NEARLY = 0.9
#: Letters by which the lengths of such names differ at most.
_SLIPS = 3


class Given(NamedTuple):
    """The text of an input, and its source."""

    text: str
    source: str


class Sources(NamedTuple):
    """The inputs that are set by flags and environment variables."""

    flags: Mapping[str, Given]
    variables: Mapping[str, Given]
    #: One message for each argument and `INPUT_…` variable that is not an input.
    problems: tuple[Message, ...]
    #: The input `command`, in small letters, or the command that is the first argument.
    command: str = Command.ANNOTATE
    #: The tag of the release to preview (`--ref`); empty for that of the pipeline.
    ref: str = ""
    #: True to print JSON instead of text (`--json`).
    json: bool = False
    #: False if the flags could not be told apart, so that those that are set are not known.
    flags_are_known: bool = True

    def text(self, name: str, default: str = "") -> str:
        """Return the stripped text of an input; the default if it is not set."""
        given = self.flags.get(name) or self.variables.get(name)
        return readable(given.text.strip()) if given else default

    @property
    def keys(self) -> Keys:
        """The inputs `api-key` and `secret-key`, even if other inputs are invalid."""
        return Keys(api_key=self.text("api-key"), secret_key=self.text("secret-key"))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values of all secret inputs, even if other inputs are invalid."""
        names = [declared.name for declared in INPUTS if declared.kind is Kind.SECRET]
        return tuple(self.text(name) for name in names if name in self.variables)

    def merged(self, config: Mapping[str, Given]) -> dict[str, Given]:
        """Return the texts of all inputs that are set or have a default, by name."""
        defaults = {
            declared.name: Given(declared.default, DEFAULT)
            for declared in INPUTS
            if declared.default
        }
        return {**defaults, **config, **self.variables, **self.flags}


def read(
    argv: Sequence[str], env: Mapping[str, str], command: str = "", form: Form = Form.SHELL
) -> Sources:
    """Read the inputs from the arguments and the environment variables.

    `command` is the first argument if that is a command; it wins over the input `command`. `form`
    is how inputs are set where annotate runs.
    """
    read_flags, wrong_flags = _from_flags(argv)
    flags = read_flags or {}
    of_command = {name: flags.pop(name).text for name in _FLAGS_OF_COMMANDS if name in flags}
    variables, wrong_variables = _from_environment(env, form)
    found = Sources(flags=flags, variables=variables, problems=(*wrong_flags, *wrong_variables))
    command = command or found.text("command", Command.ANNOTATE).lower()
    misplaced = [name for name in of_command if command not in _FLAGS_OF_COMMANDS[name][0]]
    return found._replace(
        problems=(*found.problems, *map(_misplaced, misplaced)),
        command=command,
        ref=readable(of_command.get("ref", "").strip().removeprefix("refs/tags/")),
        # Also where another flag cannot be read: a program reads what is printed.
        json="json" in of_command or (read_flags is None and flag("json") in argv),
        flags_are_known=read_flags is not None,
    )


def unknown_name(name: str, text: str, source: str, *, form: str = "{name}: {value}") -> Message:
    """The message for an unknown input with this text. `form` is how its source sets an input."""
    close = remedies.nearest(name, BY_NAME)
    if close:
        mend = form.format(name=close, value=remedies.value(BY_NAME[close], text))
    else:
        mend = f"The inputs are: {', '.join(BY_NAME)}"
    return Message(
        f"There is no input named {name}.",
        f"It is set by {source}." + (f" The nearest name is {close}." if close else ""),
        mend,
        topic=Topic.INPUT,
    )


def near_misses(
    env: Mapping[str, str], given: Mapping[str, Given], of_targets: Collection[str]
) -> list[Message]:
    """Return a warning for each variable that is nearly that of an input that is not set.

    `given` are the inputs, and `of_targets` the variables of targets. It is only a warning, because
    other tools have variables with the same prefix.
    """
    known = {variable(name): name for name in BY_NAME}
    unset = {
        own: name
        for own, name in known.items()
        if name not in given or given[name].source == DEFAULT
    }
    used = {*known, *of_targets}
    found = []
    for theirs, text in env.items():
        if theirs.startswith(_PREFIX) and text.strip() and theirs not in used:
            own = next((own for own in unset if _is_nearly(theirs, own)), "")
            found += [_near_miss(theirs, own, unset[own])] if own else []
    return found


def readable(text: str) -> str:
    """Replace lone surrogates, which cannot be encoded, and NUL, which system calls reject."""
    return _UNREADABLE.sub("\ufffd", text)


def _from_flags(argv: Sequence[str]) -> tuple[dict[str, Given] | None, list[Message]]:
    """Return the inputs that flags set, and the problems; None if they cannot be told apart."""
    if not argv:
        return {}, []
    # A job sets variables and no flags.
    import argparse

    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    for declared in INPUTS:
        name = declared.name
        if declared.kind is Kind.BOOLEAN:
            parser.add_argument(flag(name), dest=name, nargs="?", const="true")
        elif declared.kind is not Kind.SECRET:
            parser.add_argument(flag(name), dest=name)
    for name, (_, value) in _FLAGS_OF_COMMANDS.items():
        if value:
            parser.add_argument(flag(name), dest=name)
        else:
            parser.add_argument(flag(name), dest=name, action="store_const", const="true")
    try:
        values, unknown = parser.parse_known_args(argv)
    except argparse.ArgumentError as error:
        return None, [_bad_argument(str(error.argument_name or ""), str(error.message))]
    given = {
        name: Given(text, f"the flag {flag(name)}") for name, text in vars(values).items() if text
    }
    return given, _unknown_arguments(argv, [argument for argument in unknown if argument])


def _from_environment(env: Mapping[str, str], form: Form) -> tuple[dict[str, Given], list[Message]]:
    given: dict[str, Given] = {}
    for declared in INPUTS:
        upper = declared.name.upper()
        names = (f"INPUT_{upper}", f"INPUT_{upper.replace('-', '_')}", variable(declared.name))
        found = next((name for name in names if env.get(name, "").strip()), None)
        if found:
            given[declared.name] = Given(env[found], _source(found, form))
    unknown = [
        name
        for name, text in env.items()
        if name.upper().startswith("INPUT_")
        and text.strip()
        and _input_name(name) not in BY_NAME.keys() | _RUNNERS_OWN
    ]
    return given, [
        unknown_name(_input_name(name), env[name], _source(name, form)) for name in unknown
    ]


def _source(variable_name: str, form: Form) -> str:
    """Return what set a variable, as its user wrote it."""
    if form in _OWNERS and variable_name.upper().startswith("INPUT_"):
        return f"the input {_input_name(variable_name)} of the {_OWNERS[form]}"
    return f"the variable {variable_name}"


def _input_name(variable_name: str) -> str:
    return variable_name[len("INPUT_") :].replace("_", "-").lower()


def _is_nearly(theirs: str, own: str) -> bool:
    """Return True for a variable that can hardly be anything but a misspelling of another."""
    # One more word or number is no slip: it tells variables of one kind apart.
    if theirs[-1].isdigit() or theirs.startswith(f"{own}_"):
        return False
    one, other = (name.removeprefix(_PREFIX).replace("_", "") for name in (theirs, own))
    # Comparing takes long, and a name may have any length.
    if abs(len(one) - len(other)) > _SLIPS:
        return False
    import difflib

    # Two letters that are swapped count as two mistakes in the ratio.
    swapped = (
        one[:n] + one[n + 1 : n + 2] + one[n : n + 1] + one[n + 2 :] for n in range(len(one))
    )
    return other in swapped or difflib.SequenceMatcher(None, one, other).ratio() > _NEARLY


def _near_miss(theirs: str, own: str, name: str) -> Message:
    return Message(
        f"The variable {readable(theirs)} is not used: no input has this name.",
        f"It is nearly {own}, the variable of the input {name}, which is not set.",
        f"Rename it to {own}, unless it belongs to another tool.",
        topic=Topic.INPUT,
    )


def _unknown_arguments(argv: Sequence[str], arguments: Sequence[str]) -> list[Message]:
    """Return the problems with arguments that the parser of `argv` does not know."""
    problems = [
        _unknown_flag(*_flag_and_value(argument, following))
        for argument, following in pairwise([*arguments, ""])
        if argument.startswith("-")
    ]
    # With an unknown flag, what follows may be its value.
    words = argv[:1] if problems else arguments
    for word in words:
        if not word.startswith("-") and (command := remedies.nearest(word, COMMANDS)):
            return [_unknown_command(word, command), *problems]
    if problems or not arguments:
        return problems
    # The argument is not shown, because it may be a secret in the wrong place.
    return [
        Message(
            "There is an argument that is no command, and belongs to no flag.",
            f"The commands are {quoted(COMMANDS)}; all other arguments are flags and their values.",
            "annotate --help",
            topic=Topic.INPUT,
        )
    ]


def _flag_and_value(argument: str, following: str) -> tuple[str, str]:
    name, equals, value = argument.lstrip("-").partition("=")
    return name, value if equals or following.startswith("-") else following


def _unknown_command(name: str, command: str) -> Message:
    # Shown only because it is so similar to a command that it is no secret.
    what = f"There is no command {name}."
    if name == command:
        what = f"The command {command} must be the first argument, and only that."
    return Message(
        what,
        f"The commands are {quoted(COMMANDS)}; without one, annotate sends the release.",
        f"annotate {command}",
        topic=Topic.INPUT,
    )


def _unknown_flag(name: str, text: str) -> Message:
    if name not in BY_NAME:
        return unknown_name(readable(name), text, "a flag", form="--{name} {value}")
    return Message(
        f"The input {name} has no flag.",
        "Other users of the machine could see the secret in the list of processes.",
        f"Set it in the environment instead:\nexport {variable(name)}=…",
        topic=Topic.INPUT,
    )


def _bad_argument(given: str, reason: str) -> Message:
    name = given.lstrip("-")
    own = name in _FLAGS_OF_COMMANDS
    value = _FLAGS_OF_COMMANDS[name][1] if own else remedies.value(BY_NAME[name])
    return Message(
        f"The flag {given} could not be read: {reason}.",
        "Every flag needs a value, except `--json` and those of boolean inputs.",
        f"{given} {value}".rstrip(),
        topic=Topic.INPUT,
    )


def _misplaced(name: str) -> Message:
    commands, value = _FLAGS_OF_COMMANDS[name]
    return Message(
        f"The flag {flag(name)} is not one of the release's inputs.",
        f"Only these commands have it: {quoted(commands)}.",
        f"annotate {commands[-1]} {flag(name)} {value}".rstrip(),
        topic=Topic.INPUT,
    )
