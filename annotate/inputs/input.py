"""One input, and how each document and each runtime names it."""

from dataclasses import dataclass

from annotate.inputs.parsing import Kind


@dataclass(frozen=True, kw_only=True)
class Input:
    """One input, as it is documented everywhere."""

    name: str
    kind: Kind
    help: str
    #: As a user would write it; empty where nothing is the default, or `default_help` says it.
    default: str = ""
    #: What the default is, in words, where it is found out at run time.
    default_help: str = ""
    choices: tuple[str, ...] = ()
    #: Why the config file can never set it; empty where it can.
    not_in_config: str = ""
    #: Why the config file may set it only where it is trusted: a pull request can change the file.
    needs_trust: str = ""


def description(one: Input) -> str:
    """The help with the values that are allowed and the default, as all documents show it."""
    choices = (
        f" One of {', '.join(f'`{choice}`' for choice in one.choices)}." if one.choices else ""
    )
    default = f"`{one.default}`" if one.default else one.default_help or "none"
    return f"{one.help}{choices} Default: {default}."


def flag(name: str) -> str:
    """The command line's name of an input."""
    return f"--{name}"


def variable(name: str) -> str:
    """The name of an input as a variable for GitLab, docker and shells."""
    return f"AMPLITUDE_{name.replace('-', '_').upper()}"
