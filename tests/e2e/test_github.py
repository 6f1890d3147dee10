"""The action in GitHub's workflows, by each event: outputs in the next step, and the summary."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import DefaultCheckout, Releases
from tests.support import checks
from tests.support.act import SECRETS, ActRun, act
from tests.support.engine import Engine
from tests.support.pages import example, steps
from tests.support.repo import RepoBuilder, fingerprint

PUBLISHED = {"tag_name": "v1.1.0", "published_at": "2026-03-28T20:00:00Z"}
EVENTS: dict[str, tuple[str, Mapping[str, Any]]] = {
    "tag": ("push", {"ref": "refs/tags/v1.1.0", "repository": {"pushed_at": 1774728000}}),
    "branch": ("push", {"ref": "refs/heads/main", "repository": {"pushed_at": 1774728000}}),
    "release": ("release", {"action": "published", "release": PUBLISHED}),
    "dispatch": ("workflow_dispatch", {"ref": "refs/heads/main", "inputs": {}}),
    "fork": (
        "pull_request",
        {
            "number": 7,
            "pull_request": {
                "head": {"ref": "fix", "repo": {"fork": True}},
                "base": {"ref": "main"},
            },
        },
    ),
}


@pytest.fixture
def repository(place: Path) -> RepoBuilder:
    """A checkout with its history, one commit after its newest release."""
    repo = RepoBuilder(place / "hello")
    repo.git("remote", "add", "origin", "https://github.com/octo-org/hello.git")
    repo.commits("Start").tag("v1.0.0").commits("Add search", "Fix login")
    repo.tag("v1.1.0", "Search\n\nFind what you cooked.\n")
    return repo.commits("Add a timer")


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """The recipes on a repository, with a Releases API of ours."""

    docker: Engine
    action: Path
    repository: RepoBuilder
    releases: Releases

    def run(
        self,
        event: str,
        *,
        uses: str = "OWNER/annotate@v0",
        directory: Path | None = None,
        recipe: str = "tag",
        **inputs: str,
    ) -> ActRun:
        """Run the step of a recipe for an event; the inputs by their names with `_` for `-`."""
        given = {name.replace("_", "-"): text for name, text in inputs.items()}
        with_ours = {"api-url": self.releases.url, "allow-http": "true", **given}
        [step] = steps(example(f"github/{recipe}"))
        step |= {"uses": uses, "with": step["with"] | with_ours}
        return act(
            self.docker,
            directory or self.repository.path,
            step,
            action=self.action,
            event=EVENTS[event],
            secrets=() if event == "fork" else SECRETS,
        )


@pytest.fixture
def workflow(docker: Engine, action: Path, repository: RepoBuilder, releases: Releases) -> Workflow:
    """The recipes."""
    return Workflow(docker=docker, action=action, repository=repository, releases=releases)


@pytest.mark.parametrize(
    ("event", "version", "start"),
    [
        ("tag", "1.1.0", "2026-03-28 20:00:00"),
        ("branch", "1.1.0-1-g", "2026-03-28 20:00:00"),
        ("release", "1.1.0", "2026-03-28 20:00:00"),
        ("dispatch", "1.1.0-1-g", ""),
    ],
)
def test_an_event_makes_a_release(workflow: Workflow, event: str, version: str, start: str) -> None:
    tagged = event in {"tag", "release"}
    workflow.repository.checkout("v1.1.0" if tagged else "main")
    ran = workflow.run(event)
    assert ran.succeeded, ran.log
    [release] = workflow.releases.created
    assert release["version"].startswith(version)
    assert release["release_start"].startswith(start)
    assert release["title"] == ("Search" if tagged else f"hello {release['version']}")
    assert ran.outputs["outcome"] == "created"
    assert ran.outputs["release-id"] == release["id"]
    assert ran.outputs["version"] == release["version"]
    assert ran.outputs["description"] == release["description"]
    assert ran.outputs["tag"] == ("v1.1.0" if tagged else "")
    assert f"✅ {release['title']} is on the charts" in ran.summary


@pytest.mark.parametrize(
    ("recipe", "event"),
    [
        ("after-deploy", "tag"),
        ("changesets", "branch"),
        ("release-drafter", "release"),
        ("release-please", "branch"),
    ],
)
def test_a_recipe_makes_a_release(workflow: Workflow, recipe: str, event: str) -> None:
    workflow.repository.checkout("v1.1.0")
    ran = workflow.run(event, recipe=recipe)
    assert ran.succeeded, ran.log
    [release] = workflow.releases.created
    assert release["version"] == "1.1.0"


def test_the_default_checkout(workflow: Workflow, hosted: DefaultCheckout) -> None:
    commit = workflow.repository.git("rev-parse", "v1.1.0^{}")
    directory = hosted(workflow.repository, commit, "refs/tags/v1.1.0")
    before = fingerprint(directory)
    ran = workflow.run("tag", directory=directory)
    assert ran.succeeded, ran.log
    [release] = workflow.releases.created
    assert (release["version"], release["title"]) == ("1.1.0", "Search")
    assert release["description"].startswith("Find what you cooked.\n\n- Fix login\n- Add search")
    assert (ran.outputs["previous-tag"], ran.outputs["commit-count"]) == ("v1.0.0", "2")
    assert fingerprint(directory) == before


def test_a_fork_has_no_secrets(workflow: Workflow) -> None:
    ran = workflow.run("fork", on_missing_credentials="skip")
    assert ran.succeeded, ran.log
    assert (workflow.releases.told, ran.outputs["outcome"]) == ([], "skipped")
    assert "No release to send" in ran.summary


def test_a_fork_fails_where_the_user_did_not_expect_one(workflow: Workflow) -> None:
    ran = workflow.run("fork")
    assert not ran.succeeded
    assert (workflow.releases.told, ran.outputs["outcome"]) == ([], "invalid")
    assert "api-key and secret-key are not set" in ran.summary


def test_without_docker(workflow: Workflow) -> None:
    workflow.repository.checkout("v1.1.0")
    # Whatever lies in the checkout, it does not run beside the keys.
    for name in ("pip", "json", "requests", "annotate"):
        workflow.repository.commit(f"Add {name}", path=f"{name}.py")
        (workflow.repository.path / f"{name}.py").write_text("raise SystemExit('IT RUNS')\n")
    ran = workflow.run("tag", uses="OWNER/annotate/without-docker@v0", platforms="iOS\nWeb")
    assert ran.succeeded, ran.log
    [release] = workflow.releases.created
    assert (release["version"], release["platforms"]) == ("1.1.0", ["iOS", "Web"])
    assert (ran.outputs["outcome"], ran.outputs["release-id"]) == ("created", release["id"])
    assert "✅ Search is on the charts" in ran.summary


def test_a_check_of_what_is_right(workflow: Workflow) -> None:
    with checks.answering(checks.ACCEPTED, workflow.docker.gateway()) as server:
        ran = workflow.run("tag", recipe="check", api_url=server.url)
        assert len(server.arrived) == 1
    assert ran.succeeded, ran.log
    assert "annotate check: 0 bad, 0 unknown, " in ran.log
    assert "✅ A release would be sent" in ran.summary
    assert not any(ran.outputs.values())


@pytest.mark.parametrize("uses", ["OWNER/annotate@v0", "OWNER/annotate/without-docker@v0"])
def test_a_check_of_five_mistakes(workflow: Workflow, uses: str) -> None:
    checks.with_a_ledger(workflow.repository)
    mistakes: dict[str, Any] = {
        name.replace("-", "_"): text for name, text in checks.MISTAKES.items()
    }
    with checks.answering(checks.REFUSED, workflow.docker.gateway()) as server:
        ran = workflow.run("branch", uses=uses, recipe="check", api_url=server.url, **mistakes)
        assert len(server.arrived) == 1
    assert not ran.succeeded
    assert checks.mistakes_in(ran.log) == list(checks.LINES)
    assert "<p>5 bad, 1 unknown, " in ran.summary


def test_a_check_in_a_fork_has_no_keys(workflow: Workflow) -> None:
    with checks.answering(checks.ACCEPTED, workflow.docker.gateway()) as server:
        ran = workflow.run("fork", recipe="check", api_url=server.url)
    assert ran.succeeded, ran.log
    assert "unknown  keys             It is not known whether the keys are right" in ran.log


def test_a_preview_in_a_fork(workflow: Workflow) -> None:
    ran = workflow.run("fork", recipe="preview")
    assert ran.succeeded, ran.log
    assert workflow.releases.told == []
    assert ran.outputs["title"].startswith("hello 1.1.0-1-g")
    assert f"🔍 {ran.outputs['title']} would be sent" in ran.summary
    assert "Add a timer" in ran.summary
