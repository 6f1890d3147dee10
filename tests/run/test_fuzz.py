"""Whatever stands in inputs, files and answers, a run ends with an outcome, and never a defect."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from annotate.amplitude import releases, verdict
from annotate.delivery import retry
from annotate.http.reply import Reply
from annotate.inputs.table import INPUTS
from annotate.inputs.targets import NAMES
from annotate.outcome import Outcome
from tests.support.consumers import check_log, read_outputs
from tests.support.hostile import KEYS, as_argument, examples, replies, texts
from tests.support.http import DOCS_ANSWER, Answer, serving
from tests.support.inside import CREATED, Told, run
from tests.support.process import KEYS as ENV
from tests.support.process import Annotate
from tests.support.repo import RepoBuilder
from tests.support.world import NOW

RELEASE = ("--version=1", "--title=T", "--release-start=now")
GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "1"}

#: Values at the edges of what each kind of input reads.
EDGES = (
    "true", "false", "TRUE", "us", "EU", "now", "commit", "tag", "pipeline", "none", "start", "0",
    "-1", "1e-320", "1e999", "nan", "86400", "100", "101", "٣", "²", "1_0", "9" * 5000,
    "253402300800", "1767225600", "1767225600000", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "2026-01-31T12:00:00", "2026-02-30T00:00:00Z", "2026-W01-1",
    "https://*.example.com", "https://example.com:99999", "http://127.0.0.1:9", "https://[::1",
    "https://[v1.x]", "https://\u2100.example", "https://..", "https://xn--a", "https://a..b",
    "https://user@host", "http://localhost", "https://" + "a" * 300, "https://exa%mple.com",
    "https://example.com/%zz", "https://\udcff", "ht!tp://x", "https://.a", "https://a\\b",
    "*", "**", "[", "[]", "[!", "!", "a+", "+", "?", "\\", "[z-a]", "(" * 200, "a" * 300 + "*" * 50,
    "{{", "{{ version }}", "{% for x in range(10**9) %}x{% endfor %}", "{{ 'x' * 10**9 }}",
    "{{ commits[0] }}", "{{ [].__class__ }}", "{% include 'x' %}", "{{ '%s' % version }}",
    "{% raw %}",
    "{{ " + "(" * 500, "{{ 1 // 0 }}", "{{ version | wordwrap(0) }}", "{{ x(*[1]) }}", "{#",
    "{{ title | replace('', title) }}", "{{ namespace().x }}", "{{ version | int(base=99) }}",
    "loop", "a" * 5000, "folder", "folder/file", "name/" * 900, "file\n", " ", "--", "-h-",
    "iOS, Android,,\n\nWeb",
)  # fmt: skip
NAMED = [one.name for one in INPUTS]


def harmless(text: str) -> bool:
    """True of what leads to no file outside of the run's own folder, however it is read."""
    return not text.strip().startswith(("/", "~")) and ".." not in text


VALUES = st.one_of(st.sampled_from(EDGES), texts(most=3), st.text(max_size=12)).filter(harmless)
ARGUMENTS = VALUES.map(as_argument)
SUFFIXES = st.one_of(st.sampled_from(NAMED), st.text("abcxyz-_ ÄİßABC.", max_size=8))


def variable(prefix: str, name: str) -> str:
    return f"{prefix}{name.upper().replace('-', '_')}"


def variables() -> st.SearchStrategy[dict[str, str]]:
    names = st.one_of(
        st.builds(variable, st.sampled_from(["INPUT_", "AMPLITUDE_", "input_"]), SUFFIXES),
        st.builds("INPUT_{}".format, SUFFIXES),
        st.sampled_from([
            "GITHUB_API_URL", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_REF", "GITHUB_SHA",
            "GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT", "GITHUB_ACTIONS", "GITLAB_CI", "HTTPS_PROXY",
            "NO_PROXY", "CI_PIPELINE_CREATED_AT", "CI_PROJECT_URL", "CI_COMMIT_TAG", "CI_JOB_TOKEN",
            "CI_COMMIT_SHA", "CI_PROJECT_PATH", "RUNNER_DEBUG", "CI_SERVER_HOST",
        ]),
    )  # fmt: skip
    return st.dictionaries(names, ARGUMENTS, max_size=5)


def arguments() -> st.SearchStrategy[list[str]]:
    flags = SUFFIXES.map(lambda name: f"--{as_argument(name)}")
    one = st.one_of(
        st.builds(lambda name, value: [f"{name}={value}"], flags, ARGUMENTS),
        st.builds(lambda name, value: [name, value], flags, ARGUMENTS),
        flags.map(lambda name: [name]),
        ARGUMENTS.map(lambda value: [value]),
    )
    return st.lists(one, max_size=4).map(lambda parts: [item for part in parts for item in part])


@contextmanager
def folder() -> Iterator[Path]:
    """A folder with a loop in it, for one example."""
    with TemporaryDirectory() as name:
        place = Path(name)
        (place / "loop").symlink_to("loop")
        (place / "folder").mkdir()
        yield place


def ended(told: Told, env: Mapping[str, str]) -> Outcome:
    """How it ended: by an outcome that is in the outputs, with its code, and no defect."""
    assert told.code != Outcome.DEFECT.exit_code, told.log
    written = read_outputs(told.output)["outcome"]
    # A secret such as `a` is hidden there as everywhere.
    pattern = ".+".join(map(re.escape, written.split("***")))
    outcome = next(one for one in Outcome if re.fullmatch(pattern, one))
    assert outcome is not Outcome.DEFECT
    assert told.code in {outcome.exit_code, 0, 4}
    github, gitlab = env.get("GITHUB_ACTIONS") == "true", "\x1b[0Ksection" in told.log
    if "***" not in told.log:
        check_log(told.log, github=github, gitlab=gitlab)
    return outcome


def fuzz(argv: Sequence[str], env: Mapping[str, str], reply: Reply = CREATED) -> Outcome:
    with folder() as place:
        return ended(run(place, argv, env, reply=reply), env)


@given(arguments(), variables(), st.booleans(), st.booleans(), replies())
@settings(max_examples=examples(150))
def test_whatever_the_inputs_are_a_run_has_an_outcome(
    argv: list[str], env: dict[str, str], released: bool, keyed: bool, reply: Reply
) -> None:
    assume(not {"-h", "--help"} & set(argv))
    argv = [*(RELEASE if released else ()), *argv]
    assume(argv[:1] not in (["sandbox"], ["preview"], ["check"]))
    assume(argv != ["--version"])
    fuzz(argv, {**(ENV if keyed else {}), **env}, reply)


@given(arguments(), variables())
@settings(max_examples=examples(40))
def test_whatever_the_inputs_are_a_preview_has_no_defect(
    argv: list[str], env: dict[str, str]
) -> None:
    with folder() as place:
        told = run(place, ["preview", *argv], env)
    assert told.code in {0, 2, 3}, told.log


@given(arguments(), variables(), st.booleans(), replies())
@settings(max_examples=examples(80))
def test_whatever_the_inputs_are_a_check_has_no_defect(
    argv: list[str], env: dict[str, str], released: bool, reply: Reply
) -> None:
    argv = ["check", *(RELEASE if released else ()), *argv]
    assume(not {"-h", "--help"} & set(argv))
    with folder() as place:
        told = run(place, argv, {**ENV, **env}, reply=reply)
    assert told.code in {0, 2, 3, 5, 6}, told.log
    assert "This could not be checked" not in told.log
    assert told.sent == ()
    assert told.output == told.dotenv == b""


@pytest.mark.parametrize(
    "flags",
    [
        ("--release-start=0001-01-01T00:00:00+14:00",),
        ("--release-start=9999-12-31T23:59:59-14:00",),
        ("--release-end=9999-12-31T23:59:59-14:00",),
        ("--api-url=https://*.example.com",),
        ("--api-url=https://.example.com",),
        ("--api-url=https://" + "a" * 300,),
        ("--working-directory=" + "a" * 5000,),
        ("--working-directory=" + "name/" * 900,),
        ("--working-directory=loop",),
        ("--config=" + "a" * 5000,),
        ("--config=loop",),
        ("--ca-bundle=loop",),
        ("--ledger=loop",),
        ("--ledger=" + "a" * 5000,),
        ("--dotenv=loop",),
        ("--dotenv=" + "a" * 5000,),
    ],
    ids=lambda flags: flags[0][:40],
)
def test_flags_that_once_made_a_defect_have_an_outcome(flags: tuple[str, ...]) -> None:
    fuzz([*RELEASE, *flags], ENV)
    fuzz([*RELEASE, "--dry-run", *flags], {})


@pytest.mark.parametrize(
    "env",
    [
        {"AMPLITUDE_API_KEY": "\udcff"},
        {"AMPLITUDE_API_KEY": "\udcff", "AMPLITUDE_SECRET_KEY": "x"},
        {"AMPLITUDE_SECRET_KEY": "\udcff", "AMPLITUDE_DRY_RUN": "true"},
        {"AMPLITUDE_GITHUB_TOKEN": "\udcff", "AMPLITUDE_DRY_RUN": "true"},
        {"CI_JOB_TOKEN": "\udcff", "AMPLITUDE_DRY_RUN": "true"},
        {**GITHUB, "AMPLITUDE_GITHUB_TOKEN": "x\ny", "GITHUB_API_URL": "https://127.0.0.1:9"},
        {**GITHUB, "AMPLITUDE_GITHUB_TOKEN": "\u20ac", "GITHUB_API_URL": "https://127.0.0.1:9"},
        {**GITHUB, "AMPLITUDE_GITHUB_TOKEN": "x", "GITHUB_API_URL": "https://*"},
        {**GITHUB, "AMPLITUDE_GITHUB_TOKEN": "x", "GITHUB_API_URL": "https://["},
        {**GITHUB, "GITHUB_SERVER_URL": "https://["},
        {"GITLAB_CI": "true", "CI_PROJECT_URL": "https://["},
    ],
    ids=str,
)
def test_variables_that_once_made_a_defect_have_an_outcome(env: dict[str, str]) -> None:
    fuzz(["--version=1", "--title=T"], env)
    fuzz(["--version=1", "--title=T"], ENV | env)


@pytest.mark.parametrize("name", ["v2²", "v2.0.0-rc²", "v2.0.0-①", "v2.0.0-٣", "v2.0.0𝟛"])
def test_a_tag_with_digits_beyond_ascii_is_read(repo: RepoBuilder, name: str) -> None:
    repo.commits("one").tag("v1.0.0").commits("two").tag(name).commits("three").tag("v3.0.0")
    told = run(repo.path, ["--dry-run", "--release-start=now"], {})
    assert ended(told, {}) is Outcome.DRY_RUN


def test_a_tag_that_is_no_utf_8_is_read(repo: RepoBuilder) -> None:
    repo.commits("one").tag("v1.0.0").commits("two").tag("v1.1.0\udcff")
    env = GITHUB | {"GITHUB_REF": "refs/tags/v1.1.0\udcff"}
    told = run(repo.path, ["--dry-run", "--release-start=now", "--fetch=never"], env)
    assert ended(told, env) is Outcome.DRY_RUN


@pytest.mark.parametrize("version", ["\u200b", "\u202e", "\x1b", "\x00 \x7f"])
def test_a_version_of_which_nothing_can_be_seen_is_not_left_out(version: str) -> None:
    with folder() as place:
        argv = [f"--version={as_argument(version)}", "--title=T", "--release-start=now"]
        told = run(place, argv, ENV)
        outcome = ended(told, {})
    assert all(json.loads(body).get("version") for body in told.sent)
    assert outcome in {Outcome.INVALID, Outcome.NO_VERSION, Outcome.CREATED}


def configured(content: bytes, *flags: str, env: Mapping[str, str] = ENV) -> tuple[Told, Outcome]:
    with folder() as place:
        (place / ".amplitude-release.yml").write_bytes(content)
        told = run(place, [*RELEASE, *flags], env)
        return told, ended(told, env)


YAML = st.lists(
    st.one_of(
        st.sampled_from([
            b"targets", b": ", b"- ", b"\n", b"\n  ", b"&a ", b"*a", b"!!binary ", b"!<x> ",
            b"|\n ",
            b">\n", b"{", b"}", b"[", b"]", b",", b'"', b"'", b"#", b"? ", b"---\n", b"...\n", b"%",
            b"%YAML 1.1\n", b"%TAG ! x\n", b"<<: ", b"\\U", b"\\ud800", b"ffffffff", b"\xff\xfe",
            b"\xef\xbb\xbf", b"\x00", b"\xff", b"region", b"title", b"\t", b"{{ x }}", b"\\x",
        ]),
        st.sampled_from(NAMED).map(str.encode),
        st.binary(max_size=4),
    ),
    max_size=30,
).map(b"".join)  # fmt: skip


@given(st.one_of(YAML, st.binary(max_size=200)), st.sampled_from([(), ("--trust-config",)]))
@example(b'title: "\\Uffffffff"', ())
@example(b'"\\Uffffffff": x', ())
@example(b"[" * 60_000, ())
@example(b"a: " * 20_000, ())
@example(b"&a [*a]", ())
@example(b"targets: &a\n- *a", ())
@settings(max_examples=examples(100))
def test_whatever_bytes_the_config_file_is_a_run_has_an_outcome(
    content: bytes, flags: tuple[str, ...]
) -> None:
    assume(b".." not in content)
    assume(b"/" not in content)
    configured(content, *flags)


@st.composite
def configs(draw: st.DrawFn) -> bytes:
    """A config file in its right form; scalars are quoted as JSON does, which YAML reads."""
    scalar = st.one_of(VALUES, st.sampled_from(["AMPLITUDE_API_KEY", "AMPLITUDE_SECRET_KEY"]))
    quoted = st.one_of(scalar, st.lists(scalar, max_size=2)).map(json.dumps)
    lines = [
        f"{draw(st.sampled_from(NAMED))}: {draw(quoted)}" for _ in range(draw(st.integers(0, 3)))
    ]
    rows = draw(st.integers(0, 3))
    lines += ["targets:"] if rows else []
    for number in range(rows):
        lines.append(f"- name: {draw(st.just(f't{number}') | quoted)}")
        for kind in ("api-key", "secret-key"):
            named = f"AMPLITUDE_{variable('', kind)}"
            lines.append(f"  {kind}-variable: {draw(st.just(named) | st.just(named) | quoted)}")
        for name in draw(st.sets(st.sampled_from(NAMES[3:]), max_size=2)):
            lines.append(f"  {name}: {draw(quoted)}")
        if draw(st.booleans()):
            lines.append(f"  {draw(st.sampled_from(NAMED))}: {draw(quoted)}")
    return "\n".join(lines).encode()


@given(configs(), st.sampled_from([(), ("--trust-config",), ("--trust-config", "--dry-run")]))
@settings(max_examples=examples(100))
def test_whatever_the_config_file_says_a_run_has_an_outcome(
    content: bytes, flags: tuple[str, ...]
) -> None:
    configured(content, *flags)


def of_one_target(*lines: str) -> bytes:
    keys = [
        f"{kind}-variable: AMPLITUDE_{variable('', kind)}" for kind in ("api-key", "secret-key")
    ]
    return "\n  ".join(["targets:\n- name: x", *keys, *lines]).encode()


@pytest.mark.parametrize(
    "line",
    [
        'platforms: "\\ud800"',
        'platforms: "\\0"',
        'title-template: "\\ud800"',
        'title-template: "{{ \\"\\ud800\\" }}"',
        "api-url: https://*.example.com",
        'api-url: "https://example.com/\\ud800"',
        'api-url: "https://\\ud800.example.com"',
        'api-url: "https://example.com/\\0"',
        'region: "\\ud800"',
        '"\\ud800": x',
    ],
)
def test_targets_that_once_made_a_defect_have_an_outcome(line: str) -> None:
    configured(of_one_target(line), "--trust-config")
    configured(of_one_target(line), "--trust-config", "--dry-run")


def test_a_name_with_a_lone_surrogate_is_readable_everywhere() -> None:
    content = of_one_target().replace(b"name: x", b'name: "\\ud800"')
    assert configured(content)[1] is Outcome.CREATED


def test_one_variable_for_both_keys_is_no_reason_to_skip_in_silence() -> None:
    content = of_one_target().replace(b"AMPLITUDE_SECRET_KEY", b"AMPLITUDE_API_KEY")
    assert configured(content)[1] in {Outcome.INVALID, Outcome.CREATED}


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), VALUES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
PLACES = (
    "release", "tag_name", "published_at", "workflow_run", "run_started_at", "deployment",
    "created_at", "environment", "repository", "pushed_at", "deleted",
)  # fmt: skip
EVENTS = st.recursive(
    JSON,
    lambda inner: st.dictionaries(st.sampled_from(PLACES), inner, max_size=5),
    max_leaves=12,
)


@given(
    st.one_of(
        EVENTS.map(lambda event: json.dumps(event).encode()),
        EVENTS.map(lambda event: json.dumps(event)[:-3].encode("utf-16")),
        st.binary(max_size=60),
    ),
    st.sampled_from(["push", "release", "workflow_run", "deployment", "x"]),
    st.sampled_from(["refs/tags/v1.0.0", "refs/heads/main", ""]),
)
@example(b"[" * 100_000, "push", "")
@example(b'{"repository": {"pushed_at": ' + b"9" * 4000 + b"}}", "push", "")
@example(b'{"repository": {"pushed_at": ' + b"9" * 5000 + b"}}", "push", "")
@example(b'{"release": {"published_at": "0001-01-01T00:00:00+14:00"}}', "release", "")
@example(b'{"release": {"tag_name": "\\ud800\\u0000"}}', "release", "")
@settings(max_examples=examples(100))
def test_whatever_the_event_is_a_run_has_an_outcome(content: bytes, name: str, ref: str) -> None:
    with folder() as place:
        (place / "event.json").write_bytes(content)
        env = {"GITHUB_EVENT_PATH": str(place / "event.json"), "GITHUB_EVENT_NAME": name}
        env |= GITHUB | {"GITHUB_REF": ref}
        assert ended(run(place, ["--version=1", "--dry-run"], env), env) in {
            Outcome.DRY_RUN, Outcome.SKIPPED,
        }  # fmt: skip


DATES = st.lists(
    st.sampled_from([
        "Wed", ", ", " ", "21", "Oct", "2026", "07:28:00", "GMT", "+9999", "-", "99:99", ":", ".",
        "0", "1" * 30, "(", ")", '"', "Z", "²", "٣", "\\", "<", "@", "EST", "00", "x",
    ]),
    max_size=9,
).map("".join)  # fmt: skip
WORDS = st.one_of(st.text(max_size=20), texts(most=3), DATES)
HEADERS = st.dictionaries(
    st.sampled_from(["Retry-After", "retry-after", "Location", "Content-Type", "X"]), WORDS
)
FIELDS = (
    "success", "release", "id", "error", "errors", "metadata", "details", "message",
    "missing_field",
)  # fmt: skip
DOCUMENTS = st.recursive(
    JSON,
    lambda inner: (
        st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5) | st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)
BODIES = st.one_of(
    DOCUMENTS.map(lambda one: json.dumps(one).encode()),
    DOCUMENTS.map(lambda one: json.dumps(one).encode("utf-16")),
    DOCUMENTS.map(lambda one: json.dumps(one)[:-2].encode()),
    texts().map(lambda one: one.encode(errors="surrogatepass")),
    st.binary(max_size=60),
)


@given(st.one_of(st.sampled_from([200, 400, 302, 429, 503]), st.integers(0, 9999)), HEADERS, BODIES)
@example(200, {}, b'{"success": true, "release": {"id": ' + b"9" * 4000 + b"}}")
@example(200, {}, b'"\\u001e0"')
@example(200, {}, b'{"success": true, "release": {"id": ' + b"9" * 5000 + b"}}")
@example(200, {}, b"[" * 100_000)
@example(429, {"Retry-After": "9" * 5000}, b"")
@example(429, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 -2359"}, b"")
@example(400, {}, b"<script" * 2857)
@example(302, {"Location": "\r0"}, b"")
@settings(max_examples=examples(300))
def test_whatever_the_answer_is_it_is_read(
    status: int, headers: dict[str, str], body: bytes
) -> None:
    reply = Reply(status=status, headers=headers, body=body)
    read = releases.read(reply)
    asked = retry.retry_after(reply.header("Retry-After"), NOW)
    assert asked is None or 0 <= asked <= timedelta.max.total_seconds()
    delivery = verdict.of_answer(read, "https://example.com", asked)
    assert delivery.outcome not in {Outcome.DEFECT, Outcome.INVALID, Outcome.INTERRUPTED}
    assert (delivery.outcome is Outcome.CREATED) <= (status == 200 and bool(delivery.release_id))
    assert len(read.words.splitlines()) <= 1
    assert (delivery.message is None) == (delivery.outcome is Outcome.CREATED)


@given(st.one_of(st.sampled_from([200, 400, 302, 429, 503]), st.integers(0, 9999)), HEADERS, BODIES)
@settings(max_examples=examples(80))
def test_whatever_the_answer_is_a_run_has_an_outcome(
    status: int, headers: dict[str, str], body: bytes
) -> None:
    reply = Reply(status=status, headers=headers, body=body)
    outcome = fuzz(RELEASE, ENV, reply)
    assert outcome not in {Outcome.INVALID, Outcome.NO_VERSION, Outcome.INTERRUPTED}


STARTED = st.one_of(
    EVENTS.map(lambda event: json.dumps(event).encode()),
    st.builds(lambda at: json.dumps({"run_started_at": at}).encode(), VALUES),
    st.binary(max_size=40),
)


@given(st.integers(100, 999), STARTED)
@example(200, b"[" * 100_000)
@example(200, b'{"run_started_at": "0001-01-01T00:00:00+14:00"}')
@example(200, b'"\\ud800"')
@settings(max_examples=examples(40))
def test_whatever_github_says_of_the_start_a_run_has_an_outcome(status: int, body: bytes) -> None:
    env = GITHUB | {"GITHUB_API_URL": "https://api.github.com", "AMPLITUDE_GITHUB_TOKEN": "token"}
    reply = Reply(status=status, headers={}, body=body)
    assert fuzz(["--version=1", "--dry-run"], env, reply) is Outcome.DRY_RUN


ON_THE_WIRE = [
    Answer(status=200, body=b"\xff\xfe\x00", headers={"Retry-After": "\x7f\xff"}),
    Answer(status=200, body=DOCS_ANSWER, headers={"Content-Type": "\x80", "Location": "::error::"}),
    Answer(status=299, body=b"[" * 100_000),
    Answer(status=400, body=b"\r::error::x\r\n##[error]y\x1b[31m", headers={"X": "##[error]"}),
    Answer(status=302, body=b"", headers={"Location": "\x1b]8;;x\x07::error::"}),
    Answer(status=999, body="\u2028\u202e\x85".encode()),
]


@pytest.mark.parametrize("one", ON_THE_WIRE, ids=lambda one: str(one.status))
def test_whatever_comes_over_the_wire_a_run_has_an_outcome(
    annotate: Annotate, tmp_path: Path, one: Answer
) -> None:
    with serving(one) as server:
        ran = annotate(
            tmp_path, *RELEASE, "--retries=0", f"--api-url={server.url}", env=ENV | GITHUB,
            files=tmp_path / "files",
        )  # fmt: skip
    assert ran.code != Outcome.DEFECT.exit_code
    assert ran.outputs["outcome"] in set(Outcome) - {Outcome.DEFECT}
    check_log(ran.log, github=True)
    assert not [key for key in KEYS if key in ran.summary + ran.output_file]
