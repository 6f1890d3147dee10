"""Which changes are told, under which heading, and which only counted."""

import pytest

from annotate.notes import description as notes
from annotate.notes import groups
from annotate.notes.changes import changes
from annotate.notes.folding import folded
from annotate.notes.history import Commit
from annotate.notes.people import Person, co_authors, names_of


def grouped(*subjects: str) -> groups.Groups:
    """Plain commits, the newest first."""
    return groups.of_changes(
        changes([Commit(sha=f"{n:040}", subject=one) for n, one in enumerate(subjects)])
    )


def told(*subjects: str) -> dict[str, list[str]]:
    return {
        group.heading: [change.subject.text for change in group.changes]
        for group in grouped(*subjects).groups
    }


@pytest.mark.parametrize(
    ("subject", "heading"),
    [
        ("feat: a thing", "New"),
        ("Add a thing", "New"),
        ("Supports a thing", "New"),
        ("fix: a thing", "Fixed"),
        ("Fixed a thing", "Fixed"),
        ("Prevent a crash", "Fixed"),
        ("perf: a thing", "Faster"),
        ("Speed up a thing", "Faster"),
        ("feat!: a thing", "Breaking changes"),
        ("sec: a thing", "Security"),
        ("Upgrade it for CVE-2026-12345", "Security"),
        ("fix: a thing (GHSA-1234-abcd-5678)", "Security"),
        ("Drop support for Python 3.9", "Removed"),
        ("Deprecate the proxies", "Removed"),
        ("Removed support for XML", "Removed"),
        ("Fixes #12: crash at night", "Fixed"),
        ("chore: fix CVE-2026-12345", "Security"),
        ("build(web): security bump for the parser", "Security"),
        ("Security fixes", "Security"),
        ("chore: Security update: the parser", "Security"),
        ("Fix the security issue where guests could read all", "Security"),
        ("fix: fixes a vulnerability in the parser", "Security"),
        ("Update the parser [SECURITY] (#7)", "Security"),
        ("Update the parser [security]", "Security"),
        ("Show security updates in the list", "Also"),
        ("Security update settings", "Also"),
        ("Bug #7 [Security] Show the reason", "Also"),
        ("Fix a potential security vulnerability", "Security"),
        ("Mitigate two security holes", "Security"),
        ("Resolves security bugs", "Security"),
        ("Bump the parser to address reported vulnerability", "Security"),
        ("chore: update a to v2 to fix several security issues", "Security"),
        ("Upgrade Go to 1.19.3 to address security fixes", "Security"),
        ("Address a vulnerability in the parser", "Security"),
        ("Update the parser to fix the list of security issues", "Also"),
        ("Update the page about vulnerabilities", "Also"),
        ("Fix the list of security issues", "Fixed"),
        ("Fix vulnerable people", "Fixed"),
        ("Supported a thing", "New"),
        ("Allow a thing", "New"),
        ("Implements a thing", "New"),
        ("Introduced a thing", "New"),
        ("Enabled a thing", "New"),
        ("Fix a thing", "Fixed"),
        ("Corrects a thing", "Fixed"),
        ("Prevented a thing", "Fixed"),
        ("Avoid a thing", "Fixed"),
        (":bug: fix a thing", "Fixed"),
        ("Add missing space between names", "Fixed"),
        ("Added the missing name", "Fixed"),
        ("feat: add missing name", "New"),
        ("Add a name that was missing", "New"),
        ("Adds missingness", "New"),
        ("Speeds up a thing", "Faster"),
        ("Optimise a thing", "Faster"),
        ("Optimized a thing", "Faster"),
        ("Drop the support of a", "Removed"),
        ("Drops all support", "Removed"),
        ("Dropped support for a", "Removed"),
        ("Remove support for a", "Removed"),
        ("Removes support for a", "Removed"),
        ("End of support for a", "Removed"),
        ("Ends support for a", "Removed"),
        ("Ended support for a", "Removed"),
        ("Deprecates a thing", "Removed"),
        ("Deprecated a thing", "Removed"),
        ("sec(deps): update a", "Security"),
        ("Additional things", "Also"),
        ("Avoidance of a thing", "Also"),
        ("Optimizer of a thing", "Also"),
        ("Endless support for a", "Also"),
        ("Drop the supporting cast", "Also"),
        ("Drop an unsupported thing", "Also"),
        ("🗑️ The old keys", "Removed"),
        ("DEP: the old keys pending deprecation", "Removed"),
        ("DEP: Undo deprecation of the keys", "Also"),
        ("DEPR: adjust a deprecation warning", "Also"),
        ("depr(web): restores the keys", "Also"),
        ("DEP: Corrects a deprecation", "Also"),
        ("DEP: Undocumented keys are gone", "Removed"),
        ("🔥 Drop support for XML", "Removed"),
        ("🔥 The old import", "Also"),
        (":fire: The old import", "Also"),
        ("Remove a thing", "Also"),
        ("Rework a thing", "Also"),
        ("Add tests of a thing", "Also"),
        ("Fix mypy 1.16 errors", "Also"),
        ("docs: a thing", "Documentation"),
    ],
)
def test_the_heading_of_a_change(subject: str, heading: str) -> None:
    found = grouped(subject, "feat: one", "fix: two")
    assert [
        group.heading
        for group in found.groups
        if subject in [change.commit.subject for change in group.changes]
    ] == [heading]


@pytest.mark.parametrize(
    "subject",
    [
        "refactor: a thing", "chore: a thing", "ci: a thing", "test: a thing", "style: a thing",
        "build: a thing", "fix(deps): update a", "Bump a from 1 to 2",
        "build(deps): bump a from 1 to 2", "go(deps-dev): bump setup-go from 5.1 to 5.20",
        "Bump the actions group across 1 directory with 3 updates",
        "bump the all-minor group with 12 updates", "Bump the go group with 1 update",
        "fixup! feat: one", "squash! feat: one", "amend! feat: one", "WIP", "wip: search",
        "fix", "Fixes", "lint", "Linting", "format", "fmt", "typo", "Typos", "docs: typo",
        "backport of commit c0ffee0123456", "Cherry-pick c0ffee0",
        "clean-up", "cleanup", "misc", "test", "Tests", "update", "Updates", "change", "Changes",
        ":tada:", "Implement review feedback", "Apply suggestions from code review (#7)",
        "Addressed the code review comments", "Apply suggestion from @ada",
        "fix: address PR feedback",
    ],
)  # fmt: skip
def test_what_users_do_not_see_is_counted(subject: str) -> None:
    assert grouped(subject, "feat: one", "fix: two").unseen == 1


@pytest.mark.parametrize(
    "subject",
    [
        "Bump the least Python from 3.8 on", "fix(deps)!: drop a", "Wipe the disk", "Fix the test",
        "sec(deps): update a", "Bump the stack from 1 to 2 as of now", "fixup the road",
        "Cherry-pick c0ffee0 (#7)", "Backport of the search", "Implement feedback",
        "Apply suggestions", "Address comments from readers", "Add review comments",
    ],
)  # fmt: skip
def test_what_users_do_see_is_told(subject: str) -> None:
    found = grouped(subject, "feat: one", "fix: two")
    assert (found.unseen, found.unread) == (0, 0)


@pytest.mark.parametrize(
    ("subjects", "conventional"),
    [
        (["feat: a", "fix: b", *["Some work"] * 20], True),
        (["fix: a", "Some work", "More work"], True),
        (["fix: a", "Some work", "More work", "Yet more work"], True),
        (["✨ a", "Some work"], True),
        (["BUG: a", "MAINT: b", "Some work"], True),
        (["revert: a thing"], False),
        (["fix: a", "docs: how to b", *["Some work"] * 4], True),
        (["fix: a", "docs: how to b", *["Some work"] * 5], True),
        (["chore: a", "docs: how to b"], True),
        (["docs: how to b"], True),
        (["docs: how to b", "Some work"], False),
    ],
)
def test_a_convention_is_seen_in_the_range_itself(subjects: list[str], conventional: bool) -> None:
    assert ("" not in told(*subjects)) is conventional


def test_chores_are_no_part_of_the_product_anywhere() -> None:
    found = grouped("chore: tidy up", "ci: try again", "build: with ninja", "Some work")
    assert found.unseen == 2
    assert told("chore: tidy up", "build: with ninja", "Some work") == {
        "": ["With ninja", "Some work"]
    }


def test_upkeep_comes_last_in_its_group() -> None:
    assert told("Fix the docs", "Scale a recipe", "Use ruff", "Wait for the oven") == {
        "": ["Scale a recipe", "Wait for the oven", "Fix the docs", "Use ruff"]
    }


@pytest.mark.parametrize(
    "word",
    [
        "CI", "test", "tests", "testing", "lint", "linter", "linting", "typo", "typos", "doc",
        "docs", "docstring", "docstrings", "documentation", "README", "changelog", "Contributing",
        "workflow", "workflows", "pre-commit", "dependabot", "renovate", "ruff", "mypy", "black",
        "flake8", "eslint", "prettier", "devcontainer", "l10n", "po", ".github/x", "../.vscode",
        "guide", "Guides", "RDoc", "nodoc", "release notes",
    ],
)  # fmt: skip
def test_what_is_upkeep(word: str) -> None:
    assert told(f"Rework {word} at last", "Wait") == {"": ["Wait", f"Rework {word} at last"]}


@pytest.mark.parametrize(
    ("subject", "body", "headings"),
    [
        ("Add a page on it [ci skip]", "", ["New", "Also"]),
        ("[skip ci] Fix the words", "", ["New", "Also"]),
        ("Fix the words [CI-skip] (#7)", "", ["New", "Also"]),
        ("Merge pull request #7 from a/b", "Add a page on it [no ci]\n\nMore", ["New", "Also"]),
        ("Add a page on it", "\n[ci skip]\n\nMore", ["New", "Also"]),
        ("Add search (#7)", "* Add search [ci skip]\n\n* Say how [ci skip]", ["New"]),
        ("Add search", "More.\n\nSay how [ci skip]", ["New"]),
        ("Add search [skip azp]", "", ["New"]),
        ("feat: search [ci skip]", "", ["New"]),
    ],
)
def test_what_asks_for_no_test_run_is_upkeep(subject: str, body: str, headings: list[str]) -> None:
    commit = Commit(sha="1" * 40, subject=subject, body=body)
    found = groups.of_changes(changes([commit, Commit(sha="2" * 40, subject="feat: one")]))
    assert [group.heading for group in found.groups] == headings


@pytest.mark.parametrize(
    "word", ["cinema", "guided", "contest", "tester", "point", "latest", "blackboard"]
)
def test_what_is_no_upkeep(word: str) -> None:
    assert told(f"Rework {word} at last", "Wait") == {"": [f"Rework {word} at last", "Wait"]}


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Backport of commit c0ffee0 (#7)", "Backport of commit c0ffee0"),
        ("Merge pull request #7 from ada/search", "Merge pull request #7 from ada/search"),
    ],
)
def test_what_has_no_title_comes_last_in_its_group(subject: str, text: str) -> None:
    assert told(subject, "Wait") == {"": ["Wait", text]}


def test_what_breaks_stands_in_its_order_whatever_it_is() -> None:
    assert told("feat!: new docs", "feat!: new keys") == {
        "Breaking changes": ["New docs", "New keys"]
    }


def test_a_long_row_of_like_lines_is_folded() -> None:
    row = [(f"- Publish plugin {number}", 1) for number in range(10)]
    assert folded([*row[:5], ("- Wait", 2), *row[5:]]) == [
        *row[:3],
        ("- Publish plugin … (7 more)", 7),
        ("- Wait", 2),
    ]


@pytest.mark.parametrize(("row", "others", "long"), [(8, 0, True), (8, 24, True), (9, 27, True)])
def test_how_long_a_row_is(row: int, others: int, long: bool) -> None:
    lines = [(f"- Publish plugin {number}", 1) for number in range(row)]
    lines += [(f"- Step{number} is done", 1) for number in range(others)]
    assert (len(folded(lines)) < len(lines)) is long


@pytest.mark.parametrize(
    "lines",
    [
        [(f"- Publish plugin {number}", 1) for number in range(7)],
        [
            *((f"- Publish plugin {number}", 1) for number in range(8)),
            *((f"- Step{number} is done", 1) for number in range(25)),
        ],
        [("- Wait", 1)] * 8,
    ],
    ids=["short", "a small part", "single words"],
)
def test_other_rows_stand_as_they_are(lines: list[tuple[str, int]]) -> None:
    assert folded(lines) == lines


@pytest.mark.parametrize(
    "word",
    [
        "Add", "Allow", "Avoid", "Change", "Clean", "Convert", "Correct", "Disable", "Do",
        "Document", "Don't", "Drop", "Enable", "Ensure", "Extract", "Fix", "Handle", "Implement",
        "Improve", "Introduce", "Make", "Mark", "Move", "Prevent", "Refactor", "Remove", "Rename",
        "Replace", "Reverted:", "Simplify", "Stop", "Support", "Switch", "Test", "tests:",
        "Update", "Upgrade", "Use",
    ],
)  # fmt: skip
def test_sentences_that_begin_alike_say_different_things(word: str) -> None:
    lines = [(f"- {word} the {number}", 1) for number in range(20)]
    assert folded(lines) == lines


def test_co_authors_are_those_that_trailers_name() -> None:
    body = (
        "Text.\n\nCo-authored-by: Bob < bob@x.org >\nCO-AUTHORED-BY:  Cy D <c@x.org> \nBy: E <e@x>"
    )
    assert co_authors(body) == (
        Person(name="Bob", email="bob@x.org"),
        Person(name="Cy D", email="c@x.org"),
    )
    assert co_authors("Co-authored-by: Bob") == ()
    assert co_authors("Co-authored-by: Bob <b") == ()


def test_people_are_counted_once_the_most_active_first() -> None:
    ada, again = Person(name="Ada", email="a@x.org"), Person(name="ada l", email="A@x.org")
    bob, bot = Person(name="Bob", email="b@x.org"), Person(name="renovate[bot]", email="r@x.org")
    nobody = Person(name="", email="n@x.org")
    assert names_of([[bob], [ada, bob], [again], [bot], [ada, ada], [nobody]]) == ("Ada", "Bob")
    assert names_of([[bot]]) == ()
    lower = Person(name="bob", email="")
    assert names_of([[bob], [lower]]) == ("Bob",)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("dependabot[bot]", ""),
        ("GoReleaser Bot", "goreleaserbot@users.noreply.github.com"),
        ("github-actions", "actions@github.com"),
        ("Hosted Weblate", "hosted@weblate.org"),
        ("DeepL", "noreply-mt-deepl@weblate.org"),
        ("release bot", ""),
        ("Release", "release-bot@example.com"),
        ("Release", "ourbot@example.com"),
        ("dependabot-preview", ""),
        ("renovate", ""),
        ("Greenkeeper", ""),
        ("pre-commit-ci", ""),
    ],
)
def test_bots(name: str, email: str) -> None:
    bot = Person(name=name, email=email)
    assert bot.is_bot
    assert not bot.is_human
    assert not Person(name="Abbot Robotnik", email="abbott@example.com").is_bot


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Copilot", "198982749+Copilot@users.noreply.github.com"),
        ("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com"),
        ("Claude", "noreply@anthropic.com"),
        ("Cursor Agent", "cursoragent@cursor.com"),
        ("devin-ai-integration[bot]", ""),
        ("Devin", "158243242+devin-ai-integration[bot]@users.noreply.github.com"),
    ],
)
def test_agents_are_neither_people_nor_bots(name: str, email: str) -> None:
    agent = Person(name=name, email=email)
    assert agent.is_agent
    assert not agent.is_bot
    assert names_of([[agent, Person(name="Ada", email="ada@anthropic.com")]]) == ("Ada",)


@pytest.mark.parametrize(
    ("subject", "author", "heading"),
    [
        ("fix(deps): update dependency a to v2", "renovate[bot]", ""),
        ("fix: update a to v2", "renovate[bot]", ""),
        ("GHA: update dependency a/b to v0.29.2", "renovate[bot]", ""),
        ("feat: Upgrade a from 1 to 2", "dependabot[bot]", ""),
        ("feat: release 1.2.3 of everything", "release-please[bot]", ""),
        ("fix(deps)!: update a to v2", "renovate[bot]", "Breaking changes"),
        ("fix(deps): update a to v2 [SECURITY]", "renovate[bot]", "Security"),
        ("fix: a crash (#7)", "trop[bot]", "Fixed"),
        ("feat: search", "release-train[bot]", "New"),
        ("Add search", "trop[bot]", "New"),
        ("feat: search", "devin-ai-integration[bot]", "New"),
        ("fix: update a to v2", "Ada", "Fixed"),
    ],
)
def test_only_the_routine_of_a_bot_is_counted(subject: str, author: str, heading: str) -> None:
    commit = Commit(sha="1" * 40, subject=subject, author=Person(name=author))
    others = [Commit(sha="2" * 40, subject="docs: one"), Commit(sha="3" * 40, subject="feat: two")]
    found = groups.of_changes(changes([commit, *others]))
    assert found.unseen == (0 if heading else 1)
    assert [
        group.heading
        for group in found.groups
        if commit in [change.commit for change in group.changes]
    ] == ([heading] if heading else [])


@pytest.mark.parametrize(
    ("subject", "body", "secure"),
    [
        ("Check the key (CVE-2026-12345)", "", True),
        ("GHSA-1234-abcd-5678: check the key", "", True),
        ("Check the key", "Text.\n\n[CVE-2026-33170]\n[GHSA-89vf-4333-qx8v]\n", True),
        ("Check the key", "Fixes: CVE-2026-33170", True),
        ("Check the key", "This is not about CVE-2026-33170 at all", False),
        ("Merge pull request #7 from a/b", "Check the key for CVE-2026-33170", True),
    ],
)
def test_security_has_a_heading_in_plain_ranges(subject: str, body: str, *, secure: bool) -> None:
    found = groups.of_changes(
        changes(
            [
                Commit(sha="1" * 40, subject=subject, body=body),
                Commit(sha="2" * 40, subject="Some work"),
            ]
        )
    )
    assert [group.heading for group in found.groups] == (["Security", "Also"] if secure else [""])


def test_the_same_text_of_several_scopes_is_one_line() -> None:
    found = grouped(
        "feat(a): show the ref", "feat(b): show the ref", "fix(a): typing", "fix: typing"
    )
    lines = [line for section in notes.sections_of(found) for line in section.lines]
    assert lines == [("- a, b: Show the ref", 2), ("- a: Typing", 1), ("- Typing", 1)]
