"""The one HTTP session: proxy, certificates, time limits, no redirects, and certainty.

Certainty: after a failure it is known whether the request may have left this process. Only a
request of which no byte was written may be repeated without risk.
"""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock, Thread
from typing import Any, Self

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from annotate import __version__
from annotate.certificates import system_bundle
from annotate.hosts import host_of, proxy_for

#: Bytes of an answer that are read; Amplitude's are below a thousand.
ANSWER_LIMIT = 1_048_576
_CHUNK = 16_384


class Trouble(StrEnum):
    """Why there is no answer, as far as it decides what mends it."""

    CERTIFICATE = "the server's certificate is not trusted"
    NAME = "the host's name is not known"
    CONNECTION = "the connection failed"
    PROXY = "the proxy failed"
    TIME = "the time was up"


class SessionError(Exception):
    """No answer."""

    def __init__(self, trouble: Trouble, detail: str, *, sent: bool) -> None:
        """Keep what happened, and whether the request may have arrived."""
        super().__init__(f"{trouble} ({detail})" if detail else trouble.value)
        self.trouble = trouble
        self.sent = sent


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer, with as much of its body as came within the limits."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Session:
    """Sends requests as the environment and the user want them sent."""

    def __init__(
        self, env: Mapping[str, str], *, ca_bundle: str, debug: Callable[[str], None]
    ) -> None:
        """Take proxies from the usual variables; trust `ca_bundle`, or the system's."""
        self._env = env
        named = (env.get(name, "") for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
        #: The file of certificates that are trusted.
        self.ca_file = (
            ca_bundle
            or next(filter(None, named), "")
            or system_bundle()
            or requests.utils.DEFAULT_CA_BUNDLE_PATH
        )
        self._debug = debug

    def prepare(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        timeout: float,
    ) -> "Exchange":
        """One request, ready to be started; `timeout` in seconds."""
        proxy = proxy_for(url, self._env)
        through = f" through the proxy {host_of(proxy) or proxy}" if proxy else ""
        self._debug(f"{method} {url}{through}, at most {timeout:.1f} s")
        request = requests.Request(
            method,
            url,
            data=body,
            headers={"User-Agent": f"annotate/{__version__}", "Connection": "close", **headers},
        )
        options = {
            "proxies": {"http": proxy, "https": proxy} if proxy else {},
            "verify": self.ca_file,
            "timeout": (timeout, timeout),
            "allow_redirects": False,
            "stream": True,
        }
        return Exchange(timeout=timeout, request=request.prepare(), options=options)


@dataclass(kw_only=True)
class Exchange:
    """One request on its way, on a thread of its own."""

    #: Seconds for all of it: name, connection, request, answer.
    timeout: float
    request: requests.PreparedRequest
    options: Mapping[str, Any]
    _reply: "Future[Reply]" = field(default_factory=Future)
    _lock: Lock = field(default_factory=Lock)
    _sent: bool = False
    _abandoned: bool = False
    _head: tuple[int, Mapping[str, str]] | None = None
    _body: bytearray = field(default_factory=bytearray)

    def start(self) -> Self:
        """Let it go, beside whatever else is done."""
        # A daemon, so that nothing that hangs can outlive the time limit or an interrupt.
        Thread(target=self._run, daemon=True).start()
        return self

    def wait(self) -> Reply:
        """The answer; SessionError where none comes within the time limit from now."""
        try:
            return self._reply.result(timeout=self.timeout)
        except TimeoutError:
            sent = self.abandon()
            if self._head:
                return self._partial(*self._head)
            detail = f"{self.timeout:g} s"
            raise SessionError(Trouble.TIME, detail, sent=sent) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise SessionError(*_explained(error), sent=self.abandon()) from error

    def abandon(self) -> bool:
        """Make sure that nothing is sent from now on; whether something was."""
        with self._lock:
            self._abandoned = True
            return self._sent

    def mark_sent(self) -> None:
        """Called before the first byte of the request is written; raises if it may not be."""
        with self._lock:
            if self._abandoned:
                raise OSError("the request was given up")
            self._sent = True

    def _run(self) -> None:
        try:
            with requests.Session() as session:
                session.trust_env = False
                adapter = _Adapter(self)
                session.mount("https://", adapter)
                session.mount("http://", adapter)
                with session.send(self.request, **self.options) as response:
                    self._head = response.status_code, dict(response.headers)
                    self._read_body(response)
                self._reply.set_result(self._partial(*self._head))
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits, never lost
            self._reply.set_exception(error)

    def _read_body(self, response: requests.Response) -> None:
        try:
            for chunk in response.iter_content(_CHUNK):
                self._body += chunk
                if len(self._body) > ANSWER_LIMIT:
                    return
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
            # The status is known, and that decides; a cut body is a body that says less.
            return

    def _partial(self, status: int, headers: Mapping[str, str]) -> Reply:
        return Reply(status=status, headers=headers, body=bytes(self._body[:ANSWER_LIMIT]))


class _Adapter(HTTPAdapter):
    """An adapter whose connections tell the exchange before they write a request."""

    def __init__(self, exchange: Exchange) -> None:
        self._pools = _pools(exchange)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(exchange: Exchange) -> dict[str, type[urllib3.HTTPConnectionPool]]:
    class Marking:
        def endheaders(self: Any, *args: Any, **kwargs: Any) -> None:
            if self.sock is None:
                self.connect()
            exchange.mark_sent()
            super().endheaders(*args, **kwargs)  # type: ignore[misc] # the next class in line

    class Plain(Marking, HTTPConnection):
        pass

    class Secure(Marking, HTTPSConnection):
        pass

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _explained(error: BaseException) -> tuple[Trouble, str]:
    """Which trouble an exception is, and the shortest words that the library has for it."""
    chain = list(_causes(error))
    words = str(chain[-1]).splitlines()[0][:300] if str(chain[-1]) else type(chain[-1]).__name__
    kinds: list[tuple[tuple[type[BaseException], ...], Trouble]] = [
        ((ssl.SSLCertVerificationError,), Trouble.CERTIFICATE),
        ((requests.exceptions.ProxyError, urllib3.exceptions.ProxyError), Trouble.PROXY),
        ((socket.gaierror,), Trouble.NAME),
        ((requests.Timeout, TimeoutError), Trouble.TIME),
    ]
    for types, trouble in kinds:
        if any(isinstance(cause, types) for cause in chain):
            return trouble, words
    return Trouble.CONNECTION, words


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
