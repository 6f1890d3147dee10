"""What `annotate --help` prints."""

import textwrap

from annotate import __version__
from annotate.inputs.parsing import Kind
from annotate.inputs.table import INPUTS, description, flag, variable


def text() -> str:
    """Return the text of `--help`: the usage and all inputs."""
    lines = [
        f"annotate {__version__}: marks the releases of a git repository on Amplitude charts.",
        "",
        "annotate [--input value …]   send the release of the repository in this folder",
        "annotate preview             print its title and description, and send nothing",
        "annotate sandbox --port N    serve an embedded Releases API",
        "",
        "Set an input by its flag or its variable: --release-start or AMPLITUDE_RELEASE_START.",
        "",
    ]
    for declared in INPUTS:
        secret = declared.kind is Kind.SECRET
        name = f"{variable(declared.name)} (no flag)" if secret else flag(declared.name)
        lines.append(f"  {name}")
        indent = " " * 6
        lines += textwrap.wrap(
            description(declared), 88, initial_indent=indent, subsequent_indent=indent
        )
    return "\n".join(lines) + "\n"
