"""Which tags become releases, and what the command is told beside the inputs."""

import argparse
from collections.abc import Sequence
from datetime import UTC, date
from typing import NamedTuple

from annotate.backfill import messages
from annotate.errors import InvalidInputs
from annotate.git.histories import Dated
from annotate.regex import Regex
from annotate.versions.version import Version

_DATE = Regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: One end of the tags: a day in UTC, or a version.
Bound = date | Version


class Options(NamedTuple):
    """The flags of the command alone."""

    #: The first and the last release; None for no limit.
    first: Bound | None
    last: Bound | None
    #: True if nobody need be asked.
    confirmed: bool
    #: True for the plan as JSON lines.
    as_json: bool

    def take(self, dated: Dated) -> bool:
        """Return True if the tag is within the limits, both of them included."""
        after = self.first is None or _compared(dated, self.first) >= 0
        return after and (self.last is None or _compared(dated, self.last) <= 0)


def read(argv: Sequence[str]) -> tuple[Options, list[str]]:
    """Return the options, and the arguments that are inputs. Raises InvalidInputs."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--from", dest="first", default="")
    parser.add_argument("--to", dest="last", default="")
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--json", action="store_true")
    try:
        values, inputs = parser.parse_known_args(argv)
    except argparse.ArgumentError as error:
        raise InvalidInputs(messages.bad_flag(str(error))) from error
    options = Options(
        first=_bound("--from", values.first),
        last=_bound("--to", values.last),
        confirmed=values.yes,
        as_json=values.json,
    )
    if _is_empty(options):
        raise InvalidInputs(messages.empty_range(values.first, values.last))
    return options, inputs


def _bound(flag: str, text: str) -> Bound | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text) if _DATE.fullmatch(text) else Version.parse(text)
    except ValueError:
        found = None
    if found is None:
        raise InvalidInputs(messages.bad_bound(flag, text))
    return found


def _is_empty(options: Options) -> bool:
    match options.first, options.last:
        case date() as first, date() as last:
            return first > last
        case Version() as first, Version() as last:
            return first.order > last.order
        case _:
            return False


def _compared(dated: Dated, bound: Bound) -> int:
    """Return a number below, at or above zero if the tag is before, at or after the bound."""
    if isinstance(bound, date):
        day = dated.at.astimezone(UTC).date()
        return (day > bound) - (day < bound)
    order, limit = dated.tag.version.order, bound.order
    return (order > limit) - (order < limit)
