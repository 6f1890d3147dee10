"""Which events of GitHub send a release, and that of several runs for one only one does."""

import json
import os
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from annotate import yaml_nodes
from annotate.ci import detection
from annotate.errors import Message
from tests.support.ci import captured
from tests.support.http import Server, serving
from tests.support.process import KEYS, Annotate
from tests.support.repo import RepoBuilder
from tests.support.world import NOW

FILE = ".github/workflows/release.yml"
TYPES = ("published", "released", "prereleased", "created")
#: What one release fires when it is made, and when its draft is published (GitHub Docs, `release`).
FIRED = {
    "final": ("created", "published", "released"),
    "final of a draft": ("published", "released"),
    "pre-release": ("created", "published", "prereleased"),
    "pre-release of a draft": ("published",),
}
ALL = "on: release"


def event(folder: Path, payload: dict[str, Any], workflow: str = "", **changes: str) -> Any:
    """The variables of a run for an event, in a workspace that holds the workflow file."""
    (folder / "event.json").write_text(json.dumps(payload))
    if workflow:
        (folder / FILE).parent.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text(workflow)
    own = {
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_WORKSPACE": str(folder),
        "GITHUB_WORKFLOW_REF": f"octo-org/hello/{FILE}@refs/tags/v1.2.3",
    }
    return captured("github-release", **(own | changes))


def reason(env: dict[str, str]) -> Message | None:
    return detection.running(env).read(env, NOW, "").no_release


def release(action: str, **fields: object) -> dict[str, Any]:
    return {"action": action, "release": {"tag_name": "v1.2.3", **fields}}


def sending(folder: Path, kind: str, workflow: str, listed: tuple[str, ...] = TYPES) -> list[str]:
    """The types whose runs send, of those that GitHub starts for a release of this kind."""
    pre = kind.startswith("pre")
    return [
        one
        for one in FIRED[kind]
        if one in listed and not reason(event(folder, release(one, prerelease=pre), workflow))
    ]


@pytest.mark.parametrize("kind", FIRED)
@pytest.mark.parametrize(
    "workflow",
    [
        ALL,
        "on: [push, release]",
        "on:\n  push:\n  release:\n",
        "on:\n  release:\n    types: []\n",
        '"on": {release: }',
        f"on:\n  release:\n    types: [{', '.join((*TYPES, 'edited'))}]\n",
    ],
)
def test_one_run_of_several_sends(tmp_path: Path, kind: str, workflow: str) -> None:
    assert sending(tmp_path, kind, workflow) == ["published"]


@pytest.mark.parametrize("kind", FIRED)
@pytest.mark.parametrize(
    "listed", [some for count in (1, 2, 3) for some in combinations(TYPES, count)]
)
def test_one_run_sends_whatever_types_are_listed(
    tmp_path: Path, kind: str, listed: tuple[str, ...]
) -> None:
    """None only where GitHub starts none; else the first in the order of `TYPES`."""
    workflow = f"on:\n  release:\n    types: [{', '.join(listed)}]\n"
    possible = [one for one in TYPES if one in listed and one in FIRED[kind]]
    assert sending(tmp_path, kind, workflow, listed) == possible[:1]


def test_a_single_type_may_be_a_text(tmp_path: Path) -> None:
    workflow = "on:\n  release:\n    types: created\n"
    assert reason(event(tmp_path, release("created"), workflow)) is None


def test_a_promoted_pre_release_was_sent_when_it_was_published(tmp_path: Path) -> None:
    found = reason(event(tmp_path, release("released", prerelease=False), ALL))
    assert found
    assert "is sent by the run for the type `published`; this run, for `released`" in found.what
    assert "types: [published]" in found.mend


@pytest.mark.parametrize("action", ["deleted", "edited", "unpublished"])
@pytest.mark.parametrize("workflow", ["", ALL, "on:\n  release:\n    types: [edited, deleted]\n"])
def test_a_change_announces_nothing(tmp_path: Path, action: str, workflow: str) -> None:
    found = reason(event(tmp_path, release(action), workflow))
    assert found
    assert found.what == f"The release v1.2.3 was {action}, so there is no release to send."


def test_a_draft_announces_nothing(tmp_path: Path) -> None:
    found = reason(event(tmp_path, release("created", draft=True)))
    assert found
    assert found.what == "The release v1.2.3 is a draft, so there is no release to send."


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"ref": "v1.2.3", "ref_type": "tag"}, "The tag v1.2.3 was deleted"),
        ({"ref": "main", "ref_type": "branch"}, "A branch or tag was deleted"),
        ({"ref": ["v1"], "ref_type": "tag"}, "A branch or tag was deleted"),
        ({}, "A branch or tag was deleted"),
    ],
)
def test_the_event_delete_announces_nothing(
    tmp_path: Path, payload: dict[str, Any], words: str
) -> None:
    found = reason(
        event(tmp_path, payload, GITHUB_EVENT_NAME="delete", GITHUB_REF="refs/heads/main")
    )
    assert found
    assert found.what.startswith(words)


@pytest.mark.parametrize(
    "workflow",
    [
        "",
        "on: [",
        "[" * 5000,
        "on: push",
        "on:\n  push:\n",
        "on:\n  release:\n    types: [published]\n",
        "release",
        "? [on]\n: release",
        f"{ALL}\n#{'x' * yaml_nodes.SIZE_LIMIT}",
        f"{ALL}\njobs:\n  a:\n    if: github.event.action == 'created'\n",
        f"{ALL}\njobs:\n  a:\n    if: github.event['action'] == 'created'\n",
        f"{ALL}\njobs:\n  a:\n    if: GitHub.Event.Action == 'created'\n",
    ],
)
def test_a_run_sends_where_the_file_does_not_say_that_another_does(
    tmp_path: Path, workflow: str
) -> None:
    assert reason(event(tmp_path, release("created"), workflow)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"GITHUB_WORKFLOW_REF": ""},
        {"GITHUB_WORKFLOW_REF": f"other/hello/{FILE}@refs/heads/main"},
        {"GITHUB_WORKFLOW_REF": "octo-org/hello/../hello/x.yml@refs/heads/main"},
        {"GITHUB_WORKSPACE": ""},
        {"GITHUB_WORKSPACE": "/no/such/folder"},
    ],
)
def test_a_run_sends_where_the_file_is_not_at_hand(tmp_path: Path, changes: dict[str, str]) -> None:
    assert reason(event(tmp_path, release("created"), ALL, **changes)) is None


@pytest.mark.parametrize("target", ["outside", "fifo", "/dev/zero"])
def test_no_link_leads_out_of_the_workspace(tmp_path: Path, target: str) -> None:
    """A pipe, or a file without an end, would hold the run up."""
    workspace = tmp_path / "work"
    workspace.mkdir()
    (tmp_path / "outside").write_text(ALL)
    os.mkfifo(workspace / "fifo")
    (workspace / FILE).parent.mkdir(parents=True)
    (workspace / FILE).symlink_to(workspace / target if target == "fifo" else tmp_path / target)
    assert reason(event(workspace, release("created"))) is None


@pytest.mark.parametrize(
    ("action", "workflow", "requests"),
    [("published", ALL, 1), ("created", ALL, 0), ("created", "", 1), ("deleted", "", 0)],
)
def test_the_whole_run_for_a_release(
    annotate: Annotate, repo: RepoBuilder, action: str, workflow: str, requests: int
) -> None:
    repo.commits("one").tag("v1.2.3")
    env = event(repo.path, release(action), workflow, GITHUB_API_URL="")
    with serving() as server:
        ran = sent(annotate, repo, server, env)
        assert len(server.arrived) == requests
    assert ("annotate: skipped" in ran) is (requests == 0)
    assert ("types: [published]" in ran) is (requests == 0)


def sent(annotate: Annotate, repo: RepoBuilder, server: Server, env: dict[str, str]) -> str:
    ran = annotate(repo.path, "--api-url", server.url, "--fetch", "never", env=KEYS | env)
    assert ran.code == 0
    return ran.log
