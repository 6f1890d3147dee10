"""Inputs from flags, environment, file and defaults, and every problem at once."""

import tracemalloc
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from annotate.errors import InvalidInputs, Message, Topic
from annotate.inputs import settings, sources, targets
from annotate.inputs.settings import Settings
from annotate.inputs.sources import Given, Sources
from annotate.inputs.table import BY_NAME
from annotate.inputs.targets import Entry, Reader, Target
from annotate.release import End, Start
from annotate.yaml_nodes import SIZE_LIMIT
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
) -> tuple[Message, ...]:
    with pytest.raises(InvalidInputs) as caught:
        read(cwd, *flags, config=config, env=env)
    return caught.value.messages


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
    assert target(got).fields.title == winner


@pytest.mark.parametrize(
    "name", ["INPUT_RELEASE-END", "INPUT_RELEASE_END", "AMPLITUDE_RELEASE_END"]
)
def test_three_names_in_the_environment(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, env={name: "start"}).common.end is End.START


def test_the_defaults(tmp_path: Path) -> None:
    got = read(tmp_path)
    assert target(got).base_url == "https://amplitude.com"
    assert (got.common.start, got.common.end) == (Start.PIPELINE, End.NONE)
    assert (got.retries, got.timeout, got.deadline) == (4, 30.0, 120.0)
    assert target(got).fields.chart_visibility
    assert not got.dry_run
    assert got.common.sources == {
        "api-key": "the variable AMPLITUDE_API_KEY",
        "secret-key": "the variable AMPLITUDE_SECRET_KEY",
    }


class _Asked(dict[str, Given]):
    """Values that know which of them were asked for."""

    def __init__(self, given: Mapping[str, Given], names: set[str]) -> None:
        super().__init__(given)
        self._asked = names

    def __contains__(self, name: object) -> bool:
        self._asked.add(str(name))
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._asked.add(name)
        return super().get(name, default)


def test_the_inputs_of_the_table_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody reads would be offered and do nothing; what the table lacks cannot be set."""
    asked: set[str] = set()
    text, merged = Sources.text, Sources.merged

    def asked_text(self: Sources, name: str, default: str = "") -> str:
        asked.add(name)
        return text(self, name, default)

    def asked_merged(self: Sources, config: Mapping[str, Given]) -> _Asked:
        return _Asked(merged(self, config), asked)

    monkeypatch.setattr(Sources, "text", asked_text)
    monkeypatch.setattr(Sources, "merged", asked_merged)
    read(tmp_path)
    assert asked == set(BY_NAME), "the table and annotate/inputs/settings.py differ"


def test_the_keys_of_a_target_are_read(tmp_path: Path) -> None:
    """As above, for what the table allows each target to have of its own."""
    asked: set[str] = set()
    reader = Reader(env={}, trusted=False, allow_http=False, problems=[], warnings=[])
    reader.read([Entry(place="", values=_Asked({}, asked))], target(read(tmp_path)))
    assert asked == set(targets.NAMES), "the table and annotate/inputs/targets.py differ"


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
    assert (got.version, target(got).fields.title) == ("1.10", "on")
    assert got.common.created_by == "2026-01-01"
    assert (got.retries, got.dry_run) == (3, True)


def test_lists(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        env={"INPUT_PLATFORMS": "iOS, Android\n Web ,iOS"},
        config="tag-pattern:\n  - v*\n  - '!v*-rc*'\npaths: |\n  a,b\n  c\n",
    )
    assert target(got).fields.platforms == ("iOS", "Android", "Web")
    assert got.tag_pattern.lines == ("v*", "!v*-rc*")
    assert got.paths == ("a,b", "c")


def test_an_empty_file_sets_nothing(tmp_path: Path) -> None:
    assert target(read(tmp_path, config="# nothing\n")).fields.title == ""


def test_another_file(tmp_path: Path) -> None:
    (tmp_path / "other.yml").write_text("title: other")
    assert target(read(tmp_path, "--config", "other.yml")).fields.title == "other"


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
    start = read(tmp_path, "--release-start", text).common.start
    assert isinstance(start, datetime)
    assert start - moment == timedelta(0)


@pytest.mark.parametrize("switch", [("RUNNER_DEBUG", "1"), ("CI_DEBUG_TRACE", "true")])
def test_the_runners_debug_switch_counts(tmp_path: Path, switch: tuple[str, str]) -> None:
    assert read(tmp_path, env=dict([switch])).debug


@pytest.mark.parametrize("flag", ["--dry-run", "--sandbox"])
def test_no_keys_are_needed_where_nothing_is_sent(tmp_path: Path, flag: str) -> None:
    assert not read(tmp_path, flag, keys=False).needs_keys


@pytest.mark.parametrize("name", ["AMPLITUDE_A;ls", '"AMPLITUDE_B\\n  region: eu"', "AMPLITUDE-C"])
def test_a_name_of_the_config_file_that_is_none(tmp_path: Path, name: str) -> None:
    config = f"targets: [{{name: web, api-key-variable: {name}, secret-key-variable: AMPLITUDE_S}}]"
    [wrong, missing] = problems(tmp_path, config=config)
    assert wrong.what == "The api-key-variable of the target web is not the name of a variable."
    assert "AMPLITUDE_S is not set" in missing.what


def test_missing_keys_may_be_a_reason_to_skip(tmp_path: Path) -> None:
    got = read(tmp_path, "--on-missing-credentials", "skip", keys=False)
    assert not target(got).keys


def test_a_key_of_another_form_is_only_a_warning(tmp_path: Path) -> None:
    [warning] = read(tmp_path, env={"AMPLITUDE_API_KEY": "abc"}).warnings
    assert warning.topic is Topic.KEY_FORM
    assert "api-key" in warning.what


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


@pytest.mark.parametrize("dot", ["", "."])
def test_the_mend_for_a_host_of_amplitude_is_its_region(tmp_path: Path, dot: str) -> None:
    [message] = problems(tmp_path, f"--api-url=https://app.eu.amplitude.com{dot}/x")
    assert message.mend.endswith("follows from the region:\nregion: eu")


def test_plain_http_elsewhere_must_be_allowed(tmp_path: Path) -> None:
    got = read(tmp_path, "--api-url=http://proxy.example", "--allow-http")
    assert target(got).base_url == "http://proxy.example"


def test_amplitudes_own_hosts_are_allowed_in_the_file(tmp_path: Path) -> None:
    got = read(tmp_path, config="api-url: https://analytics.eu.amplitude.com")
    assert target(got).base_url == "https://analytics.eu.amplitude.com"


@pytest.mark.parametrize(
    ("flags", "topic", "word"),
    [
        (["--region=moon"], Topic.INPUT, "`moon`"),
        (["--dry-run=yes"], Topic.INPUT, "`yes`"),
        (["--api-url=https://analytics.amplitude.com"], Topic.ADDRESS, "`region: us`"),
        (["--api-url=https://api.eu.amplitude.com"], Topic.ADDRESS, "`region: eu`"),
        (["--api-url=http://example.com"], Topic.ADDRESS, "https"),
        (["--api-url=ftp://x"], Topic.ADDRESS, "`https://host`"),
        (["--api-url=https://[x"], Topic.ADDRESS, "URL"),
        (["--api-url=https://u:p@x.example"], Topic.ADDRESS, "`https://***@x.example`"),
        (["--api-url=https://u:p@q@x.example"], Topic.ADDRESS, "`https://***@x.example`"),
        (["--api-url=https://x.example/?a=b"], Topic.ADDRESS, "path"),
        (["--release-start=2026-01-01T00:00:00"], Topic.INPUT, "offset"),
        (["--release-start=tomorrow"], Topic.INPUT, "`tomorrow`"),
        (["--release-start=1774728000000"], Topic.INPUT, "milliseconds"),
        (["--release-start=999999999999"], Topic.INPUT, "`999999999999`"),
        (["--release-start=1774728000", "--release-end=1774727999"], Topic.TIMES, "2026-03-28"),
        (["--retries=-1"], Topic.INPUT, "`-1`"),
        (["--timeout=0"], Topic.INPUT, "`0`"),
        (["--deadline=nan"], Topic.INPUT, "`nan`"),
        (["--tag-pattern=v[0"], Topic.INPUT, "`[`"),
        (["--titel=x"], Topic.INPUT, "titel"),
        (["--api-key=x"], Topic.INPUT, "api-key"),
        (["--title"], Topic.INPUT, "--title"),
        (["positional"], Topic.INPUT, "argument"),
        (["--config=none.yml"], Topic.CONFIG, "none.yml"),
        (["--ca-bundle=none.pem"], Topic.INPUT, "none.pem"),
    ],
)
def test_what_is_refused(tmp_path: Path, flags: list[str], topic: Topic, word: str) -> None:
    [message] = problems(tmp_path, *flags)
    assert message.topic is topic
    assert word in message.what


@pytest.mark.parametrize(
    ("variables", "topic", "word"),
    [
        ({"AMPLITUDE_API_KEY": ""}, Topic.KEYS, "api-key"),
        ({"AMPLITUDE_API_KEY": "", "AMPLITUDE_SECRET_KEY": ""}, Topic.KEYS, "secret-key"),
        ({"AMPLITUDE_SECRET_KEY": "a b"}, Topic.KEY_FORM, "secret-key"),
        ({"AMPLITUDE_API_KEY": "ключ"}, Topic.KEY_FORM, "api-key"),
        ({"INPUT_TITEL": "x"}, Topic.INPUT, "titel"),
        ({"INPUT_QQQQQ": "x"}, Topic.INPUT, "qqqqq"),
    ],
)
def test_what_is_refused_in_the_environment(
    tmp_path: Path, variables: dict[str, str], topic: Topic, word: str
) -> None:
    [message] = problems(tmp_path, env=variables)
    assert message.topic is topic
    assert word in message.what


@pytest.mark.parametrize(
    ("flags", "variables"),
    [(["--titel", "x"], {}), (["chek"], {}), (["--api-key=x"], {}), ([], {"INPUT_API_KEYS": "x"})],
)
def test_missing_keys_are_no_news_beside_an_unknown_name(
    tmp_path: Path, flags: list[str], variables: dict[str, str]
) -> None:
    without_keys = {"AMPLITUDE_API_KEY": "", "AMPLITUDE_SECRET_KEY": "", "INPUT_RETRIES": "many"}
    found = problems(tmp_path, *flags, env={**without_keys, **variables})
    assert [one.topic for one in found] == [Topic.INPUT, Topic.INPUT]
    assert "retries is `many`" in found[1].what


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    others = {"AMPLITUDE_EXPERIMENT": "x", "INPUT_ARGS": "x", "INPUT_ENTRYPOINT": "x"}
    assert read(tmp_path, env=others).common.sources.keys() == {"api-key", "secret-key"}


@pytest.mark.parametrize(
    ("theirs", "own"),
    [
        ("AMPLITUDE_ON_UNTAGED", "AMPLITUDE_ON_UNTAGGED"),
        ("AMPLITUDE_RELEASESTART", "AMPLITUDE_RELEASE_START"),
        ("AMPLITUDE_PLATFORM", "AMPLITUDE_PLATFORMS"),
        ("AMPLITUDE_TAG_PATERN", "AMPLITUDE_TAG_PATTERN"),
        ("AMPLITUDE_TITEL", "AMPLITUDE_TITLE"),
        ("AMPLITUDE_REGOIN", "AMPLITUDE_REGION"),
    ],
)
def test_a_variable_that_is_nearly_an_input_is_a_warning(
    tmp_path: Path, theirs: str, own: str
) -> None:
    [warning] = read(tmp_path, env={theirs: "s3cret"}).warnings
    assert theirs in warning.what
    assert own in warning.mend
    assert "s3cret" not in str(warning)


@pytest.mark.parametrize("how", ["flag", "variable", "file"])
def test_a_misspelling_of_an_input_that_is_set_is_no_warning(tmp_path: Path, how: str) -> None:
    env = {"AMPLITUDE_REGIN": "eu"} | ({"INPUT_REGION": "us"} if how == "variable" else {})
    flags = ["--region", "us"] if how == "flag" else []
    config = "region: us" if how == "file" else ""
    assert read(tmp_path, *flags, env=env, config=config).warnings == ()


OF_OTHER_TOOLS = """
    ACCESS_KEY API_ENDPOINT API_HOST API_KEY_A API_KEY_EU API_KEY_PROD API_SECRET API_TOKEN
    API_VERSION APP_ID APP_KEY BASE_URL DATA_TOKEN DEBUG_MODE DEPLOYMENT_KEY ENVIRONMENT EU_API_KEY
    EXPERIMENT_KEY IGNORE KEY LOG_LEVEL MAX_RETRIES ORG_ID PREDICTIONS PROJECT_ID RELEASE SECRET
    SECRET_KEY_2 SECRET_KEY_ID SERVER_URL SERVER_ZONE TOKEN URL USERNAME WEB_API_KEY
"""


@pytest.mark.parametrize("name", OF_OTHER_TOOLS.split())
def test_a_variable_of_another_tool_is_no_warning(tmp_path: Path, name: str) -> None:
    env = {f"AMPLITUDE_{name}": "x", "AMPLITUDE_API_KEY": "", "AMPLITUDE_SECRET_KEY": ""}
    assert read(tmp_path, "--dry-run", env=env).warnings == ()


def test_a_variable_of_a_target_is_no_warning(tmp_path: Path) -> None:
    keys = {"AMPLITUDE_APIKEY": API_KEY, "AMPLITUDE_SECRETKEY": SECRET_KEY}
    config = (
        "targets: [{name: web, api-key-variable: AMPLITUDE_APIKEY,"
        " secret-key-variable: AMPLITUDE_SECRETKEY}]"
    )
    assert read(tmp_path, config=config, keys=False, env=keys).warnings == ()
    (tmp_path / ".amplitude-release.yml").unlink()
    assert len(read(tmp_path, "--dry-run", keys=False, env=keys).warnings) == 2


@pytest.mark.parametrize(
    ("content", "topic", "word"),
    [
        ("- a\n", Topic.CONFIG, "line 1, column 1"),
        ("title: [a, b\n", Topic.CONFIG, ".amplitude-release.yml, line 2, column 1"),
        ("a: b: c\n", Topic.CONFIG, ".amplitude-release.yml, line 1, column 5"),
        (b"\xff\xfe\x00", Topic.CONFIG, "YAML"),
        ("[" * 5000, Topic.CONFIG, "YAML"),
        ("titel: x\n", Topic.INPUT, "titel"),
        ("title: a\ntitle: b\n", Topic.CONFIG, "line 2, column 1"),
        ("title:\n  a: b\n", Topic.CONFIG, "title"),
        ("paths: [[a]]\n", Topic.CONFIG, "paths"),
        ("? [a]\n: b\n", Topic.CONFIG, "line 1, column 3"),
        ("region: moon\n", Topic.INPUT, "`moon`"),
        ("api-url: https://example.com\n", Topic.TRUST, "https://example.com"),
        ("x: " + "y" * SIZE_LIMIT, Topic.CONFIG, "YAML"),
        ("a: 1\n---\nb: 2\n", Topic.CONFIG, "YAML"),
    ],
)
def test_what_is_refused_in_the_file(
    tmp_path: Path, content: str | bytes, topic: Topic, word: str
) -> None:
    [message] = problems(tmp_path, config=content)
    assert message.topic is topic
    assert word in message.what


@pytest.mark.parametrize(
    "name",
    ["api-key", "secret-key", "github-token", "allow-http", "ca-bundle", "dotenv", "config"],
)
def test_what_the_file_may_not_set(tmp_path: Path, name: str) -> None:
    [message] = problems(tmp_path, config=f"{name}: value\n")
    assert message.topic is Topic.TRUST
    assert name in message.what


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".amplitude-release.yml").mkdir()
    [message] = problems(tmp_path)
    assert message.topic is Topic.CONFIG


def bomb() -> str:
    """Below the limit of the file's size; as text it would be 46 GB."""
    text = "x" * 20_000
    rows = [f"- name: &text {text}", f"  platforms: &list [{'*text, ' * 3000}]"]
    return "\n".join(
        ["targets:", *rows, *(f"- {{name: {n}, platforms: *list}}" for n in range(700))]
    )


def test_aliases_are_never_written_out(tmp_path: Path) -> None:
    assert len(bomb()) < SIZE_LIMIT
    tracemalloc.start()
    [message] = problems(tmp_path, config=bomb())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "its aliases stand for more than 262144 characters" in message.why
    assert most < 100_000_000


def test_targets_share_keys_by_merging(tmp_path: Path) -> None:
    config = """\
targets:
- &web
  name: web
  api-key-variable: AMPLITUDE_API_KEY
  secret-key-variable: AMPLITUDE_SECRET_KEY
  platforms: [Web]
  chart-visibility: false
- <<: *web
  name: eu
  region: eu
- <<: [{platforms: iOS}, *web]
  name: ios
  api-key-variable: AMPLITUDE_IOS_API_KEY
"""
    env = {"AMPLITUDE_IOS_API_KEY": "1" * 32}
    web, eu, ios = read(tmp_path, config=config, env=env).targets
    assert [one.name for one in (web, eu, ios)] == ["web", "eu", "ios"]
    assert (web.fields, web.keys) == (eu.fields, eu.keys)
    assert eu.base_url != web.base_url == ios.base_url
    assert ios.fields.platforms == ("iOS",)
    assert (ios.keys.api_key, ios.keys.secret_key) == ("1" * 32, SECRET_KEY)


def test_a_secret_key_never_takes_the_place_of_an_api_key(tmp_path: Path) -> None:
    config = """\
targets:
- &web {name: web, api-key-variable: WEB_KEY, secret-key-variable: AMPLITUDE_SHARED}
- {<<: *web, name: ios, api-key-variable: IOS_KEY}
"""
    env = {"WEB_KEY": "1" * 32, "IOS_KEY": "2" * 32, "AMPLITUDE_SHARED": SECRET_KEY}
    found = problems(tmp_path, config=config, env=env)
    assert [message.topic for message in found] == [Topic.TRUST, Topic.TRUST]


@pytest.mark.parametrize("key", ["<<: web", "'<<': {region: eu}", "<<: [{region: eu}, us]"])
def test_what_is_no_merge_key_is_a_key_like_others(tmp_path: Path, key: str) -> None:
    found = problems(tmp_path, config=f"targets:\n- name: web\n  {key}\n")
    assert any("<<" in message.what for message in found)


@pytest.mark.parametrize("git", [True, False])
@pytest.mark.parametrize(
    "flags", [(), ("--config", "release.yml"), ("--config", "sub/release.yml")]
)
def test_a_link_that_leads_out_of_the_repository_is_not_followed(
    tmp_path: Path, flags: tuple[str, ...], *, git: bool
) -> None:
    secret, app = tmp_path / "secret", tmp_path / "app"
    secret.mkdir()
    app.mkdir()
    if git:
        (app / ".git").mkdir()
    (secret / "release.yml").write_text("password: hunter2\n")
    (app / ".amplitude-release.yml").symlink_to(secret / "release.yml")
    (app / "release.yml").symlink_to("../secret/release.yml")
    (app / "sub").symlink_to(secret)
    [message] = problems(app, *flags)
    assert "is a link that leads out of the repository" in message.what
    assert "password" not in str(message)


@pytest.mark.parametrize("folder", ["..", "../other", "/", "link"])
def test_the_file_leads_to_no_other_repository(tmp_path: Path, folder: str) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "link").symlink_to(tmp_path)
    config = f"working-directory: {folder}\n"
    [message] = problems(app, config=config)
    assert message.topic is Topic.TRUST
    assert read(app, "--trust-config", config=config).working_directory == folder


def test_the_file_leads_to_any_folder_of_its_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "app").mkdir()
    got = read(tmp_path / "app", config="working-directory: ../lib\n")
    assert got.working_directory == "../lib"


def test_a_link_within_the_repository_is_followed(tmp_path: Path) -> None:
    (tmp_path / "ci").mkdir()
    (tmp_path / "ci/release.yml").write_text("title: Linked\n")
    (tmp_path / ".amplitude-release.yml").symlink_to("ci/release.yml")
    assert target(read(tmp_path)).fields.title == "Linked"


def test_the_pipeline_may_name_a_file_elsewhere(tmp_path: Path) -> None:
    """As Kubernetes mounts it: behind a link."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/release.yml").write_text("title: Mounted\n")
    (tmp_path / "release.yml").symlink_to("data/release.yml")
    (tmp_path / "app").mkdir()
    got = read(tmp_path / "app", "--config", str(tmp_path / "release.yml"))
    assert target(got).fields.title == "Mounted"


def test_a_loop_of_links(tmp_path: Path) -> None:
    (tmp_path / "release.yml").symlink_to("release.yml")
    [message] = problems(tmp_path, "--config", "release.yml")
    assert message.topic is Topic.CONFIG


def test_text_that_no_encoder_takes_is_replaced(tmp_path: Path) -> None:
    got = read(tmp_path, env={"INPUT_TITLE": "a\udcffb"}, config='description: "x\\0y\\ud800z"')
    fields = target(got).fields
    assert (fields.title, fields.description) == ("a\ufffdb", "x\ufffdy\ufffdz")


def test_every_problem_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "--region=moon",
        config="titel: x\nstrip-v: maybe\n",
        env={"AMPLITUDE_API_KEY": ""},
    )
    words = ["titel", "`moon`", "`maybe`", "api-key"]
    assert len(found) == len(words)
    assert [word for word, one in zip(words, found, strict=True) if word not in one.what] == []
