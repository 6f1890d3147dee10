"""A release, from a version to a registry, a remote and the stand-in for GitHub."""

import json
import re
import shutil
import sys
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.e2e.conftest import Releases
from tests.support import base_image
from tests.support.act import SECRETS, act
from tests.support.engine import Engine
from tests.support.http import Answer, serving
from tests.support.process import ROOT
from tests.support.project import pinned
from tests.support.registry import RegistryUnavailable, registry
from tests.support.release import Stage, small_base
from tests.support.repo import START, RepoBuilder
from tools.release import layout
from tools.release.__main__ import STEPS

_KEYS = {"api-key": "API_KEY", "secret-key": "SECRET_KEY"}
_BASE = {"var/lib/dpkg/status": "Package: base-files\nVersion: 13\nArchitecture: amd64\n"}


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A stage that has been prepared, to be copied."""
    stage = Stage(place=tmp_path_factory.mktemp("sources") / "stage", registry="", index="")
    stage.prepare()
    return stage


@pytest.fixture
def index() -> Iterator[str]:
    """A package index that has no version."""
    with serving(Answer(status=404)) as server:
        yield server.url


@pytest.fixture
def stage(tmp_path: Path, sources: Stage, index: str) -> Iterator[Stage]:
    """Where small releases happen: everything is real but GitHub, the image and the base."""
    try:
        with registry(tmp_path / "registry") as address:
            found = sources.copied(tmp_path / "stage", address, index)
            small_base(tmp_path / "base", _BASE)
            found.put(tmp_path / "base", "debian:trixie-slim")
            yield found
    except RegistryUnavailable as error:
        pytest.skip(str(error))


def test_a_release(stage: Stage) -> None:
    base = stage.develop("0.1.0")
    checkout = stage.checkout("run")
    checkout.steps("0.1.0")
    tags, images = stage.tags(), stage.digests()
    commit, digest = tags["v0.1.0"], images["v0.1.0"]
    assert tags == {"v0.1.0": commit, "v0": commit}
    assert images == {"v0.1.0": digest, "v0": digest}
    remote = stage.remote
    assert remote.git("rev-parse", f"{commit}^") == base
    changed = remote.git("diff", "--name-only", base, commit).splitlines()
    assert changed == ["action.yml", "templates/annotate.yml", "without-docker/annotate.pyz"]
    pinned = f"{stage.image}@{digest}"
    assert f"\n  image: docker://{pinned}" in remote.git("show", f"{commit}:action.yml")
    assert f'      default: "{pinned}"\n' in remote.git("show", f"{commit}:templates/annotate.yml")
    assert "image: Dockerfile" in remote.git("show", "main:action.yml")
    release = stage.published()["v0.1.0"]
    assert (release["draft"], release["latest"]) == (False, True)
    assert release["title"] == "annotate 0.1.0"
    assert sorted(file.name for file in (stage.hosting / "v0.1.0").iterdir()) == [
        "amplitude_annotate-0.1.0-py3-none-any.whl",
        "annotate-0.1.0-amd64.cdx.json",
        "annotate-0.1.0-arm64.cdx.json",
        "annotate-0.1.0.pyz",
        "state.json",
    ]


def test_two_releases_of_one_commit_are_equal(stage: Stage) -> None:
    stage.develop("0.1.0")
    stage.checkout("first").steps("0.1.0")
    first = stage.everything()
    stage.forget()
    stage.checkout("second").steps("0.1.0")
    assert stage.everything() == first


def test_the_image_is_for_two_architectures(stage: Stage) -> None:
    commit = stage.develop("0.1.0")
    checkout = stage.checkout("run")
    checkout.steps("0.1.0", STEPS[: STEPS.index("push") + 1])
    folder = checkout.path / "build/release/image"
    index = layout.read(folder, layout.top(folder)["digest"])
    assert index["mediaType"] == "application/vnd.oci.image.index.v1+json"
    assert [one["platform"] for one in index["manifests"]] == [
        {"architecture": "amd64", "os": "linux"},
        {"architecture": "arm64", "os": "linux"},
    ]
    named = {name.rpartition("image.")[2]: text for name, text in index["annotations"].items()}
    base = checkout.outputs()["base"]
    assert re.fullmatch(rf"{stage.registry}/debian@sha256:[0-9a-f]{{64}}", base)
    assert named["base.digest"] == base.partition("@")[2]
    assert (named["revision"], named["version"]) == (commit, "0.1.0")
    # Nobody can pull it by a name before its git tag is there.
    assert stage.digests() == {}


def test_interrupted_after_each_step(stage: Stage) -> None:
    """Each time, another run begins with nothing but what is in the remote and the registry."""
    stage.develop("0.1.0")
    stage.checkout("whole").steps("0.1.0")
    whole = stage.everything()
    for number, last in enumerate(STEPS[:-1], start=1):
        stage.forget()
        stage.checkout(f"until-{last}").steps("0.1.0", STEPS[:number])
        assert stage.everything() != whole
        stage.checkout(f"after-{last}").steps("0.1.0")
        assert stage.everything() == whole, last


@pytest.mark.parametrize(
    ("step", "failing"),
    [("draft", "gh create"), ("draft", "gh upload"), ("publish", "gh edit")],
)
def test_interrupted_within_a_step_on_the_hosting(stage: Stage, step: str, failing: str) -> None:
    stage.develop("0.1.0")
    checkout = stage.checkout("run")
    checkout.steps("0.1.0", STEPS[: STEPS.index(step)])
    done = checkout.step(step, "0.1.0", env={"FAKE_GH_DIES": failing.removeprefix("gh ")})
    assert (done.returncode, "connection reset" in done.stdout) == (1, True)
    checkout.steps("0.1.0", STEPS[STEPS.index(step) :])
    release = stage.published()["v0.1.0"]
    assert (release["draft"], release["title"]) == (False, "annotate 0.1.0")
    assert len(list((stage.hosting / "v0.1.0").glob("*.cdx.json"))) == 2
    assert stage.tags()["v0"] == stage.tags()["v0.1.0"]


@pytest.mark.parametrize(("step", "name"), [("tag", "v0.1.0"), ("advance", "v0")])
def test_interrupted_between_the_tags_of_git_and_of_the_image(
    stage: Stage, step: str, name: str
) -> None:
    stage.develop("0.1.0")
    checkout = stage.checkout("run")
    checkout.steps("0.1.0", STEPS[: STEPS.index(step)])
    shim = stage.hosting / "bin/skopeo"
    shim.write_text(f'#!/bin/sh\n[ "$1" != copy ] && exec {shutil.which("skopeo")} "$@"\n')
    shim.chmod(0o755)
    assert checkout.step(step, "0.1.0").returncode == 1
    shim.unlink()
    assert name in stage.tags()
    assert name not in stage.digests()
    stage.checkout("again").steps("0.1.0")
    assert stage.digests()[name] == stage.digests()["v0.1.0"]
    assert not stage.published()["v0.1.0"]["draft"]


def test_what_is_begun_keeps_its_image(stage: Stage) -> None:
    """By the time of the second run, the base is another."""
    stage.develop("0.1.0")
    stage.checkout("first").steps("0.1.0", STEPS[: STEPS.index("tag") + 1])
    digest = stage.digests()["v0.1.0"]
    small_base(stage.place / "newer", {**_BASE, "etc/newer": ""})
    stage.put(stage.place / "newer", "debian:trixie-slim")
    stage.checkout("second").steps("0.1.0")
    assert stage.digests() == {"v0.1.0": digest, "v0": digest}
    attested = ["attestation", "verify", f"oci://{stage.image}@{digest}"]
    assert attested in [call[:3] for call in stage.calls()]


def test_three_releases_at_once_lose_nothing(stage: Stage) -> None:
    versions = ["0.1.0", "0.1.1", "1.0.0"]
    checkouts = [stage.checkout(version, stage.develop(version)) for version in versions]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda one, version: one.steps(version), checkouts, versions))
    tags, images = stage.tags(), stage.digests()
    assert sorted(tags) == sorted(images) == ["v0", "v0.1.0", "v0.1.1", "v1", "v1.0.0"]
    assert (tags["v0"], images["v0"]) == (tags["v0.1.1"], images["v0.1.1"])
    assert (tags["v1"], images["v1"]) == (tags["v1.0.0"], images["v1.0.0"])
    assert {one["draft"] for one in stage.published().values()} == {False}
    assert len(stage.published()) == 3


def test_two_releases_that_move_the_major_tag_at_once(stage: Stage) -> None:
    """The higher one is quicker by so little that the other has seen no tag yet."""
    checkouts = {}
    for version in ("0.1.0", "0.2.0"):
        stage.develop(version)
        checkouts[version] = stage.checkout(version)
        checkouts[version].steps(version, STEPS[: STEPS.index("advance")])
    hook = stage.place / "remote.git/hooks/update"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ngit update-ref $1 {stage.tags()['v0.2.0']}\nexit 1\n")
    hook.chmod(0o755)
    done = checkouts["0.1.0"].step("advance", "0.1.0")
    assert (done.returncode, done.stdout) == (0, "v0 stays on a higher version\n")
    hook.unlink()
    checkouts["0.2.0"].steps("0.2.0", ["advance"])
    assert stage.tags()["v0"] == stage.tags()["v0.2.0"]
    assert stage.digests()["v0"] == stage.digests()["v0.2.0"]


def test_a_major_tag_that_cannot_be_moved(stage: Stage) -> None:
    stage.develop("0.1.0")
    checkout = stage.checkout("run")
    checkout.steps("0.1.0", STEPS[: STEPS.index("advance")])
    hook = stage.place / "remote.git/hooks/update"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\necho protected\nexit 1\n")
    hook.chmod(0o755)
    done = checkout.step("advance", "0.1.0")
    assert (done.returncode, "protected" in done.stdout) == (1, True)


def test_a_release_of_an_older_line_moves_nothing(stage: Stage) -> None:
    line = stage.develop("0.1.0")
    stage.checkout("old").steps("0.1.0")
    stage.develop("0.2.0")
    stage.checkout("new").steps("0.2.0")
    stage.sources.git("checkout", "--quiet", "-b", "0.1.x", line)
    stage.develop("0.1.1", branch="0.1.x")
    patch = stage.checkout("patch", "origin/0.1.x")
    done = patch.step("check", "0.1.1")
    assert "is not on origin's branch main." in done.stdout
    for name in STEPS:
        done = patch.step(name, "0.1.1", "--branch", "0.1.x")
        assert done.returncode == 0, done.stdout
    tags = stage.tags()
    assert tags["v0"] == tags["v0.2.0"] != tags["v0.1.1"]
    assert stage.digests()["v0"] == stage.digests()["v0.2.0"]
    assert [stage.published()[one]["latest"] for one in ("v0.1.1", "v0.2.0")] == [False, True]


def test_the_major_tag_goes_back_and_forward_by_hand(stage: Stage) -> None:
    for version in ("0.1.0", "0.1.1"):
        stage.develop(version)
        stage.checkout(version).steps(version)
    checkout = stage.checkout("run")
    for version in ("0.1.0", "0.1.1", "0.1.0"):
        done = checkout.step("major", version)
        assert done.returncode == 0, done.stdout
        assert stage.tags()["v0"] == stage.tags()[f"v{version}"]
        assert stage.digests()["v0"] == stage.digests()[f"v{version}"]
    # A job of the newer release that is run again does not undo that.
    again = stage.checkout("again")
    assert "is published: v0 stays where it is" in again.step("advance", "0.1.1").stdout
    assert stage.tags()["v0"] == stage.tags()["v0.1.0"]
    # The next release does.
    stage.develop("0.1.2")
    stage.checkout("0.1.2").steps("0.1.2")
    assert stage.tags()["v0"] == stage.tags()["v0.1.2"]


def test_the_major_tag_moves_to_nothing_that_is_not_published(stage: Stage) -> None:
    stage.develop("0.1.0")
    checkout = stage.checkout("run")
    checkout.steps("0.1.0", STEPS[: STEPS.index("draft") + 1])
    before = stage.everything()
    for version in ("0.1.0", "0.2.0", "1.0.0"):
        done = checkout.step("major", version)
        assert done.returncode == 1
        tag = f"v{version[0]}"
        assert f"{version} is not published, so {tag} cannot move to it.\n" in done.stdout
    assert stage.everything() == before


def test_a_published_version_is_refused(stage: Stage) -> None:
    stage.develop("0.1.0")
    stage.checkout("first").steps("0.1.0")
    before = stage.everything()
    done = stage.checkout("second").step("check", "0.1.0")
    assert (done.returncode, done.stdout) == (
        1,
        "0.1.0 is published already, and what is published never changes.\n"
        "To release what has changed since, give `__version__` a higher version.\n"
        "To move v0 back to it: python -m tools.release major 0.1.0\n",
    )
    assert stage.everything() == before


def test_a_tag_of_another_commit_is_refused(stage: Stage) -> None:
    stage.develop("0.1.0")
    stage.remote.git("tag", "v0.1.0", "main")
    done = stage.checkout("run").step("check", "0.1.0")
    assert done.returncode == 1
    assert "which is not a release of" in done.stdout
    assert "If it should not be there: git push origin :refs/tags/v0.1.0\n" in done.stdout


def test_a_tag_like_ours_with_other_files_is_refused(stage: Stage) -> None:
    stage.develop("0.1.0")
    checkout = stage.checkout("run")
    checkout.steps("0.1.0", STEPS[: STEPS.index("tag") + 1])
    commit = stage.tags()["v0.1.0"]
    other = RepoBuilder.existing(checkout.path, START)
    other.git("checkout", "--quiet", commit)
    (checkout.path / "entrypoint.py").write_text("print('THE TAG RUNS')\n")
    other.git("commit", "--quiet", "--all", "--amend", "--message", "Release 0.1.0")
    other.git("push", "--quiet", "--force", "origin", "HEAD:refs/tags/v0.1.0")
    before = stage.everything()
    again = stage.checkout("again")
    again.steps("0.1.0", ["check", "package", "push"])
    done = again.step("tag", "0.1.0")
    assert done.returncode == 1
    assert f"is there, on {other.head}, but this release is {commit}.\n" in done.stdout
    assert stage.everything() == before


def test_an_image_of_somebody_else_is_refused(stage: Stage) -> None:
    stage.develop("0.1.0")
    small_base(stage.place / "other", {"etc/other": ""})
    stage.put(stage.place / "other", f"{stage.image.partition('/')[2]}:v0.1.0")
    done = stage.checkout("run").step("check", "0.1.0")
    assert done.returncode == 1
    assert "an image of 0.1.0 is there, but no git tag v0.1.0" in done.stdout


def test_a_package_in_the_index_is_refused(stage: Stage) -> None:
    stage.develop("0.1.0")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["name"]
    with serving(Answer(body=b"{}")) as server:
        done = stage.checkout("run").step("check", "0.1.0", "--index", server.url)
        assert [one.path for one in server.arrived] == [f"/pypi/{project}/0.1.0/json"]
    assert done.returncode == 1
    assert "a package in the index of 0.1.0 is there, but no git tag v0.1.0" in done.stdout


def test_failing_tests_are_refused(stage: Stage) -> None:
    stage.develop("0.1.0")
    done = stage.checkout("run").step("check", "0.1.0", "--tests", "sh -c 'echo 1 failed; exit 1'")
    assert done.returncode == 1
    assert "1 failed\nThe tests fail, so nothing is released: sh -c" in done.stdout
    assert stage.tags() == {}


def test_tests_that_change_files_are_refused(stage: Stage) -> None:
    stage.develop("0.1.0")
    done = stage.checkout("run").step("check", "0.1.0", "--tests", "touch left-behind")
    assert done.returncode == 1
    assert "?? left-behind\n" in done.stdout


@pytest.fixture(scope="module")
def real(docker: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage with a release of the real image, on the base that all end-to-end tests have."""
    place = tmp_path_factory.mktemp("real")
    place.parent.chmod(0o755)
    try:
        with registry(place / "registry") as address, serving(Answer(status=404)) as index:
            stage = Stage(place=place / "stage", registry=address, index=index.url)
            stage.prepare(real_image=True)
            base = f"{address}/{base_image.NAME}"
            docker.docker("tag", base_image.NAME, base)
            docker.docker("push", base)
            docker.docker("rmi", base)
            stage.develop("0.1.0")
            stage.checkout("run").steps("0.1.0")
            yield stage
    except RegistryUnavailable as error:
        pytest.skip(str(error))


def test_two_builds_of_the_real_image_are_equal(real: Stage) -> None:
    again = real.checkout("again", "v0.1.0^")
    base = (real.place / "run/.git/outputs").read_text().partition("base=")[2].splitlines()[0]
    done = again.step("build", "0.1.0", "--base", base)
    assert done.returncode == 0, done.stdout
    places = [real.place / name / "build/release/image-amd64" for name in ("run", "again")]
    first, second = [layout.top(place)["digest"] for place in places]
    assert first == second


def test_a_release_runs_by_its_digest_without_a_build(
    real: Stage, docker: Engine, place: Path, releases: Releases
) -> None:
    repo = RepoBuilder(place / "hello").commits("Start").tag("v1.0.0")
    action = real.checkout("action", "v0.1.0").path
    assert f"docker://{real.image}@sha256:" in (action / "action.yml").read_text()
    begun = time.monotonic()
    docker.docker("build", "--no-cache", "--quiet", str(real.checkout("main").path))
    built = time.monotonic()
    ran = act(
        docker,
        repo.path,
        {
            "uses": "OWNER/annotate@v0",
            "with": {
                "api-url": releases.url,
                "allow-http": "true",
                **{name: f"${{{{ secrets.AMPLITUDE_{key} }}}}" for name, key in _KEYS.items()},
            },
        },
        action=action,
        event=("push", {"ref": "refs/tags/v1.0.0"}),
        secrets=SECRETS,
    )
    ended = time.monotonic()
    assert ran.succeeded, ran.log
    assert [one["version"] for one in releases.created] == ["1.0.0"]
    seconds = {"the build alone": built - begun, "pulled and run": ended - built}
    sys.stdout.write(f"seconds: {seconds}\n")
    assert seconds["pulled and run"] < seconds["the build alone"]


def test_the_list_of_what_the_image_consists_of(real: Stage) -> None:
    files = sorted((real.hosting / "v0.1.0").glob("*.cdx.json"))
    assert [file.name for file in files] == [
        "annotate-0.1.0-amd64.cdx.json",
        "annotate-0.1.0-arm64.cdx.json",
    ]
    for file in files:
        text = file.read_text()
        assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    listed = {one["name"]: one for one in json.loads(files[0].read_text())["components"]}
    # The image leaves out what requests does without.
    ours = {name: version for name, version in pinned().items() if name != "charset-normalizer"}
    by_name = {name.lower(): one for name, one in listed.items()}
    assert {name: by_name[name]["version"] for name in ours} == ours
    assert {"libc6", "git", "python3.13-minimal", "libcurl3t64-gnutls"} <= set(listed)
    licences = [licence for one in listed.values() for licence in one["licenses"]]
    named = [one.get("license", {"name": one.get("expression")}) for one in licences]
    assert [one for one in named if one["name"] in {"", "unknown"}] == []
    # Where no names are given, the text itself is there.
    assert [one for one in named if one.get("text", {}).get("content") == ""] == []
    assert by_name["requests"]["licenses"] == [{"license": {"name": "Apache-2.0"}}]
    assert by_name["urllib3"]["licenses"] == [{"expression": "MIT"}]
    assert {"license": {"name": "GPL-2"}} in listed["git"]["licenses"]
    [python] = listed["python3.13"]["licenses"]
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in python["license"]["text"]["content"]
