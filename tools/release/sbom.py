"""The list of what an image consists of, with licences: CycloneDX 1.6, as JSON.

Debian's packages are those of dpkg's files, Python's those of the installed METADATA.
"""

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.parser import HeaderParser
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from tools.release.layout import Manifest
from tools.release.rules import Version

_WANTED = re.compile(
    r"var/lib/dpkg/status|var/lib/dpkg/status\.d/[^/]+"
    r"|usr/share/doc/[^/]+(?:/copyright)?"
    r"|opt/annotate/[^/]+\.dist-info/METADATA"
)
Component = dict[str, Any]


def document(manifest: Manifest, image: str, version: Version, seconds: int) -> str:
    """The list for the image of one architecture. The same image gives the same text."""
    files, links = manifest.files(lambda path: bool(_WANTED.fullmatch(path)))
    address = quote(manifest.digest, safe="")
    purl = f"pkg:oci/annotate@{address}?arch={manifest.architecture}&repository_url={image}"
    return json.dumps(
        {
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, purl)}",
            "version": 1,
            "metadata": {
                "timestamp": datetime.fromtimestamp(seconds, UTC).isoformat(),
                "component": {
                    "type": "container",
                    "bom-ref": purl,
                    "name": "annotate",
                    "version": str(version),
                    "licenses": [{"license": {"id": "MIT"}}],
                    "purl": purl,
                },
            },
            "components": [*_debian(files, links), *_python(files)],
        },
        indent=2,
    )


def _debian(files: Mapping[str, bytes], links: Mapping[str, str]) -> Iterator[Component]:
    """Debian's packages; those of the base are in one file, ours in a file each."""
    parts = [
        part
        for path in sorted(files)
        if path.startswith("var/lib/dpkg/")
        for part in files[path].decode().strip().split("\n\n")
    ]
    for part in parts:
        fields = HeaderParser().parsestr(part)
        # The base lists packages that were removed, too; ours have no status.
        if fields.get("Status", "install ok installed") != "install ok installed":
            continue
        name = fields["Package"]
        folder = f"usr/share/doc/{name}"
        folder = posixpath.normpath(f"usr/share/doc/{links.get(folder, name)}")
        path = f"{folder}/copyright"
        version, arch = quote(fields["Version"], safe=""), fields["Architecture"]
        purl = f"pkg:deb/debian/{quote(name)}@{version}?arch={arch}"
        yield {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": fields["Version"],
            "licenses": debian_licences(path, files.get(path, b"").decode(errors="replace")),
            "purl": purl,
        }


def debian_licences(path: str, text: str) -> list[Component]:
    """The licences in a copyright file, by the names that Debian's machine-readable form 1.0 gives.

    A file in another form is the licence itself.
    """
    fields = [line.partition(":") for line in text.splitlines()]
    names = {value.strip() for field, _, value in fields if field == "License"} - {""}
    if text.startswith("Format:") and names:
        return [{"license": {"name": name}} for name in sorted(names)]
    return [{"license": {"name": f"see /{path}", "text": {"content": text}}}]


def _python(files: Mapping[str, bytes]) -> Iterator[Component]:
    for path in sorted(files):
        if path.endswith("METADATA"):
            fields = HeaderParser().parsestr(files[path].decode())
            purl = f"pkg:pypi/{fields['Name'].lower().replace('_', '-')}@{fields['Version']}"
            yield {
                "type": "library",
                "bom-ref": purl,
                "name": fields["Name"],
                "version": fields["Version"],
                "licenses": [python_licence(fields.items())],
                "purl": purl,
            }


def python_licence(fields: list[tuple[str, str]]) -> Component:
    """The licence of a Python package: its SPDX expression, else its own name, else classifiers."""
    of = dict(reversed(fields))
    if expression := of.get("License-Expression"):
        return {"expression": expression}
    classified = [
        text.rpartition(" :: ")[2]
        for name, text in fields
        if name == "Classifier" and text.startswith("License :: ")
    ]
    # Some have the whole text of the licence in the field.
    names = [of["License"]] if "License" in of and "\n" not in of["License"] else classified
    return {"license": {"name": ", ".join(names) or "unknown"}}
