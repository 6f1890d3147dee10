"""Not collected by itself: what `test_harness.py` starts, and interrupts while it hangs."""

from tests.support.act import RUNNER_IMAGE, act
from tests.support.engine import SESSION, Engine
from tests.support.repo import RepoBuilder

WAIT = ("sleep", "600")


def test_hangs(docker: Engine, repo: RepoBuilder) -> None:
    """A container of ours and one of act's, both without an end."""
    docker.docker("run", "--detach", "--name", f"{SESSION}-hanging", RUNNER_IMAGE, *WAIT)
    repo.commits("Start")
    act(docker, repo.path, {"run": " ".join(WAIT)}, action=repo.path, event=("push", {}))
