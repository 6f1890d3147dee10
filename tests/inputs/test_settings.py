"""Inputs from flags, environment, file and defaults, and every problem at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from annotate.errors import InvalidInputs
from annotate.inputs import config_file, settings, sources
from annotate.inputs.settings import Settings
from annotate.inputs.targets import Target
from annotate.release import End, Start
from tests.support.process import API_KEY, KEYS, SECRET_KEY


def read(
    cwd: Path,
    *flags: str,
    config: str | bytes = "",
    keys: bool = True,
    env: dict[str, str] | None = None,
) -> Settings:
    if config:
        content = config.encode() if isinstance(config, str) else config
        (cwd / ".amplitude-release.yml").write_bytes(content)
    variables = {**(KEYS if keys else {}), **(env or {})}
    return settings.read(sources.read(flags, variables), variables, cwd)


def target(got: Settings) -> Target:
    [only] = got.targets
    return only


def problems(
    cwd: Path, *flags: str, config: str | bytes = "", env: dict[str, str] | None = None
) -> str:
    with pytest.raises(InvalidInputs) as caught:
        read(cwd, *flags, config=config, env=env)
    return "\n".join(map(str, caught.value.messages))


@pytest.mark.parametrize(
    ("flag", "variable", "general", "winner"),
    [
        ("flag", "input", "variable", "flag"),
        ("", "input", "variable", "input"),
        ("", " ", "variable", "variable"),
        ("", "", "", "file"),
    ],
)
def test_the_first_that_is_set_wins(
    tmp_path: Path, flag: str, variable: str, general: str, winner: str
) -> None:
    env = {"INPUT_TITLE": variable, "AMPLITUDE_TITLE": general}
    got = read(tmp_path, f"--title={flag}", config="title: file", env=env)
    assert target(got).wishes.title == winner


@pytest.mark.parametrize(
    "name", ["INPUT_RELEASE-END", "INPUT_RELEASE_END", "AMPLITUDE_RELEASE_END"]
)
def test_three_names_in_the_environment(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, env={name: "start"}).wanted.end is End.START


def test_the_defaults(tmp_path: Path) -> None:
    got = read(tmp_path)
    assert target(got).base_url == "https://amplitude.com"
    assert (got.wanted.start, got.wanted.end) == (Start.PIPELINE, End.NONE)
    assert (got.retries, got.timeout, got.deadline) == (4, 30.0, 120.0)
    assert target(got).wishes.chart_visibility
    assert not got.dry_run
    assert got.wanted.sources == {
        "api-key": "the variable AMPLITUDE_API_KEY",
        "secret-key": "the variable AMPLITUDE_SECRET_KEY",
    }


def test_secrets_do_not_show_in_the_settings(tmp_path: Path) -> None:
    text = repr(read(tmp_path, env={"AMPLITUDE_GITHUB_TOKEN": "ghs_token"}))
    assert not [secret for secret in (API_KEY, SECRET_KEY, "ghs_token") if secret in text]


def test_white_space_around_a_key_is_removed(tmp_path: Path) -> None:
    got = read(tmp_path, env={"AMPLITUDE_API_KEY": f" {API_KEY}\n"})
    assert target(got).keys.api_key == API_KEY


def test_scalars_of_the_file_are_the_text_that_stands_there(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        config="version: 1.10\ntitle: on\ncreated-by: 2026-01-01\nretries: 3\ndry-run: true\n",
    )
    assert (got.version, target(got).wishes.title) == ("1.10", "on")
    assert got.wanted.created_by == "2026-01-01"
    assert (got.retries, got.dry_run) == (3, True)


def test_lists(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        env={"INPUT_PLATFORMS": "iOS, Android\n Web ,iOS"},
        config="tag-pattern:\n  - v*\n  - '!v*-rc*'\npaths: |\n  a,b\n  c\n",
    )
    assert target(got).wishes.platforms == ("iOS", "Android", "Web")
    assert got.tag_pattern.lines == ("v*", "!v*-rc*")
    assert got.paths == ("a,b", "c")


def test_an_empty_file_sets_nothing(tmp_path: Path) -> None:
    assert target(read(tmp_path, config="# nothing\n")).wishes.title == ""


def test_another_file(tmp_path: Path) -> None:
    (tmp_path / "other.yml").write_text("title: other")
    assert target(read(tmp_path, "--config", "other.yml")).wishes.title == "other"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-29T01:30:00+05:30", datetime(2026, 3, 28, 20, tzinfo=UTC)),
        ("2026-03-28T20:00:00Z", datetime(2026, 3, 28, 20, tzinfo=UTC)),
        ("2026-03-28 20:00:00", datetime(2026, 3, 28, 20, tzinfo=UTC)),
        ("1774728000", datetime(2026, 3, 28, 20, tzinfo=UTC)),
        ("1774728000.5", datetime(2026, 3, 28, 20, 0, 0, 500_000, UTC)),
    ],
)
def test_times(tmp_path: Path, text: str, moment: datetime) -> None:
    start = read(tmp_path, "--release-start", text).wanted.start
    assert isinstance(start, datetime)
    assert start - moment == timedelta(0)


@pytest.mark.parametrize("switch", [("RUNNER_DEBUG", "1"), ("CI_DEBUG_TRACE", "true")])
def test_the_runners_debug_switch_counts(tmp_path: Path, switch: tuple[str, str]) -> None:
    assert read(tmp_path, env=dict([switch])).debug


@pytest.mark.parametrize("flag", ["--dry-run", "--sandbox"])
def test_no_keys_are_needed_where_nothing_is_sent(tmp_path: Path, flag: str) -> None:
    assert not read(tmp_path, flag, keys=False).needs_keys


def test_missing_keys_may_be_a_reason_to_skip(tmp_path: Path) -> None:
    got = read(tmp_path, "--on-missing-credentials", "skip", keys=False)
    assert not target(got).keys


def test_a_key_of_another_form_is_only_a_warning(tmp_path: Path) -> None:
    [warning] = read(tmp_path, env={"AMPLITUDE_API_KEY": "abc"}).warnings
    assert warning.what == "The input api-key is not 32 hex characters, as Amplitude's keys are."


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://amplitude.com/", "https://amplitude.com"),
        ("https://analytics.eu.amplitude.com/api/2/release", "https://analytics.eu.amplitude.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:80/x/", "http://[::1]:80/x"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_other_hosts(tmp_path: Path, given: str, url: str) -> None:
    assert target(read(tmp_path, "--api-url", given)).base_url == url


def test_plain_http_elsewhere_must_be_allowed(tmp_path: Path) -> None:
    got = read(tmp_path, "--api-url=http://proxy.example", "--allow-http")
    assert target(got).base_url == "http://proxy.example"


def test_amplitudes_own_hosts_are_allowed_in_the_file(tmp_path: Path) -> None:
    got = read(tmp_path, config="api-url: https://analytics.eu.amplitude.com")
    assert target(got).base_url == "https://analytics.eu.amplitude.com"


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--region=moon"], "The input region is `moon`, which is none of `us`, `eu`."),
        (["--dry-run=yes"], "The input dry-run is `yes`, which is neither `true` nor `false`."),
        (
            ["--api-url=https://analytics.amplitude.com"],
            "which is Amplitude's web app, not the Releases API; that is at https://amplitude.com"
            " (leave api-url out and set `region: us`).",
        ),
        (
            ["--api-url=https://api.eu.amplitude.com"],
            "that is at https://analytics.eu.amplitude.com (leave api-url out and set"
            " `region: eu`).",
        ),
        (["--api-url=http://example.com"], "a host without https: anyone on the way could read"),
        (["--api-url=ftp://x"], "which is not a URL of the form `https://host`."),
        (["--api-url=https://[x"], "which is not a URL ("),
        (["--api-url=https://u:p@x.example"], "`https://***@x.example`, which holds credentials"),
        (["--api-url=https://x.example/?a=b"], "which holds more than scheme, host and path."),
        (
            ["--release-start=2026-01-01T00:00:00"],
            "a time without an offset, so nobody can know which moment it means.",
        ),
        (["--release-start=tomorrow"], "`tomorrow`, which is a time in no known format."),
        (["--release-start=1774728000000"], "which looks like milliseconds"),
        (["--release-start=999999999999"], "a time in no known format"),
        (
            ["--release-start=1774728000", "--release-end=1774727999"],
            "The release would end before it begins",
        ),
        (["--retries=-1"], "which is not a whole number from 0 to 100."),
        (["--timeout=0"], "which is not a number of seconds above 0 and up to 86400."),
        (["--deadline=nan"], "which is not a number of seconds"),
        (
            ["--tag-pattern=v[0"],
            "The input tag-pattern is not a valid pattern: a `[` is not closed.",
        ),
        (["--titel=x"], "There is no input named titel."),
        (["--api-key=x"], "The input api-key has no flag."),
        (["--title"], "The flag --title could not be read: expected one argument."),
        (["positional"], "There is an argument that belongs to no flag."),
        (["--config=none.yml"], "none.yml does not exist."),
        (["--ca-bundle=none.pem"], "The input ca-bundle names none.pem, which cannot be used"),
    ],
)
def test_what_is_refused(tmp_path: Path, flags: list[str], sentence: str) -> None:
    assert sentence in problems(tmp_path, *flags)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"AMPLITUDE_API_KEY": ""}, "api-key is not set."),
        ({"AMPLITUDE_API_KEY": "", "AMPLITUDE_SECRET_KEY": ""}, "api-key and secret-key are not"),
        ({"AMPLITUDE_SECRET_KEY": "a b"}, "The input secret-key contains white space."),
        ({"AMPLITUDE_API_KEY": "ключ"}, "The input api-key contains characters that no key has."),
        ({"INPUT_TITEL": "x"}, "The nearest name is title."),
        ({"INPUT_QQQQQ": "x"}, "The inputs are: api-key, "),
    ],
)
def test_what_is_refused_in_the_environment(
    tmp_path: Path, variables: dict[str, str], sentence: str
) -> None:
    assert sentence in problems(tmp_path, env=variables)


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    others = {"AMPLITUDE_EXPERIMENT": "x", "INPUT_ARGS": "x", "INPUT_ENTRYPOINT": "x"}
    assert read(tmp_path, env=others).wanted.sources.keys() == {"api-key", "secret-key"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("- a\n", "The config file is not a mapping ("),
        ("title: [a, b\n", ".amplitude-release.yml, line 2, column 1"),
        ("a: b: c\n", ".amplitude-release.yml, line 1, column 5"),
        (b"\xff\xfe\x00", "The config file is not YAML"),
        ("[" * 5000, "The config file is not YAML"),
        ("titel: x\n", "The nearest name is title."),
        ("title: a\ntitle: b\n", "The key title is set twice ("),
        ("title:\n  a: b\n", "The value of title is neither text nor a list of texts ("),
        ("paths: [[a]]\n", "The value of paths is neither text nor a list of texts ("),
        ("? [a]\n: b\n", "A key is not plain text ("),
        ("region: moon\n", ".amplitude-release.yml, line 1, column 1. Data residency"),
        ("api-url: https://example.com\n", "names a host that is not Amplitude's"),
        ("x: " + "y" * config_file.SIZE_LIMIT, "is larger than 65536 bytes."),
        ("a: 1\n---\nb: 2\n", "The config file is not YAML"),
    ],
)
def test_what_is_refused_in_the_file(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    assert sentence in problems(tmp_path, config=content)


@pytest.mark.parametrize(
    "name",
    ["api-key", "secret-key", "github-token", "allow-http", "ca-bundle", "dotenv", "config"],
)
def test_what_the_file_may_not_set(tmp_path: Path, name: str) -> None:
    sentence = f"The input {name} cannot be set in the config file ("
    assert sentence in problems(tmp_path, config=f"{name}: value\n")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".amplitude-release.yml").mkdir()
    assert "cannot be read" in problems(tmp_path)


def test_text_that_no_encoder_takes_is_replaced(tmp_path: Path) -> None:
    got = read(tmp_path, env={"INPUT_TITLE": "a\udcffb"}, config='description: "x\\0y\\ud800z"')
    wishes = target(got).wishes
    assert (wishes.title, wishes.description) == ("a\ufffdb", "x\ufffdy\ufffdz")


def test_every_problem_at_once(tmp_path: Path) -> None:
    text = problems(
        tmp_path,
        "--region=moon",
        "--titel=x",
        config="strip-v: maybe\n",
        env={"AMPLITUDE_API_KEY": ""},
    )
    assert [line for line in text.splitlines() if not line.startswith(" ")] == [
        "There is no input named titel.",
        "The input region is `moon`, which is none of `us`, `eu`.",
        "The input strip-v is `maybe`, which is neither `true` nor `false`.",
        "api-key is not set.",
    ]
