"""`annotate check`: what is right, wrong or not known, from real servers, which see no write."""

import io
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import trustme

from annotate import cli
from annotate.amplitude.hosts import BASE_URLS, Region
from annotate.errors import TimeUp, Topic
from annotate.git import reading
from annotate.redaction import basic_credentials
from tests.support import faults
from tests.support.checks import ACCEPTED, REFUSED
from tests.support.ci import captured
from tests.support.default_checkout import default_checkout
from tests.support.faults import Scene
from tests.support.git_server import TOKEN, hosting
from tests.support.http import Answer, Server, serving
from tests.support.process import API_KEY, KEYS, SECRET_KEY, Annotate, environment
from tests.support.repo import RepoBuilder, fingerprint
from tests.support.world import running

GITHUB = {"GITHUB_API_URL": "", "GITHUB_REF": "refs/tags/v1.1.0"}
GITLAB = {"CI_COMMIT_TAG": "v1.1.0", "CI_COMMIT_SHA": ""}


@pytest.fixture
def released(repo: RepoBuilder) -> RepoBuilder:
    """A release and one before it."""
    return repo.commits("Start").tag("v1.0.0").commits("Add search").tag("v1.1.0")


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that takes the keys."""
    with serving(ACCEPTED) as made:
        yield made


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check found."""

    code: int
    findings: list[dict[str, Any]]
    #: Both streams.
    log: str

    def of(self, grade: str) -> list[str]:
        """The texts of a grade, behind their subjects."""
        return [
            f"{one['subject']}: {one['text']}" for one in self.findings if one["grade"] == grade
        ]


def check(cwd: Path, *flags: str, env: Mapping[str, str] | None = None) -> Checked:
    """Check with real git and a real network, and read the JSON."""
    out, err = io.StringIO(), io.StringIO()
    process = running(cwd, environment(env), out)._replace(stderr=err)
    code = cli.main(["check", "--json", *flags], process)
    document = json.loads(out.getvalue())
    assert document["exit-code"] == code
    for one in document["findings"]:
        assert (one["message"] is None) is (one["grade"] == "good")
        assert bool(one["exit-code"]) is (one["grade"] == "bad")
    both = out.getvalue() + err.getvalue()
    assert "Traceback" not in both
    return Checked(code=code, findings=document["findings"], log=both)


def only_asked(server: Server) -> list[tuple[str, str]]:
    """What arrived at a server, of which nothing was a write."""
    arrived = [(request.method, request.path) for request in server.arrived]
    assert {method for method, _ in arrived} <= {"GET"}
    assert not any(request.body for request in server.arrived)
    return arrived


def pairs_of(server: Server) -> list[str]:
    """The credentials that arrived at a server."""
    return [value for request in server.arrived for value in request.all_of("Authorization")]


@pytest.mark.parametrize(
    ("ci", "changes", "name", "api_url"),
    [
        (
            *("github-push-tag", GITHUB, "GitHub Actions, push, refs/tags/v1.1.0"),
            "the input api-url of the step",
        ),
        (
            *("gitlab-tag", GITLAB, "GitLab CI, push, refs/tags/v1.1.0"),
            "the variable INPUT_API-URL",
        ),
    ],
)
def test_everything_is_right(
    released: RepoBuilder,
    server: Server,
    ci: str,
    changes: dict[str, str],
    name: str,
    api_url: str,
) -> None:
    env = {**KEYS, **captured(ci, **changes), "INPUT_API-URL": server.url}
    before = fingerprint(released.path)
    found = check(released.path, "--fetch", "never", "--on-rerun=skip", env=env)
    assert (found.code, found.of("bad"), found.of("unknown")) == (0, [], [])
    good = found.of("good")
    assert good[0] == f"CI: {name}"
    assert "config file: none: there is no .amplitude-release.yml" in good
    assert (
        "inputs: api-key: the variable AMPLITUDE_API_KEY\n"
        "secret-key: the variable AMPLITUDE_SECRET_KEY\n"
        f"api-url: {api_url}\n"
        "fetch: the flag --fetch\n"
        "on-rerun: the flag --on-rerun"
    ) in good
    where = f", in {released.path} at commit {released.head[:7]}"
    assert any(one.startswith("repository: ") and one.endswith(where) for one in good)
    assert "version: 1.1.0: the tag v1.1.0, which started the pipeline" in good
    assert "previous release: v1.0.0, 1 commit since then" in good
    assert [one.partition(" ")[0] for one in good[-4:]] == [
        "title:",
        "description:",
        "API:",
        "keys:",
    ]
    assert good[-2:] == ["API: 127.0.0.1 answers", "keys: 127.0.0.1 accepts them"]
    assert only_asked(server) == [("GET", "/api/3/annotation-categories")]
    assert pairs_of(server) == [f"Basic {basic_credentials(API_KEY, SECRET_KEY)}"]
    assert fingerprint(released.path) == before


def test_the_log(annotate: Annotate, released: RepoBuilder, server: Server) -> None:
    env = {**KEYS, "AMPLITUDE_API_URL": server.url, "AMPLITUDE_REGION": "asia"}
    ran = annotate(released.path, "check", "--timeout", "0", "--release-start", "commit", env=env)
    lines = ran.log.replace(str(released.path), "{app}").replace(released.head[:7], "{head}")
    assert lines.replace(server.url, "{url}") == (
        "good     CI               no CI\n"
        "good     config file      none: there is no .amplitude-release.yml\n"
        "good     inputs           api-key: the variable AMPLITUDE_API_KEY\n"
        "                          secret-key: the variable AMPLITUDE_SECRET_KEY\n"
        "                          region: the variable AMPLITUDE_REGION\n"
        "                          api-url: the variable AMPLITUDE_API_URL\n"
        "                          release-start: the flag --release-start\n"
        "                          timeout: the flag --timeout\n"
        "bad      inputs           The input region is `asia`, which is not one of `us`, `eu`.\n"
        "                            It is set by the variable AMPLITUDE_REGION."
        " Data residency of the Amplitude project.\n"
        "                                --region us   # or eu\n"
        f"                            More: {Topic.INPUT.address}\n"
        "bad      inputs           The input timeout is `0`,"
        " which is not a number of seconds above 0 and at most 86400.\n"
        "                            It is set by the flag --timeout."
        " Time limit of one request, in seconds.\n"
        "                                --timeout 30\n"
        f"                            More: {Topic.INPUT.address}\n"
        "good     repository       app, in {app} at commit {head}\n"
        "good     checkout         has all that a release needs\n"
        "good     version          1.1.0: the tag v1.1.0, the highest version on this commit\n"
        "good     previous release v1.0.0, 1 commit since then\n"
        "good     release start    2026-01-01 03:00:00 UTC: the commit's date\n"
        "good     title            app 1.1.0\n"
        "good     description      12 characters\n"
        "unknown  API              It is not known whether the host answers and takes the keys:"
        " nothing was asked.\n"
        "                            What is bad above may decide where keys go,"
        " and they go to no host that was not chosen.\n"
        "                                Correct what is bad above, and check again.\n"
        f"                            More: {Topic.CHECK.address}\n"
        "annotate check: 2 bad, 1 unknown, 10 good; exit code 2\n"
    )
    assert (ran.code, only_asked(server)) == (2, [])


@pytest.mark.parametrize(
    ("env", "mend"),
    [
        ({"GITHUB_ACTIONS": "true"}, ["retries: 4"]),
        ({"GITLAB_CI": "true"}, ["variables:", 'AMPLITUDE_RETRIES: "4"']),
        ({"GITLAB_CI": "true", "INPUT_COMMAND": ""}, ["inputs:", 'retries: "4"']),
        ({}, ["--retries 4"]),
    ],
)
@pytest.mark.parametrize("command", ["check", "preview"])
def test_an_input_is_mended_where_it_is_set(
    annotate: Annotate, released: RepoBuilder, command: str, env: dict[str, str], mend: list[str]
) -> None:
    ran = annotate(released.path, command, "--dry-run", env=env | {"AMPLITUDE_RETRIES": "many"})
    lines = [line.strip() for line in ran.log.splitlines()]
    why = next(n for n, line in enumerate(lines) if "set by the variable AMPLITUDE_RETRIES" in line)
    assert lines[why + 1 : why + 1 + len(mend)] == mend
    assert lines[why + 1 + len(mend)].startswith("More: ")


@pytest.mark.parametrize(
    ("answers", "headline"),
    [
        ([ACCEPTED], "✅ A release would be sent"),
        ([REFUSED], "❌ A release would not be sent"),
        ([Answer(status=500)], "✅ Nothing is in the way of a release, as far as it is known"),
    ],
)
@pytest.mark.parametrize("by_input", [True, False])
def test_the_summary_on_github(
    annotate: Annotate,
    released: RepoBuilder,
    tmp_path: Path,
    answers: list[Answer],
    headline: str,
    by_input: bool,
) -> None:
    env = {**KEYS, **captured("github-push-tag", **GITHUB), "AMPLITUDE_FETCH": "never"}
    command = ["check"]
    if by_input:
        command, env = [], env | {"INPUT_COMMAND": "Check"}
    env["INPUT_TITLE"] = "<b>##[error]</b>"
    with serving(*answers) as server:
        flags = (*command, "--api-url", server.url)
        ran = annotate(released.path, *flags, env=env, files=tmp_path / "files")
        assert only_asked(server)
    assert ran.summary.startswith(f"<h3>{headline}</h3>\n<p>{int(answers == [REFUSED])} bad, ")
    assert ran.summary.endswith("</table>\n\n")
    assert "&lt;b&gt;##[error]&lt;/b&gt;" in ran.summary
    assert "<b>## [error]</b>" in ran.log
    assert "\n\n" not in ran.summary.rstrip("\n")
    if answers == [REFUSED]:
        assert "<td>❌</td><td>keys</td><td><strong>The keys were refused." in ran.summary
        assert "<pre>Copy both keys into the secrets again.</pre>" in ran.summary
    assert ran.output_file == ""


def test_no_secret_is_told(annotate: Annotate, released: RepoBuilder, tmp_path: Path) -> None:
    pair = basic_credentials(API_KEY, SECRET_KEY)
    said = f"wrong: {API_KEY} {SECRET_KEY} {pair}".encode()
    with serving(Answer(status=403, body=said)) as server:
        for flags in ([], ["--json"]):
            ran = annotate(
                released.path,
                *("check", "--debug", "--api-url", server.url, *flags),
                env=KEYS,
                files=tmp_path / "files",
            )
            assert ran.code == 5
            assert "wrong: *** *** ***" in ran.log
            for secret in (API_KEY, SECRET_KEY, pair):
                assert secret not in ran.log + ran.summary


@pytest.mark.parametrize("status", [401, 403])
def test_wrong_keys(released: RepoBuilder, status: int) -> None:
    with serving(replace(REFUSED, status=status)) as server:
        found = check(released.path, "--api-url", server.url, env=KEYS)
        assert len(only_asked(server)) == 1
    assert (found.code, found.of("unknown")) == (5, [])
    assert found.of("bad") == [
        f"keys: The keys were refused. 127.0.0.1 answered with status {status}: Invalid API key."
    ]
    assert "API: 127.0.0.1 answers" in found.of("good")


@pytest.mark.parametrize(("region", "other"), [("us", "eu"), ("eu", "us")])
def test_the_other_region_is_named_and_not_asked(
    released: RepoBuilder, region: str, other: str
) -> None:
    with serving(REFUSED) as asked, serving(ACCEPTED) as right:
        urls = {
            Region(region): asked.url,
            Region(other): right.url.replace("127.0.0.1", "localhost"),
        }
        with patch.dict(BASE_URLS, urls):
            found = check(released.path, "--region", region, env=KEYS)
        assert (len(only_asked(asked)), only_asked(right)) == (1, [])
    [refused] = [one for one in found.findings if one["grade"] == "bad"]
    assert (found.code, refused["subject"]) == (5, "keys")
    assert "the project is in the other region" in refused["message"]["why"]
    assert refused["message"]["mend"] == f"Correct the secrets, or the region:\nregion: {other}"


Stage = Callable[[Path], AbstractContextManager[Scene]]


@contextmanager
def secure(folder: Path) -> Iterator[Scene]:
    """A server with a certificate of a private CA, which the user knows."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    bundle = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with serving(ACCEPTED, tls=context) as server:
        yield Scene(url=server.url, flags=("--ca-bundle", str(bundle)))


def test_a_certificate_that_is_trusted(released: RepoBuilder, tmp_path: Path) -> None:
    with secure(tmp_path) as scene:
        found = check(released.path, "--api-url", scene.url, *scene.flags, env=KEYS)
    assert found.code == 0
    assert found.of("good")[-3:] == [
        "API: 127.0.0.1 answers",
        f"certificate: trusted, by {tmp_path}/ca.pem",
        "keys: 127.0.0.1 accepts them",
    ]


EXPIRED = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stage", "subject", "words"),
    [
        pytest.param(
            lambda folder: faults.certified("127.0.0.1", folder=folder, known=False),
            *(
                "certificate",
                "127.0.0.1 cannot be asked: the server's certificate is not trusted (",
            ),
            id="another CA",
        ),
        pytest.param(
            lambda folder: faults.certified("127.0.0.1", folder=folder, not_after=EXPIRED),
            "certificate",
            "127.0.0.1 cannot be asked: the server's certificate has expired",
            id="expired",
        ),
        pytest.param(
            lambda folder: faults.certified("elsewhere.example", folder=folder),
            "certificate",
            "127.0.0.1 cannot be asked: the server's certificate is for another host (",
            id="another name",
        ),
        pytest.param(
            lambda _: faults.nobody(),
            "API",
            "127.0.0.1 cannot be asked: the connection failed (",
            id="nobody listens",
        ),
        pytest.param(
            lambda _: faults.full_queue(),
            "API",
            "127.0.0.1 cannot be asked: the time limit was reached (",
            id="nobody accepts",
        ),
        pytest.param(
            lambda _: faults.unknown_host(),
            "API",
            "nothing.invalid cannot be asked: the host name is not known (",
            id="no name",
        ),
    ],
)
def test_a_host_that_cannot_be_asked(
    released: RepoBuilder, tmp_path: Path, stage: Stage, subject: str, words: str
) -> None:
    with stage(tmp_path) as scene:
        flags = ("--api-url", scene.url, *scene.flags, "--timeout", "1")
        found = check(released.path, *flags, env={**KEYS, **scene.env})
    assert scene.begun() == 0
    [bad] = found.of("bad")
    assert (found.code, bad[: len(words) + len(subject) + 2]) == (6, f"{subject}: {words}")
    [unknown] = found.of("unknown")
    assert unknown.startswith("keys: It is not known whether the keys are right: ")
    # All else was looked at nevertheless.
    assert "version: 1.1.0: the tag v1.1.0, the highest version on this commit" in found.of("good")


def test_a_host_behind_a_proxy(released: RepoBuilder, server: Server) -> None:
    flags = ("--api-url", "http://releases.example", "--allow-http")
    env = {**KEYS, "http_proxy": server.url, "NO_PROXY": ""}
    found = check(released.path, *flags, env=env)
    assert found.code == 0
    assert "API: releases.example answers through the proxy 127.0.0.1" in found.of("good")
    assert only_asked(server) == [("GET", "http://releases.example/api/3/annotation-categories")]


def test_a_proxy_that_fails(released: RepoBuilder) -> None:
    with faults.nobody() as scene:
        env = {**KEYS, "https_proxy": scene.url, "NO_PROXY": ""}
        found = check(released.path, env=env)
    assert found.code == 6
    assert found.of("bad")[0].startswith(
        "API: amplitude.com cannot be asked through the proxy 127.0.0.1: the proxy failed ("
    )


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=200, body=b"<html>Please sign in</html>"),
        Answer(status=200, body=b'{"success": true}'),
        Answer(status=200, body=b'{"data": "none"}'),
        Answer(status=200, body=b"[" * 100_000),
        Answer(status=200, body=b""),
        Answer(status=302, body=b"", headers={"Location": "https://elsewhere.example"}),
        Answer(status=400),
        Answer(status=404),
        Answer(status=407),
        Answer(status=409),
        Answer(status=429),
        Answer(status=500),
        Answer(status=503),
    ],
    ids=lambda answer: f"{answer.status} {answer.body[:10].decode()}",
)
def test_an_odd_answer_proves_nothing(released: RepoBuilder, answer: Answer) -> None:
    with serving(answer) as server:
        found = check(released.path, "--api-url", server.url, env=KEYS)
        assert len(only_asked(server)) == 1
    assert (found.code, found.of("bad")) == (0, [])
    [unknown] = found.of("unknown")
    assert unknown.startswith(
        "keys: It is not known whether the keys are right."
        f" 127.0.0.1 answered with status {answer.status}"
    )


@pytest.mark.parametrize("answer", [Answer(cut=True), Answer(hang=True)], ids=["cut", "hang"])
def test_no_answer_proves_nothing(released: RepoBuilder, answer: Answer) -> None:
    with serving(answer) as server:
        found = check(released.path, "--api-url", server.url, "--timeout", "1", env=KEYS)
    assert (found.code, found.of("bad")) == (0, [])
    [unknown] = found.of("unknown")
    assert unknown.startswith("API: 127.0.0.1 was asked, but there was no valid response: ")


def test_a_variable_that_is_nearly_an_input(released: RepoBuilder, server: Server) -> None:
    env = {**KEYS, "AMPLITUDE_PLATFORM": "iOS"}
    found = check(released.path, "--api-url", server.url, env=env)
    what = "inputs: The variable AMPLITUDE_PLATFORM is not used: no input has this name."
    assert (found.code, what in found.of("unknown")) == (0, True)


@pytest.mark.parametrize("others", [[], ["--retries", "many"]])
def test_keys_that_are_missing(released: RepoBuilder, server: Server, others: list[str]) -> None:
    """The host is asked nevertheless, without them; also beside others, all is said of them."""
    found = check(released.path, "--api-url", server.url, *others)
    assert (found.code, found.of("bad")[-1]) == (2, "keys: api-key and secret-key are not set.")
    missing = [one["message"] for one in found.findings if one["grade"] == "bad"][-1]
    assert "secret-key: ${{ secrets.AMPLITUDE_SECRET_KEY }}" in missing["mend"]
    assert found.of("good")[-1] == "API: 127.0.0.1 answers"
    assert (len(only_asked(server)), pairs_of(server)) == (1, [])


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--on-missing-credentials", "skip"], ["keys: It is not known whether the keys are"]),
        (["--dry-run"], ["API: Nothing goes to Amplitude: dry-run is `true`."]),
        (["--sandbox"], ["API: Nothing goes to Amplitude: sandbox is `true`."]),
    ],
)
def test_keys_that_are_not_needed(
    released: RepoBuilder, server: Server, flags: list[str], words: list[str]
) -> None:
    found = check(released.path, "--api-url", server.url, *flags)
    assert (found.code, found.of("bad")) == (0, [])
    starts = zip(found.of("unknown"), words, strict=True)
    assert all(text.startswith(start) for text, start in starts)
    assert pairs_of(server) == []


def test_a_variable_that_the_config_file_cannot_name_is_not_sent(
    released: RepoBuilder, server: Server
) -> None:
    (released.path / ".amplitude-release.yml").write_text(
        "targets:\n- {name: web, api-key-variable: NPM_TOKEN, secret-key-variable: AMPLITUDE_S}\n"
    )
    env = {"NPM_TOKEN": "npm_0123456789", "AMPLITUDE_S": SECRET_KEY}
    found = check(released.path, "--api-url", server.url, env=env)
    [bad] = found.of("bad")
    assert (found.code, found.of("unknown"), pairs_of(server)) == (2, [], [])
    assert bad.startswith("config file: The api-key-variable of a target cannot be NPM_TOKEN.")


@pytest.mark.parametrize("flag", ["--dry-run", "--sandbox"])
def test_keys_are_not_sent_where_a_release_would_not_send_them(
    released: RepoBuilder, server: Server, flag: str
) -> None:
    found = check(released.path, "--api-url", server.url, flag, env=KEYS)
    assert (found.code, len(found.of("unknown")), only_asked(server)) == (0, 1, [])


def test_keys_of_a_wrong_form_are_not_sent(released: RepoBuilder, server: Server) -> None:
    env = {**KEYS, "AMPLITUDE_API_KEY": f"{API_KEY}:{SECRET_KEY}"}
    found = check(released.path, "--api-url", server.url, env=env)
    assert found.code == 2
    assert [one.partition(":")[0] for one in found.of("bad")] == ["keys"]
    assert pairs_of(server) == []


@pytest.mark.parametrize(
    ("flags", "env", "config"),
    [
        (["--regoin", "eu"], {}, ""),
        (["--region", "eu", "--retries"], {}, ""),
        (["--region", "asia"], {}, ""),
        (["--api-url", "amplitude.com"], {}, ""),
        (["--allow-http=maybe"], {}, ""),
        (["--ca-bundle", "nowhere.pem"], {}, ""),
        (["--config", "nowhere.yml"], {}, ""),
        (["--dry-run=maybe"], {}, ""),
        (["--sandbox=maybe"], {}, ""),
        ([], {"INPUT_DRYRUN": "true"}, ""),
        ([], {"INPUT_CONFI": "release.yml"}, ""),
        ([], {"INPUT_REGOIN": "eu"}, ""),
        ([], {"INPUT_API-ULR": "https://example.com"}, ""),
        ([], {}, "regoin: eu\n"),
        ([], {}, "region: [\n"),
        ([], {}, "title: {{ region }}\n"),
        ([], {}, "api-url: https://attacker.example\n"),
        ([], {}, "ca-bundle: attacker.pem\n"),
        ([], {}, "allow-http: true\n"),
        ([], {}, "targets: [eu]\n"),
    ],
)
def test_keys_go_to_no_host_that_was_not_chosen(
    released: RepoBuilder,
    server: Server,
    flags: list[str],
    env: dict[str, str],
    config: str,
) -> None:
    (released.path / ".amplitude-release.yml").write_text(config)
    with patch.dict(BASE_URLS, dict.fromkeys(Region, server.url)):
        found = check(released.path, *flags, env={**KEYS, **env})
    assert (found.code, only_asked(server)) == (2, [])
    assert [one[:47] for one in found.of("unknown")] == [
        "API: It is not known whether the host answers a"
    ]


#: Five mistakes: a name, a template, the tags, the ledger, and the keys.
WRONG = {
    "INPUT_TITEL": "Winter",
    "INPUT_DESCRIPTION-TEMPLATE": "{{ verison }}",
    "INPUT_TAG-PATTERN": "web@*",
    "INPUT_LEDGER": "ledger.db",
    "INPUT_FETCH": "never",
}


@pytest.mark.parametrize(
    ("ci", "changes"),
    [
        ("github-push-branch", {"GITHUB_API_URL": ""}),
        ("gitlab-branch", {}),
    ],
)
def test_five_mistakes_at_once(
    annotate: Annotate,
    released: RepoBuilder,
    tmp_path: Path,
    ci: str,
    changes: dict[str, str],
) -> None:
    released.commit("Add a ledger", path="ledger.db")
    env = {**KEYS, **captured(ci, **changes), **WRONG}
    with serving(REFUSED) as server:
        env["INPUT_API-URL"] = server.url
        found = check(released.path, env=env)
        ran = annotate(released.path, "check", env=env, files=tmp_path / "files")
        assert len(only_asked(server)) == 2
    words = [
        "inputs: There is no input named titel.",
        "templates: The template in description-template cannot be used: `verison` is not known",
        "version: There is no version tag on this commit or on an earlier one.",
        "keys: The keys were refused. 127.0.0.1 answered with status 401: Invalid API key.",
        f"ledger: The ledger {released.path / 'ledger.db'} ",
    ]
    bad = found.of("bad")
    assert (found.code, len(bad)) == (5, 5)
    assert all(text.startswith(start) for text, start in zip(bad, words, strict=True))
    assert ran.code == 5
    assert ran.log.count("\nbad      ") == 5
    assert ran.summary.count("<td>❌</td>") == 5


def test_a_checkout_that_lacks_its_history(released: RepoBuilder, tmp_path: Path) -> None:
    (tmp_path / "hosted/octo-org").mkdir(parents=True)
    (tmp_path / "hosted/octo-org/hello.git").symlink_to(released.path / ".git")
    with hosting(tmp_path / "hosted") as git, serving(ACCEPTED) as server:
        clone = default_checkout(
            tmp_path / "clone", git, "octo-org/hello", released.head, "refs/tags/v1.1.0"
        )
        before = fingerprint(clone)
        flags = ("--api-url", server.url)
        found = check(clone, *flags, env=KEYS)
        without = check(clone, *flags, "--fetch", "never", env=KEYS)
    assert "checkout: is shallow; the rest was read from the remote" in found.of("good")
    assert "previous release: v1.0.0, 1 commit since then" in found.of("good")
    [lacking] = without.of("unknown")
    assert lacking.startswith("checkout: The checkout is shallow, so the previous release and")
    assert (found.code, without.code, fingerprint(clone)) == (0, 0, before)


def test_a_job_without_a_checkout(released: RepoBuilder, server: Server, tmp_path: Path) -> None:
    (tmp_path / "hosted/octo-org").mkdir(parents=True)
    (tmp_path / "hosted/octo-org/hello.git").symlink_to(released.path / ".git")
    (tmp_path / "empty").mkdir()
    with hosting(tmp_path / "hosted") as git:
        job = captured(
            "github-push-tag",
            **GITHUB,
            GITHUB_SERVER_URL=git.url,
            GITHUB_REPOSITORY="octo-org/hello",
            GITHUB_SHA=released.head,
        ) | {"INPUT_GITHUB-TOKEN": TOKEN}
        found = check(tmp_path / "empty", "--api-url", server.url, env={**KEYS, **job})
    assert (found.code, found.of("bad")) == (0, [])
    assert "repository: octo-org/hello, without a checkout" in found.of("good")


@pytest.mark.parametrize(
    ("flags", "code", "words"),
    [
        (["--on-untagged", "fail"], 3, "version: The commit "),
        (["--previous-tag", "v0.9.0"], 2, "inputs: The input previous-tag is `v0.9.0`"),
        (["--paths", ":(nonsense)src"], 2, "inputs: git cannot use the input paths"),
        (["--working-directory", "nowhere"], 3, "repository: The folder "),
        (
            ["--release-end", "2020-01-01T00:00:00Z"],
            2,
            "release start: The release ends before it starts",
        ),
    ],
)
def test_one_mistake_is_one_line(
    released: RepoBuilder, server: Server, flags: list[str], code: int, words: str
) -> None:
    released.commits("Fix login")
    found = check(released.path, "--api-url", server.url, *flags, env=KEYS)
    [bad] = found.of("bad")
    assert (found.code, bad[: len(words)]) == (code, words)
    assert found.of("good")[-1] == "keys: 127.0.0.1 accepts them"


def test_templates_that_fail_late_are_all_named(released: RepoBuilder, server: Server) -> None:
    flags = [
        *("--title-template", "{{ environment }}"),
        *("--description-template", "{{ 1 / (commits|length - 1) }}"),
    ]
    found = check(released.path, "--api-url", server.url, *flags, env=KEYS)
    first, second = found.of("bad")
    assert found.code == 2
    assert first == "templates: The template in title-template produces an empty title."
    assert second.startswith("templates: The template in description-template cannot be used: ")


def test_each_target_is_asked(released: RepoBuilder, server: Server) -> None:
    (released.path / ".amplitude-release.yml").write_text(
        "targets:\n"
        "  - {name: web, api-key-variable: AMPLITUDE_WEB, secret-key-variable: AMPLITUDE_WEB_S}\n"
        "  - {name: app, api-key-variable: AMPLITUDE_APP, secret-key-variable: AMPLITUDE_APP_S,"
        f" api-url: '{server.url}'}}\n"
    )
    keys = {
        "AMPLITUDE_WEB": "0" * 32,
        "AMPLITUDE_WEB_S": "1" * 32,
        "AMPLITUDE_APP": "2" * 32,
        "AMPLITUDE_APP_S": "3" * 32,
    }
    with serving(REFUSED) as other:
        flags = ("--trust-config", "--api-url", other.url)
        found = check(released.path, *flags, env=keys)
        assert pairs_of(other) == [f"Basic {basic_credentials('0' * 32, '1' * 32)}"]
    assert pairs_of(server) == [f"Basic {basic_credentials('2' * 32, '3' * 32)}"]
    told = [(one["target"], one["grade"]) for one in found.findings if one["subject"] == "keys"]
    assert (found.code, told) == (5, [("web", "bad"), ("app", "good")])


def test_the_tag_was_deleted(released: RepoBuilder, server: Server) -> None:
    env = {**KEYS, **captured("github-tag-deleted", GITHUB_API_URL="")}
    found = check(released.path, "--api-url", server.url, "--fetch", "never", env=env)
    assert found.code == 0
    assert any("was deleted, so there is no release to send" in one for one in found.of("unknown"))


def break_head(repo: Path) -> None:
    (repo / ".git/HEAD").write_text("nonsense\n")


def break_objects(repo: Path) -> None:
    for path in (repo / ".git/objects").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(b"nonsense")


def break_config(repo: Path) -> None:
    (repo / ".amplitude-release.yml").write_bytes(b"\xff\xfe\0\0")


def break_links(repo: Path) -> None:
    (repo / ".amplitude-release.yml").symlink_to(repo / ".amplitude-release.yml")


@pytest.mark.parametrize(
    ("breaking", "env"),
    [
        (break_head, {}),
        (break_objects, {}),
        (break_config, {}),
        (break_links, {}),
        (None, {"PATH": "/nowhere"}),
        (None, {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": "/dev/null"}),
        (None, {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://[", "GITHUB_SHA": "x"}),
        (None, {"GITLAB_CI": "true", "CI_PIPELINE_CREATED_AT": "\udcff"}),
        (None, {"GITHUB_STEP_SUMMARY": "/"}),
        (None, {"INPUT_TITLE": "\udcff", "INPUT_REGION": "\0"}),
        (None, {"INPUT_LEDGER": "/dev/null", "INPUT_DOTENV": "/"}),
        (None, {"REQUESTS_CA_BUNDLE": "/nowhere", "INPUT_API-URL": "https://127.0.0.1:9"}),
        (None, {"https_proxy": "nonsense://[", "INPUT_API-URL": "https://releases.example"}),
    ],
)
def test_whatever_is_broken_there_is_a_report(
    released: RepoBuilder,
    server: Server,
    breaking: Callable[[Path], None] | None,
    env: dict[str, str],
) -> None:
    if breaking:
        breaking(released.path)
    found = check(released.path, env={**KEYS, "INPUT_API-URL": server.url, **env})
    assert 0 <= found.code <= 6
    assert found.code != 1
    assert not any("internal error" in str(one["message"]) for one in found.findings)
    assert only_asked(server) in ([], [("GET", "/api/3/annotation-categories")])


def test_a_defect_of_ours_hides_nothing_else(released: RepoBuilder, server: Server) -> None:
    with patch.object(reading, "read", side_effect=KeyError("sha\nof what")):
        found = check(released.path, "--api-url", server.url, env=KEYS)
    assert found.code == 0
    assert (
        found.of("unknown")[0] == "version: This could not be checked: KeyError: 'sha\\nof what'."
    )
    assert found.of("good")[-1] == "keys: 127.0.0.1 accepts them"


def test_the_time_is_up(released: RepoBuilder, server: Server) -> None:
    with patch.object(reading, "read", side_effect=TimeUp):
        found = check(released.path, "--api-url", server.url, env=KEYS)
    assert (found.code, only_asked(server)) == (0, [])
    assert found.of("unknown") == [
        "time: The check was stopped at its deadline; what is missing here is not known."
    ]


def test_nothing_is_written_anywhere(
    annotate: Annotate, released: RepoBuilder, server: Server, tmp_path: Path
) -> None:
    """On GitLab not even the report for later jobs."""
    (tmp_path / "home").mkdir()
    (tmp_path / "temporary").mkdir()
    env = {
        **KEYS,
        **captured("gitlab-tag", **GITLAB),
        "HOME": str(tmp_path / "home"),
        "TMPDIR": str(tmp_path / "temporary"),
        "CI_PROJECT_DIR": str(released.path),
        "AMPLITUDE_LEDGER": str(tmp_path / "home/ledger/ledger.db"),
    }
    before = fingerprint(tmp_path)
    ran = annotate(released.path, "check", "--api-url", server.url, env=env)
    assert (ran.code, fingerprint(tmp_path)) == (0, before)
    assert "/home/ledger/ledger.db, which the first release makes\n" in ran.log
    assert only_asked(server) == [("GET", "/api/3/annotation-categories")]


class Terminal(io.StringIO):
    """A stream that a person reads."""

    def isatty(self) -> bool:
        """True."""
        return True


@pytest.mark.parametrize(("no_colour", "start"), [("", "\x1b[32mgood    \x1b[0m"), ("1", "good  ")])
def test_colours_are_for_terminals(released: RepoBuilder, no_colour: str, start: str) -> None:
    terminal = Terminal()
    env = environment({"TERM": "xterm", "NO_COLOR": no_colour})
    assert cli.main(["check", "--sandbox"], running(released.path, env, terminal)) == 0
    assert terminal.getvalue().startswith(start)


def test_a_check_has_no_ref(released: RepoBuilder, server: Server) -> None:
    found = check(released.path, "--ref", "v1.0.0", "--api-url", server.url, env=KEYS)
    assert (found.code, found.of("bad")) == (
        2,
        ["inputs: The flag --ref is not one of the release's inputs."],
    )
