"""Lines that repeat themselves: of a long row that begins alike, the first and how many more."""

from collections import Counter
from collections.abc import Sequence

#: A line, and the commits that it stands for.
Line = tuple[str, int]

# Shorter rows, and rows that are a small part of the whole, are left as they are.
_ROW, _PART = 8, 0.25
_SHOWN = 3
# With these words sentences begin that say different things.
_ORDINARY = frozenset([
    "add", "allow", "avoid", "change", "clean", "convert", "correct", "disable", "do", "document",
    "don't", "drop", "enable", "ensure", "extract", "fix", "handle", "implement", "improve",
    "introduce", "make", "mark", "move", "prevent", "refactor", "remove", "rename", "replace",
    "reverted:", "simplify", "stop", "support", "switch", "test", "tests:", "update", "upgrade",
    "use",
])  # fmt: skip


def folded(lines: Sequence[Line]) -> list[Line]:
    """The lines in their order, each long row of like ones cut to its first."""
    rows = Counter(filter(None, (_start(text) for text, _ in lines)))
    long = {start for start, size in rows.items() if size >= max(_ROW, _PART * len(lines))}
    kept: list[Line] = []
    shown: Counter[str] = Counter()
    for index, (text, weight) in enumerate(lines):
        start = _start(text)
        if start not in long:
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
    """The first two words; empty where they promise nothing of what follows."""
    words = text.removeprefix("- ").split(" ", 2)[:2]
    return " ".join(words) if len(words) == 2 and words[0].lower() not in _ORDINARY else ""
