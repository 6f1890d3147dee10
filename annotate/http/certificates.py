"""Find the CA certificates that the operating system trusts."""

import ssl
from pathlib import Path

# Debian and Alpine; Red Hat.
_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")


def system_bundle() -> str:
    """Return the path of OpenSSL's file, or of the distribution's; empty if there is none."""
    named = ssl.get_default_verify_paths().cafile
    files = [*([named] if named else []), *_BUNDLES]
    return next((file for file in files if Path(file).is_file()), "")
