"""The catalogue of controls: one file each in `types/`, found by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from engines.form import schema
from engines.form.fieldtype import FieldType
from engines.registry import leaves_of


@cache
def field_types() -> Mapping[str, FieldType[Any]]:
    """Every control by name, in the order of the files."""
    return leaves_of("engines.form.types", FieldType)  # type: ignore[type-abstract]


def offered_types() -> Mapping[str, FieldType[Any]]:
    """The controls an author may write."""
    return {name: type_ for name, type_ in field_types().items() if type_.is_offered}


def forms_schema() -> dict[str, Any]:
    """The JSON Schema of the `forms` section; it refers to `forms_definitions`."""
    return schema.forms_schema_of(offered_types())


def forms_definitions() -> dict[str, Any]:
    """What has to stand under `$defs` beside `forms_schema`."""
    return schema.definitions()
