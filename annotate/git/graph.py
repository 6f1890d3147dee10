"""The commits of a repository as a graph in memory, so that its ranges need no git command each."""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

# How a commit is reached while a range is found.
_INCLUDED, _EXCLUDED = 1, 2


class Node(NamedTuple):
    """A commit of the graph."""

    sha: str
    #: The committer's date, in Unix seconds.
    committed: int
    #: Ids of its parents.
    parents: Sequence[str]


class Graph:
    """Commits, each of which has a number that is lower than those of its parents."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        """Keep the commits. Each of them comes before its parents."""
        self._ids: list[str] = []
        self._dates: list[int] = []
        self._numbers: dict[str, int] = {}
        named: list[Sequence[str]] = []
        for number, node in enumerate(nodes):
            self._ids.append(node.sha)
            self._dates.append(node.committed)
            self._numbers[node.sha] = number
            named.append(node.parents)
        numbers = self._numbers
        self._parents = [
            tuple(numbers[sha] for sha in parents if sha in numbers) for parents in named
        ]

    def committed(self, sha: str) -> int:
        """Return the committer's date of a commit, in Unix seconds."""
        return self._dates[self._numbers[sha]]

    def is_merge(self, sha: str) -> bool:
        """Return True if the commit has several parents."""
        return len(self._parents[self._numbers[sha]]) > 1

    def between(self, included: str, excluded: str) -> list[str]:
        """Return the ids of the commits in the range `excluded..included`, newest first.

        The order is that of git-log(1). An empty `excluded` excludes nothing.
        """
        start = self._numbers[included]
        inside = self._reached(start, self._numbers[excluded] if excluded else None)
        return [self._ids[number] for number in self._by_date(start, inside)]

    def has_child(self, sha: str, ids: Iterable[str]) -> bool:
        """Return True if one of the commits `ids` is a child of the commit."""
        number = self._numbers[sha]
        return any(number in self._parents[self._numbers[one]] for one in ids)

    def parted_at(self, one: str, other: str) -> int | None:
        """Return the date of the newest common ancestor of two commits, in Unix seconds.

        None if they have none. The first must not be an ancestor of the other: the newest one is
        then a parent of a commit that only the first has.
        """
        inside = self._reached(self._numbers[one], self._numbers[other])
        around = {parent for number in inside for parent in self._parents[number]} - inside
        return max((self._dates[number] for number in around), default=None)

    def _reached(self, included: int, excluded: int | None) -> set[int]:
        """Return the commits that are reached from the first and not from the second.

        Children have lower numbers than their parents, so when a commit's turn comes, all its
        children had theirs, and from where it is reached is settled. When none is left that only
        the first reaches, what follows leads to nothing that is not excluded.
        """
        reached = bytearray(len(self._parents))
        reached[included] = _INCLUDED
        if excluded is not None:
            reached[excluded] |= _EXCLUDED
        inside: set[int] = set()
        # Commits that only the first is known to reach, and whose turn has not come.
        waiting = int(reached[included] == _INCLUDED)
        number = included if excluded is None else min(included, excluded)
        while waiting:
            how = reached[number]
            if how == _INCLUDED:
                inside.add(number)
                waiting -= 1
            if how:
                for parent in self._parents[number]:
                    before = reached[parent]
                    after = before | how
                    if after != before:
                        reached[parent] = after
                        waiting += (after == _INCLUDED) - (before == _INCLUDED)
            number += 1
        return inside

    def _by_date(self, start: int, inside: set[int]) -> list[int]:
        """Return the commits as git walks them: the newest that is known next, children first."""
        if start not in inside:
            return []
        queue, known, ordered = [(-self._dates[start], 0, start)], {start}, []
        while queue:
            number = heappop(queue)[2]
            ordered.append(number)
            for parent in self._parents[number]:
                if parent in inside and parent not in known:
                    known.add(parent)
                    # Of the same date, the one that was found first.
                    heappush(queue, (-self._dates[parent], len(known), parent))
        return ordered
