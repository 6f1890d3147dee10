"""What GitHub has of a release beside the tag: its page with files, and the attestations. By gh."""

import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tools.release.command import Failed, run
from tools.release.rules import Hosted


def release(repository: str, tag: str) -> Hosted:
    """What there is of a release."""
    try:
        seen = run(["gh", "release", "view", tag, "--repo", repository, "--json", "isDraft"])
    except Failed as error:
        if "release not found" in str(error):
            return Hosted.NOTHING
        raise
    return Hosted.DRAFT if json.loads(seen)["isDraft"] else Hosted.PUBLISHED


def draft(repository: str, tag: str, title: str, notes: Path, files: Sequence[Path]) -> None:
    """Make a draft of a release with its files, or complete the draft that is there."""
    names = [str(file) for file in files]
    texts = ["--title", title, "--notes-file", str(notes)]
    if release(repository, tag) is Hosted.NOTHING:
        options = ["--draft", "--verify-tag", *texts]
        run(["gh", "release", "create", tag, "--repo", repository, *options])
    # An upload may have ended half-way. GitHub lets no file of a published release be replaced.
    run(["gh", "release", "upload", tag, "--repo", repository, "--clobber", *names])


def publish(repository: str, tag: str, *, latest: bool) -> None:
    """Publish a draft; where the repository has immutable releases, nothing of it changes again."""
    options = ["--draft=false", f"--latest={str(latest).lower()}"]
    run(["gh", "release", "edit", tag, "--repo", repository, *options])


def verify(repository: str, image: str) -> None:
    """Raise Failed unless a workflow of the repository has attested that it built the image."""
    run(["gh", "attestation", "verify", f"oci://{image}", "--repo", repository])


def has_package(index: str, name: str, version: str) -> bool:
    """Whether the package index has a version."""
    try:
        with urllib.request.urlopen(  # noqa: S310 - the index is https, or a test's
            f"{index}/pypi/{name}/{version}/json", timeout=30
        ):
            return True
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return False
        raise Failed(f"{error.url} answers {error.code}") from None
    except OSError as error:
        raise Failed(f"{index} cannot be reached: {error}") from None
