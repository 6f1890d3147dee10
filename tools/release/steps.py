"""A release, from top to bottom. Each step finds out what is there, and makes what is missing.

Each may be interrupted at any time, and run again. What makes a version ours is its git tag: it is
the first thing with the version's name, only one can be set, and the commit that it is on follows
from the commit that is released, the image and the bundle. So a tag is our own where its commit is
the one that this release would make.
"""

import os
import shlex
import shutil
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from annotate import PROJECT, __version__
from tools.release import hosting, image, layout, repository, rules, sbom
from tools.release.command import Failed, run, show
from tools.release.rules import Hosted, Refused, Seen, Version

#: What writes `rules.BUNDLE`, and wheel and sdist into `dist/`.
_PACKAGE = ["make", "--silent", "bundle", "package"]
#: The image must be there for each of them.
ARCHITECTURES = ["amd64", "arm64"]


@dataclass(frozen=True, kw_only=True)
class Release:
    """What is released, and where to."""

    version: Version
    #: The name of the project on GitHub, `acme/annotate`.
    repository: str
    #: Where the image goes, without tag: `ghcr.io/acme/annotate`.
    image: str
    #: The branch on which the released commit must be.
    branch: str
    #: The image that ours starts from, with its tag.
    base_image: str
    #: The address of the package index; empty where no package is published.
    index: str
    #: Where what is built is put.
    folder: Path

    @property
    def layout(self) -> Path:
        """The image for all architectures."""
        return self.folder / "image"

    def image_for(self, architecture: str) -> Path:
        """The image for one architecture."""
        return self.folder / f"image-{architecture}"

    @property
    def assets(self) -> Path:
        """The files that the page of the release offers."""
        return self.folder / "assets"

    @property
    def message(self) -> str:
        """The message of the release's commit."""
        return f"Release {self.version}"

    # --- The steps.

    def check(self, tests: str) -> None:
        """Refuse what must not be released. Say what the next steps need to know."""
        repository.check_clean(self.branch)
        rules.check_sources(
            self.version,
            self.repository,
            own=__version__,
            project=PROJECT,
            changelog=repository.text("CHANGELOG.md"),
        )
        begun = self._begun()
        try:
            # What is begun has passed them.
            if not begun:
                show(shlex.split(tests))
        except Failed as error:
            raise Refused(f"The tests fail, so nothing is released: {error}") from None
        repository.check_clean(self.branch)
        output("begun", str(begun).lower())
        output("base", image.base(self.base_image))

    def build(self, base: str) -> None:
        """Build the image for this machine's architecture on a base that is named by its digest."""
        with tempfile.TemporaryDirectory() as folder:
            repository.export(Path(folder) / "context")
            built = Path(folder) / "image"
            image.build(Path(folder) / "context", base, repository.date(), built)
            made = layout.Manifest(layout=built, descriptor=layout.top(built))
            place = self.image_for(made.architecture)
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(built, place)
            print(f"{made.architecture}: {made.digest}")

    def package(self) -> None:
        """Build the bundle, the wheel and the sdist."""
        shutil.rmtree("dist", ignore_errors=True)
        show(_PACKAGE)

    def push(self, base: str) -> None:
        """Put the image into the registry, by its digest alone, and list what it consists of.

        Where the release is begun, its image is there already. That is taken, because Debian's
        mirror may have newer packages by now, and nothing is built again.
        """
        repository.check_clean(self.branch)
        shutil.rmtree(self.layout, ignore_errors=True)
        if self._begun():
            digest = self._digest_of_begun()
            hosting.verify(self.repository, f"{self.image}@{digest}")
            image.fetch(f"{self.image}@{digest}", self.layout)
        else:
            digest = layout.join(
                [self.image_for(one) for one in ARCHITECTURES], self.layout, self._annotations(base)
            )
            image.push(self.layout, f"{self.image}@{digest}")
        shutil.rmtree(self.assets, ignore_errors=True)
        self.assets.mkdir(parents=True)
        for one in layout.manifests(self.layout):
            text = sbom.document(one, self.image, self.version, repository.date())
            name = f"annotate-{self.version}-{one.architecture}.cdx.json"
            (self.assets / name).write_text(text)
            output(f"digest-{one.architecture}", one.digest)
        output("image", self.image)
        output("digest", digest)

    def tag(self) -> None:
        """Make the release's commit, tag it in git, and then tag the image.

        The image comes from the layout that the step before wrote.
        """
        repository.check_clean(self.branch)
        digest = str(layout.top(self.layout)["digest"])
        begun = self._begun()
        commit = repository.commit(
            repository.head(),
            {
                **{
                    path: rules.pinned(
                        repository.text(path), path, f"{self.image}@{digest}"
                    ).encode()
                    for path in (rules.ACTION, rules.COMPONENT)
                },
                rules.BUNDLE: Path(rules.BUNDLE).read_bytes(),
            },
            self.message,
        )
        if not begun:
            repository.push_tag(self.version.tag, commit)
        elif (there := repository.tags()[self.version.tag]) != commit:
            raise Refused(
                f"The tag {self.version.tag} is there, on {there}, but this release is {commit}.\n"
                "Somebody else made it, or the bundle came out otherwise than before. If it should "
                f"not be there: git push origin :refs/tags/{self.version.tag}"
            )
        seen = image.digest(f"{self.image}:{self.version.tag}")
        if seen is None:
            image.tag(self.image, digest, self.version.tag)
        elif seen != digest:
            raise Refused(
                f"{self.image}:{self.version.tag} is there with {seen}, but this release has "
                f"{digest}.\nSomebody else made it: find out who, and remove it."
            )
        output("commit", commit)

    def draft(self) -> None:
        """Make the page of the release as a draft: notes by the bundle itself, and the files."""
        self._begun()
        shutil.copy2(rules.BUNDLE, self.assets / f"annotate-{self.version}.pyz")
        for built in sorted(Path("dist").glob(f"*-{self.version}*")):
            shutil.copy2(built, self.assets / built.name)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            repository.clone(self.version.tag, folder / "annotate")
            # Of the environment of the workflow, which is about another commit, nothing.
            env = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
            command = [sys.executable, rules.BUNDLE, "preview"]
            flags = ["--working-directory", str(folder / "annotate")]
            title, _, notes = run([*command, *flags], env=env).partition("\n\n")
            (folder / "notes.md").write_text(f"{notes}\n")
            files = sorted(self.assets.iterdir())
            hosting.draft(self.repository, self.version.tag, title, folder / "notes.md", files)

    def advance(self) -> None:
        """Move the major tag to this release, if that is forward."""
        name = self.version.major_tag
        if hosting.release(self.repository, self.version.tag) is Hosted.PUBLISHED:
            print(f"{self.version} is published: {name} stays where it is")
            return
        while True:
            tags = repository.tags()
            if not rules.advances(self.version, tags.get(name), rules.versions(tags)):
                print(f"{name} stays on a higher version")
                return
            try:
                self._move(tags.get(name))
            except Failed:
                # Another release may have moved it just now.
                if repository.tags().get(name) == tags.get(name):
                    raise
            else:
                return

    def publish(self) -> None:
        """Publish the draft. From here on, the version is refused."""
        if hosting.release(self.repository, self.version.tag) is Hosted.PUBLISHED:
            return
        newest = rules.is_newest(self.version, rules.versions(repository.tags()))
        hosting.publish(self.repository, self.version.tag, latest=newest)
        output("published", "true")

    def major(self) -> None:
        """Move the major tag to this version, forward or back. It must be published."""
        seen = self._seen()
        if seen.hosted is not Hosted.PUBLISHED or seen.tagged is None or seen.image is None:
            raise Refused(
                f"{self.version} is not published, so {self.version.major_tag} cannot move to it.\n"
                "The versions that are there: git ls-remote --tags origin 'v*.*.*'"
            )
        self._move(repository.tags().get(self.version.major_tag))

    # --- What several steps need.

    def _seen(self) -> Seen:
        """What is there of this version."""
        tagged = repository.tags().get(self.version.tag)
        if tagged:
            repository.fetch_tag(self.version.tag)
        name = tomllib.loads(Path("pyproject.toml").read_text())["project"]["name"]
        return Seen(
            tagged=tagged,
            parents=repository.parents(tagged) if tagged else (),
            image=image.digest(f"{self.image}:{self.version.tag}"),
            hosted=hosting.release(self.repository, self.version.tag),
            package=bool(self.index) and hosting.has_package(self.index, name, str(self.version)),
        )

    def _begun(self) -> bool:
        return rules.is_begun(self.version, repository.head(), self._seen())

    def _digest_of_begun(self) -> str:
        tagged = repository.tags()[self.version.tag]
        digest = rules.digest_in(repository.text(rules.ACTION, tagged))
        if digest is None:
            raise Refused(
                f"The tag {self.version.tag} is there, on {tagged}, but its {rules.ACTION} names "
                f"no image, so no release made it.\n"
                f"If it should not be there: git push origin :refs/tags/{self.version.tag}"
            )
        return digest

    def _annotations(self, base: str) -> dict[str, str]:
        """What people and scanners read of an image, in the names of the OCI specification."""
        named = {
            "base.digest": base.partition("@")[2],
            "base.name": self.base_image,
            "description": "Marks the releases of a git repository on Amplitude charts",
            "licenses": "MIT",
            "revision": repository.head(),
            "source": PROJECT,
            "title": "annotate",
            "version": str(self.version),
        }
        return {f"org.opencontainers.image.{name}": text for name, text in named.items()}

    def _move(self, at: str | None) -> None:
        """Move the major tag, in git and then of the image, which follows git's.

        Two releases that end at once may both come here: git refuses the one that saw an older
        state, and the image is tagged until git's tag was the same before and after.
        """
        name = self.version.major_tag
        to = repository.tags()[self.version.tag]
        if at != to:
            repository.push_tag(name, to, instead_of=at or "")
        while True:
            there = repository.tags()[name]
            repository.fetch_tag(name)
            digest = rules.digest_in(repository.text(rules.ACTION, there))
            if digest is None:
                raise Refused(f"{name} is on {there}, whose {rules.ACTION} names no image.")
            image.tag(self.image, digest, name)
            if repository.tags()[name] == there:
                break
        print(f"{name} is {there}, {self.image}@{digest}")


def output(name: str, value: str) -> None:
    """Hand a value to the jobs of the workflow, and to who reads."""
    print(f"{name}={value}")
    if path := os.environ.get("GITHUB_OUTPUT"):
        with Path(path).open("a") as file:
            file.write(f"{name}={value}\n")
