"""Messages about the repository, its tags and its history."""

import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from annotate.errors import AnnotateError, Message
from annotate.git import checkout, command, messages
from annotate.git.command import CommandFailed
from annotate.git.history import Query, without_repository
from annotate.git.remote.transfer import Remote, TransferFailed, TransferFailure
from annotate.notes.history import History
from annotate.release import CommonFields, Start, compose
from annotate.title_and_description import TargetFields
from annotate.versions.pattern import Patterns
from annotate.versions.tags import OnUntagged
from tests.messages.cases import Cases
from tests.support.local import NO_CI, history_of
from tests.support.repo import RepoBuilder
from tests.support.world import NOW

CASES = Cases("repository")


def _query(*patterns: str, **asked: Any) -> Query:
    return Query(patterns=Patterns.of(patterns or ["**"]), **asked)


def _end(path: Path, query: Query, **around: Any) -> Message:
    """The first message of what is raised."""
    with pytest.raises(AnnotateError) as raised:
        history_of(path, query, **around)
    return raised.value.messages[0]


def _concern(path: Path, query: Query, **around: Any) -> Message:
    [message] = history_of(path, query, **around).concerns
    return message


@CASES.case
def no_folder(folder: Path) -> Message:
    return _end(folder / "nowhere", _query())


@CASES.case
def none(folder: Path) -> Message:
    (folder / "index.html").touch()
    (folder / "src").mkdir()
    return _end(folder, _query())


@CASES.case
def none_in_an_empty_folder(folder: Path) -> Message:
    return _end(folder, _query())


@CASES.case
def closed(folder: Path) -> Message:
    repo = RepoBuilder(folder)
    with patch.object(os, "access", lambda *_: False), patch.object(os, "getuid", lambda: 1000):
        return _end(repo.path, _query())


def _damaged(folder: Path, words: str) -> Message:
    return checkout.damaged(folder, CommandFailed("log", 128, words)).messages[0]


CASES.add("damaged", _damaged, words="fatal: bad object HEAD\n")
CASES.add("damaged-without-a-word", _damaged, words="")


CASES.add("old-git", lambda _: command.too_old("2.30.2"))
CASES.add("old-git-and-another-user", lambda _: command.too_old_for_foreign("2.34.1"))


@CASES.case
def too_large(_: Path) -> Message:
    return command.too_much("log")


@CASES.case
def of_a_worktree_elsewhere(folder: Path) -> Message:
    repo = RepoBuilder(folder / "app").commits("Start")
    repo.git("worktree", "add", "--quiet", str(folder / "tree"))
    repo.path.rename(folder / "moved")
    return _end(folder / "tree", _query())


@CASES.case
def without_git(folder: Path) -> Message:
    RepoBuilder(folder / "app").commits("Start")
    with patch.dict(os.environ, {"PATH": str(folder)}):
        return _end(folder / "app", _query())


CASES.add(
    "wrong-paths", lambda _: messages.wrong_paths("fatal: ../web: '../web' is outside repository\n")
)


@CASES.case
def no_notes(folder: Path) -> Message:
    with pytest.raises(checkout.NoRepository) as raised:
        history_of(folder, _query())
    [message] = without_repository(_query(version="1.2.3"), raised.value).concerns
    return message


@CASES.case
def no_commit(folder: Path) -> Message:
    return _end(RepoBuilder(folder).path, _query())


@CASES.case
def tag_not_taken(folder: Path) -> Message:
    repo = RepoBuilder(folder).commits("Start").tag("nightly-7")
    return _end(repo.path, _query("v*", "!*-beta", event_tag="nightly-7"))


@CASES.case
def asked_tag_not_taken(folder: Path) -> Message:
    repo = RepoBuilder(folder).commits("Start").tag("nightly-7")
    return _end(repo.path, _query("v*", event_tag="nightly-7", asked=True))


@CASES.case
def asked_tag_that_floats(folder: Path) -> Message:
    repo = RepoBuilder(folder).commits("Start").tag("v1").tag("v1.2.3")
    return _end(repo.path, _query(event_tag="v1", asked=True))


def _asked_tag(folder: Path, tag: str) -> Message:
    repo = RepoBuilder(folder).commits("Start").tag("v1.0.0;ls")
    return _end(repo.path, _query(event_tag=tag, asked=True))


CASES.add("asked-tag-that-is-none", _asked_tag, tag="v1.0.O")
CASES.add("asked-tag-like-none", _asked_tag, tag="winter")


@CASES.case
def tag_that_floats(folder: Path) -> Message:
    repo = RepoBuilder(folder).commits("Start").tag("v1").tag("v1.2.3")
    return _end(repo.path, _query(event_tag="v1"))


@CASES.case
def tag_of_a_product_that_floats(folder: Path) -> Message:
    repo = RepoBuilder(folder).commits("Start").tag("web/app@1").tag("web/app@1.2")
    return _end(repo.path, _query(event_tag="web/app@1"))


def _untagged(folder: Path, rule: OnUntagged) -> Message:
    repo = RepoBuilder(folder).commits("Start").tag("v1.0.0").commits("Search")
    return _end(repo.path, _query(on_untagged=rule))


CASES.add("untagged-and-failed", _untagged, rule=OnUntagged.FAIL)


@CASES.case
def untagged_where_no_tag_matches(folder: Path) -> Message:
    repo = RepoBuilder(folder).commits("Start").tag("web@1.0.0").tag("api@1.0.0")
    return _end(repo.path, _query("api-*", on_untagged=OnUntagged.FAIL))


@CASES.case
def tag_not_taken_with_signs(folder: Path) -> Message:
    repo = RepoBuilder(folder).commits("Start").tag("night+ly")
    return _end(repo.path, _query("v*", event_tag="night+ly"))


CASES.add("untagged-and-skipped", _untagged, rule=OnUntagged.SKIP)


def _no_version(
    folder: Path, tags: list[str], patterns: tuple[str, ...] = ("v*", "!*-beta")
) -> Message:
    repo = RepoBuilder(folder).commits("Start")
    for tag in tags:
        repo.tag(tag)
    return _end(repo.path, _query(*patterns))


CASES.add("without-tags", _no_version, tags=[])
CASES.add("without-tags-of-the-product", _no_version, tags=[], patterns=("web@*",))
CASES.add("without-a-version-among-the-tags", _no_version, tags=["docs"])
CASES.add("without-matching-tags", _no_version, tags=["docs", "1.2.3"])
CASES.add("without-matching-tags-of-many", _no_version, tags=[f"build-{n}" for n in range(10, 22)])


@CASES.case
def release_without_a_common_commit(folder: Path) -> Message:
    repo = RepoBuilder(folder).commits("Start").tag("v1.0.0")
    repo.git("checkout", "--quiet", "--orphan", "rewritten")
    return _concern(repo.commits("Search").tag("v1.1.0").path, _query())


CASES.add("absent-path", lambda _: messages.absent_paths(["mobile"], ["mobile", "web/*"]))
CASES.add("absent-paths", lambda _: messages.absent_paths(["web", "api"], ["web", "api"]))


def _no_such_tag(folder: Path, tag: str) -> Message:
    repo = RepoBuilder(folder).commits("Start").tag("v1.0.0").commits("Search").tag("v1.1.0")
    return _end(repo.path, _query(previous_tag=tag))


CASES.add("previous-tag", _no_such_tag, tag="v1.0.O")
CASES.add("previous-tag-like-none", _no_such_tag, tag="winter")


def _families(folder: Path, tags: list[str]) -> Message:
    repo = RepoBuilder(folder).commits("Start")
    for tag in tags:
        repo.tag(tag)
    return _concern(repo.path, _query())


CASES.add("families", _families, tags=["web@1.0.0", "api@1.1.0"])
CASES.add("families-and-none-with-v", _families, tags=["web@1.0.0", "v1.1.0"])
CASES.add("families-and-none", _families, tags=["web@1.0.0", "1.1.0"])


def _shallow(folder: Path) -> Path:
    repo = RepoBuilder(folder / "origin").commits("Start").tag("v1.0.0")
    repo.commits("Search").tag("v1.1.0")
    repo.git("clone", "--quiet", "--depth=1", repo.path.as_uri(), str(folder / "app"))
    return folder / "app"


def _lacking(folder: Path, *, fetch: bool) -> Message:
    return _concern(_shallow(folder), _query(version="1.1.0", fetch=fetch))


CASES.add("shallow-and-not-to-be-completed", _lacking, fetch=False)
CASES.add("shallow-without-a-remote", _lacking, fetch=True)


_DETAILS = {TransferFailure.TIME: "", TransferFailure.SIZE: "more than 1,073,741,824 bytes"}


def _not_fetched(_: Path, reason: TransferFailure) -> Message:
    remote = Remote(url="https://github.com/acme/app.git", owner="github-token")
    detail = _DETAILS.get(reason, "fatal: the words of git")
    return messages.not_fetched("is shallow", remote, TransferFailed(reason, detail))


for _reason in TransferFailure:
    CASES.add(f"not-fetched-{_reason.name}".lower(), _not_fetched, reason=_reason)


def _nothing_there(folder: Path) -> dict[str, Any]:
    return {"remotes": lambda _: [Remote(url=(folder / "origin.git").as_uri())]}


@CASES.case
def not_fetched_where_the_checkout_is_shallow(folder: Path) -> Message:
    return _concern(_shallow(folder), _query(version="1.1.0"), **_nothing_there(folder))


@CASES.case
def not_fetched_where_the_tag_is_missing(folder: Path) -> Message:
    repo = RepoBuilder(folder).commits("Start").tag("v1.0.0")
    return _concern(repo.path, _query(event_tag="v1.1.0"), **_nothing_there(folder))


@CASES.case
def not_fetched_where_other_tags_are_missing(folder: Path) -> Message:
    repo = RepoBuilder(folder).commits("Start").tag("v1.0.0")
    return _concern(repo.path, _query(event_tag="v1.0.0"), **_nothing_there(folder))


@CASES.case
def not_fetched_where_the_clone_is_partial(folder: Path) -> Message:
    repo = RepoBuilder(folder / "app").commits("Start").tag("v1.0.0").commits("Search")
    repo.tag("v1.1.0")
    repo.git("config", "remote.origin.promisor", "true")
    query = _query(event_tag="v1.1.0", paths=(".",))
    return _concern(repo.path, query, **_nothing_there(folder))


@CASES.case
def not_fetched_where_nothing_is_checked_out(folder: Path) -> Message:
    known = NO_CI._replace(commit="a" * 40)
    return _end(folder, _query(), known=known, **_nothing_there(folder))


def _undated(_: Path, tag: str) -> Message:
    wanted = CommonFields(start=Start.TAG, sources={})
    history = History(version="1.2.3", tag=tag)
    [message] = compose(wanted, [TargetFields()], history, NO_CI, NOW).warnings
    return message


CASES.add("tag-without-a-date", _undated, tag="v1.2.3")
CASES.add("no-tag-to-date", _undated, tag="")
