"""Hosts: which one a URL names, whether it is this machine, which proxy leads to it."""

import pytest

from annotate.http.hosts import host_of, is_loopback, proxy_for


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://amplitude.com/api/2/release", "amplitude.com"),
        ("https://user:word@API.example:8443", "api.example"),
        ("http://[::1]:80/x", "::1"),
        ("https://[x", ""),
        ("x", ""),
        ("", ""),
    ],
)
def test_the_host_of_a_url(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("localhost.example", False),
        ("128.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - nothing is bound to it
        ("::2", False),
        ("127.0.0.1.example", False),
        ("", False),
    ],
)
def test_this_machine(host: str, ours: bool) -> None:
    assert is_loopback(host) is ours


@pytest.mark.parametrize(
    ("url", "env", "proxy"),
    [
        ("https://a.example", {"https_proxy": "p"}, "p"),
        ("https://a.example", {"HTTPS_PROXY": "P", "https_proxy": "p"}, "p"),
        ("https://a.example", {"ALL_PROXY": "all"}, "all"),
        ("http://a.example", {"HTTP_PROXY": "p", "all_proxy": "all"}, "p"),
        ("https://a.example", {"https_proxy": "", "HTTPS_PROXY": "P"}, "P"),
        ("https://a.example", {"http_proxy": "p"}, ""),
        ("https://a.example", {}, ""),
        ("https://a.example", {"https_proxy": "p", "NO_PROXY": "b.example, .example"}, ""),
        ("https://a.example", {"https_proxy": "p", "no_proxy": "*"}, ""),
        ("https://a.example", {"https_proxy": "p", "no_proxy": "A.Example"}, ""),
        ("https://a.example", {"https_proxy": "p", "no_proxy": " a.example "}, ""),
        ("https://a.example", {"https_proxy": "p", "no_proxy": "example"}, ""),
        ("https://a.example.", {"https_proxy": "p", "no_proxy": ", ,"}, "p"),
        ("https://a.example", {"https_proxy": "p", "no_proxy": "", "NO_PROXY": "*"}, ""),
        ("https://a.example", {"https_proxy": "p", "no_proxy": "x", "NO_PROXY": "*"}, "p"),
        ("https://a.example", {"https_proxy": "p", "no_proxy": "10.0.0.0/8"}, "p"),
        ("https://a.example", {"https_proxy": "p", "no_proxy": "*.a.example"}, ""),
        ("https://a.example", {"https_proxy": "p", "no_proxy": "ba.example"}, "p"),
        ("http://10.1.2.3", {"http_proxy": "p", "no_proxy": "x,10.0.0.0/8"}, ""),
        ("http://11.1.2.3", {"http_proxy": "p", "no_proxy": "10.0.0.0/8"}, "p"),
        ("http://10.1.2.3", {"http_proxy": "p", "no_proxy": "10.1.2.3/8"}, ""),
        ("http://10.1.2.3", {"http_proxy": "p", "no_proxy": "10.1.2.3"}, ""),
        ("http://[fd00::1]", {"http_proxy": "p", "no_proxy": "10.0.0.0/8,fd00::/8"}, ""),
        ("http:///x", {"http_proxy": "p", "no_proxy": "a.example"}, "p"),
        ("http://127.0.0.1:1", {"http_proxy": "p"}, ""),
        ("http://localhost", {"all_proxy": "p"}, ""),
    ],
)
def test_which_proxy(url: str, env: dict[str, str], proxy: str) -> None:
    assert proxy_for(url, env) == proxy
