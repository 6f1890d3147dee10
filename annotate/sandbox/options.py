"""The options of the sandbox server: flags, and variables for containers that get no arguments."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from annotate.amplitude.keys import Keys
from annotate.sandbox.faults import Fault

#: What the variable says by which the image serves the sandbox instead of sending a release.
SERVE, SERVED = "ANNOTATE_SERVE", "sandbox"
_PREFIX = "ANNOTATE_SANDBOX_"
_SECRETS = ("api-key", "secret-key")


class Option(NamedTuple):
    """An option and its documentation."""

    name: str
    #: What its value is; empty for a switch.
    form: str
    help: str

    @property
    def flag(self) -> str:
        """The flag; empty for a secret, which a list of processes would show."""
        return "" if self.name in _SECRETS else f"--{self.name}"

    @property
    def variable(self) -> str:
        """The variable, which the flag overrides."""
        return _PREFIX + self.name.upper().replace("-", "_")


TABLE = (
    Option(
        "host",
        "ADDRESS",
        "Address to listen at. Default: `127.0.0.1`, which only this machine reaches; `0.0.0.0`"
        " where `ANNOTATE_SERVE` starts it.",
    ),
    Option(
        "port",
        "NUMBER",
        "Port to listen at. Default: a free one; `8080` where `ANNOTATE_SERVE` starts it.",
    ),
    Option("data", "FILE", "SQLite file that keeps the releases. Default: none, memory only."),
    Option(
        "fail",
        "STATUS",
        "Answer with this status, from 400 to 599, and create nothing. After `503`, a client knows"
        " that nothing was created; after `504`, it does not know. Default: none.",
    ),
    Option("every", "N", "Of N requests, only the first fails. Default: `1`, each one fails."),
    Option(
        "strict",
        "",
        "Accept only the documented types, and no unknown parameters. Default: also what real"
        " clients send, such as forms, numbers as versions and one platform as a text.",
    ),
    Option("api-key", "KEY", "The API key to accept, and no other. Default: any keys."),
    Option("secret-key", "KEY", "Its secret key."),
)
_BY_NAME = {option.name: option for option in TABLE}


class WrongOption(Exception):
    """An option is wrong. `mend` is a command or variable that is right."""

    def __init__(self, what: str, mend: str) -> None:
        """Keep both texts."""
        super().__init__(what)
        self.mend = mend


class Options(NamedTuple):
    """How a server is to behave."""

    host: str = "127.0.0.1"
    #: 0 selects a free port.
    port: int = 0
    #: The file for the releases; None keeps them in memory.
    data: Path | None = None
    fault: Fault | None = None
    strict: bool = False
    #: The keys to accept; None accepts any.
    keys: Keys | None = None


def read(argv: Sequence[str], env: Mapping[str, str]) -> Options:
    """Read the options. Raises WrongOption with the first that is wrong."""
    served = env.get(SERVE, SERVED)
    if served not in ("", SERVED):
        raise WrongOption(f"{SERVE} is `{served}`, and can only be `{SERVED}`", f"{SERVE}={SERVED}")
    given = _from_variables(env) | _from_flags(argv)
    every = _number(given, "every", 1, 1_000_000)
    status = _number(given, "fail", 400, 599)
    if every and not status:
        raise WrongOption("`every` is set, and `fail` is not", "annotate sandbox --fail 503")
    keys = Keys(api_key=given.get("api-key", ""), secret_key=given.get("secret-key", ""))
    if keys.secrets and not keys:
        raise WrongOption(
            "one key is set, and the other is not",
            "\n".join(f"{_BY_NAME[name].variable}=…" for name in _SECRETS),
        )
    strict = given.get("strict", "false")
    if strict not in ("true", "false"):
        raise WrongOption("`strict` is neither true nor false", "annotate sandbox --strict")
    return Options(
        host=given.get("host", "127.0.0.1"),
        port=_number(given, "port", 0, 65535),
        data=Path(given["data"]) if "data" in given else None,
        fault=Fault(status, every or 1) if status else None,
        strict=strict == "true",
        keys=keys or None,
    )


def _from_flags(argv: Sequence[str]) -> dict[str, str]:
    import argparse

    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    for option in TABLE:
        if option.flag and option.form:
            parser.add_argument(option.flag, dest=option.name)
        elif option.flag:
            parser.add_argument(option.flag, dest=option.name, action="store_const", const="true")
    try:
        found, rest = parser.parse_known_args(argv)
    except argparse.ArgumentError as error:
        raise WrongOption(str(error), f"annotate sandbox {error.argument_name} …") from error
    if rest:
        flags = ", ".join(option.flag for option in TABLE if option.flag)
        # The argument is not shown, because it may be a secret in the wrong place.
        raise WrongOption(f"there is an argument that is none of {flags}", "annotate sandbox")
    return {name: text for name, text in vars(found).items() if text}


def _from_variables(env: Mapping[str, str]) -> dict[str, str]:
    names = {option.variable: option.name for option in TABLE}
    given = {name: text.strip() for name, text in env.items() if name.startswith(_PREFIX)}
    if unknown := sorted(given.keys() - names):
        raise WrongOption(
            f"there is no variable {unknown[0]}; the variables are {', '.join(names)}",
            f"unset {unknown[0]}",
        )
    return {names[name]: text for name, text in given.items() if text}


def _number(given: Mapping[str, str], name: str, lowest: int, highest: int) -> int:
    """Return the number; 0 if it is not set."""
    text = given.get(name, "")
    if not text:
        return 0
    if text.isascii() and text.isdigit() and len(text) < 10 and lowest <= int(text) <= highest:
        return int(text)
    flag, variable = _BY_NAME[name].flag, _BY_NAME[name].variable
    raise WrongOption(
        f"`{name}` is `{text}`, and must be a number from {lowest} to {highest}",
        f"annotate sandbox {flag} {_EXAMPLES[name]}\nOr:\n{variable}={_EXAMPLES[name]}",
    )


_EXAMPLES = {"port": "8080", "fail": "503", "every": "3"}
