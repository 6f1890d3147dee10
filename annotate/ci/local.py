"""No CI: annotate runs on somebody's own machine, or on a CI that it does not know."""

from collections.abc import Mapping
from datetime import datetime

from annotate.http.session import Session
from annotate.pipeline import LogFormat, Moment, Pipeline

LOG_FORMAT = LogFormat.PLAIN
DOTENV = ""


def is_running(env: Mapping[str, str]) -> bool:  # noqa: ARG001 - the same call as for a CI
    """Return True: where no CI is known, this is left."""
    return True


def read(env: Mapping[str, str], now: datetime, token: str) -> Pipeline:  # noqa: ARG001 - as above
    """Return a pipeline of which only the start is known: now."""
    return Pipeline(ci="no CI", start=Moment(at=now, source="the clock"))


def ask_for_start(env: Mapping[str, str], token: str, session: Session) -> None:
    """Return None: there is nobody to ask."""
