"""The host of a URL, and the proxy for it."""

import ipaddress
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """Return the host of a URL; empty if it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Return True for `localhost` and a loopback address. Other names are not resolved."""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def proxy_for(url: str, env: Mapping[str, str]) -> str:
    """Return the proxy that the environment names for a URL; empty for none, and for this machine.

    Raises ValueError for a malformed URL. Source: curl(1), ENVIRONMENT: a variable in lower case
    wins, and NO_PROXY lists hosts, domains and networks. Unlike curl, it takes HTTP_PROXY in
    capitals, too, as requests does.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host):
        return ""
    if _is_excluded(host, env.get("no_proxy") or env.get("NO_PROXY") or ""):
        return ""
    names = (f"{parts.scheme}_proxy", "all_proxy")
    return next((env[n] for name in names for n in (name, name.upper()) if env.get(n)), "")


def _is_excluded(host: str, no_proxy: str) -> bool:
    entries = [entry.strip().lower() for entry in no_proxy.split(",") if entry.strip()]
    names = [entry.removeprefix("*").removeprefix(".") for entry in entries]
    if "*" in entries or any(host == name or host.endswith(f".{name}") for name in names):
        return True
    address = _address(host)
    return address is not None and any(address in network for network in _networks(entries))


def _networks(entries: list[str]) -> Iterator[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    for entry in entries:
        try:
            yield ipaddress.ip_network(entry, strict=False)
        except ValueError:
            continue


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
