"""Networks of companies: a proxy in between, a certificate of a CA of their own."""

import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.support.container import WITH_KEYS, Container
from tests.support.engine import Engine
from tests.support.http import Server, serving
from tests.support.waiting import wait_for

GIVEN = ("--version", "2.2", "--title", "New Feature")


@pytest.fixture
def authority() -> trustme.CA:
    """A CA that nobody trusts yet."""
    return trustme.CA()


@pytest.fixture
def server(docker: Engine, authority: trustme.CA) -> Iterator[Server]:
    """A Releases API with a certificate of that CA."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(docker.gateway()).configure_cert(context)
    with serving(host=docker.gateway(), tls=context) as made:
        yield made


@pytest.fixture
def bundle(authority: trustme.CA, place: Path) -> list[str]:
    """The CA's certificate as a file in the container."""
    authority.cert_pem.write_to_path(str(place / "ca.pem"))
    return ["--volume", f"{place}/ca.pem:/ca.pem:ro"]


@pytest.fixture
def proxy(docker: Engine, place: Path) -> Iterator[tuple[str, Path]]:
    """An HTTP proxy, and the file where it tells what went through it."""
    port, log = place / "port", place / "proxy.log"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "proxy", "--hostname", docker.gateway(), "--port", "0"),
            *("--port-file", str(port), "--log-file", str(log), "--num-workers", "1"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: port.exists() and bool(port.read_text().strip()), process)
        yield f"http://{docker.gateway()}:{port.read_text().strip()}", log
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_a_private_ca(container: Container, server: Server, bundle: list[str]) -> None:
    ran = container.run(
        [*WITH_KEYS, *bundle], "--api-url", server.url, "--ca-bundle", "/ca.pem", *GIVEN
    )
    assert ran.returncode == 0, ran.stdout
    assert len(server.arrived) == 1


def test_a_private_ca_that_is_not_named(container: Container, server: Server) -> None:
    ran = container.run([*WITH_KEYS], "--api-url", server.url, *GIVEN, "--retries", "0")
    assert (ran.returncode, server.arrived) == (6, [])
    assert "--ca-bundle path/to/ca.pem" in ran.stdout


def test_a_proxy_and_a_private_ca(
    container: Container, server: Server, bundle: list[str], proxy: tuple[str, Path]
) -> None:
    url, log = proxy
    ran = container.run(
        [*WITH_KEYS, *bundle, "--env", f"HTTPS_PROXY={url}"],
        *("--api-url", server.url, "--ca-bundle", "/ca.pem", *GIVEN),
    )
    assert ran.returncode == 0, ran.stdout
    assert len(server.arrived) == 1
    assert f"CONNECT {server.url.removeprefix('https://')}" in log.read_text()
