"""Play the token game of a flow in all ways that matter, to find joins that starve.

Data is not looked at: every path of a choice, every outcome and every timer may be taken.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from engines.flow.model import START_EDGE, Flow, Node, Routing
from engines.values import NodeId

# Tokens by edge, sorted: (("both.0", 1), ("both.1", 1)). A token on an edge is about to enter.
Marking: TypeAlias = tuple[tuple[str, int], ...]

MAX_MARKINGS: Final = 20_000  # beyond it the answer is what was found so far
_PILE: Final = 4  # tokens on one edge, more than sound flows of any sense have


@dataclass(slots=True)
class Verdict:
    """What the game found."""

    starved: dict[NodeId, str] = field(default_factory=dict)  # join -> an edge that stays empty
    is_complete: bool = True


def explore(flow: Flow) -> Verdict:
    """Every way the tokens can go, in one order of firing.

    Nodes take from their own edges only, so no node can hinder another one: firing the first node
    that can fire, in all its ways, misses no stuck marking (a persistent set), and keeps the
    number of markings small.
    """
    verdict = Verdict()
    first: Marking = ((START_EDGE, 1),)
    seen = {first}
    todo = deque([first])
    while todo:
        marking = todo.popleft()
        moved = list(_moves(flow, dict(marking)))
        if not moved and marking:
            _note_starved(flow, dict(marking), verdict)
        for following in moved:
            if following in seen:
                continue
            if any(count > _PILE for _, count in following):
                verdict.is_complete = (
                    False  # more of the same: what it leads to was seen with less
                )
                continue
            if len(seen) >= MAX_MARKINGS:
                verdict.is_complete = False
                return verdict
            seen.add(following)
            todo.append(following)
    return verdict


def _moves(flow: Flow, tokens: dict[str, int]) -> Iterator[Marking]:
    """What the first node that can fire may lead to."""
    for edge in tokens:
        node = flow.nodes[flow.edges[edge].target]
        taken = _taken(flow, node, edge, tokens)
        if taken is None:
            continue
        left = dict(tokens)
        for one in taken:
            left[one] -= 1
        for given in _given(node):
            yield _marking(left, given)
        return


def _taken(flow: Flow, node: Node, edge: str, tokens: dict[str, int]) -> tuple[str, ...] | None:
    if node.routing is not Routing.SYNC:
        return (edge,)
    incoming = flow.incoming[node.id]
    return incoming if all(tokens.get(one) for one in incoming) else None


def _given(node: Node) -> Iterator[tuple[str, ...]]:
    """The sets of edges that may get a token when the node has one."""
    beside = [timer.edge for timer in node.timers if timer.edge and not timer.interrupt]
    ways = [edge for edge in node.edges if edge not in beside]
    if node.routing is Routing.ALL:
        yield tuple(ways)
        return
    alternatives: list[tuple[str, ...]] = [(way,) for way in ways]
    for main in alternatives or [()]:
        yield main
        if beside:
            yield (*main, *beside)


def _marking(left: dict[str, int], given: tuple[str, ...]) -> Marking:
    tokens = dict(left)
    for edge in given:
        tokens[edge] = tokens.get(edge, 0) + 1
    return tuple(sorted((edge, count) for edge, count in tokens.items() if count))


def _note_starved(flow: Flow, tokens: dict[str, int], verdict: Verdict) -> None:
    """Nothing can fire, so every token stands before a join that misses another one."""
    for edge in tokens:
        join = flow.edges[edge].target
        missing = next((one for one in flow.incoming[join] if not tokens.get(one)), edge)
        verdict.starved.setdefault(join, missing)
