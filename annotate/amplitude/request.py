"""A request to one of Amplitude's APIs, and how its answer is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from annotate.amplitude.answer import Answer
from annotate.http.session import Reply


@dataclass(frozen=True, kw_only=True)
class Request:
    """A POST with a JSON body, without credentials."""

    url: str
    body: bytes
    #: Reads the answer. Kept text must have passed the second argument, the redaction.
    read: Callable[[Reply, Callable[[str], str]], Answer]

    def headers(self, authorization: str) -> Mapping[str, str]:
        """Return the headers of the request, by the documentation's own spelling."""
        return {
            "Accept": "application/json",
            "Authorization": authorization,
            "Content-Type": "application/json; charset=utf-8",
        }
