"""Title and description."""

from dataclasses import replace

import pytest

from annotate.notes import description as notes
from annotate.notes.history import Commit, History, TagMessage
from annotate.notes.version_only import is_bare
from tests.support.notes import described

URL = "https://github.com/o/app/compare/v1.2.2...v1.2.3"


def history(*subjects: str, tag: TagMessage | None = None, more: int = 0) -> History:
    commits = tuple(Commit(sha="0" * 40, subject=subject) for subject in subjects)
    return History(
        version="1.2.3",
        tag="v1.2.3",
        previous="v1.2.2",
        commit="0" * 40,
        commits=commits,
        count=len(commits) + more,
        message=tag or TagMessage(),
    )


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("", "app 1.2.3"),
        ("v1.2.3", "app 1.2.3"),
        ("Release version 1.2.3", "app 1.2.3"),
        ("app v1.2.3", "app 1.2.3"),
        ("chore(release): 1.2.3 [skip ci]", "app 1.2.3"),
        ("Create tag 1.2.3", "app 1.2.3"),
        ("Search in folders", "Search in folders"),
        ("1.2.3: the search release", "1.2.3: the search release"),
        ("a\x1b[31mb\u202ec", "a[31mbc"),
    ],
)
def test_the_title_is_the_tags_subject_where_that_says_more(subject: str, title: str) -> None:
    assert notes.title(history(tag=TagMessage(subject=subject)), "app") == title


@pytest.mark.parametrize(
    ("tag", "title"),
    [
        ("@scope/web@1.2.3", "@scope/web 1.2.3"),
        ("curl-1.2.3", "curl 1.2.3"),
        ("release/1.2.3", "app 1.2.3"),
        ("rel_1_2_3", "app 1.2.3"),
        ("REL_1_2_3", "app 1.2.3"),
        ("r1.2.3", "app 1.2.3"),
        ("v1.2.3", "app 1.2.3"),
    ],
)
def test_the_title_names_the_product_of_the_tag(tag: str, title: str) -> None:
    found = replace(history(tag=TagMessage(subject=tag)), tag=tag)
    assert notes.title(found, "app") == title


@pytest.mark.parametrize(
    ("ahead", "title"),
    [(0, "web 1.2.3"), (1, "web 1.2.3 (+1 commit)"), (2, "web 1.2.3 (+2 commits)")],
)
def test_the_title_of_a_described_version(ahead: int, title: str) -> None:
    """It has no tag of its own; that of the release before names the product."""
    found = History(version="1.2.3", previous="web@1.2.2", ahead=ahead)
    assert notes.title(found, "app") == title


@pytest.mark.parametrize(
    ("repository", "title"),
    [
        ("laravel/framework", "laravel framework 1.2.3"),
        ("group/shop/Backend", "shop Backend 1.2.3"),
        ("web", "web 1.2.3"),
        ("pallets/flask", "flask 1.2.3"),
        ("", "1.2.3"),
    ],
)
def test_a_name_that_says_nothing_has_its_owner(repository: str, title: str) -> None:
    assert notes.title(history(), repository) == title


@pytest.mark.parametrize(
    ("message", "title", "body"),
    [
        (TagMessage(subject='"Search in folders"'), "Search in folders", ""),
        (TagMessage(subject="'Search", body="For you.'"), "Search", "For you."),
        (TagMessage(subject="“Search”"), "Search", ""),
        (TagMessage(subject='"Search" and "find"'), '"Search" and "find"', ""),
        (TagMessage(subject='"1.2.3"'), "shop 1.2.3", ""),
        (TagMessage(subject='"'), "shop 1.2.3", ""),
        (TagMessage(subject="Release v1.2.3 on branch release/1.2"), "shop 1.2.3", ""),
        (TagMessage(subject="Module set stable-v1, Version v1.2.3"), "shop 1.2.3", ""),
        (TagMessage(subject="Octo Shop 1.2.3"), "shop 1.2.3", ""),
    ],
)
def test_what_tools_and_shells_leave_in_a_tag(message: TagMessage, title: str, body: str) -> None:
    found = history(tag=message)
    assert notes.title(found, "octo/shop") == title
    assert described(found) == body


def test_every_group_has_a_share_of_the_room() -> None:
    kinds = ["feat!", "security", "feat", "fix", "perf", "docs", "Rework"]
    found = history(*(f"{kind}: {'x' * 70} {n}" for kind in kinds for n in range(60)))
    told = described(found, URL)
    assert len(told) <= notes.DESCRIPTION_LIMIT
    parts = [part.split("\n") for part in told.split("\n\n")[:-1]]
    shown = {lines[0]: len(lines) - 2 for lines in parts}
    assert shown.keys() == {
        "Breaking changes", "Security", "New", "Fixed", "Faster", "Also", "Documentation",
    }  # fmt: skip
    assert min(shown[one] for one in ("Breaking changes", "Security", "New", "Fixed")) >= 6
    assert min(shown.values()) >= 1
    assert all(lines[-1] == f"… and {60 - shown[lines[0]]} more" for lines in parts)


def test_room_that_a_group_does_not_need_is_for_the_others() -> None:
    found = history("feat: a", *(f"fix: {'x' * 70} {n}" for n in range(60)), "docs: b")
    told = described(found)
    assert len(told) > notes.DESCRIPTION_LIMIT - 100
    assert told.startswith("New\n- A\n\nFixed\n- ")
    assert told.endswith("\n\nDocumentation\n- B")


def test_a_long_message_of_a_tag_leaves_room_for_the_changes() -> None:
    told = described(history("feat: a", "fix: b", tag=TagMessage(body="word\n" * 900)))
    assert told.endswith("word\n…\n\nNew\n- A\n\nFixed\n- B")


@pytest.mark.parametrize(
    ("elsewhere", "line"),
    [
        (135, "135 commits outside of tokio-macros/ are not listed."),
        (1, "1 commit outside of tokio-macros/ is not listed."),
    ],
)
def test_commits_outside_of_the_folder_are_counted(elsewhere: int, line: str) -> None:
    found = replace(history("feat: a", "chore: b"), folders=("tokio-macros",), elsewhere=elsewhere)
    assert described(found, URL) == (f"New\n- A\n\n1 change under the hood\n{line}\n\n{URL}")
    assert described(replace(found, commits=(), count=0)) == line


def test_a_history_that_is_cut_is_not_told_as_the_whole() -> None:
    found = replace(history("Two", tag=TagMessage(body="For you.")), complete=False)
    assert described(found) == "For you.\n\n- Two"
    assert described(replace(found, previous="")) == "For you."


def test_trailers_of_a_tag_are_not_told() -> None:
    body = (
        "For everyone.\n\nSigned-off-by: Ada <ada@example.com>\nCo-Authored-By: B\n"
        "Change-Id: I0123\nCC: Bob\n"
    )
    told = described(history("Add search", tag=TagMessage(body=body)), URL)
    assert told == f"For everyone.\n\n- Add search\n\n{URL}"


@pytest.mark.parametrize("line", ["Stand by: we are ready", "See also: the site", "Account: new"])
def test_lines_of_a_tag_that_are_no_trailers_are_told(line: str) -> None:
    assert described(history(tag=TagMessage(body=line))) == line


def test_a_line_of_a_tag_is_not_endless() -> None:
    told = described(history(tag=TagMessage(body=f"{'x' * 400}\n{'y' * 401}")))
    assert told == f"{'x' * 400}\n{'y' * 399}…"


def test_a_title_is_short() -> None:
    title = notes.title(history(tag=TagMessage(subject="word " * 200)), "app")
    assert len(title) <= notes.TITLE_LIMIT
    assert title.endswith("word…")


def test_the_description_tells_body_commits_and_address() -> None:
    told = described(
        history(
            "Add search",
            "Release 1.2.3",
            "chore(release): v1.2.3 [skip ci]",
            "Fix login",
            tag=TagMessage(body="For\r\neveryone.\n"),
        ),
        URL,
    )
    assert told == f"For\neveryone.\n\n- Add search\n- Fix login\n\n{URL}"


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Release 1.2.3", True),
        ("Bump version to v1.2.3", True),
        ("1.2.3", True),
        ("Prepare release", True),
        ("App 1.2.3", True),
        ("chore(main): release 1.2.0", True),
        ("Bump version number to 1.2.0", True),
        ("Bump version", True),
        ("Bumps versions", True),
        ("Bumped the version numbers", True),
        ("Bumping to v1.3.0-rc.1", True),
        ("chore(release)!: V2.0.0_1", True),
        ("build: version 10.20.30", True),
        ("ci: release of 1.2.0 [Skip CI]", True),
        ("Release 1.2.0 [ci skip]", True),
        ("Release 1.2.0 [no ci]", True),
        ("Release 1.2.0 [skip actions]", True),
        ("Cut a new release", True),
        ("Make the final release", True),
        ("Preparing for releases", True),
        ("Publish packages 1.2.0", True),
        ("Released ver. 1.2", True),
        ("Releasing v 1.2", True),
        ("Set version to 1.2", True),
        ("Start of development of 1.3", True),
        ("Tag 1.2.0", True),
        ("Tagged 1.2.0", True),
        ("Tagging 1.2.0", True),
        ("Update CHANGELOG.md", True),
        ("Updates changelog", True),
        ("Updated the release date again", True),
        ("Update AUTHORS", True),
        ("Update CHANGES.rst for 1.2", True),
        ("Add news.txt entries", True),
        ("Add a newsfile fragment", True),
        ("Add more news fragments", True),
        ("Copyedit a changelog entry", True),
        ("Reword release notes", True),
        ("Tweak the version file", True),
        ("Fixup version files", True),
        ("Changelog fixups", True),
        ("Typo: changelog", True),
        ("RelNotes: a batch before 2.55 rc", True),
        ("docs: add changelog for 6.6.0 (#7)", True),
        ("Cleanup after 1.15.0-rc4 release", True),
        ("Clean up after release 1.2.3", True),
        ("Clean up the release page", False),
        ("docs(news): 1.2 release notes", True),
        ("Doc: the release notes", True),
        ("version: bump up to 3.7.1", True),
        ("Change version to 1.2.0", True),
        ("Prepare release/1.2.0 branch", True),
        ("docs: update it for 1.2", False),
        ("docs: 1.2", False),
        ("Change the branch", False),
        ("Add more files", False),
        ("Use http2 for releases", False),
        ("Fix(version): show it", False),
        ("chore(release): let tags be signed", False),
        ("Bump requests from 2.1 to 2.3", False),
        ("Update the docs", False),
        ("Support TLS 1.3", False),
    ],
)
def test_commits_that_only_tag_are_left_out(subject: str, *, bare: bool) -> None:
    assert is_bare(subject, "app") is bare


def test_a_release_without_a_repository_is_not_called_the_first() -> None:
    assert described(History(version="1.0")) == ""


def test_a_first_release_says_so_below_what_its_tag_says() -> None:
    first = History(version="1.0", commit="0" * 40, message=TagMessage(body="For you."))
    assert described(first) == "For you.\n\nFirst release."


def test_a_first_release_says_so() -> None:
    first = History(
        version="1.0",
        commit="0" * 40,
        commits=(Commit(sha="0" * 40, subject="Add search"),),
        count=7,
    )
    assert described(first) == "First release.\n\n- Add search\n… and 6 more"


@pytest.mark.parametrize("body", ["", "word\n" * 900, "x" * 20_000])
def test_the_limit_keeps_whole_lines_and_the_count(body: str) -> None:
    subjects = [f"Step{number} is done" for number in range(400)]
    told = described(history(*subjects, tag=TagMessage(body=body)), URL)
    lines = told.splitlines()
    shown = [line for line in lines if line.startswith("- ")]
    assert len(told) <= notes.DESCRIPTION_LIMIT
    assert shown == [f"- {subject}" for subject in subjects[: len(shown)]]
    assert lines[-3:] == [f"… and {400 - len(shown)} more", "", URL]


def test_whatever_the_limit_the_rest_is_counted_and_the_address_is_last() -> None:
    subjects = [
        *(f"feat: add step{number}" for number in range(10)),
        *(f"fix: mend step{number}" for number in range(10)),
        "docs: say how",
        "chore: tidy up",
    ]
    found = history(*subjects, tag=TagMessage(body="For you."), more=3)
    whole = described(found, URL).split("\n")
    listed = [line for line in whole if line.startswith("- ")]
    assert (len(listed), whole[-5]) == (21, "… and 3 more")
    for limit in range(120, len("\n".join(whole))):
        told = described(found, URL, limit)
        lines = told.split("\n")
        shown = [line for line in lines if line.startswith("- ")]
        assert len(told) <= limit
        assert shown == [line for line in listed if line in shown]
        rests = [int(line.split()[2]) for line in lines if line.startswith("… and ")]
        assert sum(rests) == 24 - len(shown)
        assert lines[-4:] == ["", "1 change under the hood", "", URL]


def test_no_group_takes_all_the_room() -> None:
    found = history("fix: one", "feat: two", f"feat: three{'e' * 90}")
    assert described(found, limit=60) == "New\n- Two\n… and 1 more\n\nFixed\n- One"


@pytest.mark.parametrize(
    ("subject", "line"),
    [
        ("Y" * 200, f"- {'Y' * 200}"),
        ("Y" * 20_000, f"- {'Y' * 199}…"),
        (f"{'Y' * 195} (#12)", f"- {'Y' * 193}… (#12)"),
    ],
)
def test_a_long_subject_is_one_short_line(subject: str, line: str) -> None:
    assert described(history(subject)) == line


def test_changes_that_say_the_same_are_one_line() -> None:
    numbers = [f"#{number}" for number in range(100, 200)]
    told = described(history("Fix Login (#1)", "fix login (#2)", "Fix Login (#1)", "Stop it"))
    assert told == "- Fix Login (#1, #2)\n- Stop it"
    [line] = described(history(*(f"{'Y' * 300} ({one})" for one in numbers))).split("\n")
    assert "… (#100, #101, " in line
    assert line.endswith(" more)")
    assert len(line) <= 302


def test_a_line_names_all_scopes_and_requests_of_a_dozen_changes() -> None:
    scopes = [f"part-{number}" for number in range(10, 22)]
    told = described(history(*(f"feat({one}): show it all (#586{one[-2:]})" for one in scopes)))
    requests = ", ".join(f"#586{one[-2:]}" for one in scopes)
    assert told == f"New\n- {', '.join(scopes)}: Show it all ({requests})"


@pytest.mark.parametrize(
    ("count", "listed"),
    [
        (17, ", ".join(f"#{number}" for number in range(1000, 1017)) + ")"),
        (18, "#1000, #1001, #1002, #1003, #1004, #1005, #1006, #1007 and 10 more)"),
    ],
)
def test_a_long_list_of_requests_is_cut_to_a_short_one(count: int, listed: str) -> None:
    told = described(
        history(*(f"Fix the login (#{number})" for number in range(1000, 1000 + count)))
    )
    assert told == f"- Fix the login ({listed}"


def test_nothing_to_tell_is_nothing() -> None:
    assert described(history()) == ""
    assert described(history(), URL) == URL
