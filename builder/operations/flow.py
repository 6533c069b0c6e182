"""Gestures of the flow designer: nodes, the edges between them, and where they stand.

An edge is a `to` of its node: `to: next`, `outcomes.done.to`, `paths[0].to`, `timers.late.to`;
what a node type makes of its edges is the engine's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from builder.operations.sketch import Sketch
from engines.diagnostics import Path

Json = Any

# Below these a `to` says who gets a message or a task, not where the flow goes.
_NOT_EDGES = frozenset({"do", "then", "assign", "signers", "form"})


@dataclass(frozen=True, slots=True)
class AddNode:
    """Add a node, shown at (x, y); `after` is the `to` of another node that shall lead to it.

    What that edge led to before, the new node leads to: so a node is put into an edge.
    """

    flow: str
    node: str
    definition: Json
    x: int
    y: int
    after: Path | None = None
    onward: Path | None = None

    def make(self, sketch: Sketch) -> None:
        nodes: Path = ("flows", self.flow, "nodes")
        target = sketch.get(self.after) if self.after and sketch.has(self.after) else None
        if sketch.has(nodes):
            sketch.insert_key(nodes, self.node, self.definition)
        else:
            sketch.set((*nodes, self.node), self.definition)
        if self.onward is not None and isinstance(target, str):
            sketch.set((*nodes, self.node, *self.onward), target)
        if self.after is not None:
            _connect(sketch, self.after, self.node)
        _place(sketch, self.flow, self.node, self.x, self.y)


@dataclass(frozen=True, slots=True)
class RemoveNode:
    """Remove a node with its place on the canvas and every edge that leads to it."""

    flow: str
    node: str

    def make(self, sketch: Sketch) -> None:
        flow: Path = ("flows", self.flow)
        sketch.delete((*flow, "nodes", self.node))
        for path in edges_to(sketch.get((*flow, "nodes")), (*flow, "nodes"), self.node):
            sketch.delete(path)
        for place in ((*flow, "canvas", self.node), (*flow, "start")):
            if sketch.has(place) and (place[-1] != "start" or sketch.get(place) == self.node):
                sketch.delete(place)


@dataclass(frozen=True, slots=True)
class RenameNode:
    """Give a node another id, on every edge and on the canvas."""

    flow: str
    node: str
    to: str

    def make(self, sketch: Sketch) -> None:
        flow: Path = ("flows", self.flow)
        sketch.rename_key((*flow, "nodes", self.node), self.to)
        for path in edges_to(sketch.get((*flow, "nodes")), (*flow, "nodes"), self.node):
            sketch.set(path, self.to)
        if sketch.has((*flow, "canvas", self.node)):
            sketch.rename_key((*flow, "canvas", self.node), self.to)
        if sketch.has((*flow, "start")) and sketch.get((*flow, "start")) == self.node:
            sketch.set((*flow, "start"), self.to)


@dataclass(frozen=True, slots=True)
class ConnectNodes:
    """Lead an edge to a node. `path` is that of its `to`; a list of targets gets one more."""

    path: Path
    target: str

    def make(self, sketch: Sketch) -> None:
        _connect(sketch, self.path, self.target)


@dataclass(frozen=True, slots=True)
class DisconnectNodes:
    """Take an edge away. `path` is that of its `to`, or of its item in a list of targets."""

    path: Path

    def make(self, sketch: Sketch) -> None:
        sketch.delete(self.path)


@dataclass(frozen=True, slots=True)
class MoveNodes:
    """Say where nodes stand: moving changes no meaning. `{"triage": [120, 80]}`."""

    flow: str
    places: Json

    def make(self, sketch: Sketch) -> None:
        for node, (x, y) in dict(self.places).items():
            _place(sketch, self.flow, str(node), int(x), int(y))


def edges_to(data: Any, path: Path, node: str) -> list[Path]:
    """Paths of every `to` below `data` that leads to `node`, last one first."""
    return [place for place, target in edges(data, path) if target == node][::-1]


def edges(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """(path, target) of every edge below `data`, in file order."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from edges(item, (*path, index))
    elif isinstance(data, dict):
        for key, value in data.items():
            if key == "to" and isinstance(value, str):
                yield (*path, key), value
            elif key == "to" and isinstance(value, list):
                yield from (((*path, key, at), str(one)) for at, one in enumerate(value))
            elif key not in _NOT_EDGES:
                yield from edges(value, (*path, key))


def _connect(sketch: Sketch, path: Path, target: str) -> None:
    there = sketch.get(path) if sketch.has(path) else None
    if isinstance(there, list):
        sketch.insert_item(path, None, target)
    elif isinstance(path[-1], int) and there is None:
        sketch.insert_item(path[:-1], None, target)
    elif isinstance(path[-2], int) and not sketch.has(path[:-1]):
        sketch.insert_item(path[:-2], None, {str(path[-1]): target})
    else:
        sketch.set(path, target)


def _place(sketch: Sketch, flow: str, node: str, x: int, y: int) -> None:
    sketch.set(("flows", flow, "canvas", node), [x, y])
