"""A subject read as its author meant it."""

import pytest

from annotate.notes.subject import Subject


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("feat", ["feat", "feature", "features"]),
        ("security", ["security", "sec"]),
        ("fix", ["fix", "fixes", "bugfix", "hotfix", "bug"]),
        ("perf", ["perf", "performance"]),
        ("docs", ["docs", "doc"]),
        ("refactor", ["refactor", "refact"]),
        ("revert", ["revert"]),
        ("chore", ["chore", "chores", "deps", "maint", "mnt"]),
        ("ci", ["ci"]),
        ("test", ["test", "tests"]),
        ("build", ["build"]),
        ("style", ["style"]),
        ("", ["web", "note"]),
    ],
)
def test_the_words_that_are_types(kind: str, words: list[str]) -> None:
    lines = [line for word in words for line in (f"{word}: a thing", f"[{word.title()}] a thing")]
    assert {Subject.parse(line).type for line in lines} == {kind}


@pytest.mark.parametrize(
    ("line", "kind", "scope", "breaking", "text"),
    [
        ("feat( web ): a", "feat", "web", False, "A"),
        ("feat (web)!:  a", "feat", "web", True, "A"),
        ("[fix]: a", "fix", "", False, "A"),
        ("fix:_name is kept", "", "", False, "fix:_name is kept"),
        ("fix:3 is no number", "", "", False, "fix:3 is no number"),
        ("feat((web)): a", "", "", False, "feat((web)): a"),
        ("feat:", "", "", False, "feat:"),
    ],
)
def test_the_parts_of_a_convention(
    line: str, kind: str, scope: str, breaking: bool, text: str
) -> None:
    found = Subject.parse(line)
    assert (found.type, found.scope, found.breaking, found.text) == (kind, scope, breaking, text)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Fix login, closes #12", "Fix login"),
        ("Fix login (Closes #12)", "Fix login"),
        ("Fix login; close #12.", "Fix login"),
        ("Fix login – closed: #12", "Fix login"),
        ("Fix login - Fixes #12", "Fix login"),
        ("Stop it, fix #1, #23,#4 and #5", "Stop it"),
        ("Stop it, fixed  #12", "Stop it"),
        ("Stop it, resolve #12", "Stop it"),
        ("Stop it, resolves #12", "Stop it"),
        ("Stop it, resolved #12", "Stop it"),
        ("Use prefix #12", "Use prefix"),
        ("Stop fixing #12 twice", "Stop fixing #12 twice"),
        ("Stop it, fixes #12 at night", "Stop it, fixes #12 at night"),
        ("Close #12: stop it", "Stop it"),
        ("closes #12 : stop it", "Stop it"),
        ("Closed #12 – stop it", "Stop it"),
        ("Fix #12 - stop it", "Stop it"),
        ("Fixed #12: stop it", "Stop it"),
        ("Resolve #12: stop it", "Stop it"),
        ("Resolves #12: stop it", "Stop it"),
        ("Resolved #12: stop it", "Stop it"),
        ("#12: stop it", "Stop it"),
        ("Stop #12: it hurts", "Stop #12: it hurts"),
        ("Stop it at once #1 (#23) #4", "Stop it at once"),
        ("Stop it #12", "Stop it"),
        ("Stop #12", "Stop #12"),
        ("Route 66#12", "Route 66#12"),
    ],
)
def test_numbers_of_issues_are_left_out(line: str, text: str) -> None:
    assert Subject.parse(line).text == text


@pytest.mark.parametrize(
    "word", ["in", "by", "for", "from", "of", "to", "see", "with", "and", "issue", "PR"]
)
def test_a_number_that_a_sentence_needs_stays(word: str) -> None:
    assert Subject.parse(f"Stop it {word} #12").text == f"Stop it {word} #12"
    assert Subject.parse(f"Stop it x{word} #12").text == f"Stop it x{word}"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Use **it** now", "Use it now"),
        ("Use ``a b`` and ```c``` now", "Use a b and c now"),
        ("Use `a` and `b`", "Use a and b"),
        ("Raise 2 ** 3 to 4 ** 5", "Raise 2 ** 3 to 4 ** 5"),
        ("Raise 2 **3 to 4 **5", "Raise 2 **3 to 4 **5"),
        ("Show ![the icon](a.png) and [the page](https://x.y/z)", "Show the icon and the page"),
        ("Call a[0](1 2)", "Call a[0](1 2)"),
        (":arrow_up: :e-mail: Stop :clock1230: it", "Stop it"),
        ("Map a:b: c and :d:e", "Map a:b: c and :d:e"),
        ("Map ::a: b and :c:: d", "Map ::a: b and :c:: d"),
        ("📝✨  Stop it", "Stop it"),
        ("→ Stop it", "Stop it"),
        ("Wait..", "Wait.."),
        ("Wait.", "Wait"),
    ],
)
def test_marks_are_left_out(line: str, text: str) -> None:
    assert Subject.parse(line).text == text


@pytest.mark.parametrize("mark", list("\"'`([<{#@$./*_~+-"))
def test_a_mark_that_belongs_to_the_text_stays(mark: str) -> None:
    assert Subject.parse(f"{mark} is a mark").text == f"{mark} is a mark"


@pytest.mark.parametrize("number", ["#7", "!7", "#123456789"])
def test_a_request_is_no_part_of_the_text(number: str) -> None:
    found = Subject.parse(f"Stop it({number}) ")
    assert (found.text, found.whole, found.request) == ("Stop it", "Stop it", number)
