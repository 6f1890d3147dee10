"""Templates and the preview, as users run them: from flags, variables and the config file."""

import html
import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from annotate import cli
from annotate.errors import Topic
from tests.support.http import serving
from tests.support.pages import blocks
from tests.support.process import ENTRYPOINT, KEYS, ROOT, Annotate, environment
from tests.support.repo import RepoBuilder
from tests.support.world import running

BLOCKS = blocks(ROOT / "docs/templates.md", "yaml")


@pytest.fixture(scope="session")
def cookery(tmp_path_factory: pytest.TempPathFactory) -> RepoBuilder:
    """A release with a co-author, a bot and a `.mailmap`, which no test changes."""
    repo = RepoBuilder(tmp_path_factory.mktemp("cookery"))
    (repo.path / ".mailmap").write_text("Ada Lovelace <ada@example.com>\nBob B <bob@example.com>\n")
    repo.git("add", ".mailmap")
    repo.git("remote", "add", "origin", "https://github.com/o/cookery.git")
    repo.commits("Start").tag("v1.0.0")
    repo.commits(
        "feat: scale a recipe (#12)\n\nCo-authored-by: bob <bob@example.com>\n",
        "fix: the oven's unit",
        "chore: tidy up",
    )
    return repo.tag("v1.1.0")


@pytest.fixture
def released(cookery: RepoBuilder, tmp_path: Path) -> RepoBuilder:
    """A copy of it."""
    return cookery.copied(tmp_path / "app")


EXPECTED = [
    """\
1.1.0 is out

New
• Scale a recipe (Ada Lovelace)

Fixed
• The oven's unit (Ada Lovelace)

https://github.com/o/cookery/compare/v1.0.0...v1.1.0
""",
    """\
cookery 1.1.0

New
- Scale a recipe (#12)

Fixed
- The oven's unit

1 change under the hood

https://github.com/o/cookery/compare/v1.0.0...v1.1.0

By Ada Lovelace, Bob B, in no environment
""",
]


@pytest.mark.parametrize(("block", "expected"), list(zip(BLOCKS, EXPECTED, strict=True)))
def test_the_pages_templates(
    annotate: Annotate, block: str, expected: str, released: RepoBuilder
) -> None:
    (released.path / ".amplitude-release.yml").write_text(block, encoding="utf-8")
    ran = annotate(released.path, "preview")
    assert ran.log == expected
    assert ran.code == 0


def test_what_the_preview_shows_is_what_is_sent(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path
) -> None:
    with serving() as server:
        shown = annotate(released.path, "preview").log
        sent = annotate(released.path, "--api-url", server.url, env=KEYS, files=tmp_path / "files")
    payload = json.loads(server.arrived[0].body)
    assert shown == f"{payload['title']}\n\n{payload['description']}\n"
    assert sent.outputs["description"] == payload["description"]


def test_templates_in_variables(annotate: Annotate, released: RepoBuilder, tmp_path: Path) -> None:
    env = {
        "AMPLITUDE_TITLE_TEMPLATE": "{{ version }} by {{ people|join(' and ') }}",
        "INPUT_DESCRIPTION-TEMPLATE": "{% for c in commits %}\n{{ c.subject }}\n{% endfor %}",
    }
    ran = annotate(released.path, "--dry-run", env=env, files=tmp_path / "files")
    assert ran.outputs["title"] == "1.1.0 by Ada Lovelace and Bob B"
    assert ran.outputs["description"] == "Tidy up\nThe oven's unit\nScale a recipe"


def test_texts_win_over_templates(annotate: Annotate, released: RepoBuilder) -> None:
    flags = ["--title", "{{ version }}", "--title-template", "{{ tag }}"]
    assert '"title": "{{ version }}"' in annotate(released.path, "--dry-run", *flags).log


def test_mistakes_are_reported_together_before_anything_is_read(
    annotate: Annotate, tmp_path: Path
) -> None:
    (tmp_path / ".amplitude-release.yml").write_text('title-template: "{{ titel }}"\n')
    flags = ["--description-template", "{{ version", "--region", "asia"]
    ran = annotate(tmp_path, "preview", *flags)
    assert ran.code == 2
    place = f"{tmp_path}/.amplitude-release.yml, line 1, column 1"
    assert "`titel` is not known, `title` is (line 1, column 4 of the template)" in ran.log
    assert f"It is set by {place}." in ran.log
    assert "unexpected end of template" in ran.log
    assert "The input region is `asia`" in ran.log


def test_a_template_that_fails_late_is_an_error_of_inputs(
    annotate: Annotate, released: RepoBuilder, tmp_path: Path
) -> None:
    flags = ["--dry-run", "--title-template", "{{ 1 / (commits|length - 3) }}"]
    ran = annotate(released.path, *flags, files=tmp_path / "files")
    assert (ran.code, ran.outputs["outcome"]) == (2, "invalid")
    assert "division by zero (line 1, column 4 of the template)" in ran.log


def test_an_empty_title(annotate: Annotate, released: RepoBuilder) -> None:
    ran = annotate(released.path, "preview", "--title-template", "{{ environment }}")
    assert (ran.code, ran.log) == (
        2,
        "error: The template in title-template produces an empty title.\n"
        "  It is set by the flag --title-template, and a release needs a title.\n"
        "      --title-template '{{ title }}'\n"
        f"  More: {Topic.TEMPLATE.address}\n",
    )


def test_a_long_description_is_cut_at_a_line_and_said(
    annotate: Annotate, released: RepoBuilder
) -> None:
    template = "{% for c in commits %}\n" + "{{ c.subject }}\n" * 200 + "{% endfor %}"
    ran = annotate(released.path, "preview", "--description-template", template)
    assert ran.code == 0
    assert "warning: The description was cut to 3000 characters.\n" in ran.log
    assert ran.log.endswith("Tidy up\n…\n") or ran.log.endswith("unit\n…\n")


def test_our_own_words_make_room_for_the_users(annotate: Annotate, repo: RepoBuilder) -> None:
    repo.commits("Start").tag("v1.0.0").commits(*(f"Step{n} {'x' * 60}" for n in range(90)))
    template = "{{ description }}\n\nBy {{ people|join }}"
    ran = annotate(repo.tag("v1.1.0").path, "preview", "--description-template", template)
    assert "warning" not in ran.log
    assert re.search(r"\n… and [0-9]+ more\n\nBy Ada\n$", ran.log)
    assert len(ran.log.partition("\n\n")[2]) <= 3001


def test_a_long_title_is_cut_and_said(annotate: Annotate, released: RepoBuilder) -> None:
    ran = annotate(released.path, "preview", "--title-template", "{{ description }}" * 5)
    assert ran.code == 0
    assert "warning: The title was cut to 200 characters.\n" in ran.log


def test_braces_in_a_literal_text_are_pointed_out(
    annotate: Annotate, released: RepoBuilder
) -> None:
    ran = annotate(released.path, "preview", "--title", "{{ version }} is out")
    assert ran.log.startswith(
        "warning: The input title contains `{{`, but it is sent as it is.\n"
        "  It is set by the flag --title. Templates have their own input.\n"
        "      --title-template '{{ version }} is out'\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "title-template: {{ version }} is out",
        "title-template: {% if tag %}",
        "title-template: {{ version }}",
    ],
)
def test_a_template_without_quotes_in_yaml(
    annotate: Annotate, released: RepoBuilder, line: str
) -> None:
    (released.path / ".amplitude-release.yml").write_text(f"{line}\n")
    ran = annotate(released.path, "preview")
    assert ran.code == 2
    assert ran.log.endswith(
        "      In YAML, put a template in quotes or after a `|`:\n"
        '      title-template: "{{ version }} is out"\n'
        f"  More: {Topic.CONFIG.address}\n"
    )


def test_the_environment_of_a_gitlab_deployment(annotate: Annotate, released: RepoBuilder) -> None:
    env = {"GITLAB_CI": "true", "CI_ENVIRONMENT_NAME": "staging", "CI_COMMIT_SHA": released.head}
    ran = annotate(released.path, "preview", "--title-template", "{{ environment }}", env=env)
    assert ran.log.startswith("staging\n")


def test_a_preview_needs_a_version(annotate: Annotate, tmp_path: Path) -> None:
    ran = annotate(tmp_path, "preview")
    assert ran.code == 3
    assert ran.log.startswith("error: There is no git repository in ")


def test_a_preview_in_a_github_job_commands_nobody(annotate: Annotate, repo: RepoBuilder) -> None:
    repo.commits("Start").tag("v1.0.0").commits("Add it").tag("v1.1.0", "::error::Gone\n\n::stop")
    ran = annotate(repo.path, "preview", env={"GITHUB_ACTIONS": "true"})
    assert ran.log.startswith("\\::error::Gone\n\n\\::stop\n")


def test_a_carriage_return_in_a_text_commands_nobody(
    annotate: Annotate, released: RepoBuilder
) -> None:
    ran = annotate(
        released.path, "preview", "--description", "a\r::error::b", env={"GITHUB_ACTIONS": "true"}
    )
    assert ran.log.endswith("\n\na\n\\::error::b\n")


@pytest.mark.parametrize(
    "streams",
    [
        ">&- 2>&-",
        ">/dev/full",
        pytest.param(">&-", marks=pytest.mark.slow),
        pytest.param("2>&-", marks=pytest.mark.slow),
    ],
)
def test_streams_that_nobody_reads(released: RepoBuilder, streams: str) -> None:
    command = f'"{sys.executable}" "{ENTRYPOINT}" preview {{}} {streams}'
    for flag, code in (("", 0), ("--region asia", 2)):
        ran = subprocess.run(
            ["sh", "-c", command.format(flag)],
            cwd=released.path,
            env=environment(),
            capture_output=True,
            check=False,
        )
        assert ran.returncode == code
        assert b"Traceback" not in ran.stderr + ran.stdout


class Terminal(io.StringIO):
    """A stream that a person reads."""

    def isatty(self) -> bool:
        """True."""
        return True


@pytest.mark.parametrize(
    ("env", "coloured"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colours_are_for_terminals_alone(
    released: RepoBuilder, env: dict[str, str], coloured: bool
) -> None:
    terminal = Terminal()
    assert cli.main(["preview"], running(released.path, environment(env), terminal)) == 0
    text = terminal.getvalue()
    assert text.startswith("\x1b[1mcookery 1.1.0\x1b[0m\n" if coloured else "cookery")
    assert ("\x1b[1mNew\x1b[0m" in text) is coloured
    assert ("\x1b[2m1 change under the hood\x1b[0m" in text) is coloured


def test_a_terminal_is_known_by_its_kind(released: RepoBuilder) -> None:
    main, other = pty.openpty()
    command = [sys.executable, str(ENTRYPOINT), "preview"]
    env = environment({"TERM": "xterm"})
    with os.fdopen(main, "rb", buffering=0) as terminal:
        subprocess.run(command, cwd=released.path, env=env, stdout=other, check=True)
        assert terminal.read(65_536).startswith(b"\x1b[1mcookery 1.1.0\x1b[0m\r\n")
    os.close(other)


def test_summary_and_sandbox_show_the_notes_as_they_are_sent(
    annotate: Annotate, repo: RepoBuilder, tmp_path: Path
) -> None:
    repo.commits("Start").tag("v1.0.0")
    repo.commits("feat: <b>bold</b> & *stars*", "fix: a `</pre>`  end", "feat: 🎉 | ::stop")
    repo.tag("v1.1.0", "Winter\n\nFor <everyone>:\n\n  1. cooks\n  2. guests\n")
    ran = annotate(repo.path, "--sandbox", files=tmp_path / "files")
    sent = json.loads(ran.outputs["payload"])
    assert sent["description"] == ran.outputs["description"]
    # The first block after the heading has the facts; lists and paragraphs follow.
    notes = [line for line in ran.summary.split("\n")[2:] if re.match("<(h4|p|ul)>", line)]
    shown = html.unescape(re.sub(r"</?\w+>", " ", " ".join(notes))).split()
    assert shown == re.sub(r"(?m)^- ", "", sent["description"]).split()
    assert html.unescape(ran.summary).startswith(f"<h3>🧪 {sent['title']} went to the sandbox: ")
    answer = json.loads(ran.outputs["response"])["release"]
    assert (answer["title"], answer["description"]) == (sent["title"], sent["description"])
