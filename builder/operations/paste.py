"""Gestures that put in what was copied: a field, a block with its fields, a node.

What is copied is data as the designer holds them, every scalar a word; it may come from another
form, another flow or another app.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.operations.flow import AddNode, edges
from builder.operations.form import AddBlock, AddField
from builder.operations.sketch import Sketch
from engines.diagnostics import Path
from engines.source.edits import Delete, apply_to_data
from engines.source.words import as_written

Json = Any


@dataclass(frozen=True, slots=True)
class PasteField:
    """Add a copied field; `parent` and `index` are those of `AddField`."""

    form: str
    field: str
    definition: Json
    parent: Path | None = None
    index: int | None = None

    def make(self, sketch: Sketch) -> None:
        definition = _without_was(self.definition)
        AddField(self.form, self.field, definition, self.parent, self.index).make(sketch)


@dataclass(frozen=True, slots=True)
class PasteBlock:
    """Add a copied block of the layout with the fields it shows, under their new ids."""

    form: str
    block: Json
    fields: Json  # {"phone_2": {"type": "phone"}}
    parent: Path | None = None
    index: int | None = None

    def make(self, sketch: Sketch) -> None:
        # The block first: a layout that was only implied must not gain the new fields twice.
        AddBlock(self.form, as_written(self.block), self.parent, self.index).make(sketch)
        for field, definition in _map(self.fields).items():
            path: Path = ("forms", self.form, "fields", field)
            sketch.insert_key(path[:-1], field, _without_was(definition))


@dataclass(frozen=True, slots=True)
class PasteNode:
    """Add a copied node at (x, y); of its edges those stay that lead to nodes of this flow."""

    flow: str
    node: str
    definition: Json
    x: int
    y: int

    def make(self, sketch: Sketch) -> None:
        nodes: Path = ("flows", self.flow, "nodes")
        known = sketch.get(nodes) if sketch.has(nodes) else {}
        definition = as_written(_map(self.definition))
        for path, target in reversed(list(edges(definition, ()))):
            if target not in known:
                definition = apply_to_data(definition, Delete(path))
        AddNode(self.flow, self.node, definition, self.x, self.y).make(sketch)


def _without_was(definition: Json) -> Json:
    """A copy was never anything else: only the original's data stand under its old id."""
    return as_written({key: one for key, one in _map(definition).items() if key != "was"})


def _map(data: Json) -> Mapping[str, Any]:
    return data if isinstance(data, dict) else {}
