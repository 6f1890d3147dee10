"""Runs other programs: git, buildah, skopeo, gh, make."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


class Failed(Exception):
    """A program failed; the text is its command and what it said."""


def run(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
) -> str:
    """What a command prints, without white space around it. Raise Failed where it fails."""
    return run_bytes(command, cwd=cwd, env=env, stdin=stdin).decode(errors="replace").strip()


def run_bytes(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
) -> bytes:
    """What a command prints. Raise Failed where it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, input=stdin, capture_output=True, check=False)
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise Failed(f"{' '.join(command)}\n{said or done.stdout.decode(errors='replace').strip()}")
    return done.stdout


def show(command: Sequence[str]) -> None:
    """Run a command that takes long, whose words people follow. Raise Failed where it fails."""
    sys.stdout.flush()
    if subprocess.run(command, check=False).returncode != 0:
        raise Failed(" ".join(command))
