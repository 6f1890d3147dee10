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
        "[7.x] feat(a): b", "✨ f", "BREAKING CHANGE: h", 'Revert "feat: a (#2)"', "fix: b… (#1)",
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
    known = tuple(commits[: draw(st.integers(0, 2))])
    return History(
        version="1",
        known_before=known,
        previous="v0",
        commit="f",
        commits=tuple(commits),
        count=sum(not one.is_merge for one in commits) + draw(st.integers(0, 50_000)),
        message=TagMessage(body=draw(st.text(max_size=300))),
    )


@given(histories(), st.one_of(st.integers(-1, 400), st.integers(400, 5000)))
@settings(max_examples=examples(300))
def test_whatever_the_commits_the_text_is_valid(found: History, limit: int) -> None:
    text = described(found, URL, limit)
    assert text == described(found, URL, limit)
    assert len(text) <= max(limit, 0)
    text.encode()
    kinds = {unicodedata.category(one) for one in text if one not in "\n\u200c\u200d"}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    told = groups.of_history(found, "app")
    sections = notes.sections_of(told)
    lines = [one for section in sections for one in section.lines]
    listed = [line for line in text.split("\n") if line.startswith("- ")]
    if not found.message.body.strip():
        assert set(listed) <= dict(lines).keys(), "a line is not whole"
        rest = list(listed)
        weight = 0
        for section in sections:
            own = [line for line, _ in section.lines]
            shown = next(n for n in range(len(own), -1, -1) if rest[:n] == own[:n])
            assert shown or not own or limit < 1000, "a group has no room"
            rest = rest[shown:]
            # Two groups may have the same line.
            weight += sum(of_line for _, of_line in section.lines[:shown])
        assert rest == [], "not the first lines of each group"
        if limit >= 1000:
            all_of_it = told.unread + told.unseen + sum(of_line for _, of_line in lines)
            assert weight + counted(text) == all_of_it, "the count is lost"
    if limit >= 1000:
        assert text.endswith(URL)


def counted(text: str) -> int:
    """How many commits a description counts, beside those that it lists."""
    counts = r"^… and ([0-9]+) more$|^([0-9]+) changes? under the hood$"
    return sum(int(more or unseen) for more, unseen in re.findall(counts, text, re.MULTILINE))
