"""The Chart Annotations API: the question whether a pair of keys is right for a host.

`GET /api/3/annotation-categories` takes the keys of the Releases API, and writes nothing.
Source: Amplitude's documents, "Chart Annotations API", and recorded answers. That 401 and 403 mean
wrong keys, or keys of the other region, is a guess; any other answer proves nothing.
"""

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from annotate.amplitude import answer, verdict
from annotate.errors import Message, Topic
from annotate.findings import Finding, bad, good, unknown
from annotate.http.hosts import host_of
from annotate.http.reply import CERTIFICATES, Failure, Reply, SessionError
from annotate.outcome import Outcome

ENDPOINT = "/api/3/annotation-categories"
_REACH = "Let this machine reach the host, or name another one:\napi-url: https://…"


class Question(NamedTuple):
    """The question to the host of one target."""

    base_url: str
    #: The value of the header `Authorization`; empty to ask without keys, about the host alone.
    authorization: str
    #: Host of the proxy; empty for none.
    proxy: str
    #: Path of the trusted certificates.
    ca_file: str
    redact: Callable[[str], str]

    @property
    def url(self) -> str:
        """The URL to get."""
        return f"{self.base_url}{ENDPOINT}"

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the request."""
        keys = {"Authorization": self.authorization} if self.authorization else {}
        return {"Accept": "application/json", **keys}

    def answered(self, reply: Reply) -> list[Finding]:
        """Return what an answer says of host, certificate and keys."""
        found = [good("API", f"{self._host} answers{self._through}"), *self._certificate()]
        return [*found, self._keys(reply)] if self.authorization else found

    def failed(self, error: SessionError) -> list[Finding]:
        """Return what it says that no answer came."""
        host = self._host
        reason = verdict.reason_of(error, self.redact)
        if error.sent:
            return [unknown(_no_answer(host, reason), "API"), *self._certificate()]
        why, mend = verdict.NOT_SENT[error.reason]
        if error.reason in {Failure.TIME, Failure.CONNECTION}:
            mend = _REACH
        is_certificate = error.reason in CERTIFICATES
        failure = Message(
            f"{host} cannot be asked{self._through}: {reason}.",
            why,
            mend.replace("{host}", host),
            topic=Topic.CERTIFICATE if is_certificate else Topic.HOST,
        )
        found = [bad(failure, Outcome.UNAVAILABLE)]
        return [*found, unknown(_not_asked(host), "keys")] if self.authorization else found

    def _certificate(self) -> list[Finding]:
        if not self.base_url.startswith("https:"):
            return []
        return [good("certificate", f"trusted, by {self.ca_file}")]

    def _keys(self, reply: Reply) -> Finding:
        host = self._host
        if reply.status == 200 and _lists_categories(reply.body):
            return good("keys", f"{host} accepts them")
        # It confirms nothing by itself: this answer has no ID.
        said = answer.read(reply, lambda _: "", self.redact)
        refusal = verdict.of_answer(said, self.url).message
        if said.outcome is Outcome.REFUSED and refusal:
            return bad(refusal, Outcome.REFUSED)
        return unknown(_odd(verdict.response_of(said, host)), "keys")

    @property
    def _host(self) -> str:
        return host_of(self.base_url)

    @property
    def _through(self) -> str:
        return f" through the proxy {self.proxy}" if self.proxy else ""


def _lists_categories(body: bytes) -> bool:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and isinstance(document.get("data"), list)


def _no_answer(host: str, reason: str) -> Message:
    return Message(
        f"{host} was asked, but there was no valid response: {reason}.",
        "So it is not known whether it takes the keys. The question writes nothing.",
        "Check again; if it lasts, look at the server, or at the proxy in between.",
        topic=Topic.CHECK,
    )


def _not_asked(host: str) -> Message:
    return Message(
        f"It is not known whether the keys are right: {host} could not be asked.",
        "Only the host can tell, and the keys go to no other one.",
        "Correct what is bad above, and check again.",
        topic=Topic.CHECK,
    )


def _odd(response: str) -> Message:
    return Message(
        f"It is not known whether the keys are right. {response}",
        f"The check asks GET {ENDPOINT}, which writes nothing. Only a list of categories proves"
        " that the keys are right, and only status 401 or 403 that they are wrong. A server that"
        " stands in for the Releases API may not know the question.",
        "Check again later, or send to Amplitude's own host, by region:\nregion: us   # or eu",
        topic=Topic.CHECK,
    )
