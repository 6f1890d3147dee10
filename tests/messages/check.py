"""Messages of the check alone; it also has those of the run that it stands for."""

from pathlib import Path

from annotate import check
from annotate.amplitude.categories import Question
from annotate.errors import Message
from annotate.findings import Finding
from annotate.http.reply import Failure, Reply, SessionError
from tests.messages.cases import Cases

CASES = Cases("check")
QUESTION = Question(
    base_url="https://amplitude.com",
    authorization="Basic MDEyMw==",
    proxy="",
    ca_file="/etc/ssl/certs/ca-certificates.crt",
    redact=str,
)

CASES.constant("host-in-doubt", check.HOST_IN_DOUBT)
CASES.constant("no-texts", check.NO_TEXTS)


@CASES.case
def time_up(_: Path) -> Message:
    return check.time_up()


@CASES.case
def sends_nothing(_: Path) -> Message:
    return check.sends_nothing("dry-run", "the variable INPUT_DRY-RUN")


@CASES.case
def no_keys(_: Path) -> Message:
    return check.no_keys("the variable INPUT_ON-MISSING-CREDENTIALS")


@CASES.case
def not_checked(_: Path) -> Message:
    return check.not_checked(KeyError("sha"))


def _last(findings: list[Finding]) -> Message:
    message = findings[-1].message
    assert message
    return message


def _answered(_: Path, reply: Reply) -> Message:
    return _last(QUESTION.answered(reply))


CASES.add("odd-answer", _answered, reply=Reply(status=404, headers={}, body=b"Not Found"))
CASES.add("odd-answer-without-a-text", _answered, reply=Reply(status=200, headers={}, body=b""))


def _failed(_: Path, reason: Failure, *, proxy: str = "") -> Message:
    question = QUESTION._replace(proxy=proxy)
    found = question.failed(SessionError(reason, "", sent=False))[0].message
    assert found
    return found


CASES.add("no-connection", _failed, reason=Failure.CONNECTION)
CASES.add("no-connection-in-time", _failed, reason=Failure.TIME)
CASES.add("no-host-of-that-name", _failed, reason=Failure.NAME)
CASES.add("no-way-through-the-proxy", _failed, reason=Failure.PROXY, proxy="proxy.example.com")
CASES.add("certificate-not-trusted", _failed, reason=Failure.CERTIFICATE)


@CASES.case
def no_valid_answer(_: Path) -> Message:
    found = QUESTION.failed(SessionError(Failure.TIME, "30 s", sent=True))[0].message
    assert found
    return found


@CASES.case
def keys_that_cannot_be_asked_about(_: Path) -> Message:
    return _last(QUESTION.failed(SessionError(Failure.NAME, "", sent=False)))
