"""The project as it is released in a test: a remote, a registry, a stand-in for GitHub.

The remote is a bare repository, the registry a real one on this machine. Most tests release a small
image on a small base, because they are about the order of things; tests/e2e/test_release.py also
releases the real one.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.process import ROOT
from tests.support.repo import START, RepoBuilder
from tools.release import layout
from tools.release.__main__ import STEPS

REPOSITORY = "Acme/annotate"
_BASE_NAME = "debian:trixie-slim"
_CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
_MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"
#: An image that takes a second.
_DOCKERFILE = "ARG BASE\nFROM ${BASE}\nCOPY annotate/__init__.py /opt/annotate/\n"
#: A bundle that runs annotate from here, and an empty package.
_MAKEFILE = f"""\
bundle:
	@printf 'import sys; sys.path.insert(0, "{ROOT}")\\nimport entrypoint\\n' > $(BUNDLE)
	@printf 'sys.exit(entrypoint.main())\\n' >> $(BUNDLE)
package:
	@mkdir -p dist && touch dist/amplitude_annotate-$(VERSION)-py3-none-any.whl
BUNDLE := without-docker/annotate.pyz
VERSION := $(shell sed -n 's/__version__ = "\\(.*\\)"/\\1/p' annotate/__init__.py)
"""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where releases happen in a test."""

    place: Path
    registry: str
    #: The address of the package index.
    index: str

    @property
    def images(self) -> Path:
        """Where the registry keeps our image."""
        kept = self.place.parent / "registry/data/docker/registry/v2/repositories"
        return kept / REPOSITORY.lower()

    @property
    def remote(self) -> RepoBuilder:
        """The bare repository that everybody pushes to."""
        return RepoBuilder.existing(self.place / "remote.git", START)

    @property
    def image(self) -> str:
        """The name of the image, without a tag."""
        return f"{self.registry}/{REPOSITORY.lower()}"

    @property
    def hosting(self) -> Path:
        """Where the stand-in for GitHub has its releases."""
        return self.place / "hosting"

    def prepare(self, *, real_image: bool = False) -> None:
        """Make the remote, with the sources of this project under the name of a repository."""
        self.hosting.mkdir(parents=True)
        self.hosting.joinpath("bin").mkdir()
        (self.hosting / "bin/gh").symlink_to(ROOT / "tests/support/fake_gh.py")
        repo = RepoBuilder(self.place / "sources")
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
        for name in listed.split("\0")[:-1]:
            (repo.path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, repo.path / name)
        (repo.path / "Makefile").write_text(_MAKEFILE)
        if not real_image:
            (repo.path / "Dockerfile").write_text(_DOCKERFILE)
        # As the documentation says, once before the first release.
        init = repo.path / "annotate/__init__.py"
        init.write_text(init.read_text().replace("OWNER/annotate", REPOSITORY))
        repo.git("add", "--all")
        repo.commit("Start")
        RepoBuilder(self.place / "remote.git", bare=True)
        repo.git("remote", "add", "origin", str(self.place / "remote.git"))
        repo.git("push", "--quiet", "origin", "main")

    def copied(self, place: Path, registry: str, index: str) -> "Stage":
        """The same sources at another place, which takes less time than to prepare them."""
        shutil.copytree(self.place, place, symlinks=True)
        copy = Stage(place=place, registry=registry, index=index)
        copy.sources.git("remote", "set-url", "origin", str(place / "remote.git"))
        return copy

    @property
    def sources(self) -> RepoBuilder:
        """Where people work on the project."""
        repo = RepoBuilder.existing(self.place / "sources", START)
        return RepoBuilder.existing(repo.path, int(repo.git("log", "-1", "--format=%ct")))

    def develop(self, version: str, *, branch: str = "main") -> str:
        """Commit what a version consists of, and push it; the commit."""
        repo = self.sources
        init = repo.path / "annotate/__init__.py"
        lines = init.read_text().splitlines()
        found = [f'__version__ = "{version}"' if "__version__" in line else line for line in lines]
        init.write_text("\n".join(found) + "\n")
        changelog = repo.path / "CHANGELOG.md"
        head, _, rest = changelog.read_text().partition("## [")
        changelog.write_text(f"{head}## [{version}] - 2026-12-01\n\n- Is {version}.\n\n## [{rest}")
        repo.git("add", "--all")
        commit = repo.commit(f"Prepare {version}")
        repo.git("push", "--quiet", "origin", f"HEAD:{branch}")
        return commit

    def checkout(self, name: str, commit: str = "origin/main") -> "Checkout":
        """A new clone, as each run of the workflow has its own."""
        path = self.place / name
        remote = str(self.place / "remote.git")
        subprocess.run(["git", "clone", "--quiet", remote, str(path)], check=True)
        subprocess.run(["git", "checkout", "--quiet", "--detach", commit], cwd=path, check=True)
        return Checkout(stage=self, path=path)

    def digests(self) -> dict[str, str]:
        """What the registry has: each tag with its digest."""
        done = self._skopeo("list-tags", f"docker://{self.image}")
        names = json.loads(done.stdout)["Tags"] if done.returncode == 0 else []
        form = ["--format", "{{.Digest}}"]
        return {
            name: self._skopeo("inspect", *form, f"docker://{self.image}:{name}").stdout.strip()
            for name in names
        }

    def put(self, folder: Path, name: str) -> None:
        """Copy the image of a layout to the registry."""
        options = ["--all", "--dest-tls-verify=false"]
        command = ["skopeo", "copy", *options, f"oci:{folder}", f"docker://{self.registry}/{name}"]
        subprocess.run(command, check=True, capture_output=True)

    def _skopeo(self, what: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["skopeo", what, "--tls-verify=false", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def tags(self) -> dict[str, str]:
        """The remote's tags, each with its commit."""
        lines = self.remote.git("for-each-ref", "--format=%(refname:short) %(objectname)")
        pairs = [line.split() for line in lines.splitlines()]
        return {name: commit for name, commit in pairs if name.startswith("v")}

    def published(self) -> dict[str, Any]:
        """The releases of the stand-in for GitHub, by their tags."""
        return {
            file.parent.name: json.loads(file.read_text())
            for file in self.hosting.glob("*/state.json")
        }

    def calls(self) -> list[list[str]]:
        """What the stand-in for GitHub was asked."""
        return [json.loads(line) for line in (self.hosting / "calls").read_text().splitlines()]

    def forget(self) -> None:
        """Remove whatever releases left, and keep what people committed."""
        for name in self.tags():
            self.remote.git("update-ref", "-d", f"refs/tags/{name}")
        for release in self.hosting.glob("v*"):
            shutil.rmtree(release)
        shutil.rmtree(self.images)

    def everything(self) -> dict[str, object]:
        """All that a release leaves behind; two of the same commit on the same base are equal."""
        files = {
            str(file.relative_to(self.hosting)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in self.hosting.glob("v*/*")
        }
        return {"tags": self.tags(), "images": self.digests(), "files": files}


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """A clone in which the steps of a release run."""

    stage: Stage
    path: Path

    def step(
        self, name: str, version: str, *options: str, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one step; its words are in `stdout`."""
        path = f"{self.stage.hosting / 'bin'}:{os.environ['PATH']}"
        kept = {key: os.environ[key] for key in ("HOME",) if key in os.environ}
        own = {"PATH": path, "FAKE_GH": str(self.stage.hosting), "PYTHONDONTWRITEBYTECODE": "1"}
        flags = [
            *("--repository", REPOSITORY, "--registry", self.stage.registry),
            *("--base-image", f"{self.stage.registry}/{_BASE_NAME}", "--index", self.stage.index),
            *("--base", self._base(), "--tests", "true"),
        ]
        done = subprocess.run(
            [sys.executable, "-m", "tools.release", name, version, *flags, *options],
            cwd=self.path,
            env={**kept, **own, "GITHUB_OUTPUT": str(self.path / ".git/outputs"), **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            text=True,
        )
        if name == "build" and done.returncode == 0:
            # The workflow builds it on a machine of that kind; here only its form is tested.
            built = self.path / "build/release/image-amd64"
            shutil.rmtree(self.path / "build/release/image-arm64", ignore_errors=True)
            as_arm64(built, self.path / "build/release/image-arm64")
        return done

    def steps(self, version: str, names: Iterable[str] = STEPS) -> None:
        """Run steps, which must succeed, as the workflow does: what is begun is not built."""
        for name in names:
            if name == "build" and self.outputs().get("begun") == "true":
                continue
            done = self.step(name, version)
            assert done.returncode == 0, f"{name}: {done.stdout}"

    def outputs(self) -> dict[str, str]:
        """What the steps handed to the jobs after them."""
        path = self.path / ".git/outputs"
        lines = path.read_text().splitlines() if path.exists() else []
        return {line.partition("=")[0]: line.partition("=")[2] for line in lines}

    def _base(self) -> str:
        return self.outputs().get("base", "none")


def as_arm64(source: Path, target: Path) -> None:
    """The same image with another architecture in its configuration."""
    shutil.copytree(source, target)
    manifest = layout.read(target, layout.top(target)["digest"])
    config = {**layout.read(target, manifest["config"]["digest"]), "architecture": "arm64"}
    manifest["config"] = _put(target, json.dumps(config).encode(), _CONFIG_TYPE)
    _describe(target, _put(target, json.dumps(manifest).encode(), _MANIFEST_TYPE))


def small_base(folder: Path, files: Mapping[str, str]) -> None:
    """Write an image of a few files, as a layout."""
    folder.mkdir()
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    layer = content.getvalue()
    diff = f"sha256:{hashlib.sha256(layer).hexdigest()}"
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [diff]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST_TYPE,
        "config": _put(folder, json.dumps(config).encode(), _CONFIG_TYPE),
        "layers": [_put(folder, layer, _LAYER_TYPE.removesuffix("+gzip"))],
    }
    _describe(folder, _put(folder, json.dumps(manifest).encode(), _MANIFEST_TYPE))


def _put(folder: Path, content: bytes, kind: str) -> dict[str, object]:
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    path = layout.blob(folder, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return {"mediaType": kind, "digest": digest, "size": len(content)}


def _describe(folder: Path, descriptor: Mapping[str, object]) -> None:
    index = {"schemaVersion": 2, "manifests": [descriptor]}
    (folder / "index.json").write_text(json.dumps(index))
