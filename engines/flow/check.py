"""Find what is unsound in a flow that parses: ways that stop, wait, pile up or go on for ever."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import networkx as nx

from engines.action import writes_of
from engines.diagnostics import Problems
from engines.flow.markings import Verdict, explore
from engines.flow.model import START_EDGE, Flow, Node, Routing
from engines.values import FieldId, NodeId


def check_flow(flow: Flow, problems: Problems) -> None:
    """Report every finding, each with its own code."""
    graph = _graph(flow)
    reached = nx.descendants(graph, flow.start) | {flow.start}
    lost = _unreachable(flow, reached, problems)
    livelocked = _endless(flow, graph, reached, problems)
    _loops_without_wait(flow, graph, reached, problems)
    if not lost and not livelocked:  # else these findings would only repeat the others
        _tokens(flow, problems)
        _written_twice(flow, graph, problems)


def _graph(flow: Flow) -> nx.DiGraph[NodeId]:
    graph: nx.DiGraph[NodeId] = nx.DiGraph()
    graph.add_nodes_from(flow.nodes)
    for edge in flow.edges.values():
        if edge.source is not None:
            graph.add_edge(edge.source, edge.target)
    return graph


def _unreachable(flow: Flow, reached: set[NodeId], problems: Problems) -> bool:
    lost = [node for node in flow.nodes.values() if node.id not in reached]
    for node in lost:
        problems.add(
            "W003",
            node.path,
            f"node {node.id!r} can never be reached",
            hint="Lead an edge to it, or remove it.",
        )
    return bool(lost)


def _endless(
    flow: Flow, graph: nx.DiGraph[NodeId], reached: set[NodeId], problems: Problems
) -> bool:
    """Nodes with a way on, but none that ever ends; the first of each such region is reported."""
    last = (Routing.SINK, Routing.STOP)
    ends = {node.id for node in flow.nodes.values() if node.routing in last}
    backwards = graph.reverse(copy=False)
    saved = set(ends).union(*(nx.descendants(backwards, end) for end in ends))
    trapped = [node for node in flow.nodes.values() if node.id in reached - saved]
    if trapped:
        first = trapped[0]
        problems.add(
            "W016",
            first.path,
            f"from node {first.id!r} no way leads to an end",
            hint="Lead one of the ways after it to an 'end' node.",
        )
    return bool(trapped)


def _loops_without_wait(
    flow: Flow, graph: nx.DiGraph[NodeId], reached: set[NodeId], problems: Problems
) -> None:
    """Rings of nodes none of which waits: a token there may go round within one step."""
    restless = [node.id for node in flow.nodes.values() if not node.waits and node.id in reached]
    for ring in _rings(graph.subgraph(restless)):
        ordered = [node for node in flow.nodes if node in ring]
        problems.add(
            "W007",
            flow.nodes[ordered[0]].path,
            f"the loop {' → '.join([*ordered, ordered[0]])} never waits",
            hint="Put a task or a 'wait' into it.",
        )


def _rings(graph: nx.DiGraph[NodeId]) -> Iterator[set[NodeId]]:
    for component in nx.strongly_connected_components(graph):
        only = next(iter(component))
        if len(component) > 1 or graph.has_edge(only, only):
            yield component


def _tokens(flow: Flow, problems: Problems) -> None:
    """Joins that may wait for ever, and nodes before which tokens gather."""
    piled = _begun_again(flow) or explore(flow, with_beside=False).piled
    if piled is not None:
        problems.add(
            "W036",
            flow.nodes[piled].path,
            f"the flow comes to {piled!r} more and more times at once",
            hint="Join the branches of a 'parallel' before its loop begins again.",
        )
        return
    found: Verdict = explore(flow)
    if found.endless is not None:
        problems.add(
            "W038",
            flow.nodes[found.endless].path,
            f"the flow can never be over: something is always left at {found.endless!r}",
            hint="Lead every branch to an 'end', or one of them to 'terminate'.",
        )
    for node, edge in sorted(found.starved.items()):
        source = flow.edges[edge].source if edge != START_EDGE else None
        problems.add(
            "W006",
            flow.nodes[node].path,
            f"join {node!r} may wait for ever: nothing comes from {source or 'the start'!r}",
            hint="Lead only the branches of one 'parallel' into it, each by its own edge.",
        )


def _begun_again(flow: Flow) -> NodeId | None:
    """A node that waits in one branch while another branch comes back to the split unjoined."""
    joins = (Routing.SYNC, Routing.COMING, Routing.COUNT, Routing.STOP, Routing.CLEAR)
    free = _graph(flow).subgraph(
        [node.id for node in flow.nodes.values() if node.routing not in joins]
    )
    for split in flow.nodes.values():
        if split.routing not in (Routing.ALL, Routing.SOME):
            continue
        reached = [_reach(free, flow.targets[edge]) for edge in split.edges]
        coming_back = [number for number, nodes in enumerate(reached) if split.id in nodes]
        for number, nodes in enumerate(reached):
            waiting = [one for one in flow.nodes if one in nodes and flow.nodes[one].waits]
            if waiting and any(other != number for other in coming_back):
                return waiting[0]
    return None


def _written_twice(flow: Flow, graph: nx.DiGraph[NodeId], problems: Problems) -> None:
    """Fields that two branches at work at the same time set: which one wins is chance."""
    told: set[FieldId] = set()
    for split in flow.nodes.values():
        if split.routing not in (Routing.ALL, Routing.SOME):
            continue
        beyond = graph.subgraph([node for node in graph if node != split.id])
        branches = [_reach(beyond, flow.targets[edge]) for edge in split.edges]
        for one, other in combinations(branches, 2):
            for first in [node for node in flow.nodes.values() if node.id in one - other]:
                for second in [flow.nodes[node] for node in sorted(other - one)]:
                    for field in sorted((_writes(first) & _writes(second)) - told):
                        told.add(field)
                        _tell_twice(first, second, field, problems)


def _reach(graph: nx.DiGraph[NodeId], start: NodeId) -> set[NodeId]:
    return (nx.descendants(graph, start) | {start}) if start in graph else set()


def _writes(node: Node) -> frozenset[FieldId]:
    return node.behaviour.writes | writes_of(a for one in node.boundaries for a in one.actions)


def _tell_twice(first: Node, second: Node, field: FieldId, problems: Problems) -> None:
    problems.add(
        "W037",
        first.path,
        f"field {field!r} is set here and, at the same time, at {second.id!r}",
        hint="Set it in one of the branches, or after they have joined.",
    )
