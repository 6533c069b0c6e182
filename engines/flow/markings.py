"""Play the token game of a flow in all ways that matter, to find joins that starve and piles.

Data is not looked at: every path of a choice, every outcome and every timer may be taken.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, TypeAlias

from engines.flow.model import START_EDGE, Flow, Node, Routing
from engines.values import NodeId

# Tokens by edge, sorted: (("both.0", 1), ("both.1", 1)). A token on an edge is about to enter, or
# stands at the node the edge leads to. "#meet": how many have come to a partial join so far.
Marking: TypeAlias = tuple[tuple[str, int], ...]
Tokens: TypeAlias = dict[str, int]

MAX_MARKINGS: Final = 20_000  # beyond it the answer is what was found so far
_SUSPICIOUS: Final = 3  # tokens on one edge, from where on a pile is looked for
_PILE: Final = 30  # tokens on one edge, from where on no further ones are played
_MOST_SUBSETS: Final = 6  # edges of an inclusive split whose subsets are all played
_COUNT: Final = "#"


@dataclass(slots=True)
class Verdict:
    """What the game found."""

    starved: dict[NodeId, str] = field(default_factory=dict)  # join -> an edge that stays empty
    piled: NodeId | None = None  # a node before which tokens gather without end
    endless: NodeId | None = None  # a node that some token always comes to; no way ends them all
    is_complete: bool = True


def explore(flow: Flow, *, with_beside: bool = True) -> Verdict:
    """Every way the tokens can go.

    Where no node takes tokens from the edges of others, none can hinder another one: firing the
    first node that can fire, in all its ways, misses no stuck marking (a persistent set) and keeps
    the number of markings small. Else they are fired in every order. `with_beside`: timers and
    messages that leave the token where it is may send another one.
    """
    return _Game(flow, with_beside=with_beside).played()


class _Game:
    """One exploration, and where each marking came from."""

    __slots__ = ("_before", "_flow", "_hinders", "_into", "_verdict", "_with_beside")

    def __init__(self, flow: Flow, *, with_beside: bool) -> None:
        self._flow = flow
        self._with_beside = with_beside
        self._hinders = any(
            node.routing in (Routing.STOP, Routing.CLEAR) or node.behaviour.quorum[2]
            for node in flow.nodes.values()
        )
        self._verdict = Verdict()
        self._before: dict[Marking, Marking | None] = {}
        self._into: dict[Marking, list[Marking]] = {}

    def played(self) -> Verdict:
        """The answer."""
        first: Marking = ((START_EDGE, 1),)
        self._before[first] = None
        todo = deque([first])
        while todo:
            marking = todo.popleft()
            moved = list(self._moves(dict(marking)))
            if not moved and marking:
                self._note_starved(dict(marking))
            for following in moved:
                self._into.setdefault(following, []).append(marking)
                if not self._is_new(following, marking):
                    continue
                if len(self._before) >= MAX_MARKINGS:
                    self._verdict.is_complete = False
                    return self._verdict
                self._before[following] = marking
                todo.append(following)
        if self._verdict.is_complete and not self._verdict.starved:
            self._look_for_trap()
        return self._verdict

    def _look_for_trap(self) -> None:
        """A marking from which no way takes all tokens away."""
        ending: set[Marking] = {()}
        todo: list[Marking] = [()]
        while todo:
            for earlier in self._into.get(todo.pop(), ()):
                if earlier not in ending:
                    ending.add(earlier)
                    todo.append(earlier)
        trapped = next((one for one in self._before if one not in ending), None)
        if trapped:
            self._verdict.endless = self._target(trapped[0][0])

    def _is_new(self, marking: Marking, before: Marking) -> bool:
        if marking in self._before:
            return False
        most = max((count for _, count in marking), default=0)
        if most >= _SUSPICIOUS:
            self._look_for_pile(marking, before)
        if most > _PILE or self._verdict.piled is not None:
            self._verdict.is_complete = False
            return False
        return True

    def _look_for_pile(self, marking: Marking, before: Marking) -> None:
        """A way from a marking to a larger one can be gone again and again."""
        tokens = dict(marking)
        earlier: Marking | None = before
        while earlier is not None:
            less = dict(earlier)
            if len(less) <= len(tokens) and all(tokens.get(e, 0) >= n for e, n in less.items()):
                grown = [edge for edge, count in marking if count > less.get(edge, 0)]
                if grown and self._verdict.piled is None:
                    self._verdict.piled = self._target(grown[0])
                return
            earlier = self._before[earlier]

    def _target(self, edge: str) -> NodeId:
        if edge.startswith(_COUNT):
            return NodeId(edge.removeprefix(_COUNT))
        return self._flow.targets[edge]

    def _moves(self, tokens: Tokens) -> Iterator[Marking]:
        """What the nodes that can fire may lead to; gatherers wait until nothing else can."""
        nodes, targets = self._flow.nodes, self._flow.targets
        edges = [edge for edge in tokens if not edge.startswith(_COUNT)]
        # what does not wait happens at once, before any of the others
        edges.sort(key=lambda edge: nodes[targets[edge]].waits)
        at_rest, has_fired = [], False
        for edge in edges:
            node = nodes[targets[edge]]
            if node.routing is Routing.COMING:
                at_rest.append(node)
                continue
            found = list(self._fired(node, edge, tokens))
            yield from found
            has_fired = has_fired or bool(found)
            if found and (not self._hinders or not node.waits):
                return
        if not has_fired:
            yield from self._gathered(tokens, at_rest)

    def _gathered(self, tokens: Tokens, at_rest: list[Node]) -> Iterator[Marking]:
        for node in at_rest:
            taken = [one for one in self._flow.incoming[node.id] if tokens.get(one)]
            for given in self._given(node):
                yield _marking(tokens, taken, given)
            return
        for edge, count in tokens.items():  # rounds of partial joins that nothing can come to
            if not edge.startswith(_COUNT):
                continue
            if count >= self._flow.nodes[self._target(edge)].behaviour.quorum[0]:
                yield _marking({**tokens, edge: 0}, (), ())
                return

    def _fired(self, node: Node, edge: str, tokens: Tokens) -> Iterator[Marking]:
        taken = self._taken(node, edge, tokens)
        if taken is None:
            return
        match node.routing:
            case Routing.STOP:
                yield ()
            case Routing.CLEAR:
                yield from self._cleared(node, taken, tokens, node.behaviour.clears)
            case Routing.COUNT:
                yield from self._counted(node, taken, tokens)
            case _:
                for given in self._given(node):
                    yield _marking(tokens, taken, given)

    def _counted(self, node: Node, taken: tuple[str, ...], tokens: Tokens) -> Iterator[Marking]:
        after, total, is_cancelling = node.behaviour.quorum
        mark = f"{_COUNT}{node.id}"
        count = tokens.get(mark, 0) + 1
        total = total or len(self._flow.incoming[node.id])
        is_over = count >= total or (count == after and is_cancelling)
        counted = {**tokens, mark: 0 if is_over else count}
        if count != after:
            yield _marking(counted, taken, ())
        elif is_cancelling:
            yield from self._cleared(node, taken, counted, self._flow.reaching[node.id])
        else:
            for given in self._given(node):
                yield _marking(counted, taken, given)

    def _cleared(
        self, node: Node, taken: tuple[str, ...], tokens: Tokens, nodes: frozenset[NodeId]
    ) -> Iterator[Marking]:
        left = {
            edge: 0 if self._target(edge) in nodes and edge not in taken else count
            for edge, count in tokens.items()
        }
        for given in self._given(node):
            yield _marking(left, taken, given)

    def _taken(self, node: Node, edge: str, tokens: Tokens) -> tuple[str, ...] | None:
        if node.routing is not Routing.SYNC:
            return (edge,)
        incoming = self._flow.incoming[node.id]
        return incoming if all(tokens.get(one) for one in incoming) else None

    def _given(self, node: Node) -> Iterator[tuple[str, ...]]:
        """The sets of edges that may get a token when the node has one."""
        boundaries = [one for one in node.boundaries if one.edge]
        beside = [one.edge for one in boundaries if not one.interrupt]
        apart = {*beside, node.error_edge, *(one.edge for one in boundaries)}
        ways = [edge for edge in node.edges if edge not in apart]
        if node.routing is Routing.ALL:
            yield tuple(ways)
            return
        if node.routing is Routing.SOME:
            yield from _subsets(ways)
        else:
            yield from ((way,) for way in ways)
            if not node.edges:
                yield ()
        broken_off = [one.edge for one in boundaries if one.interrupt]
        yield from ((way,) for way in (*broken_off, node.error_edge) if way)
        if beside and self._with_beside:
            yield from ((way, *beside) for way in (*ways, *broken_off))

    def _note_starved(self, tokens: Tokens) -> None:
        """Nothing can fire, so every token stands before a join that misses another one."""
        for edge in tokens:
            join = self._target(edge)
            incoming = self._flow.incoming[join]
            missing = next((one for one in incoming if not tokens.get(one)), edge)
            self._verdict.starved.setdefault(join, missing)


def _subsets(ways: list[str]) -> Iterator[tuple[str, ...]]:
    """Every choice of one or more; of many ways only each alone, every two, and all."""
    sizes = range(1, len(ways) + 1) if len(ways) <= _MOST_SUBSETS else (1, 2, len(ways))
    for size in sizes:
        yield from combinations(ways, size)


def _marking(
    tokens: Tokens, taken: tuple[str, ...] | list[str], given: tuple[str, ...]
) -> Marking:
    left = dict(tokens)
    for edge in taken:
        left[edge] -= 1
    for edge in given:
        left[edge] = left.get(edge, 0) + 1
    return tuple(sorted((edge, count) for edge, count in left.items() if count))
