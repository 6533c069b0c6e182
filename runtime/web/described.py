"""A field with the words a page needs of it."""

from __future__ import annotations

from dataclasses import dataclass

from engines.values import FieldId


@dataclass(frozen=True, slots=True)
class Described:
    """A field's id and title, and its options where it has some."""

    id: FieldId
    title: str
    options: tuple[tuple[str, str], ...] = ()
