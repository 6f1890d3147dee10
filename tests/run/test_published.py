"""A run that GitHub's event `release` started says what the release says of itself."""

import io
import json
import re
from pathlib import Path

import pytest

from annotate import cli
from tests.support.ci import captured
from tests.support.process import Annotate, Ran, environment
from tests.support.repo import RepoBuilder
from tests.support.world import running

PAGE = "https://github.com/octo-org/hello"
BODY = f"## What's Changed\n* Add search by @octocat in {PAGE}/pull/12\n\n**Thanks!**\n"
TEXT = "- Add search (#12)\n\nThanks!"
OWN = "- Fix login"
SOURCE = "the GitHub release"


@pytest.fixture
def released(repo: RepoBuilder) -> RepoBuilder:
    repo.git("remote", "add", "origin", f"{PAGE}.git")
    repo.commits("Start").tag("v1.0.0").commits("Fix login").tag("v1.2.3")
    return repo


def event(folder: Path, name: object, body: object, **changes: str) -> dict[str, str]:
    """The variables of a run for a release that was published."""
    release = {"tag_name": "v1.2.3", "name": name, "body": body}
    path = folder / "event.json"
    path.write_text(json.dumps({"action": "published", "release": release}))
    own = {"GITHUB_EVENT_PATH": str(path), "GITHUB_API_URL": "", "AMPLITUDE_FETCH": "never"}
    return captured("github-release", **(own | changes))


def sources(ran: Ran) -> dict[str, str]:
    """Where title and description come from, by the summary."""
    rows = [row.split("</td><td>") for row in ran.summary.split("<tr><td>")[1:]]
    return {
        row[0]: row[2].partition("</td>")[0] for row in rows if row[0] in {"title", "description"}
    }


def test_name_and_text_are_title_and_description(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path
) -> None:
    env = event(tmp_path, "Spring", BODY)
    ran = annotate(released.path, "--dry-run", env=env, files=tmp_path / "files")
    assert (ran.outputs["title"], ran.outputs["description"]) == ("Spring", TEXT)
    # The rest is what git says.
    assert (ran.outputs["version"], ran.outputs["previous-tag"]) == ("1.2.3", "v1.0.0")
    assert sources(ran) == {"title": SOURCE, "description": SOURCE}
    payload = json.loads(ran.outputs["payload"])
    assert (payload["title"], payload["description"]) == ("Spring", TEXT)
    assert re.search(rf"description +{len(TEXT)} characters +\({SOURCE}\)", ran.log)


@pytest.mark.parametrize(
    ("name", "body"),
    [("", ""), (None, None), ("v1.2.3", "<!-- -->"), ("Release 1.2.3", "![a](b)"), (1, {})],
)
def test_without_words_there_are_our_own(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path, name: object, body: object
) -> None:
    env = event(tmp_path, name, body)
    ran = annotate(released.path, "--dry-run", env=env, files=tmp_path / "files")
    assert ran.outputs["title"] == "hello 1.2.3"
    assert ran.outputs["description"].startswith(OWN)
    assert sources(ran) == {"title": "repository and version", "description": "the commits"}


def test_one_without_the_other(annotate: Annotate, released: RepoBuilder, tmp_path: Path) -> None:
    env = event(tmp_path, "v1.2.3", BODY)
    ran = annotate(released.path, "--dry-run", env=env, files=tmp_path / "files")
    assert (ran.outputs["title"], ran.outputs["description"]) == ("hello 1.2.3", TEXT)
    assert sources(ran) == {"title": "repository and version", "description": SOURCE}


def test_inputs_win(annotate: Annotate, released: RepoBuilder, tmp_path: Path) -> None:
    env = event(tmp_path, "Spring", BODY)
    flags = ["--title", "Mine", "--description", "*As it is*"]
    ran = annotate(released.path, "--dry-run", *flags, env=env, files=tmp_path / "files")
    assert (ran.outputs["title"], ran.outputs["description"]) == ("Mine", "*As it is*")
    assert sources(ran) == {"title": "the flag --title", "description": "the flag --description"}


def test_templates_name_what_would_be_without_them(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path
) -> None:
    env = event(tmp_path, "Spring", BODY)
    flags = [
        *("--title-template", "{{ version }}: {{ title }}"),
        *("--description-template", "{{ description }}\n{{ commit_count }} in all"),
    ]
    ran = annotate(released.path, "--dry-run", *flags, env=env, files=tmp_path / "files")
    assert ran.outputs["title"] == "1.2.3: Spring"
    assert ran.outputs["description"] == f"{TEXT}\n1 in all"


def test_a_template_around_a_long_text_keeps_its_own(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path
) -> None:
    env = event(tmp_path, "Spring", "* Change\n" * 1000)
    flags = ["--description-template", "{{ description }}\nThe end"]
    ran = annotate(released.path, "--dry-run", *flags, env=env, files=tmp_path / "files")
    assert ran.outputs["description"].endswith("- Change\n…\nThe end")
    assert len(ran.outputs["description"]) <= 3000


def test_another_tag_has_other_words(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path
) -> None:
    env = event(tmp_path, "Spring", BODY)
    ran = annotate(released.path, "preview", "--ref", "v1.0.0", env=env)
    assert ran.log.startswith("hello 1.0.0\n")
    ran = annotate(released.path, "preview", "--ref", "v1.2.3", env=env)
    assert "\nSpring\n" in ran.log


def test_the_words_of_a_release_are_not_those_of_another_event(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path
) -> None:
    env = event(tmp_path, "Spring", BODY, GITHUB_EVENT_NAME="push")
    ran = annotate(released.path, "--dry-run", env=env, files=tmp_path / "files")
    assert ran.outputs["title"] == "hello 1.2.3"


def test_a_preview_says_whose_words_they_are(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path
) -> None:
    ran = annotate(released.path, "preview", env=event(tmp_path, "Spring", BODY))
    assert ran.log == f"title and description: {SOURCE}\nSpring\n\n{TEXT}\n"
    ran = annotate(released.path, "preview", env=event(tmp_path, "", BODY))
    assert ran.log == f"description: {SOURCE}\nhello 1.2.3\n\n{TEXT}\n"


def test_a_preview_in_json_says_where_each_fact_comes_from(
    released: RepoBuilder, tmp_path: Path
) -> None:
    output = io.StringIO()
    env = environment(event(tmp_path, "Spring", BODY))
    process = running(released.path, env, output)._replace(stderr=io.StringIO())
    assert cli.main(["preview", "--json"], process) == 0
    facts = {fact["name"]: fact for fact in json.loads(output.getvalue())["facts"]}
    assert facts["title"] == {"name": "title", "value": "Spring", "source": SOURCE}
    assert facts["description"]["source"] == SOURCE


def test_the_words_of_a_release_without_a_checkout(annotate: Annotate, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    env = event(tmp_path, "Spring", BODY)
    ran = annotate(folder, "--dry-run", env=env, files=tmp_path / "files")
    assert (ran.code, ran.outputs["title"], ran.outputs["description"]) == (0, "Spring", TEXT)


@pytest.mark.parametrize("sign", ["[a](", "<!-- ", "*a ", "`a", "\ud800", "\n", "&#x202e;"])
def test_a_huge_release_is_read_soon(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path, sign: str
) -> None:
    """As large as an event may be, which is far more than a release may be."""
    body = sign * (4_000_000 // len(sign))
    env = event(tmp_path, body, body)
    ran = annotate(released.path, "--dry-run", env=env, files=tmp_path / "files")
    assert ran.code == 0
    assert len(ran.outputs["title"]) <= 200
    assert len(ran.outputs["description"]) <= 3000
