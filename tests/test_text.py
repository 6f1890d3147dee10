"""Cutting and cleaning of texts."""

import pytest

from annotate.text import fitted, length, one_line, plain, shorten, whole_lines


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("as it is  ", "as it is"),
        (" indented", " indented"),
        ("Größe ✨", "Größe ✨"),
        ("a\r\nb\rc\n", "a\nb\nc"),
        ("\n\n a \n\n b\t\n\n", " a\n\n b"),
        ("a\tb", "a    b"),
        ("\x1b[31mred\x1b[0m\x00", "[31mred[0m"),
        ("safe\u202eefas\ufeff\u200b", "safeefas"),
        ("one\u2028two\u2029three\x85four", "onetwothreefour"),
        ("lone \udc80 byte", "lone \ufffd byte"),
        ("👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم"),
        ("", ""),
    ],
)
def test_text_that_is_fit_to_be_read(text: str, clean: str) -> None:
    assert plain(text) == clean


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a  b\n\n c\t", "a b c"),
        ("a\u00a0\u3000b", "a b"),
        ("a \x07 b", "a b"),
        ("  ", ""),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("line", "limit", "short"),
    [
        ("abcd", 4, "abcd"),
        ("abcde", 4, "abc…"),
        ("ab cde", 4, "ab…"),
        ("ab", 1, "…"),
    ],
)
def test_a_line_that_is_too_long_ends_in_an_ellipsis(line: str, limit: int, short: str) -> None:
    assert shorten(line, limit) == short


@pytest.mark.parametrize(
    ("room", "kept"), [(-1, 0), (0, 0), (1, 0), (2, 1), (4, 1), (5, 2), (6, 3), (100, 3)]
)
def test_the_whole_lines_that_fit(room: int, kept: int) -> None:
    """Each takes its characters and its end: 2, 3 and 1."""
    lines = ["a", "bb", ""]
    assert whole_lines(lines, room) == lines[:kept]
    assert length(lines[:kept]) <= max(room, 0)


def test_the_length_of_lines_counts_their_ends() -> None:
    assert length([]) == 0
    assert length(["a", "bb", ""]) == 6


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (7, "ab\ncd\ne"),
        (6, "ab\n…"),
        (7 - 3, "ab\n…"),
        (3, "…"),
        (1, "…"),
        (0, ""),
        (-1, ""),
    ],
)
def test_a_text_that_is_too_long_ends_in_an_ellipsis(limit: int, text: str) -> None:
    assert fitted("ab\ncd\ne", limit) == text


def test_the_lines_that_fit_use_the_room_that_there_is() -> None:
    assert fitted("ab\ncd\nefgh", 7) == "ab\ncd\n…"
    assert fitted("ab\ncd\nefgh", 6) == "ab\n…"
