"""The catalogue of controls: one file each in `types/`, found by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from engines.form.fieldtype import FieldType
from engines.registry import leaves_of


@cache
def field_types() -> Mapping[str, FieldType[Any]]:
    """Every control by name, in the order of the files."""
    return leaves_of("engines.form.types", FieldType)  # type: ignore[type-abstract]


def offered_types() -> Mapping[str, FieldType[Any]]:
    """The controls an author may write."""
    return {name: type_ for name, type_ in field_types().items() if type_.is_offered}
