"""Whatever the commits are, the description is text that is fit to be sent."""

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.notes import description as notes
from annotate.notes import groups
from annotate.notes.history import Commit, History, TagMessage
from annotate.notes.people import Person
from tests.support.hostile import examples
from tests.support.notes import described

URL = "https://example.com/compare"
SUBJECTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from([
        "feat: a", "feat: a (#2)", "fix: b (#1)", "chore: c", "docs: d", "sec: e", "x" * 5000,
        "Release 1.2", "d\x1b[1m", "e\u202ed", "Merge pull request #7 from a/b", "[fix] f. #3 (#4)",
    ]),
)  # fmt: skip
BODIES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["BREAKING CHANGE: g", "This reverts commit 0000001.", "Reverts o/r#1"]),
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A range with merges, reverts and bots; each commit has parents further down."""
    rows = draw(st.lists(st.tuples(SUBJECTS, BODIES, st.booleans()), max_size=80))
    commits = []
    for number, (subject, body, bot) in enumerate(rows):
        older = st.integers(number + 1, len(rows) + 1).map("{:040x}".format)
        commits.append(
            Commit(
                sha=f"{number:040x}",
                subject=subject,
                body=body,
                author=Person(name="x[bot]" if bot else "x"),
                parents=tuple(draw(st.lists(older, min_size=1, max_size=3, unique=True))),
            )
        )
    return History(
        version="1",
        previous="v0",
        commit="f",
        commits=tuple(commits),
        count=sum(not one.is_merge for one in commits) + draw(st.integers(0, 50_000)),
        message=TagMessage(body=draw(st.text(max_size=300))),
    )


@given(histories(), st.one_of(st.integers(-1, 400), st.integers(400, 5000)))
@settings(max_examples=examples(300), deadline=None)
def test_whatever_the_commits_the_text_is_valid(found: History, limit: int) -> None:
    text = described(found, URL, limit)
    assert text == described(found, URL, limit)
    assert len(text) <= max(limit, 0)
    text.encode()
    kinds = {unicodedata.category(one) for one in text if one not in "\n\u200c\u200d"}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    told = groups.of_history(found, "app")
    lines = [one for section in notes.sections_of(told) for one in section.lines]
    listed = [line for line in text.split("\n") if line.startswith("- ")]
    if not found.message.body.strip():
        assert set(listed) <= {line for line, _ in lines}, "a line is not whole"
        assert listed == [line for line, _ in lines][: len(listed)], "not the most important"
        if limit >= 1000:
            shown = sum(weight for _, weight in lines[: len(listed)])
            all_of_it = told.unread + told.unseen + sum(weight for _, weight in lines)
            assert shown + counted(text) == all_of_it, "the count is lost"
    if limit >= 1000:
        assert text.endswith(URL)


def counted(text: str) -> int:
    """How many commits a description counts, beside those that it lists."""
    more = re.search(r"^… and ([0-9]+) more$", text, re.MULTILINE)
    unseen = re.search(r"^([0-9]+) changes? under the hood$", text, re.MULTILINE)
    return sum(int(found[1]) for found in (more, unseen) if found)
