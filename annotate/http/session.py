"""HTTP requests with proxy, certificates and a time limit, and without redirects.

After a failure it is known whether any byte of the request may have been written. Only a request
of which no byte was written can be sent again without the risk of a duplicate.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPResponse
from threading import Lock, Thread
from typing import Any, Self

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from annotate import __version__
from annotate.http import certificates
from annotate.http.failures import explained
from annotate.http.hosts import host_of, proxy_for
from annotate.http.library import requests
from annotate.http.reply import Failure, Reply, SessionError

#: Bytes of a response body that are read; Amplitude's bodies have fewer than a thousand.
ANSWER_LIMIT = 1_048_576
_CHUNK = 16_384


class Session:
    """Prepares requests with the proxies of the environment and the trusted certificates."""

    def __init__(
        self, env: Mapping[str, str], *, ca_bundle: str, debug: Callable[[str], None]
    ) -> None:
        """Trust the file `ca_bundle`; if it is empty, see `certificates.trusted`."""
        self._env = env
        self._ca_file = certificates.trusted(env, ca_bundle)
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
        """Return a request that can be started. `timeout` is in seconds.

        Raises SessionError if the URL or the proxy is malformed.
        """
        try:
            proxy = proxy_for(url, self._env)
        except ValueError as error:
            raise SessionError(Failure.CONNECTION, str(error), sent=False) from error
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
            "verify": self._ca_file,
            "timeout": (timeout, timeout),
            "allow_redirects": False,
            "stream": True,
        }
        try:
            prepared = request.prepare()
        except ValueError as error:
            raise SessionError(Failure.CONNECTION, explained(error)[1], sent=False) from error
        return Exchange(timeout=timeout, request=prepared, options=options)


@dataclass(kw_only=True)
class Exchange:
    """One request and its answer, exchanged on a thread of its own."""

    #: Seconds for everything: name resolution, connection, request and answer.
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
        """Send the request in the background."""
        # A daemon thread, so that a hanging request does not keep the process alive.
        Thread(target=self._run, daemon=True).start()
        return self

    def wait(self) -> Reply:
        """Return the answer. Raises SessionError if none comes within the time limit from now."""
        try:
            return self._reply.result(timeout=self.timeout)
        except TimeoutError:
            sent = self.abandon()
            if self._head:
                return self._received(*self._head)
            detail = f"{self.timeout:g} s"
            raise SessionError(Failure.TIME, detail, sent=sent) from None
        except Exception as error:
            # The libraries raise many types for a malformed answer. Any of them means no answer.
            raise SessionError(*explained(error), sent=self.abandon()) from error

    def abandon(self) -> bool:
        """Send nothing from now on. Return True if something may have been sent before."""
        with self._lock:
            self._abandoned = True
            return self._sent

    def mark_sent(self) -> None:
        """Record that the request is about to be written. Raises OSError if it was abandoned."""
        with self._lock:
            if self._abandoned:
                raise OSError("the request was abandoned")
            self._sent = True

    def _run(self) -> None:
        try:
            with _SessionWithoutRedirects() as session:
                session.trust_env = False
                adapter = _Adapter(self)
                session.mount("https://", adapter)
                session.mount("http://", adapter)
                with session.send(self.request, **self.options) as response:
                    self._head = response.status_code, dict(response.headers)
                    self._read_body(response)
                self._reply.set_result(self._received(*self._head))
        except BaseException as error:  # noqa: BLE001 - raised again in `wait`
            self._reply.set_exception(error)

    def _read_body(self, response: requests.Response) -> None:
        # The outcome depends on the status, which is known. An incomplete body only lacks details.
        with suppress(Exception):
            while len(self._body) <= ANSWER_LIMIT and (
                chunk := response.raw.read1(_CHUNK, decode_content=True)
            ):
                self._body += chunk

    def _received(self, status: int, headers: Mapping[str, str]) -> Reply:
        return Reply(status=status, headers=headers, body=bytes(self._body[:ANSWER_LIMIT]))


class _SessionWithoutRedirects(requests.Session):
    """A session that does not look for redirects, since that would read the whole body."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None: there is nothing to follow."""


class _FinalResponse(HTTPResponse):
    """A response that is preceded by any number of interim responses.

    A client must accept responses with status 1xx before the final one (RFC 9110, section 15.2).
    `http.client` accepts 100 only, and takes any other for the final response. After 101, the
    server speaks another protocol, so that no response of HTTP follows.
    """

    def begin(self) -> None:
        super().begin()
        while self.status < 200 and self.status != HTTPStatus.SWITCHING_PROTOCOLS:
            # `begin` reads nothing if there are headers.
            self.headers = self.msg = None  # type: ignore[assignment] # as before the first response
            super().begin()


class _Adapter(requests.adapters.HTTPAdapter):
    """An adapter whose connections call `mark_sent` before they write a request."""

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
    """Return the connection pools by scheme.

    Their connections mark the exchange as sent, and read its final response.
    """

    class Marking:
        response_class: Any = _FinalResponse

        def endheaders(self: Any, *args: Any, **kwargs: Any) -> None:
            if self.sock is None:
                self.connect()
            exchange.mark_sent()
            super().endheaders(*args, **kwargs)  # type: ignore[misc] # a mixin: both connections have it

    class Plain(Marking, HTTPConnection):
        pass

    class Secure(Marking, HTTPSConnection):
        pass

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
