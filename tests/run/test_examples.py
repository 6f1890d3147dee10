"""Each step and each job of the examples, run with the inputs that stand there, in the sandbox."""

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.support.http import serving
from tests.support.pages import EXAMPLES, example, steps
from tests.support.process import Annotate
from tests.support.repo import RepoBuilder

#: tests/e2e runs those that need a container.
ELSEWHERE = {"github/backfill", "github/sandbox", "gitlab/component", "gitlab/sandbox"}
#: What a person would type into the form of a workflow.
TYPED = {"inputs.started": "2026-01-31T09:00:00+01:00"}
_EXPRESSION = re.compile(r"\$\{\{ ([\w.]+) \}\}")
_VARIABLE = re.compile(r"\$(AMPLITUDE_\w+)")


def key(name: str) -> str:
    """A key for a secret's name: 32 hexadecimal digits."""
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


def filled(text: object) -> str:
    """The text of an input, with what GitHub and GitLab would put in."""
    words = str(text).lower() if isinstance(text, bool) else str(text)
    words = _EXPRESSION.sub(lambda found: TYPED.get(found[1]) or key(found[1]), words)
    return _VARIABLE.sub(lambda found: key(found[1]), words)


def tag_of(pattern: str) -> str:
    """The tag that starts a pipeline for this product."""
    return pattern.replace("*", "1.1.0") if pattern else "v1.1.0"


def of_github() -> Iterator[tuple[str, dict[str, str]]]:
    """Each step that runs annotate: its example and its environment."""
    for path in sorted(EXAMPLES.glob("github/*.yml")):
        workflow = example(f"github/{path.stem}")
        for step in steps(workflow):
            given = {name: filled(text) for name, text in step.get("with", {}).items()}
            event, ref = "push", "refs/heads/main"
            if "release" in workflow["on"]:
                event, ref = "release", "refs/tags/v1.1.0"
            elif "tags" in str(workflow["on"]):
                ref = f"refs/tags/{tag_of(given.get('tag-pattern', ''))}"
            yield (
                f"github/{path.stem}",
                {
                    "GITHUB_ACTIONS": "true",
                    "GITHUB_EVENT_NAME": event,
                    "GITHUB_REF": ref,
                    **{f"INPUT_{name.upper()}": text for name, text in given.items()},
                    **{name: filled(text) for name, text in step.get("env", {}).items()},
                },
            )


def of_gitlab() -> Iterator[tuple[str, dict[str, str]]]:
    """Each job that runs annotate: its example and its environment."""
    for path in sorted(EXAMPLES.glob("gitlab/*.yml")):
        pipeline = example(f"gitlab/{path.stem}")
        for name, job in pipeline.items():
            if name.startswith(".") or not isinstance(job, dict):
                continue
            whole: dict[str, Any] = pipeline.get(str(job.get("extends")), {}) | job
            if whole["script"] != "annotate":
                continue
            given = {one: filled(text) for one, text in whole.get("variables", {}).items()}
            yield (
                f"gitlab/{path.stem}",
                {
                    "GITLAB_CI": "true",
                    "CI_COMMIT_TAG": tag_of(given.get("AMPLITUDE_TAG_PATTERN", "")),
                    # The project's own variables.
                    "AMPLITUDE_API_KEY": key("api"),
                    "AMPLITUDE_SECRET_KEY": key("secret"),
                    **given,
                },
            )


CASES = [case for case in (*of_github(), *of_gitlab()) if case[0] not in ELSEWHERE]


@pytest.fixture
def checkout(repo: RepoBuilder) -> Path:
    """A repository that has what the examples speak of."""
    for number in ("1.0.0", "1.1.0"):
        repo.commits("Start" if number == "1.0.0" else "Add search")
        for product in ("v", "web@", "app@"):
            repo.tag(f"{product}{number}")
    (repo.path / "certificates").mkdir()
    trustme.CA().cert_pem.write_to_path(repo.path / "certificates/ca.pem")
    return repo.path


def test_no_example_is_left_out() -> None:
    names = {f"{path.parent.name}/{path.stem}" for path in EXAMPLES.glob("git*/*.yml")}
    assert names - {name for name, _ in CASES} == ELSEWHERE


@pytest.mark.parametrize(("name", "env"), CASES, ids=[name for name, _ in CASES])
def test_an_example_does_what_it_says(
    annotate: Annotate, checkout: Path, tmp_path: Path, name: str, env: dict[str, str]
) -> None:
    if name == "github/several-projects":
        shutil.copy(EXAMPLES / ".amplitude-release.yml", checkout)
    ran = annotate(checkout, "--sandbox", env=env, files=tmp_path / "files")
    assert ran.code == 0, ran.log
    if name.endswith("/check"):
        assert "annotate check: 0 bad" in ran.log
    elif name.endswith("/preview"):
        assert ran.outputs["title"] == "app 1.1.0"
    else:
        assert (ran.outputs["outcome"], ran.outputs["version"]) == ("created", "1.1.0")


@pytest.mark.parametrize(("name", "env"), [case for case in CASES if case[0].endswith("/ledger")])
def test_an_example_with_a_ledger_sends_once(
    annotate: Annotate, checkout: Path, tmp_path: Path, name: str, env: dict[str, str]
) -> None:
    with serving() as server:
        ends = [
            annotate(checkout, f"--api-url={server.url}", env=env, files=tmp_path / f"{number}")
            for number in range(2)
        ]
    assert [ran.outputs["outcome"] for ran in ends] == ["created", "duplicate"], name
    assert len(server.arrived) == 1
