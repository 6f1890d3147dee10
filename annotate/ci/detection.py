"""Detect the CI that runs this process.

A CI is a module with the members of `CI`. To add a CI, write a module beside `github.py` and add it
to `KNOWN`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from annotate.ci import github, gitlab, local
from annotate.pipeline import LogFormat, Moment, Pipeline

if TYPE_CHECKING:
    from annotate.http.session import Session


class StartQuestion(Protocol):
    """A request for the start of the pipeline that was sent and may not be answered yet."""

    def result(self, fallback: Moment) -> Moment:
        """Wait for the answer. Without one, return the fallback, with the reason in `source`."""


class CI(Protocol):
    """A CI, as a module."""

    #: Syntax of groups, warnings and errors in its log.
    LOG_FORMAT: LogFormat
    #: Default of the input `dotenv`; empty for no report.
    DOTENV: str

    def is_running(self, env: Mapping[str, str]) -> bool:
        """Return True if this CI runs the process with the environment `env`."""

    def read(self, env: Mapping[str, str], now: datetime, token: str) -> Pipeline:
        """Read the pipeline from the environment; `token` is the input `github-token`."""

    def ask_for_start(
        self, env: Mapping[str, str], token: str, session: "Callable[[], Session]"
    ) -> StartQuestion | None:
        """Ask the CI when the pipeline started, without waiting; None if it need not be asked.

        `session` returns the session to ask with, and is called only to ask.
        """


#: The first that is running is used; `local` always is. In a list, mypy names what a module lacks.
KNOWN: Sequence[CI] = [github, gitlab, local]


def running(env: Mapping[str, str]) -> CI:
    """Return the CI that runs the process with the environment `env`."""
    return next(ci for ci in KNOWN if ci.is_running(env))
