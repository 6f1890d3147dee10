"""Commits become changes: requests told once, reverts taken off, conventions read where used."""

from dataclasses import replace

import pytest

from annotate.notes import description as notes
from annotate.notes.changes import changes
from annotate.notes.history import Commit, History
from annotate.notes.people import Person
from annotate.notes.subject import Subject
from tests.support.notes import described


def commit(sha: str, subject: str, *parents: str, body: str = "", author: str = "Ada") -> Commit:
    return Commit(
        sha=sha * 40,
        subject=subject,
        body=body,
        author=Person(name=author),
        parents=tuple(p * 40 for p in parents),
    )


def texts(*commits: Commit) -> list[tuple[str, int]]:
    return [(one.subject.text, one.weight) for one in changes(commits)]


def told(*commits: Commit) -> str:
    count = sum(not one.is_merge for one in commits)
    found = History(version="1", previous="v0", commit="f", commits=commits, count=count)
    return described(found)


@pytest.mark.parametrize(
    ("line", "kind", "scope", "text", "number"),
    [
        ("feat: add search", "feat", "", "Add search", ""),
        ("Feat(web)!: add search (#12)", "feat", "web", "Add search", "#12"),
        ("bugfix: 2 of 3 fail (!7)", "fix", "", "2 of 3 fail", "!7"),
        ("Add search", "", "", "Add search", ""),
        ("t5551: put it apart", "", "", "t5551: put it apart", ""),
        (":sparkles: feat: add it", "feat", "", "Add it", ""),
        ("✨ Add search", "", "", "Add search", ""),
        ("Use `std::move` of **[it](https://x.y)**", "", "", "Use std::move of it", ""),
        ("Fix login, closes #12 and #13", "", "", "Fix login", ""),
        ("Fixes #12", "", "", "Fixes #12", ""),
        ("feat: gRPC calls", "feat", "", "gRPC calls", ""),
        ("fix:linkedin errors", "fix", "", "Linkedin errors", ""),
        ("fix::scope", "", "", "fix::scope", ""),
        ("fix: off-by-one in it", "fix", "", "Off-by-one in it", ""),
        ("bug: it crashed", "fix", "", "It crashed", ""),
        ("[fix] use the proxy", "fix", "", "Use the proxy", ""),
        ("[web] use the proxy", "", "", "[web] use the proxy", ""),
        ("sec(deps): bump it", "security", "deps", "Bump it", ""),
        ("Update URL.__init__ signature", "", "", "Update URL.__init__ signature", ""),
        ("`pip debug` says more", "", "", "pip debug says more", ""),
        ("add socks5h support (#3)", "", "", "Add socks5h support", "#3"),
        ("Fixes #2666: none is the default", "", "", "None is the default", ""),
        ("Ensure it is compact. #3363 (#3367)", "", "", "Ensure it is compact", "#3367"),
        ("Test the key (#3364) (#3440)", "", "", "Test the key", "#3440"),
        ("Wait, etc.", "", "", "Wait, etc.", ""),
        ("Fixed in #12", "", "", "Fixed in #12", ""),
        (f"Long {'x' * 900} (#12)", "", "", f"Long {'x' * 495}", "#12"),
        ("*args are passed on", "", "", "*args are passed on", ""),
        (":tada:", "", "", "", ""),
    ],
)  # fmt: skip
def test_a_subject_in_its_parts(line: str, kind: str, scope: str, text: str, number: str) -> None:
    found = Subject.parse(line)
    assert (found.type, found.scope, found.text, found.request) == (kind, scope, text, number)


@pytest.mark.parametrize(
    ("subject", "body", "title", "number"),
    [
        ("Merge pull request #7 from ada/search", "Search in folders\n", "Search in folders", "#7"),
        (
            "Merge branch 'search' into 'main'",
            "Search in folders\n\nCloses #3\n\nSee merge request group/app!7",
            "Search in folders",
            "!7",
        ),
        ("Merged in search (pull request #7)", "Search in folders", "Search in folders", "#7"),
        ("feat: search in folders (#7)", "", "Search in folders", "#7"),
        ("Merge commit from fork", "Sessions: fix the key", "Sessions: fix the key", ""),
        ('Merge pull request #7 "Search in folders"', "", "Search in folders", "#7"),
        ("Merge pull request #7 from ada/search", "", "Wip", "#7"),
        ("Merge pull request #7 from ada/search", "Co-authored-by: X <x@y>", "Wip", "#7"),
        (
            "Merge branch 'ps/proxy'",
            "The proxy is asked\nfor https addresses, too.\n\n* ps/proxy:\n  proxy: ask\n",
            "The proxy is asked for https addresses, too",
            "",
        ),
    ],
)
def test_a_request_is_told_once_by_its_title(
    subject: str, body: str, title: str, number: str
) -> None:
    found = changes([
        commit("e", subject, "a", "d", body=body),
        commit("d", "wip 2", "c"),
        commit("c", "wip", "0"),
        commit("a", "Fix login", "0"),
    ])  # fmt: skip
    assert [(one.subject.text, one.subject.request, one.weight) for one in found] == [
        (title, number, 2),
        ("Fix login", "", 1),
    ]


def test_a_merge_without_a_title_tells_its_commits() -> None:
    merged = [commit("e", "Merge branch 'x'", "a", "d"), commit("d", "One", "0")]
    assert texts(*merged, commit("a", "Two", "0")) == [("One", 1), ("Two", 1)]


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Sync with 2.49.1", ""),
        ("Update from upstream into ours", ""),
        ("Merge branch 'x'", "* x:\n  one\n  two\n"),
        ("Merge branch 'x'", "Conflicts:\n  one.c and two.c\n"),
    ],
)
def test_a_merge_that_only_joins_lines_tells_their_commits(subject: str, body: str) -> None:
    merged = commit("e", subject, "a", "d", body=body)
    assert texts(merged, commit("d", "One", "0"), commit("a", "Two", "0")) == [
        ("One", 1),
        ("Two", 1),
    ]


@pytest.mark.parametrize("nested", [False, True])
def test_a_merge_of_a_line_of_development_tells_its_commits(nested: bool) -> None:
    """Only a numbered title stands for so much."""
    inner = [
        Commit(sha=f"d{n:039}", subject=f"Step{n} done", parents=(f"d{n + 1:039}",))
        for n in range(3 if nested else 50)
    ]
    if nested:
        inner[0] = replace(inner[0], parents=(*inner[0].parents, "9" * 40))
    for title, alone in (("Bring back the winter", False), ("Bring back winter (#9)", True)):
        merge = Commit(sha="e" * 40, subject=title, parents=("a" * 40, inner[0].sha))
        found = changes([merge, *inner, commit("a", "Other", "0")])
        assert (len(found) == 2) is alone


def test_an_id_that_begins_alike_is_not_reverted() -> None:
    body = f"This reverts commit {'a' * 7}{'f' * 33}."
    assert texts(commit("b", "Revert it", "a", body=body), commit("a", "Add noise", "0")) == [
        ("Revert it", 1),
        ("Add noise", 1),
    ]


def test_a_squash_that_tells_of_a_revert_reverts_nothing() -> None:
    body = f'* Revert "Add noise"\n\nThis reverts commit {"a" * 40}.\n\n* Work on\n'
    squash = commit("b", "Tidy the map (#9)", "a", body=body)
    assert texts(squash, commit("a", "Add noise", "0")) == [("Tidy the map", 1), ("Add noise", 1)]


def test_a_branch_that_is_merged_twice() -> None:
    found = texts(
        commit("9", "Merge pull request #2 from a/x", "7", "8", body="Second"),
        commit("8", "later", "5"),
        commit("7", "Merge pull request #1 from a/x", "1", "5", body="First"),
        commit("5", "early", "0"),
        commit("1", "Fix login", "0"),
    )
    assert found == [("Second", 1), ("First", 1), ("Fix login", 1)]


def test_a_revert_cancels_what_it_reverts() -> None:
    revert = commit("b", 'Revert "Add noise"', "a", body=f"This reverts commit {'a' * 40}.")
    assert texts(commit("c", "Fix", "b"), revert, commit("a", "Add noise", "0")) == [("Fix", 1)]


def test_a_revert_of_a_revert_brings_it_back() -> None:
    again = commit("c", "Reapply", "b", body=f"This reverts commit {'b' * 40}.")
    revert = commit("b", "Revert", "a", body=f"This reverts commit {'a' * 40}.")
    assert texts(again, revert, commit("a", "Add noise", "0")) == [("Add noise", 1)]


def test_a_revert_of_what_was_released_is_told() -> None:
    revert = commit("b", "Revert", "a", body=f"This reverts commit {'9' * 40}.")
    assert texts(revert) == [("Revert", 1)]


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ('Revert "Add noise (#7)" (#8)', "Reverts octo/shop#7"),
        ('Revert "Add noise (#7)"', ""),
    ],
)
def test_a_revert_by_name(subject: str, body: str) -> None:
    added = commit("a", "Add noise (#7)", "0")
    assert texts(commit("b", subject, "a", body=body), added) == []
    assert texts(commit("b", subject, "0", body=body)) == [(Subject.parse(subject).text, 1)]


def test_a_request_that_reverts_a_request_is_gone_with_it() -> None:
    found = texts(
        commit("9", "Merge pull request #8 from a/revert", "e", "8", body='Revert "Search"'),
        commit("8", "Revert it", "e", body=f"This reverts commit {'e' * 40}."),
        commit("e", "Merge pull request #7 from a/x", "a", "d", body="Search"),
        commit("d", "wip", "0"),
        commit("a", "Fix login", "0"),
    )
    assert found == [("Fix login", 1)]


def test_a_revert_of_what_was_released_does_not_say_the_opposite() -> None:
    [text] = texts(commit("b", "revert: let us have dark mode", "a"))
    assert text == ("Reverted: Let us have dark mode", 1)


def test_a_reverted_request_takes_its_commits_along() -> None:
    body = f"This reverts commit {'e' * 40}, reversing changes made to {'a' * 40}."
    found = texts(
        commit("f", "Revert it", "e", body=body),
        commit("e", "Merge pull request #7 from a/x", "a", "d", body="Search"),
        commit("d", "wip", "0"),
        commit("a", "Fix login", "0"),
    )
    assert found == [("Fix login", 1)]


def test_a_convention_is_told_in_groups_the_unseen_counted() -> None:
    text = told(
        commit("9", "chore: tidy up", "8"),
        commit("8", "fix: login (#3)", "7"),
        commit("7", "docs: how to log in", "6"),
        commit("6", "Bump requests", "5", author="dependabot[bot]"),
        commit("5", "feat(web): search", "4"),
        commit("4", "feat!: new accounts", "3"),
        commit("3", "perf: start faster", "2"),
        commit("2", "chore(api): drop v1", "1", body="BREAKING CHANGE: v1 is gone"),
        commit("1", "Something else", "0"),
        commit("c", "fixup! fix: login", "0"),
    )
    assert text == (
        "Breaking changes\n- New accounts\n- api: Drop v1: v1 is gone\n\n"
        "New\n- web: Search\n\n"
        "Fixed\n- Login (#3)\n\n"
        "Faster\n- Start faster\n\n"
        "Also\n- Something else\n\n"
        "Documentation\n- How to log in\n\n"
        "3 changes under the hood"
    )


def test_without_a_convention_subjects_stand_as_they_are() -> None:
    text = told(
        commit("4", "docs: how to log in", "3"),
        commit("3", "http: accept proxies", "2"),
        commit("2", "Bump x", "1", author="renovate[bot]"),
        commit("1", "describe: limit it", "0"),
    )
    assert text == (
        "- http: accept proxies\n- describe: limit it\n- docs: how to log in\n\n"
        "1 change under the hood"
    )


def test_the_limit_keeps_the_most_important_lines() -> None:
    rows = [commit("1", f"docs: page {number} {'x' * 100}", "0") for number in range(40)]
    text = told(*rows, commit("2", "feat: search", "1"), commit("3", "feat!: new keys", "2"))
    assert text.startswith(
        "Breaking changes\n- New keys\n\nNew\n- Search\n\nDocumentation\n- Page 0 "
    )
    shown = text.count("- Page")
    assert text.endswith(f"… and {40 - shown} more")
    assert len(text) <= notes.DESCRIPTION_LIMIT
