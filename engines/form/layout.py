"""How a form is laid out: blocks, their schema and their parsing. Drawing them is a template's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from engines.diagnostics import Path, Problems
from engines.form.choices import suggest
from engines.form.conditions import Compiler, Condition
from engines.values import FieldId, LocaleText, locale_text

DEFINITION = "form_block"  # its name under `$defs`, because blocks contain blocks

_TEXT: Mapping[str, Any] = {
    "type": ["string", "object"],
    "additionalProperties": {"type": ["string", "null"]},
}
_BLOCKS: Mapping[str, Any] = {"type": "array", "items": {"$ref": f"#/$defs/{DEFINITION}"}}
_COLUMNS: Mapping[str, Any] = {
    "type": "array",
    "minItems": 1,
    "maxItems": 4,
    "items": _BLOCKS,
    "title": "Columns",
    "description": "From the start side to the end side, each a list of fields or blocks",
}

BLOCK_SCHEMA: Mapping[str, Any] = {
    "type": ["string", "object"],
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
    "properties": {
        "section": {
            "type": "object",
            "title": "Section",
            "additionalProperties": False,
            "properties": {
                "title": {**_TEXT, "title": "Title"},
                "visible": {"type": ["boolean", "string"], "title": "Visible when"},
                "columns": _COLUMNS,
                "fields": {**_BLOCKS, "title": "Fields", "description": "One column of fields"},
            },
        },
        "columns": _COLUMNS,
        "tabs": {
            "type": "object",
            "title": "Tabs",
            "minProperties": 1,
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"title": {**_TEXT, "title": "Title"}, "blocks": _BLOCKS},
                "required": ["blocks"],
            },
        },
        "heading": {**_TEXT, "title": "Heading"},
        "text": {**_TEXT, "title": "Static text"},
    },
}


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one field."""

    field: FieldId


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading between fields."""

    text: LocaleText


@dataclass(frozen=True, slots=True)
class StaticText:
    """A sentence to read between fields."""

    text: LocaleText


@dataclass(frozen=True, slots=True)
class Columns:
    """Blocks side by side; one below the other on a phone."""

    columns: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group; its fields are hidden while it is."""

    id: str  # "section_2", by its place in the form
    title: LocaleText
    visible: Condition
    columns: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab."""

    id: str
    title: LocaleText
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Tabs:
    """Blocks of which one tab's are in sight at a time."""

    tabs: tuple[Tab, ...]


Block: TypeAlias = Slot | Heading | StaticText | Columns | Section | Tabs


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The blocks, and for every field placed the conditions of the sections around it."""

    blocks: tuple[Block, ...]
    shown_when: Mapping[FieldId, tuple[Condition, ...]]


def parse_layout(
    data: object, path: Path, fields: Sequence[FieldId], compiler: Compiler, locales: Sequence[str]
) -> LaidOut:
    """The layout under `path`; without one, all `fields` below each other. Reports F004, F005."""
    if not isinstance(data, Sequence) or isinstance(data, str):
        return LaidOut(tuple(Slot(one) for one in fields), dict.fromkeys(fields, ()))
    walk = _Walk(frozenset(fields), compiler, tuple(locales), {})
    blocks = walk.blocks(data, path, ())
    return LaidOut(blocks, walk.shown_when)


@dataclass(slots=True)
class _Walk:
    """One walk through a layout; `shown_when` fills as fields are met."""

    fields: frozenset[FieldId]
    compiler: Compiler
    locales: tuple[str, ...]
    shown_when: dict[FieldId, tuple[Condition, ...]]
    sections: int = 0

    @property
    def problems(self) -> Problems:
        return self.compiler.problems

    def blocks(self, data: object, path: Path, around: tuple[Condition, ...]) -> tuple[Block, ...]:
        if not isinstance(data, Sequence) or isinstance(data, str):
            return ()
        found = (self._block(one, (*path, i), around) for i, one in enumerate(data))
        return tuple(block for block in found if block is not None)

    def _block(self, data: object, path: Path, around: tuple[Condition, ...]) -> Block | None:
        if isinstance(data, str):
            return self._slot(FieldId(data), path, around)
        if not isinstance(data, Mapping) or len(data) != 1:
            return None
        word, content = next(iter(data.items()))
        read = getattr(self, f"_{word}", None)
        block: Block | None = read(content, (*path, word), around) if read else None
        return block

    def _slot(self, field: FieldId, path: Path, around: tuple[Condition, ...]) -> Slot | None:
        if field not in self.fields:
            hint = suggest(field, sorted(self.fields))
            self.problems.add("F004", path, f"unknown field {str(field)!r}", hint=hint)
            return None
        if field in self.shown_when:
            hint = "Name every field once."
            self.problems.add("F005", path, f"{str(field)!r} is placed twice", hint=hint)
            return None
        self.shown_when[field] = around
        return Slot(field)

    def _section(self, data: object, path: Path, around: tuple[Condition, ...]) -> Section | None:
        if not isinstance(data, Mapping):
            return None  # the schema has told
        self.sections += 1
        number = self.sections
        visible = self.compiler.condition(data, "visible", path, default=True)
        inside = around if visible is True else (*around, visible)
        columns = self._column_list(data.get("columns"), (*path, "columns"), inside)
        fields = self.blocks(data.get("fields"), (*path, "fields"), inside)
        title = locale_text(data.get("title"), "", self.locales)
        return Section(
            f"section_{number}", title, visible, (*columns, *((fields,) if fields else ()))
        )

    def _columns(self, data: object, path: Path, around: tuple[Condition, ...]) -> Columns:
        return Columns(self._column_list(data, path, around))

    def _column_list(
        self, data: object, path: Path, around: tuple[Condition, ...]
    ) -> tuple[tuple[Block, ...], ...]:
        if not isinstance(data, Sequence) or isinstance(data, str):
            return ()
        return tuple(self.blocks(one, (*path, i), around) for i, one in enumerate(data))

    def _tabs(self, data: object, path: Path, around: tuple[Condition, ...]) -> Tabs | None:
        if not isinstance(data, Mapping):
            return None
        return Tabs(
            tuple(
                Tab(
                    tab_id,
                    locale_text(
                        tab.get("title"), tab_id.replace("_", " ").capitalize(), self.locales
                    ),
                    self.blocks(tab.get("blocks"), (*path, tab_id, "blocks"), around),
                )
                for tab_id, tab in data.items()
                if isinstance(tab, Mapping)
            )
        )

    def _heading(self, data: object, _path: Path, _around: tuple[Condition, ...]) -> Heading:
        return Heading(locale_text(data, "", self.locales))

    def _text(self, data: object, _path: Path, _around: tuple[Condition, ...]) -> StaticText:
        return StaticText(locale_text(data, "", self.locales))


def sections_of(blocks: Sequence[Block]) -> Iterator[Section]:
    """Every section, however deep."""
    for block in blocks:
        if isinstance(block, Section):
            yield block
        for inner in inner_blocks(block):
            yield from sections_of(inner)


def inner_blocks(block: Block) -> tuple[tuple[Block, ...], ...]:
    """The lists of blocks inside a block."""
    if isinstance(block, Section | Columns):
        return block.columns
    if isinstance(block, Tabs):
        return tuple(tab.blocks for tab in block.tabs)
    return ()
