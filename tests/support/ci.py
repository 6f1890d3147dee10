"""Environments captured from CI systems, as files."""

from pathlib import Path

DATA = Path(__file__).parents[1] / "data" / "ci"


def captured(name: str, **changes: str) -> dict[str, str]:
    """The variables of one run, with changes; an empty value takes a variable away."""
    lines = (DATA / f"{name}.env").read_text().format(data=DATA).splitlines()
    env = dict(line.split("=", 1) for line in lines) | changes
    return {key: value for key, value in env.items() if value}
