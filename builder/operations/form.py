"""Gestures of the form designer: fields, and where they stand in the layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from builder.operations.reference import rename_in_form
from builder.operations.sketch import Sketch, list_items
from engines.diagnostics import Path
from engines.source.words import as_written

Json = Any


@dataclass(frozen=True, slots=True)
class AddField:
    """Add a field; `parent` and `index` say where it stands in the layout.

    Without `parent` it is added at the end. A form without a layout shows its fields in their
    order, so there `index` counts fields.
    """

    form: str
    field: str
    definition: Json
    parent: Path | None = None
    index: int | None = None

    def make(self, sketch: Sketch) -> None:
        form: Path = ("forms", self.form)
        layout: Path = (*form, "layout")
        if not sketch.has(layout):
            before = _field_at(sketch, form, self.index)
            _insert_field(sketch, form, self.field, self.definition, before)
            return
        _insert_field(sketch, form, self.field, self.definition, None)
        sketch.insert_item(self.parent or layout, self.index, self.field)


@dataclass(frozen=True, slots=True)
class DuplicateField:
    """Copy a field under another id, and show it behind the original."""

    form: str
    field: str
    copy: str

    def make(self, sketch: Sketch) -> None:
        fields: Path = ("forms", self.form, "fields")
        definition = as_written(sketch.get((*fields, self.field)))
        definition.pop("was", None)
        names = list(sketch.get(fields))
        behind = names.index(self.field) + 1
        before = names[behind] if behind < len(names) else None
        sketch.insert_key(fields, self.copy, definition, before=before)
        for path in _shown_at(sketch, self.form, self.field)[-1:]:
            sketch.insert_item(path[:-1], int(path[-1]) + 1, self.copy)


@dataclass(frozen=True, slots=True)
class RemoveField:
    """Remove a field and every place its form shows it: layout, views and access."""

    form: str
    field: str

    def make(self, sketch: Sketch) -> None:
        form: Path = ("forms", self.form)
        sketch.delete((*form, "fields", self.field))
        for path in _shown_at(sketch, self.form, self.field):
            sketch.delete(path)
        for view, options in dict(_map_at(sketch, (*form, "views"))).items():
            for path, word in list(list_items(options, (*form, "views", view))):
                if word.lstrip("-") == self.field:
                    sketch.delete(path)
        for role in list(_map_at(sketch, (*form, "access"))):
            place: Path = (*form, "access", role, "fields", self.field)
            if sketch.has(place):
                sketch.delete(place)


@dataclass(frozen=True, slots=True)
class RenameField:
    """Give a field another id, wherever its app names it.

    Once published (`is_published`) its data stay with the old id: `was:` is written.
    """

    form: str
    field: str
    to: str
    is_published: bool = False

    def make(self, sketch: Sketch) -> None:
        fields: Path = ("forms", self.form, "fields")
        sketch.rename_key((*fields, self.field), self.to)
        if self.is_published and not sketch.has((*fields, self.to, "was")):
            sketch.insert_key((*fields, self.to), "was", self.field)
        rename_in_form(sketch, self.form, self.field, self.to)


@dataclass(frozen=True, slots=True)
class AddBlock:
    """Add a section, columns, tabs, a heading or a text to the layout."""

    form: str
    block: Json
    parent: Path | None = None
    index: int | None = None

    def make(self, sketch: Sketch) -> None:
        layout = _written_layout(sketch, self.form)
        sketch.insert_item(self.parent or layout, self.index, self.block)


@dataclass(frozen=True, slots=True)
class RemoveBlock:
    """Take a block out of the layout; the fields it showed move up to where it stood."""

    form: str
    path: Path

    def make(self, sketch: Sketch) -> None:
        kept = [field for _, field in list_items([sketch.get(self.path)])]
        sketch.delete(self.path)
        for field in kept:
            sketch.insert_item(self.path[:-1], int(self.path[-1]), field)


@dataclass(frozen=True, slots=True)
class MoveInLayout:
    """Move a field or block of the layout.

    `index` counts in the target once the block was taken out. In a form without a layout the
    fields themselves change order.
    """

    form: str
    path: Path
    parent: Path
    index: int

    def make(self, sketch: Sketch) -> None:
        layout: Path = ("forms", self.form, "layout")
        if sketch.has(layout):
            sketch.move_item(self.path, self.parent, self.index)
            return
        fields: Path = ("forms", self.form, "fields")
        names = list(sketch.get(fields))
        moved = names.pop(int(self.path[-1]))
        before = names[self.index] if self.index < len(names) else None
        sketch.move_key((*fields, moved), before)


def _insert_field(
    sketch: Sketch, form: Path, field: str, definition: Json, before: str | None
) -> None:
    if sketch.has((*form, "fields")):
        sketch.insert_key((*form, "fields"), field, definition, before=before)
    else:
        sketch.set((*form, "fields", field), definition)


def _field_at(sketch: Sketch, form: Path, index: int | None) -> str | None:
    names = list(_map_at(sketch, (*form, "fields")))
    return names[index] if index is not None and index < len(names) else None


def _map_at(sketch: Sketch, path: Path) -> dict[str, Any]:
    found = sketch.get(path) if sketch.has(path) else {}
    return found if isinstance(found, dict) else {}


def _shown_at(sketch: Sketch, form: str, field: str) -> list[Path]:
    """Places of the layout that show the field, last one first."""
    layout: Path = ("forms", form, "layout")
    found = sketch.get(layout) if sketch.has(layout) else []
    return [path for path, shown in list_items(found, layout) if shown == field]


def _written_layout(sketch: Sketch, form: str) -> Path:
    """The layout's path; a layout that was only implied is written down first."""
    layout: Path = ("forms", form, "layout")
    if not sketch.has(layout):
        sketch.set(layout, list(_map_at(sketch, ("forms", form, "fields"))))
    return layout
