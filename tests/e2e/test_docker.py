"""The image under plain docker: any user, a file system that cannot be written, any place."""

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from threading import Event

import pytest
import requests

from bench import layers, startup
from tests.e2e.conftest import DefaultCheckout, Releases
from tests.support import base_image, checks
from tests.support.container import WITH_KEYS, Container
from tests.support.engine import SESSION, Engine
from tests.support.http import Answer, serving
from tests.support.pages import IMAGE, docker_run, example
from tests.support.process import ROOT, parse_outputs
from tests.support.project import pinned
from tests.support.repo import RepoBuilder, fingerprint


@pytest.fixture
def released(place: Path) -> RepoBuilder:
    """A repository with a release and one before it."""
    repo = RepoBuilder(place / "app").commits("Start").tag("v1.0.0")
    return repo.commits("Add search", "Fix login").tag("v1.1.0")


def mounted(folder: Path, *, at: str = "/work") -> list[str]:
    return ["--volume", f"{folder}:{at}:ro", "--workdir", at]


def test_another_users_repository_on_a_read_only_system(
    container: Container, released: RepoBuilder, releases: Releases
) -> None:
    mount = ["--volume", f"{released.path}:/work"]
    container.run([*mount, "--user", "0"], "chown", "--recursive", "1234:1234", "/work")
    before = fingerprint(released.path)
    assert {owner for _, owner, *_ in before.values()} == {1234}
    ran = container.run(
        [
            *mounted(released.path),
            *("--user", "1000:1000", "--read-only", "--tmpfs=/tmp", *WITH_KEYS),
        ],
        *("--api-url", releases.url, "--allow-http", "--release-start", "commit"),
    )
    assert ran.returncode == 0, ran.stdout
    [release] = releases.created
    assert (release["version"], release["description"]) == ("1.1.0", "- Fix login\n- Add search")
    assert fingerprint(released.path) == before


@pytest.mark.parametrize(
    ("told_by", "shown"), [("--dry-run", '"version": "1.1.0"'), ("preview", "app 1.1.0\n\n- ")]
)
def test_the_line_of_the_readme(
    container: Container, released: RepoBuilder, told_by: str, shown: str
) -> None:
    """The line's own options, on a repository of the user who runs it."""
    words = [
        word.replace("$PWD", str(released.path)).replace("$(id -u):$(id -g)", "1000:1000")
        for word in docker_run(told_by)
    ]
    image = words.index(IMAGE)
    ran = container.run(words[:image], *words[image + 1 :])
    assert ran.returncode == 0, ran.stdout
    assert shown in ran.stdout


def test_the_ledger_in_a_folder_of_its_page(
    container: Container, released: RepoBuilder, releases: Releases, place: Path
) -> None:
    (place / ".annotate").mkdir()
    (place / ".annotate").chmod(0o777)
    words = [
        word.replace("$PWD", str(released.path))
        .replace("$HOME", str(place))
        .replace("$(id -u):$(id -g)", "1000:1000")
        for word in docker_run("/ledger/ledger.db")
    ]
    image = words.index(IMAGE)
    options = [word for word in words[:image] if "AMPLITUDE" not in word and word != "--env"]
    flags = (*words[image + 1 :], "--api-url", releases.url, "--allow-http")
    ended = [container.run([*options, *WITH_KEYS], *flags).stdout for _ in range(2)]
    assert "annotate: created" in ended[0]
    assert "annotate: duplicate" in ended[1]
    assert len(releases.created) == 1


def workflows_backfill() -> list[str]:
    """The words of the line in the workflow, as `docker_run` gives those of a page."""
    job = example("github/backfill")["jobs"]["backfill"]
    [line] = [step["run"] for step in job["steps"] if "docker run" in step.get("run", "")]
    words = shlex.split(line.partition(" ${{")[0])
    return [word for word in words[2:] if word != "--rm"]


@pytest.mark.parametrize("line", [docker_run("-it"), workflows_backfill()], ids=["page", "file"])
def test_the_backfill_of_the_documents(
    container: Container, released: RepoBuilder, releases: Releases, place: Path, line: list[str]
) -> None:
    words = [
        word.replace("$PWD", str(released.path))
        .replace("$HOME", str(place))
        .replace("$RUNNER_TEMP", str(place))
        .replace("$(id -u):$(id -g)", "0:0")
        for word in line
    ]
    image = words.index(IMAGE)
    # Nobody sits at a terminal here.
    options = [word for word in words[:image] if "AMPLITUDE" not in word]
    options = [word for word in options if word not in {"-it", "--env"}]
    flags = (*words[image + 1 :], "--yes", "--api-url", releases.url, "--allow-http")
    ended = [container.run([*options, *WITH_KEYS], *flags).stdout for _ in range(2)]
    assert "annotate: 2 created" in ended[0], ended[0]
    assert "annotate: nothing was left to send" in ended[1], ended[1]
    # Both are on their way at once.
    assert sorted(one["version"] for one in releases.created) == ["1.0.0", "1.1.0"]


def test_the_readmes_check(container: Container, released: RepoBuilder) -> None:
    words = [word.replace("$PWD", str(released.path)) for word in docker_run("check")]
    image = words.index(IMAGE)
    options = [word for word in words[:image] if "AMPLITUDE" not in word and word != "--env"]
    with checks.answering(checks.ACCEPTED, container.engine.gateway()) as server:
        flags = (*words[image + 1 :], "--api-url", server.url, "--allow-http")
        ran = container.run([*options, *WITH_KEYS], *flags)
        assert len(server.arrived) == 1
    assert ran.returncode == 0, ran.stdout
    assert "annotate check: 0 bad, 0 unknown, " in ran.stdout


def test_the_sandbox_of_its_page(docker: Engine, image: str) -> None:
    line = docker_run("ANNOTATE_SERVE=sandbox")
    words = ["127.0.0.1::8080" if word == "8080:8080" else word for word in line]
    name = f"{SESSION}-sandbox"
    options = words[: words.index(IMAGE)]
    command = ["docker", "run", "--rm", "--name", name, *options, image]
    with subprocess.Popen(command, env=docker.env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = process.stdout.readline()
        assert said == "The sandbox listens at http://0.0.0.0:8080\n"
        address = docker.docker("port", name, "8080")
        assert "<h1>annotate" in requests.get(f"http://{address}", timeout=60).text
        docker.docker("stop", "--time", "60", name)
    assert process.returncode == 0


@pytest.mark.parametrize("where", ["folder", "folder/inside", "link", "super/part"])
def test_a_repository_that_is_elsewhere(
    container: Container, released: RepoBuilder, place: Path, where: str
) -> None:
    (released.path / "inside").mkdir()
    released.path.rename(place / "folder")
    (place / "link").symlink_to("folder")
    parent = RepoBuilder(place / "super").commits("Start").tag("v9.0.0")
    allowed = ["-c", "protocol.file.allow=always"]
    parent.git(*allowed, "submodule", "--quiet", "add", str(place / "folder"), "part")
    ran = container.run(mounted(place), "--sandbox", "--working-directory", where)
    assert ran.returncode == 0, ran.stdout
    assert "1.1.0)" in ran.stdout.splitlines()[-1]


def test_a_worktree_with_its_repository(
    container: Container, released: RepoBuilder, place: Path
) -> None:
    released.git("worktree", "add", "--quiet", str(place / "tree"), "v1.1.0")
    main = ["--volume", f"{released.path}:{released.path}:ro"]
    tree = mounted(place / "tree", at=str(place / "tree"))
    ran = container.run([*main, *tree], "--sandbox")
    assert ran.returncode == 0, ran.stdout
    assert "created sandbox1 (tree 1.1.0)" in ran.stdout


def test_a_worktree_without_its_repository(
    container: Container, released: RepoBuilder, place: Path
) -> None:
    released.git("worktree", "add", "--quiet", str(place / "tree"), "v1.1.0")
    ran = container.run(mounted(place / "tree"), "--sandbox")
    assert ran.returncode == 3
    assert f"is a work tree of the repository {released.path}/.git/worktrees/tree" in ran.stdout
    assert "Mount or check out the main repository too, at the same path:" in ran.stdout


def test_stopped_while_it_waits_for_an_answer(
    container: Container, released: RepoBuilder, place: Path
) -> None:
    (place / "files").mkdir(mode=0o777)
    name = f"{SESSION}-stopped"
    arrived = Event()
    engine = container.engine
    with serving(Answer(hang=True), on_arrival=arrived.set, host=engine.gateway()) as server:
        engine.docker(
            *("run", "--detach", "--name", name, *mounted(released.path), *WITH_KEYS),
            *("--volume", f"{place}/files:/files", "--env", "GITHUB_OUTPUT=/files/output"),
            *(container.image, "--api-url", server.url, "--allow-http"),
        )
        assert arrived.wait(timeout=60)
        # After one second the engine would kill it, and the code would be 137.
        engine.docker("stop", "--time", "1", name)
        code = engine.docker("wait", name)
        log = engine.docker("logs", name)
        engine.docker("rm", name)
    assert code == "143"
    assert "The run was interrupted while it waited for the response" in log
    outputs = parse_outputs((place / "files/output").read_text())
    assert (outputs["outcome"], outputs["version"]) == ("unknown", "1.1.0")


def test_a_shell_and_the_command_are_there(container: Container) -> None:
    ran = container.run([], "sh", "-c", "command -v annotate && annotate --version")
    assert ran.returncode == 0
    assert ran.stdout.startswith("/usr/local/bin/annotate\nannotate ")


def test_a_command_that_is_not_there(container: Container) -> None:
    ran = container.run([], "anotate", "--version")
    assert ran.returncode == 127
    assert ran.stdout.startswith("anotate: No such file or directory. The flags of annotate:")


def test_nothing_that_builds_is_there(container: Container) -> None:
    look = "for name in sh pip pip3 cc gcc make man perldoc; do command -v $name; done; true"
    assert container.run([], "sh", "-c", look).stdout == "/usr/bin/sh\n"


def test_a_shell_is_stopped_by_a_closed_pipe(container: Container) -> None:
    ran = container.run([], "sh", "-c", "yes | head -n 1")
    assert ran.stdout == "y\n"


def test_neither_variables_nor_files_of_the_user_run_beside_the_keys(
    container: Container, released: RepoBuilder
) -> None:
    for name in ("sitecustomize", "random", "requests", "git", "annotate", "entrypoint"):
        (released.path / f"{name}.py").write_text("print('THE REPOSITORY RUNS')\n")
    variables = {"PYTHONPATH": "/work", "PYTHONHOME": "/work", "PYTHONINSPECT": "1"}
    options = [part for pair in variables.items() for part in ("--env", "=".join(pair))]
    for command in (["--sandbox"], ["sh", "-c", "annotate --sandbox"]):
        ran = container.run([*mounted(released.path), *options], *command)
        assert ran.returncode == 0, ran.stdout
        assert "THE REPOSITORY RUNS" not in ran.stdout


def test_the_disk_is_full(
    container: Container, released: RepoBuilder, hosted: DefaultCheckout
) -> None:
    directory = hosted(released, released.head, "refs/remotes/origin/main")
    options = [*mounted(directory), "--read-only", "--tmpfs=/tmp:size=32k"]
    ran = container.run(options, "--sandbox", "--on-untagged", "sha")
    assert ran.returncode == 0, ran.stdout
    assert "may be wrong: the disk is full." in ran.stdout
    assert "TMPDIR=/path/with/space" in ran.stdout


def test_no_folder_takes_a_file(container: Container, released: RepoBuilder) -> None:
    ran = container.run(["--read-only", *mounted(released.path)], "--sandbox")
    assert ran.returncode == 0, ran.stdout


def test_a_repository_that_is_closed_to_the_user(
    container: Container, released: RepoBuilder
) -> None:
    (released.path / ".git").chmod(0o700)
    ran = container.run([*mounted(released.path), "--user", "1000"], "--sandbox")
    assert ran.returncode == 3
    assert "user 1000 may not read /work/.git." in ran.stdout
    assert 'docker run --user "$(id -u):$(id -g)"' in ran.stdout


def test_built_from_a_checkout_that_is_closed_to_others(docker: Engine, action: Path) -> None:
    closed = action.parent / "closed"
    shutil.copytree(action, closed)
    for path in closed.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    name = f"{SESSION}:closed"
    docker.docker("build", "--tag", name, str(closed))
    ran = Container(engine=docker, image=name).run(["--user", "1000:1000"], "--version")
    docker.docker("image", "rm", name)
    assert (ran.returncode, ran.stdout[:9]) == (0, "annotate "), ran.stdout


@pytest.mark.parametrize("kit", ["0", "1"])
def test_both_builders_of_docker_build_it(docker: Engine, kit: str) -> None:
    """DOCKER_BUILDKIT chooses; some clients have only one of the builders."""
    clients = dict.fromkeys(
        shutil.which("docker", path=folder) for folder in docker.env["PATH"].split(":")
    )
    said = ""
    for client in filter(None, clients):
        done = subprocess.run(
            [client, "build", "--quiet", str(ROOT)],
            env={**docker.env, "DOCKER_BUILDKIT": kit},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            return
        said += done.stderr
    pytest.fail(said)


def test_its_start_costs_little_beyond_that_of_a_container(container: Container) -> None:
    found = startup.measured(container.engine, [container.image])
    assert startup.beyond(found, container.image) <= startup.LIMIT


def test_its_layers_are_small_and_the_last_has_all_that_a_new_version_changes(
    container: Container,
) -> None:
    libraries, ours = layers.own(container.engine, container.image, base_image.NAME)
    assert libraries.compressed <= 14_700_000
    assert libraries.files <= 800
    assert ours.compressed <= 800_000


def test_a_change_of_the_code_builds_only_the_last_layer(
    docker: Engine, image: str, action: Path
) -> None:
    changed = action.parent / "changed"
    shutil.copytree(action, changed)
    with (changed / "annotate/__init__.py").open("a") as file:
        file.write(f"# {SESSION}\n")
    name = f"{SESSION}:changed"
    docker.docker("build", "--tag", name, str(changed))
    form = "{{json .RootFS.Layers}}"
    before, after = (
        json.loads(docker.docker("image", "inspect", "--format", form, one))
        for one in (image, name)
    )
    docker.docker("image", "rm", name)
    # The times of the files in a layer are those of its build.
    assert before[:-1] == after[:-1]
    assert before[-1] != after[-1]


_IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path.insert(0, "/opt/annotate")
for top in [one.name for one in pkgutil.iter_modules(["/opt/annotate"])]:
    below = getattr(importlib.import_module(top), "__path__", [])
    for one in pkgutil.walk_packages(below, f"{top}.", onerror=lambda name: None):
        try:
            importlib.import_module(one.name)
        except ImportError as error:
            print(error.name)
"""


def test_of_all_that_its_modules_import_only_what_is_optional_is_missing(
    container: Container,
) -> None:
    ran = container.run([], "python3", "-I", "-W", "ignore", "-c", _IMPORT_ALL)
    assert ran.returncode == 0, ran.stdout
    # Parts of urllib3 for other libraries, and PyYAML's parser in C, which annotate does not use.
    optional = {"js", "OpenSSL", "socks", "h2", "yaml._yaml"}
    assert set(ran.stdout.split()) - {"/opt/annotate/certifi/cacert.pem"} == optional


@pytest.mark.parametrize(
    "module", ["pip", "setuptools", "unittest", "gitdb.test", "charset_normalizer"]
)
def test_what_only_developers_need_is_not_in_it(container: Container, module: str) -> None:
    script = f"import sys; sys.path.insert(0, '/opt/annotate'); import {module}"
    assert f"No module named '{module}'" in container.run([], "python3", "-c", script).stdout


def test_each_library_has_its_version_and_its_licence(container: Container) -> None:
    look = (
        "cd /opt/annotate; for one in *.dist-info; do test -s $one/METADATA;"
        " find $one -type f -iname 'licen[sc]e*' | grep -q . || echo $one; done; ls -d *.dist-info"
    )
    found = container.run([], "sh", "-euc", look).stdout.lower().replace("_", "-").split()
    named = {one.rsplit("-", 2)[0] for one in found}
    assert named == pinned().keys() - {"charset-normalizer"}
