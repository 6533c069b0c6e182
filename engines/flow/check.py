"""Find what is unsound in a flow that parses: ways that stop, wait or go round for ever."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from engines.diagnostics import Problems
from engines.flow.markings import Verdict, explore
from engines.flow.model import START_EDGE, Flow, Routing
from engines.values import NodeId


def check_flow(flow: Flow, problems: Problems) -> None:
    """Report every finding, each with its own code."""
    graph = _graph(flow)
    reached = nx.descendants(graph, flow.start) | {flow.start}
    lost = _unreachable(flow, reached, problems)
    livelocked = _endless(flow, graph, reached, problems)
    _loops_without_wait(flow, graph, reached, problems)
    if not lost and not livelocked:  # else these findings would only repeat the others
        _tokens(flow, problems)


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
    ends = {node.id for node in flow.nodes.values() if node.routing is Routing.SINK}
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
    """Joins that may wait for ever."""
    found: Verdict = explore(flow)
    for node, edge in sorted(found.starved.items()):
        source = flow.edges[edge].source if edge != START_EDGE else None
        problems.add(
            "W006",
            flow.nodes[node].path,
            f"join {node!r} may wait for ever: nothing comes from {source or 'the start'!r}",
            hint="Lead only the branches of one 'parallel' into it, each by its own edge.",
        )
