"""The options of the sandbox: flags, variables, and what is wrong with them."""

from pathlib import Path

import pytest

from annotate.sandbox import options
from annotate.sandbox.options import Options, WrongOption


def variable(name: str) -> str:
    return f"ANNOTATE_SANDBOX_{name}"


def test_nothing_is_set() -> None:
    assert options.read([], {"AMPLITUDE_SANDBOX": "true"}) == Options()


def test_flags() -> None:
    argv = "--host ::1 --port 8080 --data releases.db --fail 503 --every 3 --strict"
    read = options.read(argv.split(" "), {})
    assert read.fault
    assert (read.fault.status, read.fault.every) == (503, 3)
    assert read._replace(fault=None) == Options(
        host="::1",
        port=8080,
        data=Path("releases.db"),
        strict=True,
    )


def test_variables() -> None:
    env = {
        "ANNOTATE_SERVE": "sandbox",
        variable("PORT"): "8080",
        variable("FAIL"): "504",
        variable("STRICT"): "true",
        variable("API_KEY"): " key ",
        variable("SECRET_KEY"): "secret",
        variable("DATA"): "",
    }
    read = options.read([], env)
    assert (read.port, read.strict, read.data) == (8080, True, None)
    assert read.fault
    assert (read.fault.status, read.fault.every) == (504, 1)
    assert read.keys
    assert read.keys.secrets == ("key", "secret")


def test_a_flag_overrides_its_variable() -> None:
    assert options.read(["--port", "1"], {variable("PORT"): "2"}).port == 1


@pytest.mark.parametrize(
    ("argv", "env", "message"),
    [
        (["here"], {}, "there is an argument that is none of --host, --port, --data, --fail"),
        (["--api-key", "x"], {}, "there is an argument that is none of --host"),
        (["--port"], {}, "argument --port: expected one argument"),
        (["--port", "many"], {}, "`port` is `many`, and must be a number from 0 to 65535"),
        (["--port", "65536"], {}, "must be a number from 0 to 65535"),
        (["--fail", "200"], {}, "`fail` is `200`, and must be a number from 400 to 599"),
        (["--fail", "503", "--every", "0"], {}, "`every` is `0`, and must be a number from 1"),
        (["--every", "3"], {}, "`every` is set, and `fail` is not"),
        ([], {variable("STRICT"): "yes"}, "`strict` is neither true nor false"),
        ([], {variable("API_KEY"): "x"}, "one key is set, and the other is not"),
        ([], {variable("PROT"): "1"}, "there is no variable ANNOTATE_SANDBOX_PROT; the variables"),
        ([], {"ANNOTATE_SERVE": "true"}, "ANNOTATE_SERVE is `true`, and can only be `sandbox`"),
    ],
)
def test_a_wrong_option(argv: list[str], env: dict[str, str], message: str) -> None:
    with pytest.raises(WrongOption) as caught:
        options.read(argv, env)
    assert message in str(caught.value)
    assert caught.value.mend


def test_a_key_is_never_shown() -> None:
    with pytest.raises(WrongOption) as caught:
        options.read(["--secret-key", "hunter2"], {})
    assert "hunter2" not in f"{caught.value}{caught.value.mend}"
