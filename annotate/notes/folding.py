"""Fold many lines with the same first words into a few of them and a count."""

from collections import Counter
from collections.abc import Sequence

#: A line, and the number of commits that it stands for.
Line = tuple[str, int]

# Fewer lines with the same start, by number or as a share of all lines, are not folded.
_LEAST_COUNT, _LEAST_SHARE = 8, 0.25
_SHOWN = 3
# Lines that start with one of these words say different things.
_ORDINARY = frozenset([
    "add", "allow", "avoid", "change", "clean", "convert", "correct", "disable", "do", "document",
    "don't", "drop", "enable", "ensure", "extract", "fix", "handle", "implement", "improve",
    "introduce", "make", "mark", "move", "prevent", "refactor", "remove", "rename", "replace",
    "revert:", "reverted:", "simplify", "stop", "support", "switch", "test", "tests:", "update",
    "upgrade", "use",
])  # fmt: skip


def folded(lines: Sequence[Line]) -> list[Line]:
    """Return the lines in their order, with many of the same start folded into the first ones."""
    counts = Counter(filter(None, (_start(text) for text, _ in lines)))
    frequent = {
        start
        for start, count in counts.items()
        if count >= max(_LEAST_COUNT, _LEAST_SHARE * len(lines))
    }
    kept: list[Line] = []
    shown: Counter[str] = Counter()
    for index, (text, weight) in enumerate(lines):
        start = _start(text)
        if start not in frequent:
            kept.append((text, weight))
            continue
        shown[start] += 1
        if shown[start] <= _SHOWN:
            kept.append((text, weight))
        elif shown[start] == _SHOWN + 1:
            rest = [w for other, w in lines[index:] if _start(other) == start]
            kept.append((f"- {start} … ({sum(rest)} more)", sum(rest)))
    return kept


def _start(text: str) -> str:
    """Return the first two words; empty if the first is too common, or there are no two."""
    words = text.removeprefix("- ").split(" ", 2)[:2]
    return " ".join(words) if len(words) == 2 and words[0].lower() not in _ORDINARY else ""
