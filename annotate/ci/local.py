"""A run without a CI: on somebody's own machine, or on a CI that is not supported."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from annotate.pipeline import LogFormat, Moment, Pipeline

if TYPE_CHECKING:
    from annotate.http.session import Session

LOG_FORMAT = LogFormat.PLAIN
DOTENV = ""


def is_running(env: Mapping[str, str]) -> bool:  # noqa: ARG001 - the signature of a CI
    """Return True: this module is used if no CI is detected."""
    return True


def read(env: Mapping[str, str], now: datetime, token: str) -> Pipeline:  # noqa: ARG001 - as above
    """Return a pipeline that starts now; nothing else is known."""
    return Pipeline(ci="no CI", start=Moment(at=now, source="the clock"))


def ask_for_start(env: Mapping[str, str], token: str, session: "Callable[[], Session]") -> None:
    """Return None: there is no CI to ask."""
