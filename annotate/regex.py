"""Regular expressions that are compiled when they are first used.

Python takes up to two milliseconds for a long one, and no run uses all of them.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any


class Regex:
    """A regular expression. Its methods are those of `re.Pattern`."""

    def __init__(
        self, pattern: str, flags: int | re.RegexFlag = 0, *, needs: tuple[str, ...] = ()
    ) -> None:
        """Keep the pattern. Every match contains one of the texts in `needs`, if there are any.

        A text without them is not searched, and most texts need not be.
        """
        self.pattern = pattern
        self._flags = flags
        self.needs = needs
        # Every text contains the empty one. The loop is written out where most calls end in it.
        self._clues = needs or ("",)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.pattern, self._flags)

    def match(self, text: str) -> re.Match[str] | None:
        """Match at the start of the text."""
        for clue in self._clues:
            if clue in text:
                return self.compiled.match(text)
        return None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Match the whole text."""
        for clue in self._clues:
            if clue in text:
                return self.compiled.fullmatch(text)
        return None

    def search(self, text: str) -> re.Match[str] | None:
        """Find the first match."""
        for clue in self._clues:
            if clue in text:
                return self.compiled.search(text)
        return None

    def findall(self, text: str) -> list[Any]:
        """Return the matches, or their groups (`re.Pattern.findall`)."""
        return self.compiled.findall(text) if self._may_match(text) else []

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches."""
        return self.compiled.finditer(text) if self._may_match(text) else iter(())

    def sub(
        self, replacement: str | Callable[[re.Match[str]], str], text: str, count: int = 0
    ) -> str:
        """Replace the matches."""
        for clue in self._clues:
            if clue in text:
                return self.compiled.sub(replacement, text, count)
        return text

    def _may_match(self, text: str) -> bool:
        return any(clue in text for clue in self._clues)
