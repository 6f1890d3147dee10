"""Several projects from one run, and what a config file may not say of them."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from tests.support.http import Answer, Server, serving
from tests.support.pages import EXAMPLES
from tests.support.process import Annotate, Ran

NAMES = ("web", "app", "desk", "watch")
ENV = {
    f"AMPLITUDE_{name.upper()}_{kind}": f"{number:x}{letter}" * 16
    for number, name in enumerate(NAMES)
    for kind, letter in (("API_KEY", "a"), ("SECRET_KEY", "b"))
}
TRUST = ("--trust-config", "--version", "1.2.3", "--title", "T", "--release-start", "now")

Run = Callable[..., Ran]


@pytest.fixture
def servers() -> Iterator[dict[str, Server]]:
    """Two that create, one that refuses the keys, one that never answers."""
    answers = {"desk": Answer(status=401), "watch": Answer(hang=True)}
    with ExitStack() as running:
        yield {name: running.enter_context(serving(answers.get(name, Answer()))) for name in NAMES}


def configured(place: Path, servers: dict[str, Server], extra: str = "") -> None:
    rows = [
        f"  - name: {name}\n"
        f"    api-url: {server.url}\n"
        f"    api-key-variable: AMPLITUDE_{name.upper()}_API_KEY\n"
        f"    secret-key-variable: AMPLITUDE_{name.upper()}_SECRET_KEY\n"
        for name, server in servers.items()
    ]
    (place / ".amplitude-release.yml").write_text("targets:\n" + "".join(rows) + extra)


def start(annotate: Annotate, place: Path, *flags: str, env: Mapping[str, str] = ENV) -> Ran:
    """Run the tool in a folder whose config file is trusted."""
    return annotate(place, *TRUST, *flags, env=env, files=place / "files")


@pytest.fixture
def run(annotate: Annotate) -> Run:
    return partial(start, annotate)


def outcomes(ran: Ran) -> dict[str, str]:
    return {one["target"]: one["outcome"] for one in json.loads(ran.outputs["results"])}


def test_each_has_its_own_end_and_a_rerun_sends_what_is_missing(
    run: Run, tmp_path: Path, servers: dict[str, Server]
) -> None:
    configured(tmp_path, servers)
    flags = ("--ledger", "ledger.db", "--timeout", "1", "--retries", "0")

    def arrived() -> list[int]:
        return [len(servers[name].arrived) for name in NAMES]

    first = run(tmp_path, *flags)
    assert outcomes(first) == {
        "web": "created", "app": "created", "desk": "refused", "watch": "unknown",
    }  # fmt: skip
    assert (first.code, first.outputs["outcome"], arrived()) == (7, "unknown", [1, 1, 1, 1])
    assert "error: desk: The keys were refused." in first.log
    assert "error: watch: The release was sent to 127.0.0.1, but there was no valid" in first.log
    assert "<tr><td>web</td><td>created</td><td><code>xbcehyc</code></td></tr>" in first.summary
    assert not [key for key in ENV.values() if key in first.log + first.summary]

    second = run(tmp_path, *flags)
    assert outcomes(second) == {
        "web": "duplicate", "app": "duplicate", "desk": "refused", "watch": "unknown",
    }  # fmt: skip
    assert (second.code, arrived()) == (7, [1, 1, 2, 1])

    third = run(tmp_path, *flags, "--resend-unknown")
    assert (third.code, arrived()) == (7, [1, 1, 3, 2])
    keys = {servers[name].arrived[0].all_of("Authorization")[0] for name in NAMES}
    assert len(keys) == 4


def test_without_doubt_the_refusal_is_the_exit_code(
    run: Run, tmp_path: Path, servers: dict[str, Server]
) -> None:
    del servers["watch"]
    configured(tmp_path, servers)
    assert run(tmp_path).code == 5
    assert run(tmp_path, "--on-failure", "warn").code == 0


def test_more_than_four_are_served_in_turn(run: Run, tmp_path: Path) -> None:
    with serving() as server:
        names = {f"t{number}": server for number in range(9)}
        configured(tmp_path, names)
        env = {f"AMPLITUDE_T{n}_{k}": f"{n}{k[0].lower()}" * 16 for n in range(9) for k in (
            "API_KEY", "SECRET_KEY")}  # fmt: skip
        ran = run(tmp_path, env=env)
        assert set(outcomes(ran).values()) == {"created"}
        assert len(server.arrived) == 9


def test_a_target_says_it_in_its_own_way(
    run: Run, annotate: Annotate, tmp_path: Path, servers: dict[str, Server]
) -> None:
    own = {"web": servers["web"], "app": servers["app"]}
    configured(
        tmp_path,
        own,
        '    title-template: "{{ version }} for phones"\n'
        "    description-template: |\n      In your pocket.\n"
        "    platforms: [iOS, Android]\n    chart-visibility: false\n",
    )
    assert run(tmp_path, "--description", "For all.", "--platforms", "Web").code == 0
    web, app = (json.loads(servers[name].arrived[0].body) for name in ("web", "app"))
    assert (web["title"], web["description"], web["platforms"]) == ("T", "For all.", ["Web"])
    assert (app["title"], app["description"]) == ("1.2.3 for phones", "In your pocket.")
    assert (app["platforms"], app["chart_visibility"]) == (["iOS", "Android"], False)
    shown = run(tmp_path, "--dry-run").log
    assert "Request to the target web, not sent" in shown
    assert "Request to the target app, not sent" in shown
    previewed = annotate(tmp_path, "preview", *TRUST, env=ENV).log
    assert (
        previewed.partition("#no-repository-was-found\n")[2]
        == "T\n\n1.2.3 for phones\n\nIn your pocket.\n"
    )


def test_the_examples_targets(annotate: Annotate, tmp_path: Path) -> None:
    shutil.copy(EXAMPLES / ".amplitude-release.yml", tmp_path)
    ran = annotate(tmp_path, *TRUST[1:], "--sandbox", env=ENV, files=tmp_path / "files")
    assert outcomes(ran) == {"web": "created", "app": "created"}
    assert "1.2.3 in the stores" in ran.log


def test_missing_keys_leave_a_target_out_or_end_the_run(
    run: Run, tmp_path: Path, servers: dict[str, Server]
) -> None:
    configured(tmp_path, {"web": servers["web"], "app": servers["app"]})
    lacking = {name: key for name, key in ENV.items() if "WEB" not in name}
    ran = run(tmp_path, env=lacking)
    assert ran.code == 2
    assert "AMPLITUDE_WEB_API_KEY and AMPLITUDE_WEB_SECRET_KEY are not set." in ran.log
    ran = run(tmp_path, "--on-missing-credentials", "skip", env=lacking)
    assert (ran.code, outcomes(ran)) == (0, {"app": "created", "web": "skipped"})
    assert "warning: The target web is skipped: its keys are not set." in ran.log
    assert run(tmp_path, "--on-missing-credentials", "skip", env={}).outputs["outcome"] == "skipped"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "targets:\n  - name: a\n    api-url: https://evil.example\n"
            "    api-key-variable: AMPLITUDE_A\n    secret-key-variable: AMPLITUDE_B\n",
            "The config file names a host that is not Amplitude's: https://evil.example.",
        ),
        (
            "targets:\n  - name: a\n    api-key-variable: NPM_TOKEN\n"
            "    secret-key-variable: AMPLITUDE_B\n",
            "The api-key-variable of a target cannot be NPM_TOKEN.",
        ),
        (
            "targets:\n  - name: a\n    api-key-variable: AMPLITUDE_GITHUB_TOKEN\n"
            "    secret-key-variable: AMPLITUDE_B\n",
            "The api-key-variable of a target cannot be AMPLITUDE_GITHUB_TOKEN.",
        ),
        (
            "targets:\n  - name: a\n    api-key-variable: AMPLITUDE_A\n"
            "    secret-key-variable: AMPLITUDE_A\n",
            "The target a has the same variable for both keys",
        ),
        (
            "targets:\n"
            "  - {name: a, api-key-variable: AMPLITUDE_WEB_API_KEY,"
            " secret-key-variable: AMPLITUDE_WEB_SECRET_KEY}\n"
            "  - {name: b, api-key-variable: AMPLITUDE_WEB_API_KEY,"
            " secret-key-variable: AMPLITUDE_APP_SECRET_KEY}\n",
            "The targets a and b are the same project",
        ),
        (
            "targets:\n"
            "  - {name: a, api-key-variable: AMPLITUDE_WEB_API_KEY,"
            " secret-key-variable: AMPLITUDE_WEB_SECRET_KEY}\n"
            "  - {name: b, api-key-variable: AMPLITUDE_WEB_API_KEY,"
            " secret-key-variable: AMPLITUDE_APP_SECRET_KEY, api-url: https://AMPLITUDE.com}\n",
            "The targets a and b are the same project",
        ),
        (
            "targets:\n  - name: a\n    region: us\n    region: eu\n",
            "The key region is set twice",
        ),
        ("ledger: x.db\n", "The input ledger cannot be set in the config file"),
        ("dotenv: x.env\n", "The input dotenv cannot be set in the config file"),
        ("allow-http: true\n", "The input allow-http cannot be set in the config file"),
        ("ca-bundle: x.pem\n", "The input ca-bundle cannot be set in the config file"),
        ("trust-config: true\n", "Only the pipeline can trust the file."),
        ("targets: web\n", "The key targets is not a list of mappings"),
        ("targets:\n  - web\n", "The key targets is not a list of mappings"),
        ("targets:\n  - name: a\n", "The target a has no api-key-variable"),
        (
            "targets:\n  - api-key-variable: AMPLITUDE_A\n    secret-key-variable: AMPLITUDE_B\n",
            "A target has no name",
        ),
        ("targets:\n  - name: a\n    api-key: xyz\n", "A target has no key api-key."),
        ("targets:\n  - name: a\n    regoin: eu\n", "The nearest name is region."),
        ("targets:\n  - name: a\n    region: asia\n", "region of the target a is `asia`, which is"),
        ("targets:\n  - name: a\n    platforms: {a: b}\n", "The value of platforms is neither"),
        (
            'targets:\n  - name: a\n    title-template: "{{ verson }}"\n',
            "`verson` is not known, `version` is (line 1, column 4 of the template)",
        ),
        ("targets:\n  - name: a\n  - name: a\n", "Two targets are named a"),
    ],
)
def test_what_a_config_file_may_not_say(
    annotate: Annotate, tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / ".amplitude-release.yml").write_text(text)
    ran = annotate(tmp_path, *TRUST[1:], env=ENV)
    assert ran.code == 2
    assert words in ran.log


def test_a_trusted_file_may(run: Run, tmp_path: Path, servers: dict[str, Server]) -> None:
    (tmp_path / ".amplitude-release.yml").write_text(
        f"api-url: {servers['web'].url}\nledger: kept/ledger.db\ndotenv: out.env\n"
    )
    keys = {
        "AMPLITUDE_API_KEY": ENV["AMPLITUDE_WEB_API_KEY"],
        "AMPLITUDE_SECRET_KEY": ENV["AMPLITUDE_WEB_SECRET_KEY"],
    }
    assert run(tmp_path, env=keys).code == 0
    assert (tmp_path / "kept/ledger.db").exists()
    assert "RELEASE_OUTCOME=created" in (tmp_path / "out.env").read_text()


RERUN = {"GITHUB_ACTIONS": "true", "GITHUB_RUN_ATTEMPT": "2"}
KEYED = {
    "AMPLITUDE_API_KEY": ENV["AMPLITUDE_WEB_API_KEY"],
    "AMPLITUDE_SECRET_KEY": ENV["AMPLITUDE_WEB_SECRET_KEY"],
}


@pytest.mark.parametrize(
    ("flags", "attempt", "outcome", "words"),
    [
        ((), "1", "created", ""),
        ((), "2", "created", "the release may exist already"),
        (("--on-rerun", "skip"), "1", "created", ""),
        (("--on-rerun", "skip"), "2", "skipped", "not the first attempt of the pipeline; nothing"),
        (("--on-rerun", "skip", "--ledger", "new.db"), "2", "skipped", "not the first attempt"),
        (("--ledger", "new.db"), "2", "created", "the release may exist already"),
    ],
)
def test_a_job_that_is_run_again(
    run: Run, tmp_path: Path, flags: tuple[str, ...], attempt: str, outcome: str, words: str
) -> None:
    with serving() as server:
        env = {**KEYED, **RERUN, "GITHUB_RUN_ATTEMPT": attempt}
        ran = run(tmp_path, "--api-url", server.url, *flags, env=env)
    assert (ran.code, ran.outputs["outcome"]) == (0, outcome)
    assert words in ran.log
    assert ("ledger: .annotate/ledger.db" in ran.log) is bool(words)


@pytest.mark.parametrize(
    ("answer", "code", "again", "requests"),
    [
        (Answer(), 0, "duplicate", 1),
        (Answer(status=409, body=b""), 0, "duplicate", 1),
        (Answer(status=400, body=b""), 4, "created", 2),
        (Answer(status=401), 5, "created", 2),
        (Answer(cut=True), 7, "unknown", 1),
    ],
)
def test_what_a_ledger_knows_of_the_first_attempt_decides(
    run: Run, tmp_path: Path, answer: Answer, code: int, again: str, requests: int
) -> None:
    flags = ("--on-rerun", "skip", "--ledger", "ledger.db")
    with serving(answer, Answer()) as server:
        assert run(tmp_path, "--api-url", server.url, *flags, env=KEYED).code == code
        second = run(tmp_path, "--api-url", server.url, *flags, env=KEYED | RERUN)
        assert (second.outputs["outcome"], len(server.arrived)) == (again, requests)
        assert "not the first attempt" not in second.log


@pytest.mark.parametrize(
    ("on_rerun", "second", "third", "words"),
    [
        ("skip", "skipped", "skipped", "not the first attempt of the pipeline; nothing was sent"),
        ("post", "created", "duplicate", "the release may exist already"),
    ],
)
def test_a_ledger_that_lacks_the_release_knows_nothing_of_it(
    run: Run, tmp_path: Path, on_rerun: str, second: str, third: str, words: str
) -> None:
    """As where the first attempt was killed before its ledger was saved."""
    flags = ("--on-rerun", on_rerun, "--ledger", "ledger.db")
    with serving() as server:
        to = ("--api-url", server.url)
        assert run(tmp_path, *to, *flags, "--version", "1.2.2", env=KEYED).code == 0
        rerun = run(tmp_path, *to, *flags, env=KEYED | RERUN)
        assert (rerun.code, rerun.outputs["outcome"]) == (0, second)
        assert words in rerun.log
        assert run(tmp_path, *to, *flags, env=KEYED | RERUN).outputs["outcome"] == third


def test_each_target_is_skipped_for_itself(
    run: Run, tmp_path: Path, servers: dict[str, Server]
) -> None:
    flags = ("--on-rerun", "skip", "--ledger", "ledger.db", "--timeout", "1", "--retries", "0")
    configured(tmp_path, {name: servers[name] for name in ("app", "desk")})
    assert outcomes(run(tmp_path, *flags)) == {"app": "created", "desk": "refused"}
    configured(tmp_path, servers)
    servers["desk"].answers = [Answer()]
    again = run(tmp_path, *flags, env=ENV | RERUN)
    assert outcomes(again) == {
        "web": "skipped", "app": "duplicate", "desk": "created", "watch": "skipped",
    }  # fmt: skip
    assert (again.code, again.outputs["outcome"]) == (0, "created")
    assert [len(servers[name].arrived) for name in NAMES] == [0, 1, 2, 0]
    assert "web: This is not the first attempt" in again.log


def test_outcome_and_exit_code_are_of_the_same_target(
    run: Run, tmp_path: Path, servers: dict[str, Server]
) -> None:
    servers["web"].answers = [Answer(status=409, body=b"")]
    configured(tmp_path, {"web": servers["web"], "app": servers["app"]})
    ran = run(tmp_path, "--on-duplicate", "fail")
    assert (ran.code, ran.outputs["outcome"]) == (4, "duplicate")
    assert outcomes(ran) == {"web": "duplicate", "app": "created"}
