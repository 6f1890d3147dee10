"""The real process: entrypoint.py with an environment of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

ROOT = Path(__file__).parents[2]
ENTRYPOINT = ROOT / "entrypoint.py"
API_KEY = "0123456789abcdef0123456789abcdef"
SECRET_KEY = "fedcba9876543210fedcba9876543210"
KEYS = {"AMPLITUDE_API_KEY": API_KEY, "AMPLITUDE_SECRET_KEY": SECRET_KEY}


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How a run ended, and what it wrote."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str
    output_file: str

    @classmethod
    def of(cls, code: int, log: str, files: Path | None) -> Self:
        """A run that has ended, with what it wrote into `files`."""
        written = {name: _text(files, name) for name in ("output", "summary")}
        return cls(
            code=code,
            log=log,
            outputs=parse_outputs(written["output"]),
            summary=written["summary"],
            output_file=written["output"],
        )


class Annotate(Protocol):
    """Runs the tool; `annotate` below is one way, `inside.annotate` another."""

    def __call__(
        self,
        cwd: Path,
        *flags: str,
        env: Mapping[str, str] | None = None,
        files: Path | None = None,
    ) -> Ran:
        """Run it in `cwd`; with `files`, a folder for what a GitHub runner reads afterwards."""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """A small environment; coverage's own switch is kept, so that children are measured too."""
    kept = {name: os.environ[name] for name in os.environ if name.startswith("COVERAGE")}
    # Whatever would leave this machine ends at once, at a port that nobody listens at.
    nowhere = {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    own = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "NO_PROXY": "127.0.0.1"}
    return {**own, **nowhere, **kept, **(extra or {})}


def unmeasured(env: Mapping[str, str]) -> dict[str, str]:
    """The environment without coverage's switch, so that a child is not measured."""
    return {name: value for name, value in env.items() if not name.startswith("COVERAGE")}


def variables(env: Mapping[str, str] | None, files: Path | None) -> dict[str, str]:
    """The environment of a run, with the names of a GitHub runner's files where there are some."""
    named = {}
    if files:
        files.mkdir(exist_ok=True)
        named = {
            "GITHUB_OUTPUT": str(files / "output"),
            "GITHUB_STEP_SUMMARY": str(files / "summary"),
        }
    return environment({**(env or {}), **named})


def annotate(
    cwd: Path, *flags: str, env: Mapping[str, str] | None = None, files: Path | None = None
) -> Ran:
    """Run it as a process, as users do."""
    done = subprocess.run(
        [sys.executable, str(ENTRYPOINT), *flags],
        cwd=cwd,
        env=variables(env, files),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    return Ran.of(done.returncode, done.stdout.decode(), files)


def parse_outputs(text: str) -> dict[str, str]:
    """Read an outputs file as GitHub's runner does: `name=value`, or `name<<end … end`."""
    values: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if heredoc >= 0 and (equals < 0 or heredoc < equals):
            name, delimiter = line.split("<<", 1)
            value: list[str] = []
            for inner in lines:
                if inner == delimiter:
                    break
                value.append(inner)
            else:
                raise AssertionError(f"the delimiter {delimiter} is missing")
            values[name] = "\n".join(value)
        else:
            assert equals >= 0, line
            values[line[:equals]] = line[equals + 1 :]
    return values


def _text(folder: Path | None, name: str) -> str:
    path = folder / name if folder else None
    return path.read_text(encoding="utf-8") if path and path.exists() else ""
