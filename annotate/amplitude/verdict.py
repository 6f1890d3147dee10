"""The outcome of one attempt, with its message, from the response or the error."""

from collections.abc import Callable

from annotate.amplitude.answer import Answer
from annotate.amplitude.hosts import BASE_URLS, Region
from annotate.errors import Message, Topic
from annotate.http.hosts import host_of
from annotate.http.reply import CERTIFICATES, Failure, SessionError
from annotate.outcome import Outcome
from annotate.result import Delivery
from annotate.text import shorten

# Characters of what a library says of a failure.
_REASON_LIMIT = 400
_RUN_AGAIN = "Run the job again, or let the step succeed with a warning:\non-failure: warn"
_CHECK_FIRST = "Check the project's releases in Amplitude before you run the job again."
_NETWORK = (
    "Check the network; or remove api-url, if it is set, to use Amplitude's own host:\n"
    "region: us   # or eu"
)
_OWN_HOST = "Remove api-url to use Amplitude's own host, by region:\nregion: us   # or eu"

NO_TIME = Message(
    "The release was not sent: the deadline was reached before its turn.",
    "The deadline includes the wait for a ledger that another run uses, and all targets, of which"
    " four are sent at a time.",
    "deadline: 300",
    topic=Topic.BUSY,
)
#: Why a request was not sent, and what mends it; `{host}` stands for the host.
NOT_SENT: dict[Failure, tuple[str, str]] = {
    Failure.CERTIFICATE: (
        "No trusted CA has signed the certificate of the server, or of a proxy in between.",
        "Set the file with the certificate of your CA:\nca-bundle: path/to/ca.pem",
    ),
    Failure.CERTIFICATE_DATE: (
        "The certificate has expired or is not valid yet, or this machine's clock is wrong.",
        "Compare both:\nopenssl s_client -connect {host}:443 < /dev/null\ndate --utc",
    ),
    Failure.CERTIFICATE_NAME: (
        "The certificate of the server, or of a proxy in between, is for another host name.",
        "Use the host name of the certificate:\napi-url: https://…",
    ),
    Failure.TLS: (
        "The server, or a proxy in between, does not support HTTPS.",
        _OWN_HOST,
    ),
    Failure.NAME: (
        "The host was not found in DNS: there is no network, or api-url is misspelled.",
        _NETWORK,
    ),
    Failure.PROXY: (
        "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is set, and that proxy did not forward the request.",
        "Correct the variable, or bypass the proxy:\nNO_PROXY={host}",
    ),
    Failure.TIME: ("The host did not accept the connection in time.", _RUN_AGAIN),
    Failure.CONNECTION: ("The host did not accept the connection.", _RUN_AGAIN),
}


def of_failure(error: SessionError, url: str, redact: Callable[[str], str] = str) -> Delivery:
    """Return the delivery of an attempt without a response. `redact` is applied to its reason."""
    host = host_of(url)
    reason = reason_of(error, redact)
    if error.sent:
        message = Message(
            f"The release was sent to {host}, but there was no valid response: {reason}."
            " It may or may not have been created.",
            "The Releases API cannot list releases, and sending it again could create it twice.",
            _CHECK_FIRST,
            topic=Topic.UNKNOWN,
        )
        return Delivery(outcome=Outcome.UNKNOWN, message=message)
    why, mend = NOT_SENT[error.reason]
    message = Message(
        f"The release was not sent: {reason}. Nothing arrived at {host}.",
        why,
        mend.replace("{host}", host),
        topic=Topic.CERTIFICATE if error.reason in CERTIFICATES else Topic.HOST,
    )
    return Delivery(outcome=Outcome.UNAVAILABLE, message=message)


def reason_of(error: SessionError, redact: Callable[[str], str]) -> str:
    """Return what is said of a failure, without secrets, in a sane length."""
    # Cut after it is redacted, because a part of a key would not be recognised.
    return shorten(redact(str(error)), _REASON_LIMIT)


def of_answer(answer: Answer, url: str, retry_after: float | None = None) -> Delivery:
    """Return the delivery of an attempt with a response. `retry_after` is in seconds."""
    return Delivery(
        outcome=answer.outcome,
        release_id=answer.id,
        response=answer.text,
        message=_message(answer, host_of(url), retry_after),
    )


def response_of(answer: Answer, host: str) -> str:
    """Return the sentence that says what a host answered."""
    words = f": {answer.words.rstrip('.')}." if answer.words else " and no text."
    return f"{host} answered with status {answer.status}{words}"


def _message(answer: Answer, host: str, retry_after: float | None) -> Message | None:
    response = response_of(answer, host)
    match answer.outcome:
        case Outcome.DUPLICATE:
            return Message(f"The release already exists. {response}", topic=Topic.DUPLICATE)
        case Outcome.REFUSED:
            return Message(
                f"The keys were refused. {response}",
                "A key is wrong, the keys belong to different projects, or the project is in the"
                " other region. Amplitude shows both keys in Settings, Projects, General.",
                _other_region(host),
                topic=Topic.REFUSED,
            )
        case Outcome.REJECTED if 300 <= answer.status < 400:
            return Message(
                f"The release was not accepted. {response}",
                "Redirects are not followed, because the keys are only meant for this host.",
                "Set the final URL:\napi-url: https://…",
                topic=Topic.ADDRESS,
            )
        case Outcome.REJECTED if answer.status in {404, 405}:
            return Message(
                f"The release was not accepted. {response}",
                "There is no Releases API at this URL: api-url names another server.",
                _OWN_HOST,
                topic=Topic.ADDRESS,
            )
        case Outcome.REJECTED:
            return Message(
                f"The release was not accepted. {response}",
                "The API would reject the same request again.",
                "Show the request, and correct the input:\ndry-run: true",
                topic=Topic.REJECTED,
            )
        case Outcome.UNAVAILABLE:
            return Message(
                f"The release was not accepted. {response}",
                "The API was too busy, in all attempts that retries and deadline allow."
                + (f" It asks to wait {retry_after:g} seconds." if retry_after else ""),
                _RUN_AGAIN,
                topic=Topic.BUSY,
            )
        case Outcome.UNKNOWN:
            return Message(
                f"The release was sent, but not confirmed. {response}",
                "Only status 200 with `success: true` and an ID confirms a release. It may or"
                " may not have been created, and sending it again could create it twice.",
                _CHECK_FIRST,
                topic=Topic.UNKNOWN,
            )
        case _:
            return None


def _other_region(host: str) -> str:
    """Return what to do about keys that a host refused; only Amplitude's hosts have a region."""
    others = {host_of(BASE_URLS[Region.EU]): Region.US, host_of(BASE_URLS[Region.US]): Region.EU}
    if host not in others:
        return "Copy both keys into the secrets again."
    return f"Correct the secrets, or the region:\nregion: {others[host]}"
