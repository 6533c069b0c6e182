"""From the text of a flow to a compiled `Flow`. What is unsound in it is `check.py`'s to find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engines.assignee.parse import Assignee
from engines.context import DefinitionContext
from engines.diagnostics import Path, did_you_mean, one_of
from engines.flow.catalog import node_types
from engines.flow.model import START_EDGE, Boundary, BoundaryTimer, Edge, Flow, Node
from engines.flow.nodetype import NodeType
from engines.flow.site import Site
from engines.flow.starts import forms_named, parse_trigger
from engines.flow.timers import parse_due, parse_messages, parse_timers
from engines.values import FlowId, FormId, NodeId, locale_text


def parse_flow(
    flow_id: FlowId, data: Mapping[str, Any], context: DefinitionContext
) -> Flow | None:
    """The compiled flow, or None when something in it was reported, be it by the schema."""
    path: Path = ("flows", flow_id)
    if context.problems.has_under(path):
        return None
    reported = len(context.problems)
    form = _form(data, path, context)
    if form is None:
        return None
    declared = frozenset(data["nodes"])
    nodes: dict[NodeId, Node] = {}
    edges: dict[str, Edge] = {}
    for name, written in data["nodes"].items():
        site = Site(NodeId(name), (*path, "nodes", name), form, context, declared)
        node = _node(written, site, flow_id)
        edges |= site.edges
        if node is not None:
            nodes[node.id] = node
    on = parse_trigger(data, path, form, context)
    start = _start(data, path, declared, context)
    if len(context.problems) > reported or start is None:
        return None
    edges[START_EDGE] = Edge(START_EDGE, None, start, (*path, "start"))
    return Flow(
        id=flow_id,
        title=locale_text(data.get("title"), flow_id, context.locales),
        form=form,
        trigger=on.trigger,
        when=on.when,
        start=start,
        nodes=nodes,
        edges=edges,
        incoming=_incoming(nodes, edges),
        canvas=_canvas(data),
        path=path,
        on=on.start,
    )


def flow_form(data: Mapping[str, Any]) -> FormId | None:
    """The form a flow works on, before it is parsed: `link` gives actions the map of them."""
    named = [form for _, form in forms_named(data) if form]
    return FormId(str(named[0])) if named else None


def _form(data: Mapping[str, Any], path: Path, context: DefinitionContext) -> FormId | None:
    named = forms_named(data)
    problems = context.problems
    if not named:
        problems.add(
            "W019",
            path,
            "the flow does not say which form it works on",
            hint="Add 'on: {created: …}', 'on: {start: …}' or 'for:' with a form.",
        )
        return None
    for at, name in named:
        if name not in context.forms:
            hint = did_you_mean(str(name), context.forms) or one_of(context.forms)
            problems.add("W009", (*path, *at), f"unknown form {name!r}", hint=hint)
            return None
    if len({name for _, name in named}) > 1:
        problems.add(
            "W023",
            (*path, "on"),
            "the flow names two forms",
            hint="A flow works on one form: write the same under 'for' and 'on'.",
        )
        return None
    return flow_form(data)


def _start(
    data: Mapping[str, Any], path: Path, declared: frozenset[str], context: DefinitionContext
) -> NodeId | None:
    first = data.get("start")
    if first is None:
        return NodeId(next(iter(data["nodes"])))
    if first in declared:
        return NodeId(first)
    context.problems.add(
        "W008",
        (*path, "start"),
        f"unknown first node {first!r}",
        hint=did_you_mean(str(first), declared) or one_of(sorted(declared)),
    )
    return None


def _node(data: Mapping[str, Any], site: Site, flow: FlowId) -> Node | None:
    kinds = node_types()
    kind = kinds.get(str(data.get("type")))
    if kind is None:
        site.at("type").problem(
            "W001",
            f"unknown node type {data.get('type')!r}",
            did_you_mean(str(data.get("type")), kinds) or one_of(kinds),
        )
        return None
    # an empty assignee stops the node; its timers hand over to nobody without stopping it
    behaviour = kind.parse(data, replace(site, has_error_way=bool(data.get("on_error"))))
    timers = _timers(data, site, kind)
    messages = parse_messages(data, site) if kind.waits else ()
    error_edge = (
        site.at("on_error", "to").edge(data["on_error"]["to"], "on_error")
        if (data.get("on_error"))
        else ""
    )
    if behaviour is None:
        return None
    boundaries: tuple[Boundary, ...] = (*timers, *messages)
    paths = behaviour.paths.union(*(one.paths for one in boundaries))
    copies = _copies(data, site)
    paths = paths.union(*(one.paths for one in copies))
    return Node(
        id=site.node,
        type=kind.name,
        title=site.text(data, fallback=site.node.replace("_", " ").capitalize()),
        help=site.text(data, "help"),
        routing=kind.routing,
        waits=kind.waits,
        behaviour=behaviour,
        timers=timers,
        edges=tuple(site.edges),
        reads=frozenset(key for root, key in paths if root == "record"),
        derived=_derived(behaviour.paths, site) if paths else frozenset(),
        path=site.path,
        messages=messages,
        error_edge=error_edge,
        reason=f"flows.{flow}.{site.node}",
        copies=copies,
    )


def _timers(data: Mapping[str, Any], site: Site, kind: NodeType) -> tuple[BoundaryTimer, ...]:
    if not kind.waits:
        return ()
    due = parse_due(data, site)
    return (*((due,) if due is not None else ()), *parse_timers(data, site))


def _copies(data: Mapping[str, Any], site: Site) -> tuple[Assignee, ...]:
    """Who is sent a copy when people have finished the node."""
    written = data.get("copies") or ()
    found = [site.at("copies", number).reader(one) for number, one in enumerate(written)]
    return tuple(one for one in found if one is not None)


def _derived(paths: frozenset[tuple[str, str]], site: Site) -> frozenset[str]:
    """Keys that may change though nobody sets them: computed fields, values behind links."""
    fields = site.context.forms[site.form].fields
    return frozenset(
        key
        for root, key in paths
        if root == "record" and ("." in key or (key in fields and fields[key].is_computed))  # type: ignore[index]
    )


def _incoming(
    nodes: Mapping[NodeId, Node], edges: Mapping[str, Edge]
) -> dict[NodeId, tuple[str, ...]]:
    found: dict[NodeId, list[str]] = {node: [] for node in nodes}
    for edge in edges.values():
        found[edge.target].append(edge.name)
    return {node: tuple(names) for node, names in found.items()}


def _canvas(data: Mapping[str, Any]) -> dict[NodeId, tuple[int, int]]:
    placed = data.get("canvas") or {}
    return {NodeId(node): (int(at[0]), int(at[1])) for node, at in placed.items()}
