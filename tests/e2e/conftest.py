"""The engine, our image and a Releases API that containers reach; nothing stays behind."""

import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from annotate.sandbox.server import running
from tests.support import base_image, engine
from tests.support.act import RUNNER_IMAGE
from tests.support.container import Container
from tests.support.default_checkout import default_checkout
from tests.support.engine import SESSION, Engine, EngineUnavailable
from tests.support.git_server import hosting
from tests.support.gitlab import WAITER_IMAGE
from tests.support.process import ROOT
from tests.support.project import check_out
from tests.support.repo import RepoBuilder

#: A repository, a commit of it, and what its checkout calls that -> the checkout.
DefaultCheckout = Callable[[RepoBuilder, str, str], Path]


@dataclass(frozen=True, kw_only=True)
class Releases:
    """The project's own sandbox, where containers of the engine reach it."""

    url: str
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def created(self) -> list[dict[str, Any]]:
        """The releases that it took, as it answered them."""
        return [one["answer"]["release"] for one in self.told if "release" in one["answer"]]


@pytest.fixture(scope="session", autouse=True)
def _a_signal_ends_the_fixtures_too() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def docker() -> Iterator[Engine]:
    """An engine with the base and the runner's image; whatever tests start in it must end."""
    try:
        with engine.running() as found:
            base_image.provide(found)
            found.docker("build", "--tag", RUNNER_IMAGE, str(ROOT / "tests/e2e/runner"))
            found.docker("build", "--tag", WAITER_IMAGE, str(ROOT / "tests/e2e/waiter"))
            before = found.things()
            try:
                yield found
            finally:
                found.remove(found.things() - before)
    except EngineUnavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def image(docker: Engine) -> Iterator[str]:
    """Our image, built of what is here."""
    name = f"{SESSION}:image"
    docker.docker("build", "--tag", name, str(ROOT))
    yield name
    docker.docker("image", "rm", name)


@pytest.fixture(scope="session")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a runner checks it out."""
    return check_out(tmp_path_factory.mktemp("action"))


@pytest.fixture
def container(docker: Engine, image: str) -> Container:
    """Our image, to be run."""
    return Container(engine=docker, image=image)


@pytest.fixture
def releases(docker: Engine) -> Iterator[Releases]:
    """A sandbox on the engine's own bridge."""
    told: list[dict[str, Any]] = []
    with running(
        lambda: datetime.now(UTC),
        host=docker.gateway(),
        log=lambda line: told.append(json.loads(line)),
    ) as url:
        yield Releases(url=url, told=told)


@pytest.fixture
def hosted(docker: Engine, place: Path) -> Iterator[DefaultCheckout]:
    """Hosts a repository where containers reach it; gives default checkouts of it."""
    (place / "hosted/octo").mkdir(parents=True)
    with hosting(place / "hosted", host=docker.gateway()) as server:

        def check_out(repo: RepoBuilder, commit: str, ref: str) -> Path:
            (place / "hosted/octo/hello.git").symlink_to(repo.path / ".git")
            (place / "default").mkdir()
            return default_checkout(place / "default/hello", server, "octo/hello", commit, ref)

        yield check_out


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that every user may enter; pytest's own is closed to others."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    return tmp_path
