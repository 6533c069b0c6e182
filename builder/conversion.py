"""What another control would do to the values records have: said at the gesture.

Only counts leave here, never a value. The copying itself is the publish's (`runtime.kind_change`).
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engines.definition import AppDefinition
from engines.expression.compile import compile_expression
from engines.expression.types import BOOLEAN
from engines.form.model import Field
from engines.form.reading import Reading
from engines.values import FieldId, FormId
from runtime.kind_change import NoSuchValue, converted
from runtime.live import LiveApp
from runtime.ports import Filter, FormTable, Reader, RecordQuery

MOST_TRIED = 500  # records read to tell how many values fit


@dataclass(frozen=True, slots=True)
class Conversion:
    """How many records hold a value of the field, and what became of those that were tried."""

    records: int = 0
    tried: int = 0
    unfit: int = 0  # of those tried; they would be empty


NOTHING_STORED = Conversion()


def conversion(
    reader: Reader, live: LiveApp, wanted: AppDefinition, form: FormId, field: FieldId
) -> Conversion:
    """What becomes of the live values of a field once `wanted` is published."""
    new = wanted.forms[form].fields[field]
    table = live.tables.get(form)
    source = field if table and field in table.fields else new.was
    if table is None or source is None or source not in table.fields:
        return NOTHING_STORED
    old = live.definition.forms[form].fields[source]
    if old.type.kind(old.options) == new.type.kind(new.options):
        return NOTHING_STORED
    return _tried(reader, live, table, old, new)


def _tried(reader: Reader, live: LiveApp, table: FormTable, old: Field, new: Field) -> Conversion:
    scope = live.definition.scope(table.form)
    filled = compile_expression(f"not is_empty(record.{old.id})", scope, expect=BOOLEAN)
    query = RecordQuery(table.form, filters=(Filter(filled.tree, {}),), limit=MOST_TRIED)
    records, _ = reader.records.chunk(table, query)
    reading = Reading(ZoneInfo(live.definition.time_zone))
    unfit = sum(not _fits(record.values.get(old.id), old, new, reading) for record in records)
    return Conversion(reader.records.count(table, query), len(records), unfit)


def _fits(value: object, old: Field, new: Field, reading: Reading) -> bool:
    try:
        return converted(value, old, new, reading) is not None
    except NoSuchValue:
        return False
