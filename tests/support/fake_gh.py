#!/usr/bin/env python3
"""Stands in for `gh`, because GitHub cannot be reached: releases are files below $FAKE_GH.

It knows what a release of ours asks for, refuses what GitHub refuses, and records each call. With
the name of a command in $FAKE_GH_DIES, it stops half-way through it.
"""

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PLACE = Path(os.environ["FAKE_GH"])
DIES = os.environ.get("FAKE_GH_DIES")


def main(arguments: list[str]) -> int:
    """Answer one call."""
    with (PLACE / "calls").open("a") as calls:
        calls.write(json.dumps(arguments) + "\n")
    area, what, tag, *rest = arguments
    if area == "attestation":
        return 0
    folder = PLACE / tag
    if what != "create" and not folder.exists():
        return fail("release not found")
    ended = {"view": view, "create": create, "upload": upload, "edit": edit}[what](folder, rest)
    return ended or (fail("connection reset by peer") if what == DIES else 0)


def view(folder: Path, _: Sequence[str]) -> int:
    """`--json isDraft`."""
    sys.stdout.write(json.dumps({"isDraft": read(folder)["draft"]}))
    return 0


def create(folder: Path, rest: Sequence[str]) -> int:
    """`--draft --verify-tag --title … --notes-file …`."""
    if folder.exists():
        return fail("HTTP 422: a release with the same tag name already exists")
    asked = ["git", "ls-remote", "--exit-code", "origin", f"refs/tags/{folder.name}"]
    if subprocess.run(asked, stdout=subprocess.DEVNULL, check=False).returncode:
        return fail(f"tag {folder.name} doesn't exist in the repo")
    given = dict(itertools.pairwise(rest))
    folder.mkdir()
    notes = Path(given["--notes-file"]).read_text()
    write(folder, {"draft": "--draft" in rest, "title": given["--title"], "notes": notes})
    return 0


def upload(folder: Path, rest: Sequence[str]) -> int:
    """`--clobber FILE…`."""
    if not read(folder)["draft"]:
        return fail("HTTP 422: Cannot upload assets to an immutable release.")
    files = [Path(word) for word in rest[rest.index("--clobber") + 1 :]]
    for file in files[:1] if DIES == "upload" else files:
        shutil.copy(file, folder / file.name)
    return 0


def edit(folder: Path, rest: Sequence[str]) -> int:
    """`--draft=false --latest=…`."""
    changed = {"draft": "--draft=false" not in rest, "latest": "--latest=true" in rest}
    write(folder, {**read(folder), **changed})
    return 0


def read(folder: Path) -> dict[str, object]:
    """What is known of a release."""
    return dict(json.loads((folder / "state.json").read_text()))


def write(folder: Path, state: dict[str, object]) -> None:
    """Keep what is known of a release."""
    (folder / "state.json").write_text(json.dumps(state))


def fail(text: str) -> int:
    """Say why, as gh does."""
    sys.stderr.write(f"{text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
