"""Reasons why a request has no answer, read from the exceptions of the libraries."""

import socket
import ssl
from collections.abc import Iterator

import urllib3

from annotate.http.library import requests
from annotate.http.reply import Failure

# Reasons that OpenSSL gives for an answer that is not TLS.
_NO_TLS = {"HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL", "WRONG_VERSION_NUMBER"}
# By the error codes of OpenSSL, X509_verify_cert_error_string(3).
_BY_VERIFY_CODE = {
    9: Failure.CERTIFICATE_DATE,
    10: Failure.CERTIFICATE_DATE,
    62: Failure.CERTIFICATE_NAME,
    64: Failure.CERTIFICATE_NAME,
}


def explained(error: BaseException) -> tuple[Failure, str]:
    """Return the failure that an exception stands for, and the text of its innermost cause."""
    chain = list(_causes(error))
    text = next(iter(str(chain[-1]).splitlines()), "") or type(chain[-1]).__name__
    for cause in chain:
        match cause:
            case ssl.SSLCertVerificationError():
                return _BY_VERIFY_CODE.get(
                    getattr(cause, "verify_code", 0), Failure.CERTIFICATE
                ), text
            case ssl.SSLError(reason=reason) if reason in _NO_TLS:
                return Failure.TLS, text
            case requests.exceptions.ProxyError() | urllib3.exceptions.ProxyError():
                return Failure.PROXY, text
            case socket.gaierror():
                return Failure.NAME, text
            case requests.Timeout() | TimeoutError():
                return Failure.TIME, text
    return Failure.CONNECTION, text


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those nested in it, from the outermost to the innermost.

    requests and urllib3 nest an exception as an argument, as `reason`, or as its cause or context.
    """
    seen: set[int] = set()
    current: object = error
    while isinstance(current, BaseException) and id(current) not in seen:
        seen.add(id(current))
        yield current
        nested = [getattr(current, "reason", None), *current.args]
        inner = [value for value in nested if isinstance(value, BaseException)]
        current = inner[0] if inner else current.__cause__ or current.__context__
