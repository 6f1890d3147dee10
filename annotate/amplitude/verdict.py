"""What an answer, or none, comes to: the outcome and what the user is told."""

from collections.abc import Callable

from annotate.amplitude.answer import Answer
from annotate.errors import Message, Topic
from annotate.http.failures import CERTIFICATES, Failure
from annotate.http.hosts import host_of
from annotate.http.session import SessionError
from annotate.outcome import Outcome
from annotate.result import Delivery

_NEXT_TIME = "Run the job again, or let the step pass when this happens:\non-failure: warn"
_LOOK_FIRST = "Look at the project's releases in Amplitude before you run the step again."

NO_TIME = Message(
    "The release was not sent: the time for all sending was up before its turn.",
    "`deadline` is short, or others took all of it: a ledger that was in use, or the targets"
    " before, of which four are served at once.",
    "deadline: 300",
    topic=Topic.BUSY,
)
_NOT_SENT: dict[Failure, tuple[str, str]] = {
    Failure.CERTIFICATE: (
        "The server, or a proxy on the way, shows a certificate that no trusted CA has signed.",
        "Name the file with your CA's certificate:\nca-bundle: path/to/ca.pem",
    ),
    Failure.CERTIFICATE_DATE: (
        "The certificate has expired or is not valid yet, or this machine's clock is wrong.",
        "See both dates, and the clock:\nopenssl s_client -connect {host}:443\ndate --utc",
    ),
    Failure.CERTIFICATE_NAME: (
        "The server, or a proxy on the way, answers in the name of another host.",
        "Name the host as its certificate does:\napi-url: https://…",
    ),
    Failure.TLS: (
        "What listens there is no HTTPS server, or a proxy on the way answers for it.",
        "Use Amplitude's own hosts by region:\nregion: us",
    ),
    Failure.NAME: (
        "No name server knows the host: api-url may be misspelt, or the runner has no network.",
        "Use Amplitude's own hosts by region:\nregion: us",
    ),
    Failure.PROXY: (
        "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY name a proxy, and it did not let the request pass.",
        "Correct the variable, or go past the proxy:\nNO_PROXY={host}",
    ),
    Failure.TIME: ("The host did not take the connection in time.", _NEXT_TIME),
    Failure.CONNECTION: ("The host did not take the connection.", _NEXT_TIME),
}


def of_failure(error: SessionError, url: str, redact: Callable[[str], str] = str) -> Delivery:
    """No answer came; what the libraries say of it goes through `redact`."""
    host = host_of(url)
    reason = redact(str(error))
    if error.sent:
        message = Message(
            f"The release was sent to {host}, but no valid answer came: {reason}."
            " It may be on the chart, or not.",
            "The Releases API cannot be asked what it has, and a repetition could draw it twice.",
            _LOOK_FIRST,
            topic=Topic.UNKNOWN,
        )
        return Delivery(outcome=Outcome.UNKNOWN, message=message)
    why, mend = _NOT_SENT[error.reason]
    message = Message(
        f"The release was not sent: {reason}. Surely nothing arrived at {host}.",
        why,
        mend.replace("{host}", host),
        topic=Topic.CERTIFICATE if error.reason in CERTIFICATES else Topic.HOST,
    )
    return Delivery(outcome=Outcome.UNAVAILABLE, message=message)


def of_answer(answer: Answer, url: str, retry_after: float | None = None) -> Delivery:
    """An answer came, which may ask to wait so many seconds."""
    return Delivery(
        outcome=answer.outcome,
        release_id=answer.id,
        response=answer.text,
        message=_message(answer, host_of(url), retry_after),
    )


def _message(answer: Answer, host: str, retry_after: float | None) -> Message | None:
    said = f"{host} answered with status {answer.status}" + (
        f": {answer.words.rstrip('.')}." if answer.words else ", without a word."
    )
    match answer.outcome:
        case Outcome.DUPLICATE:
            return Message(f"The release is there already. {said}", topic=Topic.DUPLICATE)
        case Outcome.REFUSED:
            return Message(
                f"The credentials were refused. {said}",
                "A key is wrong, the two keys are of different projects, or the project's data"
                " resides in the other region. Both stand in the project's settings, General.",
                "Correct the secrets, or the region:\nregion: eu",
                topic=Topic.REFUSED,
            )
        case Outcome.REJECTED if 300 <= answer.status < 400:
            return Message(
                f"The release was not taken. {said}",
                "A redirect is never followed: the keys are for the host that you named.",
                "Name the right one:\napi-url: https://…",
                topic=Topic.ADDRESS,
            )
        case Outcome.REJECTED if answer.status in {404, 405}:
            return Message(
                f"The release was not taken. {said}",
                "There is no Releases API at that address: api-url names another server.",
                "Use Amplitude's own hosts by region:\nregion: us",
                topic=Topic.ADDRESS,
            )
        case Outcome.REJECTED:
            return Message(
                f"The release was not taken. {said}",
                "The request arrived and was rejected; the same again would be rejected again.",
                "See what is sent, and correct that input:\ndry-run: true",
                topic=Topic.REJECTED,
            )
        case Outcome.UNAVAILABLE:
            return Message(
                f"The release was not taken. {said}",
                "The API was too busy, also after the attempts that retries and deadline allow."
                + (f" It asks to wait {retry_after:g} seconds." if retry_after else ""),
                _NEXT_TIME,
                topic=Topic.BUSY,
            )
        case Outcome.UNKNOWN:
            return Message(
                f"The release was sent, but not confirmed. {said}",
                "Only status 200 with `success: true` and an id confirms a release; after this"
                " answer it may be on the chart, or not, and a repetition could draw it twice.",
                _LOOK_FIRST,
                topic=Topic.UNKNOWN,
            )
        case _:
            return None
