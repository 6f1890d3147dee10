"""What a release must be: decisions over texts and values alone, which run nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

_VERSION = re.compile(r"v?(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
BUNDLE = "without-docker/annotate.pyz"
ACTION = "action.yml"
COMPONENT = "templates/annotate.yml"


class Refused(Exception):
    """The release must not go on; the text says why, and the command that mends it."""


@dataclass(frozen=True, order=True)
class Version:
    """A version of annotate. Only finals are released, so three numbers are all there is."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> "Version":
        """Read `1.2.3`; Refused for anything else."""
        match = _VERSION.fullmatch(text)
        if match is None or text.startswith("v"):
            raise Refused(f"{text!r} is no version. Give three numbers, such as 1.2.3.")
        return cls(*map(int, match.groups()))

    def __str__(self) -> str:
        """As people write it, without a `v`."""
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def tag(self) -> str:
        """The name of its git tag, and of its image's."""
        return f"v{self}"

    @property
    def major_tag(self) -> str:
        """The name that moves from release to release of one major version."""
        return f"v{self.major}"


def versions(tags: Mapping[str, str]) -> dict[Version, str]:
    """The released versions among tags, each with the commit of its tag."""
    return {
        Version.parse(name.removeprefix("v")): commit
        for name, commit in tags.items()
        if name.startswith("v") and _VERSION.fullmatch(name)
    }


class Hosted(Enum):
    """What the hosting has of a release."""

    NOTHING = "nothing"
    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is there of a version, wherever a release leaves something."""

    #: The commit of its git tag, and that commit's parents.
    tagged: str | None
    parents: tuple[str, ...] = ()
    #: The digest of its image's tag.
    image: str | None
    hosted: Hosted
    #: Whether the package index has it.
    package: bool


def is_begun(version: Version, base: str, seen: Seen) -> bool:
    """Whether the tag of a half-made release of the commit `base` is there, which is gone on with.

    The git tag comes first of all that has the version's name. So whatever else is there without
    it is not ours. Raise Refused for that, for what is published, and for a tag of another commit.
    """
    if seen.hosted is Hosted.PUBLISHED:
        raise Refused(
            f"{version} is published already, and what is published never changes.\n"
            f"To release what has changed since, give `__version__` a higher version.\n"
            f"To move {version.major_tag} back to it: python -m tools.release major {version}"
        )
    if seen.tagged is None:
        others = {
            "an image": seen.image is not None,
            "a draft release": seen.hosted is Hosted.DRAFT,
            "a package in the index": seen.package,
        }
        if there := [what for what, found in others.items() if found]:
            raise Refused(
                f"{' and '.join(there)} of {version} is there, but no git tag {version.tag}, which "
                "this release would have made first.\nSomebody else made it: find out who, and "
                "remove it, or give `__version__` a higher version."
            )
        return False
    if seen.parents != (base,):
        raise Refused(
            f"The tag {version.tag} is there, on {seen.tagged}, which is not a release of {base}.\n"
            f"If it is a half-made release of an earlier commit, release that commit:"
            f" git checkout {' '.join(seen.parents) or seen.tagged}\n"
            f"If it should not be there: git push origin :refs/tags/{version.tag}"
        )
    return True


def check_sources(
    version: Version, repository: str, *, own: str, project: str, changelog: str
) -> None:
    """Raise Refused where the sources do not say that they are this version of this repository."""
    if own != str(version):
        raise Refused(
            f"The sources are version {own}, not {version}.\n"
            f'Commit `__version__ = "{version}"` in annotate/__init__.py, then release that commit.'
        )
    if project != f"https://github.com/{repository}":
        name = project.removeprefix("https://github.com/")
        raise Refused(
            f"The sources say that they are from {project}, but they are released from "
            f"{repository}.\nCommit what this changes:\n"
            f"    git grep -lz {name} | xargs -0 sed -i -e 's#ghcr.io/{name}#ghcr.io/"
            f"{repository.lower()}#g' -e 's#{name}#{repository}#g'"
        )
    if not tells(changelog, version):
        raise Refused(
            f"CHANGELOG.md says nothing about {version}.\n"
            f"Write what users can see of it below a line `## [{version}]`, and commit that."
        )


def tells(changelog: str, version: Version) -> bool:
    """Whether the changelog has a section for a version, with text below its headings."""
    section = changelog.partition(f"\n## [{version}]")[2].partition("\n## ")[0]
    _, *lines = section.splitlines() or [""]
    # A line that begins with `[` says where a link leads.
    return any(line.strip() and not line.startswith(("#", "[")) for line in lines)


def pinned(text: str, path: str, image: str) -> str:
    """A file of the release commit, made of the same file of its base.

    `image` is `registry/name@sha256:…`. The action runs it instead of building one, and it becomes
    the default of the component, so that a version of either always runs the same image.
    """
    line, new = {
        ACTION: ("  image: Dockerfile\n", f"  image: docker://{image}\n"),
        COMPONENT: (
            "    image:\n      description: ",
            f'    image:\n      default: "{image}"\n      description: ',
        ),
    }[path]
    if text.count(line) != 1:
        raise Refused(f"{path} has not exactly one line `{line.strip()}`, which a release changes.")
    return text.replace(line, new)


def digest_in(action: str) -> str | None:
    """The digest of the image that an `action.yml` runs; None where it builds one."""
    found = re.search(rf"^  image: docker://\S+@({_DIGEST.pattern})$", action, re.MULTILINE)
    return found[1] if found else None


def advances(version: Version, at: str | None, released: Mapping[Version, str]) -> bool:
    """Whether a new release moves its major tag, which is on the commit `at` now.

    It only ever moves forward by itself, so that releases may end in any order, and a release of an
    older line moves nothing. Raise Refused where it is on no release.
    """
    if at is None:
        return True
    there = [one for one, commit in released.items() if commit == at]
    if not there:
        raise Refused(
            f"{version.major_tag} is on {at}, which is no release.\n"
            f"If it should not be there: git push origin :refs/tags/{version.major_tag}"
        )
    # Equal: this release moved it and was interrupted, before the image followed.
    return max(there) <= version


def is_newest(version: Version, released: Mapping[Version, str]) -> bool:
    """Whether no released version is higher."""
    return all(version >= one for one in released)
