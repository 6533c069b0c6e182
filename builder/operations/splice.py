"""Differences between two texts as splices, which can be taken back and moved past others.

Knows nothing of YAML: that a text stays readable is the business of what made the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Splice:
    """At character `start` of the text before, `old` became `new`."""

    start: int
    old: str
    new: str

    @property
    def end(self) -> int:
        """Where `old` ends in the text before."""
        return self.start + len(self.old)

    @property
    def growth(self) -> int:
        """By how many characters what follows moves."""
        return len(self.new) - len(self.old)


Splices = tuple[Splice, ...]  # ascending, not overlapping, all counted in the text before


def difference(before: str, after: str) -> Splices:
    """The whole lines that differ, so that two people's changes on different lines never touch."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    start = sum(map(len, old[:head]))
    return tuple(_line_splices(start, old_middle, new_middle))


def apply_splices(text: str, splices: Splices) -> str:
    """`text` with all splices made. Raises ValueError when it is not their text."""
    parts: list[str] = []
    done = 0
    for splice in splices:
        if text[splice.start : splice.end] != splice.old:
            raise ValueError("the text is not the one this change was made for")
        parts += (text[done : splice.start], splice.new)
        done = splice.end
    parts.append(text[done:])
    return "".join(parts)


def reverse(splices: Splices) -> Splices:
    """The splices that take these back, counted in the text after them."""
    moved = 0
    taken_back: list[Splice] = []
    for splice in splices:
        taken_back.append(Splice(splice.start + moved, splice.new, splice.old))
        moved += splice.growth
    return tuple(taken_back)


def rebase(splices: Splices, over: Splices) -> Splices | None:
    """The same change counted in the text after `over`; None when both touch the same place.

    Both are counted in the same text before.
    """
    moved: list[Splice] = []
    for splice in splices:
        if any(_collide(splice, other) for other in over):
            return None
        before = sum(other.growth for other in over if _stands_before(other, splice))
        moved.append(replace(splice, start=splice.start + before))
    return tuple(moved)


def rebase_over_all(splices: Splices, later: Iterable[Splices]) -> Splices | None:
    """`rebase` over one change after the other."""
    moved: Splices | None = splices
    for change in later:
        if moved is None:
            return None
        moved = rebase(moved, change)
    return moved


def _shared(left: Sequence[str], right: Sequence[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            return count
        count += 1
    return count


def _line_splices(start: int, old: Sequence[str], new: Sequence[str]) -> Iterator[Splice]:
    offsets = [start]
    for line in old:
        offsets.append(offsets[-1] + len(line))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag != "equal":
            removed, added = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
            yield Splice(offsets[old_from], removed, added)


def _collide(one: Splice, other: Splice) -> bool:
    # Two insertions at one place have no order of their own; neither may guess.
    if one.start == other.start:
        return True
    return one.start < other.end and other.start < one.end


def _stands_before(other: Splice, splice: Splice) -> bool:
    return other.end <= splice.start
