"""Which way back or aside keeps the branches of a flow whole. Moves nothing itself.

A token may be sent to a node before its branches split: then the sibling branches, which will run
again, are taken away. It may not be sent into a block of branches that it is not in, where the
join would wait for ever for the others.
"""

from __future__ import annotations

from functools import lru_cache

import networkx as nx

from engines.flow.model import Flow, Routing
from engines.values import NodeId

_START = NodeId("")


def is_enterable(flow: Flow, here: NodeId, target: NodeId) -> bool:
    """Whether a token at `here` may be sent to `target` without starving a join."""
    over = _Dominance(flow)
    if over.routing(target) is Routing.SYNC:
        return False
    return not any(
        over.is_above(head, target) and not over.is_above(head, here) and over.meets(split, target)
        for split in over.splits
        for head in over.heads(split)
    )


def siblings(flow: Flow, here: NodeId, target: NodeId) -> frozenset[NodeId]:
    """Nodes whose tokens run beside `here` and will come to be anew after `target`."""
    over = _Dominance(flow)
    left = [
        split
        for split in over.splits
        if split != here and over.is_above(split, here) and not _is_inside(over, split, target)
    ]
    return frozenset(node for node in flow.nodes for split in left if over.is_above(split, node))


def leads_to(flow: Flow, node: NodeId, target: NodeId) -> bool:
    """Whether some way leads from `node` to `target`, or they are the same."""
    return _Dominance(flow).reaches(node, target)


def _is_inside(over: _Dominance, split: NodeId, node: NodeId) -> bool:
    return node != split and over.is_above(split, node)


class _Dominance:
    """Which nodes every way to a node must pass."""

    __slots__ = ("_above", "_flow", "_graph", "splits")

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        edges = tuple((one.source or _START, one.target) for one in flow.edges.values())
        self._graph, self._above = _dominance(edges)
        self.splits = tuple(node for node in flow.nodes if self._is_split(node))

    def routing(self, node: NodeId) -> Routing:
        return self._flow.nodes[node].routing

    def is_above(self, first: NodeId, node: NodeId) -> bool:
        """Whether every way to `node` passes `first`, or they are the same."""
        return first in self._above.get(node, ())

    def reaches(self, first: NodeId, node: NodeId) -> bool:
        return first == node or nx.has_path(self._graph, first, node)

    def heads(self, split: NodeId) -> tuple[NodeId, ...]:
        """The first nodes of a split's branches."""
        return tuple(self._flow.edges[edge].target for edge in self._flow.nodes[split].edges)

    def meets(self, split: NodeId, node: NodeId) -> bool:
        """Whether a join of the split's branches is still ahead of `node`."""
        return any(
            self.routing(join) is Routing.SYNC
            and self.is_above(split, join)
            and not self.is_above(join, node)
            and self.reaches(node, join)
            for join in self._flow.nodes
        )

    def _is_split(self, node: NodeId) -> bool:
        """Whether a token may become several there."""
        found = self._flow.nodes[node]
        beside = any(timer.edge and not timer.interrupt for timer in found.timers)
        return beside or found.routing not in (Routing.ONE, Routing.SYNC, Routing.SINK)


@lru_cache(maxsize=64)
def _dominance(
    edges: tuple[tuple[NodeId, NodeId], ...],
) -> tuple[nx.DiGraph[NodeId], dict[NodeId, frozenset[NodeId]]]:
    graph: nx.DiGraph[NodeId] = nx.DiGraph()
    graph.add_edges_from(edges)
    direct = dict(nx.immediate_dominators(graph, _START))
    above: dict[NodeId, frozenset[NodeId]] = {}
    for node in graph:
        chain, one = [node], node
        while one in direct and direct[one] not in (None, one):
            one = direct[one]
            chain.append(one)
        above[node] = frozenset(chain)
    return graph, above
