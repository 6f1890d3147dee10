"""The image under plain docker: any user, a file system that cannot be written, any place."""

import shlex
from pathlib import Path
from threading import Event

import pytest

from bench import startup
from tests.e2e.conftest import Releases
from tests.support.container import Container
from tests.support.engine import PREFIX
from tests.support.http import Answer, serving
from tests.support.process import KEYS, parse_outputs
from tests.support.repo import RepoBuilder, fingerprint

WITH_KEYS = [part for pair in KEYS.items() for part in ("--env", "=".join(pair))]


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


def test_the_readmes_line(container: Container, released: RepoBuilder) -> None:
    """The line's own options, on a repository of the user who runs it."""
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    line = readme.partition("\ndocker run ")[2].partition("```")[0].replace("\\\n", " ")
    options = line.replace("$PWD", str(released.path)).replace("$(id -u):$(id -g)", "1000:1000")
    words = shlex.split(options)
    image = words.index("ghcr.io/OWNER/annotate:v0")
    given = [word for word in words[:image] if word != "--rm"]
    ran = container.run(given, *words[image + 1 :])
    assert ran.returncode == 0, ran.stdout
    assert '"version": "1.1.0"' in ran.stdout


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
    assert f"whose repository is elsewhere, in {released.path}/.git/worktrees/tree" in ran.stdout
    assert "Mount or check out the folder that holds the main repository too" in ran.stdout


def test_stopped_while_it_waits_for_an_answer(
    container: Container, released: RepoBuilder, place: Path
) -> None:
    (place / "files").mkdir(mode=0o777)
    name = f"{PREFIX}stopped"
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
    assert "The run was interrupted while it waited for the answer" in log
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
    ran = container.run([], "sh", "-c", "command -v pip pip3 cc gcc make man perldoc")
    assert (ran.returncode != 0, ran.stdout) == (True, "")


def test_its_start_costs_little_beyond_its_libraries(container: Container) -> None:
    assert startup.ratio(container.engine, container.image) <= startup.LIMIT
