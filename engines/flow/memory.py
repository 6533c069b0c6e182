"""What an instance remembers of the people who moved it, so that they may go back on it.

Not here: going back itself, in `steering.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.plain import cells, changed, plain
from engines.values import NodeId, UserId, Value


@plain
class Act:
    """A node that people finished. One for each node, the latest last.

    `token` is the one that stood there; tokens from `mark` on are what came of it. `before` is the
    token's state ahead of the last act, kept for the newest act only: it may be taken back.
    """

    node: NodeId
    by: UserId  # who acted last
    token: int
    mark: int
    edge: str  # by which the token had come
    approved: tuple[UserId, ...] = ()  # all who approved, where it was an approval
    before: Value = None


@plain
class Detour:
    """A node was returned to `to`; done there, the case comes back to `back`, as it was left."""

    to: NodeId
    back: NodeId
    edge: str  # by which it had come to `back`
    kept: Value


@plain
class Memory:
    """All of it. A value, small: it is part of every instance's JSON."""

    acts: tuple[Act, ...] = ()
    detours: tuple[Detour, ...] = ()
    chosen: tuple[UserId, ...] = ()  # whom the latest actor who had to choose has chosen

    def with_act(self, act: Act) -> Memory:
        """The memory after an act; what came of earlier ones can no longer be taken back."""
        acts = self.acts
        if acts:
            acts = tuple(changed(one, before=None) for one in acts if one.node != act.node)
        return Memory((*acts, act), self.detours, self.chosen)

    def until(self, node: NodeId) -> Memory:
        """The memory as it was before `node` was first acted on; all of it when it never was."""
        nodes = [one.node for one in self.acts]
        kept = self.acts[: nodes.index(node)] if node in nodes else self.acts
        return changed(self, acts=kept)

    def without_act(self, node: NodeId) -> Memory:
        """The memory as if nobody had acted at `node`."""
        return changed(self, acts=tuple(one for one in self.acts if one.node != node))

    def act_at(self, node: NodeId) -> Act | None:
        """The latest act at a node."""
        return next((one for one in self.acts if one.node == node), None)

    def detour_from(self, node: NodeId) -> Detour | None:
        """Where the case must come back to when `node` is done."""
        return next((one for one in self.detours if one.to == node), None)

    def with_detour(self, detour: Detour) -> Memory:
        """The memory with a way back from `detour.to`, the only one from there."""
        kept = tuple(one for one in self.detours if one.to != detour.to)
        return changed(self, detours=(*kept, detour))

    def without_detour(self, to: NodeId) -> Memory:
        """The memory once the way back from `to` was taken, or makes no sense any more."""
        return changed(self, detours=tuple(one for one in self.detours if one.to != to))


NO_MEMORY = Memory()


def memory_to_json(memory: Memory) -> list[Any]:
    """`[acts, detours, chosen]`, as rows."""
    return [list(map(cells, memory.acts)), list(map(cells, memory.detours)), memory.chosen]


def memory_from_json(data: Sequence[Any] | None) -> Memory:
    """The memory that `memory_to_json` wrote; empty when there was none."""
    if not data:
        return NO_MEMORY
    acts, detours, chosen = data
    return Memory(
        tuple(
            Act(node, by, token, mark, edge, tuple(approved), before)
            for node, by, token, mark, edge, approved, before in acts
        ),
        tuple(Detour(*row) for row in detours),
        tuple(chosen),
    )
