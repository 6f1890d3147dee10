"""Lines of messages in the form that inputs have where annotate runs."""

import pytest

from annotate.errors import Message, Topic
from annotate.inputs.remedies import Form, adapted, form
from annotate.pipeline import LogFormat

SKIP = "on-missing-credentials: skip   # only without secrets"


def mend(text: str, wanted: Form, topic: Topic = Topic.INPUT, why: str = "") -> str:
    return adapted(Message("What.", why, text, topic=topic), wanted).mend


@pytest.mark.parametrize(
    ("line", "in_job", "in_shell"),
    [
        (
            SKIP,
            'AMPLITUDE_ON_MISSING_CREDENTIALS: "skip"   # only without secrets',
            "--on-missing-credentials skip   # only without secrets",
        ),
        ("sandbox: true", 'AMPLITUDE_SANDBOX: "true"', "--sandbox"),
        (
            "sandbox: false   # to send",
            'AMPLITUDE_SANDBOX: "false"   # to send',
            "--sandbox false   # to send",
        ),
        ("on-failure: true", 'AMPLITUDE_ON_FAILURE: "true"', "--on-failure true"),
        ("deadline: 600", 'AMPLITUDE_DEADLINE: "600"', "--deadline 600"),
        (
            "fetch: auto         # annotate",
            'AMPLITUDE_FETCH: "auto"   # annotate',
            "--fetch auto   # annotate",
        ),
        ('tag-pattern: "v*"', 'AMPLITUDE_TAG_PATTERN: "v*"', "--tag-pattern 'v*'"),
        ("tag-pattern: …", 'AMPLITUDE_TAG_PATTERN: "…"', "--tag-pattern …"),
        ('title: "a # b"   # c', 'AMPLITUDE_TITLE: "a # b"   # c', "--title 'a # b'   # c"),
        ('title: "say \\"é\\""', 'AMPLITUDE_TITLE: "say \\"é\\""', "--title 'say \"é\"'"),
        (
            "title-template: \"{{ version.split('.') }}\"",
            "AMPLITUDE_TITLE_TEMPLATE: \"{{ version.split('.') }}\"",
            "--title-template \"{{ version.split('.') }}\"",
        ),
        (
            "release-start: now   # or tag, or a time such as 2026-01-31T12:00:00Z",
            'AMPLITUDE_RELEASE_START: "now"   # or tag, or a time such as 2026-01-31T12:00:00Z',
            "--release-start now   # or tag, or a time such as 2026-01-31T12:00:00Z",
        ),
    ],
)
def test_an_input(line: str, in_job: str, in_shell: str) -> None:
    assert mend(line, Form.STEP) == line
    assert mend(line, Form.JOB) == f"variables:\n  {in_job}"
    assert mend(line, Form.SHELL) == in_shell


def test_lines_for_another_host_are_left_out() -> None:
    text = """Set it:
on:      # GitHub
  push:
    tags: ["v*"]
rules:   # GitLab
  - if: $CI_COMMIT_TAG
gh secret set KEY   # GitHub, or in Settings
git fetch --tags    # in a shell; no GitHub is needed
fetch: auto"""
    *common, fetch = [
        "Set it:",
        "git fetch --tags    # in a shell; no GitHub is needed",
        "fetch: auto",
    ]
    on_github = [
        "on:      # GitHub",
        "  push:",
        '    tags: ["v*"]',
        "gh secret set KEY   # GitHub, or in Settings",
    ]
    assert mend(text, Form.STEP).splitlines() == [common[0], *on_github, common[1], fetch]
    on_gitlab = ["rules:   # GitLab", "  - if: $CI_COMMIT_TAG"]
    assert mend(text, Form.JOB).splitlines()[:4] == [common[0], *on_gitlab, common[1]]
    assert mend(text, Form.COMPONENT).splitlines()[:4] == [common[0], *on_gitlab, common[1]]
    assert mend(text, Form.SHELL).splitlines()[:-1] == text.splitlines()[:-1]


@pytest.mark.parametrize("wanted", Form)
@pytest.mark.parametrize(
    "text",
    [
        "api-key: ${{ secrets.AMPLITUDE_API_KEY }}",
        "with:\n  version: 1.2.3",
        "on:\n  push:\n    tags: ['**']",
        "Set the region: it is wrong",
        "The inputs are: command, api-key",
        "git tag --annotate v1.2.3",
        "regoin: eu",
        'title: "no \\x JSON"',
        'title: "open',
        "version:",
    ],
)
def test_what_sets_no_input_in_one_line(text: str, wanted: Form) -> None:
    assert mend(text, wanted) == text


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('title: "costs $5"', Form.JOB),
        ('title: "costs $5"', Form.COMPONENT),
        ('title: "one\\ntwo"', Form.SHELL),
        ('title: "it\'s $5"', Form.SHELL),
    ],
)
def test_a_value_that_must_be_cut_into_pieces(line: str, wanted: Form) -> None:
    assert mend(line, wanted) == line


def test_lines_that_follow_each_other_share_a_heading() -> None:
    text = f"sandbox: true\n{SKIP}\nOr:\nregion: eu"
    assert mend(text, Form.JOB) == (
        'variables:\n  AMPLITUDE_SANDBOX: "true"\n'
        '  AMPLITUDE_ON_MISSING_CREDENTIALS: "skip"   # only without secrets\n'
        'Or:\nvariables:\n  AMPLITUDE_REGION: "eu"'
    )
    # The component has no input dotenv.
    assert mend("region: eu\ndotenv: a.env\nsandbox: true", Form.COMPONENT) == (
        'inputs:\n  region: "eu"\nvariables:\n  AMPLITUDE_DOTENV: "a.env"\n'
        'inputs:\n  sandbox: "true"'
    )


@pytest.mark.parametrize("wanted", Form)
@pytest.mark.parametrize(
    ("topic", "why"),
    [
        (Topic.CONFIG, ""),
        (Topic.TARGETS, ""),
        (Topic.INPUT, "It is set by /app/.amplitude-release.yml, line 3, column 1. Which region."),
    ],
)
def test_what_the_config_file_sets_is_mended_there(topic: Topic, why: str, wanted: Form) -> None:
    assert mend("region: eu", wanted, topic, why) == "region: eu"


def test_the_pipeline_trusts_the_file() -> None:
    why = "It is set by .amplitude-release.yml, line 3, column 1."
    assert mend("trust-config: true", Form.SHELL, Topic.TRUST, why) == "--trust-config"


@pytest.mark.parametrize(
    ("log_format", "env", "expected"),
    [
        (LogFormat.GITHUB, {}, Form.STEP),
        (LogFormat.GITLAB, {"INPUT_REGION": "eu"}, Form.JOB),
        (LogFormat.GITLAB, {"INPUT_COMMAND": ""}, Form.COMPONENT),
        (LogFormat.PLAIN, {"INPUT_COMMAND": "check"}, Form.SHELL),
    ],
)
def test_the_form_of_a_place(log_format: LogFormat, env: dict[str, str], expected: Form) -> None:
    assert form(log_format, env) is expected


@pytest.mark.parametrize(
    "line", ['title: "a\\tb"', 'title: "a\\rb"', 'title: "a\\u001bb"', 'title: "a\\nb"']
)
def test_a_value_with_characters_that_are_not_written_as_they_are(line: str) -> None:
    assert mend(line, Form.SHELL) == line


def test_a_value_that_looks_like_a_flag() -> None:
    assert mend('title: "-{{ tag }}"', Form.SHELL) == "--title='-{{ tag }}'"


@pytest.mark.parametrize("around", Form)
def test_what_a_flag_sets_is_mended_by_a_flag(around: Form) -> None:
    why = "It is set by the flag --retries."
    assert mend("retries: 4", around, why=why) == "--retries 4"


def test_what_the_config_file_cannot_set_is_no_line_of_it() -> None:
    assert mend("config: a.yml", Form.SHELL, Topic.CONFIG) == "--config a.yml"
    assert mend("region: eu", Form.SHELL, Topic.CONFIG) == "region: eu"


def test_a_value_of_several_lines() -> None:
    text = "tag-pattern: |\n  v*\n  nightly-*\nregion: eu"
    assert mend(text, Form.JOB) == (
        'variables:\n  AMPLITUDE_TAG_PATTERN: |\n    v*\n    nightly-*\n  AMPLITUDE_REGION: "eu"'
    )
    assert mend(text, Form.COMPONENT).startswith("inputs:\n  tag-pattern: |\n    v*\n")
    assert mend(text, Form.SHELL) == "tag-pattern: |\n  v*\n  nightly-*\n--region eu"
