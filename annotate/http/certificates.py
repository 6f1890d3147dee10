"""The file with the certificates of the CAs that are trusted."""

from collections.abc import Mapping
from pathlib import Path

# Certificates as Debian and Alpine, and as Red Hat keep them.
_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")


def trusted(env: Mapping[str, str], ca_bundle: str) -> str:
    """Return the path of the file to trust.

    It is `ca_bundle`, the input; if that is empty, the file that the environment names, as requests
    reads it (requests, "SSL Cert Verification"); else the system's; else that of requests.
    """
    named = (env.get(name, "") for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
    return ca_bundle or next(filter(None, named), "") or _system_bundle() or _own_bundle()


def _system_bundle() -> str:
    """Return the path of OpenSSL's file, or of the distribution's; empty if there is none."""
    import ssl

    named = ssl.get_default_verify_paths().cafile
    files = [*([named] if named else []), *_BUNDLES]
    return next((file for file in files if Path(file).is_file()), "")


def _own_bundle() -> str:
    # Few machines have no certificates of their own.
    from annotate.http.library import requests

    return requests.utils.DEFAULT_CA_BUNDLE_PATH
