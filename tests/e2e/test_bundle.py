"""annotate and its libraries in one file, as a release carries it for runners without Docker."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import requests

from tests.support.act import ActRun, act
from tests.support.engine import PATIENCE, Engine
from tests.support.process import ROOT, Ran
from tests.support.project import pinned
from tests.support.pythons import pythons
from tests.support.repo import RepoBuilder
from tools import bundle as bundler

PYTHONS = pythons()
#: annotate/http/library.py imports requests as if it were not installed.
LEFT_OUT = {"charset-normalizer"}
#: Prints the file with the certificates of a machine that has none, and how many are in it.
CERTIFICATES = """\
import ssl, sys
from importlib.util import MAGIC_NUMBER
sys.path[:0] = [f"{sys.argv[1]}/{folder}" for folder in (MAGIC_NUMBER.hex(), "source")]
from annotate.http import certificates
certificates._BUNDLES = ()
file = certificates.trusted({}, "")
print(file, len(ssl.create_default_context(cafile=file).get_ca_certs()))
"""


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle, with bytecode for every Python of this machine."""
    path = tmp_path_factory.mktemp("bundle") / "annotate.pyz"
    bundler.write(path, list(PYTHONS.values()))
    return path


@pytest.fixture
def release(action: Path, bundle: Path, tmp_path: Path) -> Path:
    """The project as a release has it: a checkout with the bundle."""
    folder = tmp_path / "release"
    shutil.copytree(action, folder)
    shutil.copy(bundle, folder / "without-docker")
    return folder


def run(bundle: Path, *flags: str, python: str, cwd: Path, env: Mapping[str, str] = {}) -> Ran:
    """Run the bundle with nothing but the given variables."""
    done = subprocess.run(
        [python, "-I", "-S", "-X", "utf8", str(bundle), *flags],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return Ran.of(done.returncode, done.stdout.decode(), None)


def modules(bundle: Path, folder: str, suffix: str) -> set[str]:
    """The modules in a folder of the bundle."""
    names = zipfile.ZipFile(bundle).namelist()
    return {
        name.removeprefix(f"{folder}/").removesuffix(suffix)
        for name in names
        if name.startswith(f"{folder}/") and name.endswith(suffix)
    }


def test_one_commit_makes_one_file(bundle: Path, action: Path, tmp_path: Path) -> None:
    """Whenever, wherever and by whomever it is made."""
    checkout = tmp_path / "another checkout"
    # Other modes and dates than those of this checkout.
    shutil.copytree(action, checkout, copy_function=shutil.copyfile)
    output = tmp_path / "annotate.pyz"
    environment = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "LANG": "tr_TR.UTF-8"}
    subprocess.run(
        [sys.executable, "-m", "tools.bundle", output, *PYTHONS.values()],
        cwd=checkout,
        env=os.environ | environment,
        umask=0o077,
        check=True,
    )
    assert output.read_bytes() == bundle.read_bytes()


@pytest.mark.parametrize("version", PYTHONS)
def test_it_runs_in_an_empty_folder_with_an_empty_environment(
    bundle: Path, tmp_path: Path, version: str
) -> None:
    given = ("--version", "1.2.3", "--title", "Search", "--release-start", "now")
    ran = run(bundle, "--sandbox", *given, python=PYTHONS[version], cwd=tmp_path)
    assert ran.code == 0, ran.log
    assert "annotate: created sandbox1 (Search)" in ran.log
    assert list(tmp_path.iterdir()) == []


def test_nothing_stays_behind(bundle: Path, repo: RepoBuilder, tmp_path: Path) -> None:
    """OpenSSL reads the certificates from a file, so certifi takes them out of the zip."""
    repo.commits("Start").tag("v1.0.0")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    env = {"PATH": os.environ["PATH"], "TMPDIR": str(temporary)}
    ran = run(bundle, "--sandbox", python=sys.executable, cwd=repo.path, env=env)
    assert ran.code == 0, ran.log
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("version", PYTHONS)
def test_it_reads_a_repository_yaml_and_templates(
    bundle: Path, repo: RepoBuilder, version: str
) -> None:
    repo.commits("Start").tag("v1.0.0")
    (repo.path / ".amplitude-release.yml").write_text('title-template: "{{ version }} is out"\n')
    env = {"PATH": os.environ["PATH"]}
    ran = run(bundle, "preview", python=PYTHONS[version], cwd=repo.path, env=env)
    assert ran.code == 0, ran.log
    assert ran.log.startswith("1.0.0 is out\n")


@pytest.mark.parametrize("version", PYTHONS)
def test_its_sandbox_has_its_page(bundle: Path, version: str) -> None:
    command = [PYTHONS[version], "-I", "-S", str(bundle), "sandbox"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        url = server.stdout.readline().split()[-1]
        assert "<h1>annotate" in requests.get(url, timeout=PATIENCE).text
        server.terminate()


@pytest.mark.parametrize("version", PYTHONS)
def test_a_python_reads_its_bytecode(bundle: Path, tmp_path: Path, version: str) -> None:
    """Else each start compiles all of it anew, which takes longer than the rest of the start."""
    python = PYTHONS[version]
    done = subprocess.run(
        [python, "-I", "-S", "-v", str(bundle), "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    magic = "from importlib.util import MAGIC_NUMBER; print(MAGIC_NUMBER.hex())"
    folder = subprocess.check_output([python, "-I", "-c", magic], text=True).strip()
    loader = f'<zipimporter object "{bundle}/{folder}/annotate/">'
    assert f"import 'annotate.usage' # {loader}" in done.stderr
    compiled = modules(bundle, folder, ".pyc")
    sources = modules(bundle, bundler.SOURCE, ".py")
    assert {name.split("/")[0] for name in sources - compiled} == {"certifi"}


def test_any_other_python_compiles_the_sources(repo: RepoBuilder, tmp_path: Path) -> None:
    output = tmp_path / "annotate.pyz"
    bundler.write(output, [])
    repo.commits("Start").tag("v1.0.0")
    env = {"PATH": os.environ["PATH"]}
    ran = run(output, "--sandbox", python=sys.executable, cwd=repo.path, env=env)
    assert ran.code == 0, ran.log
    assert "annotate: created sandbox1 (app 1.0.0)" in ran.log


@pytest.mark.parametrize("version", PYTHONS)
def test_it_has_certificates_where_the_system_has_none(
    bundle: Path, tmp_path: Path, version: str
) -> None:
    env = {"SSL_CERT_FILE": "/nonexistent", "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [PYTHONS[version], "-S", "-P", "-c", CERTIFICATES, bundle],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    file, number = done.stdout.split()
    assert Path(file).parent == tmp_path
    assert int(number) > 50
    assert list(tmp_path.iterdir()) == []


def test_the_licences_of_what_it_holds_are_in_it(bundle: Path) -> None:
    archive = zipfile.ZipFile(bundle)
    names = [name.removeprefix(f"{bundler.SOURCE}/") for name in archive.namelist()]
    assert archive.read("LICENSE") == (ROOT / "LICENSE").read_bytes()
    for library, version in pinned().items():
        folder = f"{library.replace('-', '_')}-{version}.dist-info/"
        own = [name for name in names if name.startswith(folder)]
        held = f"{folder}METADATA" in own and any(re.search("LICEN[CS]E", name) for name in own)
        assert held == (library not in LEFT_OUT), library


def without_network(docker: Engine, repository: RepoBuilder, action: Path) -> ActRun:
    """Run the action without Docker, with the sandbox, in a job that has no network."""
    step = {
        "uses": "OWNER/annotate/without-docker@v0",
        "with": {"sandbox": "true"},
        # pip would try again for minutes.
        "env": {"PIP_RETRIES": "0"},
    }
    event = ("push", {"ref": "refs/tags/v1.1.0"})
    return act(docker, repository.path, step, action=action, event=event, network="none")


def test_a_step_without_any_network(docker: Engine, release: Path, place: Path) -> None:
    repository = RepoBuilder(place / "hello").commits("Start").tag("v1.1.0")
    ran = without_network(docker, repository, release)
    assert ran.succeeded, ran.log
    assert (ran.outputs["outcome"], ran.outputs["version"]) == ("created", "1.1.0")


def test_a_checkout_of_main_installs_its_libraries(
    docker: Engine, action: Path, place: Path
) -> None:
    repository = RepoBuilder(place / "hello").commits("Start").tag("v1.1.0")
    ran = without_network(docker, repository, action)
    assert not ran.succeeded
    assert ran.outputs["outcome"] == "unavailable"
    assert "The requirements of annotate could not be installed" in ran.log


@pytest.mark.parametrize(
    ("folder", "lacking"),
    [("release", "Python 3.11 or newer."), ("action", "Python 3.11 or newer with pip.")],
)
def test_a_runner_without_python(
    request: pytest.FixtureRequest, tmp_path: Path, folder: str, lacking: str
) -> None:
    script = request.getfixturevalue(folder) / "without-docker/annotate.sh"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python3").symlink_to("/bin/false")
    (tmp_path / "bin/dirname").symlink_to(shutil.which("dirname") or "")
    env = {"PATH": str(tmp_path / "bin"), "GITHUB_OUTPUT": str(tmp_path / "output")}
    done = subprocess.run(
        ["/bin/bash", script], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert f"::error title=annotate::This runner has no {lacking}%0A" in done.stdout
    assert (tmp_path / "output").read_text() == "outcome=invalid\n"
