"""Export the records of a view, as one actor may see them, to a CSV or XLSX file.

Rows, fields and masks are the gate's; every export is an event in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from engines.errors import AppBuilderError, NotFound
from engines.form.fieldtype import FieldType
from engines.form.model import Field, Form
from engines.messages import SystemChanged
from engines.values import AppId, FieldId, FormId
from runtime.access import gate
from runtime.access.lists import PLAIN, Ask, record_query, view_of
from runtime.access.masking import masked
from runtime.access.view import Looking
from runtime.commands import Actor
from runtime.exchange.csv_text import CsvText
from runtime.exchange.mapping import RECORD_ID
from runtime.exchange.needs import Exporting
from runtime.exchange.xlsx import Sheet
from runtime.facts import USERS
from runtime.live import LiveApp
from runtime.ports import Record

BATCH = 500

Rows: TypeAlias = Sequence[Sequence[Any]]
Write: TypeAlias = Callable[[Rows], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records, in which file; the file's name says how it is written."""

    app: AppId
    form: FormId
    path: Path
    view: str = "all"
    ask: Ask = PLAIN
    columns: tuple[FieldId, ...] = ()  # empty: every field that may be exported


def export_records(runtime: Exporting, actor: Actor, wanted: Wanted) -> int:
    """Write the file; how many records it has. Raises NotAllowed, NotFound."""
    with runtime.store.read() as reader:
        app = runtime.live.app(reader, wanted.app)
        gate.require_capability(actor, "export")
        looking = Looking(reader, app, actor, runtime.clock.now())
        form = app.form(wanted.form)
        fields = _fields(looking, form, wanted.columns)
        query = record_query(looking, form, view_of(form, wanted.view), wanted.ask)
        records = iter(runtime.store.stream(app.table(form.id), query))
        count = 0
        with _opened(wanted.path, form.title_plural.in_locale(actor.locale)) as write:
            write([[str(one.id) for one in fields]])
            while batch := list(islice(records, BATCH)):
                write(_rows(looking, form, fields, batch))
                count += len(batch)
    _tell(runtime, actor, app, wanted, fields, count)
    return count


def _fields(looking: Looking, form: Form, wanted: tuple[FieldId, ...]) -> list[Field]:
    hidden = looking.rights(form).hidden
    stored = [one for one in form.fields.values() if one.is_stored or one.is_system]
    allowed = {one.id: one for one in stored if one.in_export and one.id not in hidden}
    for name in wanted:
        if name not in allowed:
            raise NotFound(f"field {name} among those that may be exported")
    return [allowed[name] for name in wanted] if wanted else list(allowed.values())


def _rows(
    looking: Looking, form: Form, fields: Sequence[Field], batch: Sequence[Record]
) -> list[tuple[Any, ...]]:
    names = looking.names_in(form, [record.values for record in batch])
    columns = [_column(looking, form, one, batch, names) for one in fields]
    return list(zip(*columns, strict=True))


def _column(
    looking: Looking, form: Form, field: Field, batch: Sequence[Record], names: Any
) -> list[Any]:
    """The cells of one field: links and people by their names, masked values as text."""
    is_masked = field.id in looking.rights(form).masked
    if field.is_system or is_masked:
        values = [_seen(field, record, is_masked=is_masked) for record in batch]
    else:
        values = [record.values.get(field.id) for record in batch]
    if field.links_to == USERS:
        return [None if value is None else looking.person(value) for value in values]
    if field.links_to is not None and field.id != RECORD_ID:
        return [None if value is None else names.get(value, "") for value in values]
    if _are_cells(field) and not is_masked:
        return values
    to_cell, options = field.type.to_cell, field.options
    try:
        cells = {one: _told(to_cell, one, options) for one in set(values) if one is not None}
    except TypeError:  # lists and maps
        return [None if value is None else _told(to_cell, value, options) for value in values]
    return list(map(cells.get, values))


def _are_cells(field: Field) -> bool:
    """Whether the control's values are cells as they are."""
    control = type(field.type)
    return control.to_cell is FieldType.to_cell and control.to_json is FieldType.to_json


def _seen(field: Field, record: Record, *, is_masked: bool) -> Any:
    """A value as the reader may see it; hidden fields are no columns at all."""
    if field.is_system:
        return getattr(record, field.id)
    value = record.values.get(field.id)
    return masked(field, value) if is_masked else value


def _told(to_cell: Callable[[Any, Any], Any], value: Any, options: Any) -> Any:
    try:
        return to_cell(value, options)
    except (TypeError, AttributeError, KeyError):  # a mask is a text where the control has none
        return str(value)


@contextmanager
def _opened(path: Path, title: str) -> Iterator[Write]:
    """Something that writes rows; a file that failed half-way is taken away."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        if path.suffix.lower() == ".csv":
            with unfinished.open("w", encoding="utf-8", newline="") as text:
                yield CsvText(text).add
        elif path.suffix.lower() == ".xlsx":
            with unfinished.open("wb") as target, Sheet(target, title) as sheet:
                yield sheet.add
        else:
            raise AppBuilderError(f"{path.name}: name it .csv or .xlsx.")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _tell(
    runtime: Exporting,
    actor: Actor,
    app: LiveApp,
    wanted: Wanted,
    fields: Sequence[Field],
    count: int,
) -> None:
    told = {"view": wanted.view, "fields": [str(one.id) for one in fields], "count": count}
    event = SystemChanged("records_exported", f"{app.definition.id}.{wanted.form}", told)
    runtime.store.run(
        lambda unit: unit.events.append(
            app.definition.id, app.number, [event], actor=actor.user, via=actor.via
        )
    )
