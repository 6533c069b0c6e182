"""Writes data as canonical text: the same data gives the same bytes, and reads back equal.

Knows no comments; `fmt` keeps those of a text, `edit` changes a text in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.source.layout import (
    Piece,
    document_lines,
    entry_lines,
    flow_text,
    item_lines,
)
from engines.source.words import key_text, literal_lines, scalar_text


def dump(data: Any, *, as_read: bool = False) -> str:
    """Canonical YAML of maps, lists, texts, booleans, ints, Decimals and None.

    A text that a YAML reader could take for something else is quoted, unless the data is `as_read`
    (by `read_source`: all scalars still texts, none typed yet).
    """
    piece = piece_of(data, as_read=as_read)
    if piece.kind == "map":
        _space_out(piece)
    return "\n".join(document_lines(piece)) + "\n"


def dump_entry(key: str, value: Any, indent: int, *, as_read: bool = False) -> list[str]:
    """The lines of one entry of a block map."""
    return entry_lines(key_text(key), piece_of(value, as_read=as_read), indent)


def dump_item(value: Any, indent: int, *, as_read: bool = False) -> list[str]:
    """The lines of one item of a block list."""
    return item_lines(piece_of(value, as_read=as_read), indent)


def dump_flow(value: Any, *, as_read: bool = False) -> str:
    """The value on one line, as it stands inside braces or brackets."""
    return flow_text(piece_of(value, as_read=as_read))


def piece_of(value: Any, *, as_read: bool) -> Piece:
    """The value as pieces to lay out, without comments."""
    if isinstance(value, Mapping):
        entries = [(key_text(key), piece_of(one, as_read=as_read)) for key, one in value.items()]
        return Piece("map", entries=entries)
    if isinstance(value, list | tuple):
        return Piece("list", items=[piece_of(one, as_read=as_read) for one in value])
    return Piece(
        "scalar",
        in_flow=scalar_text(value, in_flow=True, as_read=as_read),
        in_block=scalar_text(value, in_flow=False, as_read=as_read),
        literal=literal_lines(value) if isinstance(value, str) else None,
    )


def _space_out(piece: Piece) -> None:
    """Keep large sections apart: a map of maps is a block with an empty line above it."""
    for index, (_, section) in enumerate(piece.entries):
        is_section = section.kind != "scalar" and any(one.children for one in section.children)
        section.wants_block = is_section
        previous = piece.entries[index - 1][1] if index else None
        if previous is not None and (is_section or previous.wants_block):
            section.above.append("")
