"""Markdown as plain text: each sign that people use in release notes, and text that is hostile."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.notes.markdown import plain_text
from annotate.notes.published import LONGEST_BODY

#: Seconds for as many characters as are read of a release, far more than any of them takes.
GUARD = 10

INLINE = {
    "**bold** and *italic*, __bold__ and _italic_": "bold and italic, bold and italic",
    "***both***, **a *b* c**": "both, a b c",
    "~~gone~~, ~/path and ~3 s": "gone, ~/path and ~3 s",
    "2 * 3 * 4, a*b, ** c": "2 * 3 * 4, a*b, ** c",
    "snake_case_name and _not closed": "snake_case_name and _not closed",
    "**/*.js": "**/*.js",
    "`code` and ``a ` b``": "code and a ` b",
    "`*kept*` and `<T>`": "*kept* and <T>",
    "a ` alone": "a ` alone",
    r"\*kept\* \# \a": r"*kept* # \a",
    "[text](https://a.b/c_(d) 'Title')": "text",
    "[**bold** text](<https://a.b c>) and [rest]": "bold text and [rest]",
    "[![badge](https://a.b)](https://c.d) Build": "Build",
    "![screenshot](https://a.b/c.png)": "",
    "[a](b c)": "[a](b c)",
    "[a](": "[a](",
    "<https://a.b/c> and <me@a.b>": "https://a.b/c and me@a.b",
    "https://a.b/_c_/d_e?f=g&h=_i_&amp;j": "https://a.b/_c_/d_e?f=g&h=_i_&j",
    "**https://a.b/_c_**": "https://a.b/_c_",
    "[https://a.b](https://a.b/_c_)": "https://a.b",
    "a < b > c, `Vec<T>`": "a < b > c, Vec<T>",
    # Any tag is one, as on the page of the release.
    "Vec<T>": "Vec",
    'Press <kbd class="x">K</kbd><br>Next<br/>Last': "Press K\nNext\nLast",
    "<details><summary>More</summary>Text</details>": "More\nText",
    "A<!-- comment --> B <!-- open": "A B <!-- open",
    "&lt;b&gt; &amp;&nbsp;&copy; &#x41; &nothing; AT&T": "<b> & © A &nothing; AT&T",
    "&#x202e;&#27;": "\ufffd",
    ":tada: Done at 10:30:45, std::vec": "Done at 10:30:45, std::vec",
    "[x] stays, ]": "[x] stays, ]",
}
BLOCKS = {
    "headings": ("# One #\ntext\n\n## Two\n\n\n- a", "One\ntext\n\nTwo\n- a"),
    "underlined headings": ("One\n===\nTwo\n---\ntext", "One\n\nTwo\ntext"),
    "rules": ("a\n\n---\n***\n\nb", "a\n\nb"),
    "hashes": ("#12 is no heading", "#12 is no heading"),
    "lists": ("* a\n+ b\n\n\n- c\n1) d\n2. e", "- a\n- b\n- c\n1. d\n2. e"),
    "lists in lists": (
        "- a\n    - b\n      * c\n    - d\n- e",
        "- a\n  - b\n    - c\n  - d\n- e",
    ),
    "items of several lines": ("- a\n  b\nc\n\n  New.\n\n- d", "- a b c\n\nNew.\n\n- d"),
    "tasks": ("- [x] a\n- [ ] b", "- [x] a\n- [ ] b"),
    "HTML": (
        "<p align='center'>\n<b>One</b> word\n</p>\n\n<details>\n\n- a\n\n</details>",
        "One word\n\n- a",
    ),
    "a list in HTML": ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "- a\n- b"),
    "code": (
        "Run:\n\n```sh\npip   install *\n  # <!-- no -->\n```\nDone",
        "Run:\n\npip   install *\n  # <!-- no -->\nDone",
    ),
    "numbers": ("1. a\n1. b\n\n   7) c\n   7) d\n1. e", "1. a\n2. b\n  7. c\n  8. d\n3. e"),
    "code in an item": ("- a\n  ~~~\n  b\n  ~~~\n- c", "- a\nb\n- c"),
    "code by its indent": ("a\n\n    b  c\n      d\n", "a\n\nb  c\n  d"),
    "code without an end": ("```\na\n\n# b", "a\n# b"),
    "quotations": ("> a\n> > b\n>\n> - c", "a\nb\n\n- c"),
    "alerts": ("> [!WARNING]\n> Stop.", "Warning:\nStop."),
    "tables": (
        "| OS | File |\n|:---|---:|\n| Linux | `a` |\n| **macOS** | a\\|b |\n\nAfter",
        "OS | File\nLinux | a\nmacOS | a|b\n\nAfter",
    ),
    "a table ends at an empty line": ("a|b\n-|-\nc", "a | b\nc"),
    "no table": ("a | b\nc | d", "a | b\nc | d"),
    "comments": ("<!--\nhidden\n\n# hidden\n--> shown\n<!-- x -->\n\nb", "shown\n\nb"),
    "a comment without an end": ("a\n\n<!--\nb", "a"),
    "links to definitions": (
        "[a][1], [b][], [1.2.0] and [c][2]\n\n[1]: https://a.b\n[b]: <c>\n[1.2.0]: https://d",
        "a, b, 1.2.0 and [c][2]",
    ),
    "line ends": ("a\\\nb  \nc", "a\nb\nc"),
    "nothing": ("\n \n<!-- x -->\n", ""),
}
#: Texts that a reader which looks too far ahead, or goes back, would take minutes for.
HOSTILE = {
    "brackets": "[" * 100_000,
    "closing brackets": "[a]" * 33_000,
    "links without an end": "[a](" * 25_000,
    "nested links": "[](" * 33_000 + ")" * 1000,
    "titles": '[a](b "' * 15_000,
    "targets": "[a](" + "x(y)" * 25_000,
    "spaces in targets": "[a](" + " " * 50_000 + "[a](" + " " * 50_000,
    "images": "![" * 50_000 + "](a)" * 10_000,
    "images in images": ("![*" * 20 + "a" + "*](b)" * 20 + " ") * 600,
    "links in images": "![[" * 2000 + "a" + "](b)](b)" * 2000,
    "quotes in lists": "> - " * 25_000,
    "references": "[a]: b\n\n" + "[a" * 5000 + "][a]" * 3000,
    "stars": "*" * 100_000,
    "opening stars": "*a " * 33_000,
    "odd runs": "**a*b" * 20_000,
    "underlines": "_a_ " * 25_000,
    "backticks": "".join("`" * length + " " for length in range(1, 440)),
    "code without an end": "`a" * 50_000,
    "tags": "<a " * 33_000,
    "comments": "<!-- " * 20_000,
    "comment lines": "<!--\n" * 20_000,
    "addresses": "<a@" * 33_000,
    "quotes": ">" * 100_000,
    "quotes and spaces": "> " * 30_000 + "\n" + " >" * 30_000,
    "entities": "&#" * 50_000,
    "shortcodes": ":a" * 50_000,
    "fences": "```\n~~~\n" * 12_000,
    "wide tables": "a|" * 2000 + "\n" + "-|" * 2000 + "\n" + "|\n" * 6000,
    "tables": "|" * 50_000 + "\n" + "|-" * 25_000,
    "rows": "a|b\n-|-\n" * 12_000,
    "lists": "\n".join(" " * depth + "- a" for depth in range(440)),
    "rules": "-" * 100_000 + "\na\n" + "- " * 50_000,
    "definitions": "[a]: b\n" * 14_000,
    "spaces": " " * 100_000 + "x",
    "headings": "# " + "#" * 50_000 + " " * 50_000 + "a",
    "numbers": "9" * 100_000 + ". a",
}


@pytest.mark.parametrize("markdown", INLINE)
def test_signs_within_a_paragraph(markdown: str) -> None:
    assert plain_text(markdown) == INLINE[markdown]


@pytest.mark.parametrize("name", BLOCKS)
def test_signs_of_lines(name: str) -> None:
    markdown, text = BLOCKS[name]
    assert plain_text(markdown) == text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_longer_than_other_text(name: str) -> None:
    begun = time.process_time()
    plain_text(HOSTILE[name][:LONGEST_BODY])
    assert time.process_time() - begun < GUARD


@given(st.text(alphabet="ab #*_~`[]()!<>|-\\&;:.1\n", max_size=80))
def test_plain_words_are_never_lost(markdown: str) -> None:
    """Whatever signs stand around it, a word in a paragraph of its own is there afterwards."""
    if "<!--" not in markdown and "```" not in markdown and "~~~" not in markdown:
        assert plain_text(f"first\n\n{markdown}\n\nlast").startswith("first")
        assert plain_text(f"{markdown}\n\nlast").endswith("last")
