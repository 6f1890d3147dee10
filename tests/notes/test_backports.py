"""What the previous release has on its own branch is not in the notes again."""

import pytest

from annotate.notes import groups
from annotate.notes.changes import changes
from annotate.notes.history import Commit, History

ID = "c0ffee" * 6 + "0123"


def commit(subject: str, body: str = "", sha: str = "1" * 40) -> Commit:
    return Commit(sha=sha, subject=subject, body=body)


@pytest.mark.parametrize(
    ("subject", "known", "body", "is_known"),
    [
        ("Fix the login of guests (#7)", "fix the login of guests (#9)", "", True),
        ("Fix the login of guests", "[7.x backport] Fix the login of guests (#9)", "", True),
        ("fix(web): wait for all guests", "[8-0-stable] fix(web): wait for all guests", "", True),
        ("fix(web): wait for all guests", "fix(api): wait for all guests", "", False),
        ("Fix the typo", "Fix the typo", "", False),
        ("fix: a crash", "fix: a crash", "", False),
        ("Add search", "Something else", f"(cherry picked from commit {ID})", True),
        ("Add search", "Something else", f"(cherry picked from commit {ID[:9]})", True),
        ("Add search", "Something else", f"(cherry picked from commit {ID[:7]}ab)", False),
        ("Add search", "Something else", f"See {ID}", False),
        ("Add search (#7)", "Something else", "Backport of #7.", True),
        ("Add search (#7)", "Something else", "Backports #7", True),
        ("Add search (#7)", "Something else (#7)", "Backport of #71", False),
        ("Add search", "Something else", "Merge pull request #7", False),
        ("Add search in folders", "Merge pull request #7 from a/b", "Add search in folders", True),
        ("Add search (#7)", "Something else", "This is a partial backport of #7", False),
        ("Add search (#7)", "Something else", "Partially backports #7", False),
        ("Add search (#7)", "Something else", "Backport #5, #6 and #7", True),
        ("Add search (#7)", "Something else (#9)", "Backport #5. See #7", False),
        ("Add search (#7)", "Backport of #7", "", True),
        ("Add search", f"backport of commit {ID}", "", True),
        ("Add search", "Something else", f"* backport of commit {ID}", True),
        ("Add search", "Something else", f"Backport of {ID}", True),
        ("Add search", "Something else", f"Since {ID}", False),
        (
            "fix(web): ask all the guests",
            "Backport of fix(web): ask all the guests into v1",
            "",
            True,
        ),
        (
            "fix(web): ask all the guests",
            "Backport of fix(api): ask all the guests into v1",
            "",
            False,
        ),
        (
            "Wait for all the guests",
            "Merge pull request #8 from a/b",
            "Backport of Wait for all the guests to v1.14",
            True,
        ),
        ("Wait for all the guests", "v1.14 backport: Wait for all the guests (#9)", "", True),
        ("Wait for all the guests", "Backport: Wait for all the guests", "", True),
    ],
)
def test_a_change_that_is_known(subject: str, known: str, body: str, *, is_known: bool) -> None:
    found = changes([commit(subject, sha=ID)], [commit(known, body)])
    assert bool(found) is not is_known


def test_what_was_reverted_on_the_other_branch_is_not_known() -> None:
    told = commit("Look into all folders (#7)", sha="2" * 40)
    known = [
        commit('Revert "Look into all folders"', f"This reverts commit {'3' * 40}.", "4" * 40),
        commit("Look into all folders (#8)", sha="3" * 40),
    ]
    assert changes([told], known[1:]) == []
    assert [change.subject.text for change in changes([told], known)] == ["Look into all folders"]


@pytest.mark.parametrize(("number", "count"), [("#8", 2), ("#7", 0), ("", 0)])
def test_a_subject_of_several_requests_names_none_of_them(number: str, count: int) -> None:
    subject = "Update all the dependencies"
    found = changes(
        [
            commit(f"{subject} (#7)", sha="2" * 40),
            commit(f"{subject} ({number})" if number else subject, sha="3" * 40),
        ],
        [commit(f"{subject} (#9)")],
    )
    assert len(found) == count


def test_a_merged_request_is_known_by_its_title_or_by_its_commits() -> None:
    merge = Commit(
        sha="e" * 40,
        subject="Merge pull request #7 from a/b",
        body="Add search in folders",
        parents=("a" * 40, "d" * 40),
    )
    inner = Commit(sha="d" * 40, subject="Look into all folders", parents=("a" * 40,))
    base = Commit(sha="a" * 40, subject="Other work")
    for known in ("Add search in folders (#9)", "Look into all folders"):
        found = changes([merge, inner, base], [commit(known)])
        assert [change.subject.text for change in found] == ["Other work"]


def test_backports_are_in_the_number_of_commits_only() -> None:
    history = History(
        version="2",
        previous="v1",
        commit="f",
        commits=(commit("Add the search in folders"), commit("Fix login", sha="2" * 40)),
        known_before=(commit("Add the search in folders", sha="3" * 40),),
        count=2,
    )
    found = groups.of_history(history, "octo/app")
    assert [change.subject.text for change in found.groups[0].changes] == ["Fix login"]
    assert (found.unseen, found.unread) == (0, 0)
