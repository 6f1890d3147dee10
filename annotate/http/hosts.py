"""Hosts: which one a URL names, whether it is this machine, which proxy leads to it."""

import ipaddress
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host of a URL; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by its name or address and without asking a resolver."""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def proxy_for(url: str, env: Mapping[str, str]) -> str:
    """The proxy that the usual variables name for a URL; empty for none, and for this machine.

    Source: curl(1), ENVIRONMENT: lower case wins, NO_PROXY names hosts, domains and networks.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host):
        return ""
    if _excepted(host, env.get("no_proxy") or env.get("NO_PROXY") or ""):
        return ""
    names = (f"{parts.scheme}_proxy", "all_proxy")
    return next((env[n] for name in names for n in (name, name.upper()) if env.get(n)), "")


def _excepted(host: str, rule: str) -> bool:
    entries = [entry.strip().lower() for entry in rule.split(",") if entry.strip()]
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
