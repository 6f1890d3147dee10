"""Commits become changes: requests told once, reverts taken off, conventions read where used."""

import pytest

from annotate.notes import description as notes
from annotate.notes.changes import Change, changes
from annotate.notes.history import Commit, History
from annotate.notes.people import Person
from annotate.notes.requests import brought
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
        ("✨ Add search", "feat", "", "Add search", ""),
        (":bug: it crashes", "fix", "", "It crashes", ""),
        ("⬆️ vite", "chore", "deps", "Vite", ""),
        ("♻️ refactor(web): tidy up", "refactor", "web", "Tidy up", ""),
        ("🔒️ check the key", "security", "", "Check the key", ""),
        ("🙂 Add search", "", "", "Add search", ""),
        ("fix: 🐛 it crashes", "fix", "", "It crashes", ""),
        ("[13.x] Fix it (#7)", "", "", "Fix it", "#7"),
        ("[7.x backport] feat(x): add it", "feat", "x", "Add it", ""),
        ("[8-0-stable] fix it", "", "", "Fix it", ""),
        ("[ISSUE #13497]feat: add it", "feat", "", "Add it", ""),
        ("[ISSUE##13267] Fix it", "", "", "Fix it", ""),
        ("【Fix issue #13600】the name is lost", "fix", "", "The name is lost", ""),
        ("[ABC-12] add it", "", "", "Add it", ""),
        ("[chore][cmd/mdatagen] tidy up", "chore", "cmd/mdatagen", "Tidy up", ""),
        ("[web] feat: add it", "feat", "web", "Add it", ""),
        ("[1.x][web] use the proxy", "", "", "[web] use the proxy", ""),
        ("[breaking] drop it", "", "", "Drop it", ""),
        ("[Manual backport] fix: add it", "fix", "", "Add it", ""),
        ("Backport of fix(web): add it into v1.15 (#7)", "fix", "web", "Add it", "#7"),
        ("Manual backport of add it to 8-0-stable", "", "", "Add it", ""),
        ("v1.14 backport: add it", "", "", "Add it", ""),
        ("Backport: add it", "", "", "Add it", ""),
        ("Backport of this", "", "", "Backport of this", ""),
        ("Web backport: add it", "", "", "Web backport: add it", ""),
        ("fix: add it (43-x-y) (#52877)", "fix", "", "Add it", "#52877"),
        ("ENH: add it", "feat", "", "Add it", ""),
        ("BUG/DEP: add it", "fix", "", "Add it", ""),
        ("DEP, TYP: drop it", "remove", "", "Drop it", ""),
        ("API: rename it", "feat", "", "Rename it", ""),
        ("api: rename it", "", "", "api: rename it", ""),
        ("MAINT: tidy up", "chore", "", "Tidy up", ""),
        ("STY: tidy up", "style", "", "Tidy up", ""),
        ("TYP: annotate it", "types", "", "Annotate it", ""),
        ("ref(ui): tidy up", "refactor", "ui", "Tidy up", ""),
        ("meta: tidy up", "chore", "", "Tidy up", ""),
        ("feature: add it", "feat", "", "Add it", ""),
        ("chore!(deps): drop it", "chore", "deps", "Drop it", ""),
        ("fix(web) : drop it", "fix", "web", "Drop it", ""),
        ("fix：修复问题", "fix", "", "修复问题", ""),
        ("BREAKING CHANGE: drop it", "", "", "Drop it", ""),
        ('Revert "feat(web): add it (#7)" (#8)', "revert", "", "Reverted: web: add it", "#8"),
        ('revert: "fix: add it"', "revert", "", "Reverted: Add it", ""),
        ("revert: fix(web): add it", "revert", "", "Reverted: web: add it", ""),
        ("revert: remove it (#7)", "revert", "", "Revert: Remove it", "#7"),
        ("⏪ add it", "revert", "", "Revert: Add it", ""),
        ("REV: Manual revert of it", "revert", "", "Manual revert of it", ""),
        ("REV: undo it", "revert", "", "Undo it", ""),
        ("REV:web: Roll back it", "revert", "", "web: Roll back it", ""),
        ("REV: Not that we revert it", "revert", "", "Revert: Not that we revert it", ""),
        ("REV: Revert part of #12 (#13)", "revert", "", "Revert part of #12", "#13"),
        ("Search, part of #12 (#13)", "", "", "Search", "#13"),
        ("don't crash", "", "", "Don't crash", ""),
        ("fix: don’t crash, ever", "fix", "", "Don’t crash, ever", ""),
        ("Fix it. Ref #12 (#13)", "", "", "Fix it", "#13"),
        ("Fix it, refs #12", "", "", "Fix it", ""),
        ("Fix  it [skip azp][skip actions]", "", "", "Fix it", ""),
        ("[ci skip] Fix it", "", "", "Fix it", ""),
        ("Translate it (https://hosted.weblate.org/a/b/)", "", "", "Translate it", ""),
        ("Fix it. cf. <a=b@mail.example.com>", "", "", "Fix it", ""),
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
        (":tada:", "feat", "", "", ""),
    ],
)  # fmt: skip
def test_a_subject_in_its_parts(line: str, kind: str, scope: str, text: str, number: str) -> None:
    found = Subject.parse(line)
    assert (found.type, found.scope, found.text, found.request) == (kind, scope, text, number)


@pytest.mark.parametrize(
    "line",
    [
        "feat!: a",
        "BREAKING CHANGE: a",
        "Breaking change(web): a",
        "💥 a",
        "[BREAKING] a",
        "BUG!: a",
    ],
)
def test_a_subject_that_is_breaking(line: str) -> None:
    assert Subject.parse(line).breaking


@pytest.mark.parametrize(
    ("subject", "body", "text", "number"),
    [
        ("Merge pull request #7 from a/b", "Search\n", "Search", "#7"),
        ("Merge branch 'x' into 'main'", "Search\n\nSee merge request a/b!7", "Search", "!7"),
        ("Merge pull request #7 from a/b", "", "Merge pull request #7 from a/b", ""),
        ("fix: all fol… (#7)", "…ders and files\n\nText", "All folders and files", "#7"),
        ("All fol...", "...ders\n", "All folders", ""),
        ("All fol… (#7)", "* All folders\n\n* Text", "All folders", "#7"),
        ("All fol… (#7)", "Something else", "All fol…", "#7"),
    ],
)  # fmt: skip
def test_a_title_that_goes_on_in_the_body(subject: str, body: str, text: str, number: str) -> None:
    [found] = changes([commit("a", subject, "0", body=body)])
    assert (found.subject.text, found.subject.request) == (text, number)


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
            "Merge pull request #1234 from a/b",
            "\n\n\nSearch\nin folders\n\nMore",
            "Search",
            "#1234",
        ),
        ("Merge pull request #7 from ada/search", "Signed-off-by: Ada", "Wip", "#7"),
        ("Merge pull request #7 from ada/search", "Closes gh-7\n\n* search:\n  Wip", "Wip", "#7"),
        ("Merge pull request #7 from ada/search", "* search:\n  Wip", "Wip", "#7"),
        ("Merge pull request #7 from ada/search", "See #3, #4 and GH-5.", "Wip", "#7"),
        ("Merge pull request #7 from ada/search", "Fixes: #3", "Wip", "#7"),
        ("Merge pull request #7 from ada/search", "#3", "Wip", "#7"),
        ("Merge pull request #7 from ada/search", "See #3 first", "See #3 first", "#7"),
        ("Merge pull request #7 from ada/search", "* search: all", "* search: all", "#7"),
        ("Merge pull request #7 from ada/search", "Cc: Ada <ada@example.com>", "Wip", "#7"),
        ("Merge branch 'x' into 'main'", "See merge request !7", "Wip", "!7"),
        ("Merge branch 'x' into 'main'", "See merge request g/a!7 ", "Wip", "!7"),
        ("Merge commit from fork", "Sessions: fix the key\nat last", "Sessions: fix the key", ""),
        ("Merge the search in folders (#7)", "", "Merge the search in folders", "#7"),
        ("Mergeable layouts", "", "Mergeable layouts", ""),
        ("feat: search in folders", "", "Search in folders", ""),
        ("Search in folders", "", "Search in folders", ""),
        ("Sync the cache", "", "Sync the cache", ""),
        ("Update it without a question", "", "Update it without a question", ""),
        ("Update the guide with licences", "", "Update the guide with licences", ""),
        ("Integrate it with the proxy", "", "Integrate it with the proxy", ""),
        ("Synchronous calls from hooks", "", "Synchronous calls from hooks", ""),
        ("Merge branch 'x'", "Ask the proxy first", "Ask the proxy first", ""),
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


@pytest.mark.parametrize("parents", [("0", "d"), ("0",)])
@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("Sessions: fix the key", "Sessions: fix the key"),
        ("Check the path.\nIt was lost.\n\nMore", "Check the path"),
    ],
)
def test_what_was_merged_from_a_private_fork_is_a_security_fix(
    body: str, title: str, parents: tuple[str, ...]
) -> None:
    commits = [commit("e", "Merge commit from fork", *parents, body=body), commit("d", "One", "0")]
    found = changes(commits[: len(parents)])
    assert [(one.subject.text, one.security) for one in found] == [(title, True)]


def test_a_merge_from_a_private_fork_without_a_title_is_told_as_it_is() -> None:
    found = changes([commit("e", "Merge commit from fork", "0")])
    assert [(one.subject.text, one.security) for one in found] == [("Merge commit from fork", True)]


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Sync with 2.49.1", ""),
        ("Synchronise from upstream", ""),
        ("Synchronize from upstream", ""),
        ("Back-merge into next", ""),
        ("Backmerge main to next", ""),
        ("Update from upstream", ""),
        ("Update from original", ""),
        ("Update to the latest main", ""),
        ("Pull changes from origin/2.x", ""),
        ("Bring it to the develop branch", ""),
        ("Bring next up to date with main", ""),
        ("Pull from upstream", ""),
        ("Integrate main into next", ""),
        ("Catch up with main", ""),
        ("Merges x into y", ""),
        ("Merged x into y", ""),
        ("Merge commit from fork", ""),
        ("Merge branch 'x'", "Ask the proxy"),
        ("Merge branch 'x'", "* x:\n  one\n  two\n"),
        ("Merge branch 'x'", "# Conflicts of one and two"),
        ("Merge branch 'x'", "[ci skip] for a while"),
        ("Merge branch 'x'", "Conflicts:\n  one.c and two.c\n"),
        ("Merge branch 'x'", "Conflicts in one and two"),
        ("Merge branch 'x'", "Tested-by: one and two others"),
    ],
)
def test_a_merge_that_only_joins_lines_tells_their_commits(subject: str, body: str) -> None:
    merged = commit("e", subject, "a", "d", body=body)
    assert texts(merged, commit("d", "One", "0"), commit("a", "Two", "0")) == [
        ("One", 1),
        ("Two", 1),
    ]


@pytest.mark.parametrize(
    ("title", "inner", "lines"),
    [
        ("chore: sync", ["feat: search", "fix: login"], ["Search", "Login"]),
        ("chore: sync", ["fix: login (#3)", "feat: search (#2)"], ["Login", "Search"]),
        ("chore: sync", ["fix: login"], ["Sync"]),
        ("chore: sync", ["wip", "again", "feat: search"], ["Sync"]),
        ("feat: search", ["feat: index", "fix: login"], ["Search"]),
        ("Release", [f"Step {n} (#{n})" for n in range(20)], [f"Step {n}" for n in range(20)]),
        ("Release", [f"Step {n}" for n in range(20)], ["Release"]),
    ],
)
def test_a_request_stands_for_its_commits_where_that_is_true(
    title: str, inner: list[str], lines: list[str]
) -> None:
    last = len(inner) - 1
    commits = [
        Commit(sha=f"d{n:039}", subject=one, parents=(f"d{n + 1:039}" if n < last else "0" * 40,))
        for n, one in enumerate(inner)
    ]
    merge = Commit(
        sha="e" * 40,
        subject="Merge pull request #9 from a/b",
        body=title,
        parents=("a" * 40, commits[0].sha),
    )
    found = changes([merge, *commits, commit("a", "Other", "0")])
    assert [one.subject.text for one in found] == [*lines, "Other"]


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Merge v3.0 into develop branch", ["Two", "One"]),
        ("Merge branch release/3.0 to main", ["Two", "One"]),
        ("merge 3.x into 4.x", ["Two", "One"]),
        ("Merge two pages into one", ["Merge two pages into one"]),
        ("Merge pages into one", ["Merge pages into one"]),
    ],
)
def test_a_request_that_only_joins_branches_tells_their_commits(
    title: str, lines: list[str]
) -> None:
    found = changes([
        commit("e", "Merge pull request #9 from a/b", "0", "d", body=title),
        commit("d", "Two", "c"),
        commit("c", "One", "0"),
    ])  # fmt: skip
    assert [one.subject.text for one in found] == lines


@pytest.mark.parametrize(
    ("title", "lines"),
    [("", ["Start"]), ("Update it with all of it", ["Update it with all of it"])],
)
def test_a_request_that_was_brought_up_to_date_is_one_change(title: str, lines: list[str]) -> None:
    found = changes([
        commit("e", "Merge pull request #9 from a/b", "b", "d", body=title),
        commit("d", "Again", "c"),
        commit("c", "Merge branch 'main' into b", "9", "b"),
        commit("9", "Start", "0"),
        commit("b", "Other", "0"),
    ])  # fmt: skip
    assert [one.subject.text for one in found] == [*lines, "Other"]


def test_a_hidden_type_of_a_request_gives_way_to_that_of_a_feature() -> None:
    found = changes([
        commit("e", "Merge pull request #9 from a/b", "0", "d", body="chore: sync"),
        commit("d", "wip", "c"),
        commit("c", "again", "b"),
        commit("b", "feat: search", "0"),
    ])  # fmt: skip
    assert [(one.subject.type, one.subject.text) for one in found] == [("feat", "Sync")]


def test_requests_on_a_line_that_is_merged_keep_their_titles() -> None:
    found = texts(
        commit("f", "Merge branch 'develop'", "a", "e"),
        commit("e", "Merge pull request #7 from a/x", "c", "d", body="Search"),
        commit("d", "wip", "c"),
        commit("c", "Fix login", "0"),
        commit("a", "Other", "0"),
    )
    assert found == [("Search", 1), ("Fix login", 1), ("Other", 1)]


@pytest.mark.parametrize(
    ("title", "size", "nested", "alone"),
    [
        ("Bring back the winter", 40, False, True),
        ("Bring back the winter", 41, False, False),
        ("Bring back the winter", 3, True, False),
        ("Merge pull request #9 from a/winter", 41, False, False),
        ("Bring back winter (#9)", 41, False, True),
        ("Bring back winter (#9)", 3, True, True),
    ],
)
def test_a_merge_of_a_line_of_development_tells_its_commits(
    title: str, size: int, nested: bool, alone: bool
) -> None:
    """Only a numbered title stands for so much."""
    inner = [
        Commit(sha=f"d{n:039}", subject=f"Step{n} done", parents=(f"d{n + 1:039}",))
        for n in range(size)
    ]
    if nested:
        inner[0] = inner[0]._replace(parents=(*inner[0].parents, "9" * 40))
    merge = Commit(sha="e" * 40, subject=title, parents=("a" * 40, inner[0].sha))
    found = changes([merge, *inner, commit("a", "Other", "0")])
    assert (len(found) == 2) is alone


def test_a_merge_inside_of_a_request_is_none_of_its_commits() -> None:
    found = texts(
        commit("e", "Merge pull request #7 from a/x", "a", "d", body="Search"),
        commit("d", "Merge branch 'main' into x", "c", "a"),
        commit("c", "wip", "0"),
        commit("a", "Fix login", "0"),
    )
    assert found == [("Search", 1), ("Fix login", 1)]


def test_a_history_that_runs_in_a_circle_has_an_end() -> None:
    """Replaced objects can make one."""
    assert brought([commit("a", "One", "b"), commit("b", "Two", "a")], set()) == {}


def test_a_request_says_what_its_title_does_not() -> None:
    [found] = changes([
        commit("e", "Merge pull request #7 from a/x", "a", "d", body="Search in folders"),
        commit("d", "docs: say how", "c", author="docs[bot]"),
        commit("c", "feat: search", "b", body="BREAKING CHANGE: the index is new"),
        commit("b", "fix: login", "0", body="BREAKING CHANGE: an older note"),
    ])  # fmt: skip
    assert (found.subject.type, found.subject.text) == ("feat", "Search in folders")
    assert (found.breaking, found.note) == (True, "the index is new")
    assert (found.by_bot, found.weight) == (False, 3)


@pytest.mark.parametrize(
    ("title", "subjects", "kind", "breaking", "text"),
    [
        ("docs: search", ["feat: search"], "docs", False, "Search"),
        ("feat!: search", ["fix: one"], "feat", True, "Search"),
        ("Search", ["fix!: one", "wip"], "fix", True, "Search"),
        ("Search", ["one", "wip"], "", False, "Search"),
        ("Search", ["docs: one", "wip", "more"], "", False, "Search"),
        ("Search", ["wip", "ci: one", "more"], "", False, "Search"),
        ("Search", ["fix: one", "wip", "more"], "fix", False, "Search"),
        ("Search", ["docs: one", "wip"], "docs", False, "Search"),
        ("Search", ["docs: one", "test: two", "ci: three"], "docs", False, "Search"),
        ("", ["docs: one", "wip", "more"], "docs", False, "One"),
        ("", ["docs: say how", "feat: newer", "fix: one", "feat: older"], "feat", False, "Older"),
        ("", ["newer", "older"], "", False, "Older"),
        ("", ["newer", "fix: one", "older"], "fix", False, "One"),
    ],
)
def test_the_title_of_a_request_or_what_stands_for_it(
    title: str, subjects: list[str], kind: str, breaking: bool, text: str
) -> None:
    """The subjects stand newest first, as git gives them."""
    inner = [
        Commit(sha=f"d{n:039}", subject=one, parents=(f"d{n + 1:039}",))
        for n, one in enumerate(subjects)
    ]
    parents = ("a" * 40, inner[0].sha)
    merge = Commit(
        sha="e" * 40, subject="Merge pull request #7 from a/x", body=title, parents=parents
    )
    [found] = changes([merge, *inner])
    assert (found.subject.type, found.breaking) == (kind, breaking)
    assert (found.subject.text, found.subject.request) == (text, "#7")


@pytest.mark.parametrize(
    ("body", "breaking", "note"),
    [
        ("BREAKING CHANGE: v1 is gone", True, "v1 is gone"),
        ("More.\n\nBREAKING-CHANGE: v1 is gone\nSigned-off-by: A", True, "v1 is gone"),
        ("BREAKING CHANGE(api): v1 is gone", True, "v1 is gone"),
        ("BREAKING CHANGE(api)!:\t v1 is gone", True, "v1 is gone"),
        ("BREAKING CHANGE:v1 is gone", True, "v1 is gone"),
        ("BREAKING CHANGE:\nv1 is gone", True, ""),
        ("This is no BREAKING CHANGE: no", False, ""),
        ("BREAKING CHANGES ahead", False, ""),
        ("", False, ""),
    ],
)
def test_what_breaks_by_a_footer(body: str, breaking: bool, note: str) -> None:
    found = Change.of(commit("a", "Drop v1", body=body))
    assert (found.breaking, found.note) == (breaking, note)


def test_a_version_that_breaks_is_told() -> None:
    text = told(commit("a", "Release 2.0.0", "0", body="BREAKING CHANGE: v1 is gone"))
    assert text == "Breaking changes\n- Release 2.0.0: v1 is gone"


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


def test_a_revert_in_a_repository_with_sha_256_does_so_too() -> None:
    noise = commit("a", "Add noise")._replace(sha="a" * 64)
    revert = commit("b", "Back to silence", body=f"This reverts commit {noise.sha}.")
    revert = revert._replace(sha="b" * 64, parents=(noise.sha,))
    assert texts(commit("c", "Fix")._replace(sha="c" * 64), revert, noise) == [("Fix", 1)]


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Back to silence", "\n\nThis reverts commit aaaaaaa."),
        ("Back to silence", f"This reverts commit {'a' * 40}"),
        ("Back to silence", f"This reverts merge commit {'a' * 12}, as it is loud"),
        ("Revert the noise", "It is loud.\n\nThis reverts commit aaaaaaaa."),
        ("backout the noise", "It is loud.\n\nThis reverts commit aaaaaaaa."),
        ("Back out the noise", "It is loud.\n\nThis reverts commit aaaaaaaa."),
        ("Reapply silence", "It is loud.\n\nThis reverts commit aaaaaaaa."),
    ],
)
def test_the_sentence_of_git_names_what_is_reverted(subject: str, body: str) -> None:
    assert texts(commit("b", subject, "a", body=body), commit("a", "Add noise", "0")) == []


@pytest.mark.parametrize("body", ["This reverts commit aaaaaa.", "This reverts commit aaaaaaag."])
def test_what_is_no_id_reverts_nothing(body: str) -> None:
    revert = commit("b", "Back to silence", "a", body=body)
    assert len(texts(revert, commit("a", "Add noise", "0"))) == 2


def test_a_merge_without_a_title_that_is_reverted_takes_its_commits_along() -> None:
    found = texts(
        commit("f", "Revert it", "e", body=f"This reverts commit {'e' * 40}."),
        commit("e", "Merge branch 'x'", "a", "d"),
        commit("d", "Add noise", "0"),
        commit("a", "Fix login", "0"),
    )
    assert found == [("Fix login", 1)]


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Undo the noise", "This reverts abcabca."),
        ("revert: the noise", "Refs: abcabca"),
        ("Revert abcabca", ""),
        ("Back out changeset abcabcabca", ""),
    ],
)
def test_a_revert_by_a_short_id(subject: str, body: str) -> None:
    added = Commit(sha="abc" * 13 + "a", subject="Add noise")
    assert texts(commit("b", subject, "a", body=body), added) == []


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
        ('Revert "Noise" (!123)', "It is loud.\n\nReverts my-group/sub.dir_2/shop#7 for now."),
        ('Revert "Noise"', "Reverts #7"),
        ('Revert "Add noise (#7)"', ""),
        (' Revert "Add noise (#7)"(#8)', ""),
        ('Revert "Add noise (#7)" (#8)', "This Reverts octo/shop#1"),
    ],
)
def test_a_revert_by_name(subject: str, body: str) -> None:
    added = commit("a", "Add noise (#7)", "0")
    assert texts(commit("b", subject, "a", body=body), added) == []
    assert texts(commit("b", subject, "0", body=body)) == [(Subject.parse(subject).text, 1)]


def test_a_request_of_gitlab_that_reverts_a_request() -> None:
    revert = commit("b", 'Revert "Noise"', "a", body="Reverts shop!7")
    assert texts(revert, commit("a", "Add noise (!7)", "0")) == []
    assert len(texts(revert, commit("a", "Add noise (!77)", "0"))) == 2


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
    assert text == ("Revert: Let us have dark mode", 1)


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
        commit("1", "build: with ninja", "0"),
    )
    assert text == (
        "- http: accept proxies\n- build: with ninja\n\nDocumentation\n- How to log in\n\n"
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
