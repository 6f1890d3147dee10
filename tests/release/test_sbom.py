"""Licences as Debian's and Python's packages have them."""

import pytest

from tools.release import sbom


def test_licences_of_a_debian_package_that_names_them() -> None:
    text = (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Files: *\nLicense: GPL-2+\n text\n\nFiles: a\nLicense: BSD-3-clause\n\n"
        "License: GPL-2+\n On Debian systems, see /usr/share/common-licenses/GPL-2.\n"
    )
    assert sbom.debian_licences("usr/share/doc/git/copyright", text) == [
        {"license": {"name": "BSD-3-clause"}},
        {"license": {"name": "GPL-2+"}},
    ]


@pytest.mark.parametrize("text", ["This is krb5.\nLicense: see below\n", ""])
def test_the_licence_of_a_debian_package_in_its_own_words(text: str) -> None:
    assert sbom.debian_licences("usr/share/doc/krb5/copyright", text) == [
        {"license": {"name": "see /usr/share/doc/krb5/copyright", "text": {"content": text}}}
    ]


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ([("License-Expression", "MIT"), ("License", "old")], {"expression": "MIT"}),
        ([("License", "MPL-2.0")], {"license": {"name": "MPL-2.0"}}),
        (
            [
                ("License", "Copyright\nall of it"),
                ("Classifier", "Topic :: Internet"),
                ("Classifier", "License :: OSI Approved :: BSD License"),
            ],
            {"license": {"name": "BSD License"}},
        ),
        ([], {"license": {"name": "unknown"}}),
    ],
)
def test_the_licence_of_a_python_package(
    fields: list[tuple[str, str]], licence: dict[str, object]
) -> None:
    assert sbom.python_licence(fields) == licence
