"""Why there is no answer: the libraries' exceptions, read as far as it decides what mends it."""

import socket
import ssl
from collections.abc import Iterator
from enum import StrEnum

import requests
import urllib3


class Failure(StrEnum):
    """Why there is no answer, as far as it decides what mends it."""

    CERTIFICATE = "the server's certificate is not trusted"
    CERTIFICATE_DATE = "the server's certificate is out of date"
    CERTIFICATE_NAME = "the server's certificate is another host's"
    TLS = "the server speaks no TLS"
    NAME = "the host's name is not known"
    CONNECTION = "the connection failed"
    PROXY = "the proxy failed"
    TIME = "the time was up"


#: A certificate is to blame.
CERTIFICATES = {Failure.CERTIFICATE, Failure.CERTIFICATE_DATE, Failure.CERTIFICATE_NAME}
#: What does not pass by waiting.
LASTING = CERTIFICATES | {Failure.TLS}
# What OpenSSL says of bytes that are none of TLS.
_NO_TLS = {"HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL", "WRONG_VERSION_NUMBER"}
# The codes of OpenSSL's X509_verify_cert_error_string(3).
_CERTIFICATE_TROUBLES = {
    9: Failure.CERTIFICATE_DATE,
    10: Failure.CERTIFICATE_DATE,
    62: Failure.CERTIFICATE_NAME,
    64: Failure.CERTIFICATE_NAME,
}


def explained(error: BaseException) -> tuple[Failure, str]:
    """Which trouble an exception is, and the shortest words that the library has for it."""
    chain = list(_causes(error))
    words = str(chain[-1]).splitlines()[0][:300] if str(chain[-1]) else type(chain[-1]).__name__
    for cause in chain:
        match cause:
            case ssl.SSLCertVerificationError():
                return _CERTIFICATE_TROUBLES.get(
                    getattr(cause, "verify_code", 0), Failure.CERTIFICATE
                ), words
            case ssl.SSLError(reason=reason) if reason in _NO_TLS:
                return Failure.TLS, words
            case requests.exceptions.ProxyError() | urllib3.exceptions.ProxyError():
                return Failure.PROXY, words
            case socket.gaierror():
                return Failure.NAME, words
            case requests.Timeout() | TimeoutError():
                return Failure.TIME, words
    return Failure.CONNECTION, words


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and what lies beneath it: the libraries nest it as argument, reason, cause."""
    seen: set[int] = set()
    current: object = error
    while isinstance(current, BaseException) and id(current) not in seen:
        seen.add(id(current))
        yield current
        nested = [getattr(current, "reason", None), *current.args]
        inner = [one for one in nested if isinstance(one, BaseException)]
        current = inner[0] if inner else current.__cause__ or current.__context__
