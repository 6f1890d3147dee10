"""A user's template, wherever it is set: in an input, or for one target."""

from typing import TYPE_CHECKING

from annotate.errors import InvalidInputs, Message
from annotate.inputs.sources import Given, readable

if TYPE_CHECKING:
    from annotate.templates.template import Template


def read(name: str, given: Given, problems: list[Message]) -> "Template | None":
    """The template of the input `name`; None with a problem where it is none."""
    # Jinja2 takes longer to import than all of us: only who uses it waits for it.
    from annotate.templates.template import Template  # noqa: PLC0415 - as above

    try:
        return Template(name, readable(given.text), given.source)
    except InvalidInputs as error:
        problems += error.messages
        return None
