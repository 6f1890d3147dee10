"""A request to one of Amplitude's APIs, and the parser of its response."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from annotate.amplitude.answer import Answer
from annotate.http.reply import Reply


class Request(NamedTuple):
    """A POST request with a JSON body, without credentials."""

    url: str
    body: bytes
    #: Parses the response. The second argument redacts the texts of the result.
    read: Callable[[Reply, Callable[[str], str]], Answer]

    def headers(self, authorization: str) -> Mapping[str, str]:
        """Return the headers of the request."""
        return {
            "Accept": "application/json",
            "Authorization": authorization,
            "Content-Type": "application/json; charset=utf-8",
        }
