"""Fill the new columns of fields whose kind has changed, before their version goes live.

A column belongs to a field and its kind, so another kind begins with an empty column. The old
version stays live, and every reader sees the old values by its map, until all records are copied;
what was changed meanwhile is copied again in the transaction that flips the live pointer. Progress
is stored with each batch: a publish that was killed goes on from there.

Not here: making the columns (`store.expand`) and the flip itself (`publish`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engines.definition import AppDefinition
from engines.errors import Conflict, FieldErrors
from engines.expression.compile import compile_expression
from engines.expression.problems import EvaluationError
from engines.form.compute import computed
from engines.form.model import Field, Form
from engines.form.problems import Refused
from engines.form.reading import Reading
from engines.values import AppId, FieldId, FormId, Value
from runtime.commands import SYSTEM
from runtime.facts import facts_of, record_values
from runtime.live import LiveApp, live_app
from runtime.ports import Filter, FormTable, Reader, Record, RecordQuery, Store, Unit

BATCH = 100  # records in a transaction: other writers wait for a few milliseconds
MOST_TOLD = 200  # of the records whose value could not be taken over
KIND = "kind_change"


@dataclass(frozen=True, slots=True)
class Move:
    """The fields of one form that change their kind."""

    form: Form
    table: FormTable  # of the new version, with the old columns beside under ids of their own
    fields: tuple[tuple[Field, Field], ...]  # as they were, as they will be


@dataclass(frozen=True, slots=True)
class KindChange:
    """All that has to be copied for one version."""

    app: LiveApp  # the version to come
    replaces: int
    moves: tuple[Move, ...]

    @property
    def run(self) -> str:
        """Under which id progress is kept: of exactly these columns, from exactly this version."""
        columns = (
            f"{move.form.id}.{new.id}={move.table.fields[new.id].column}"
            for move in self.moves
            for _, new in move.fields
        )
        return f"{KIND}:{self.app.definition.id}:{self.replaces}:{','.join(columns)}"


def kind_change(
    before: LiveApp | None,
    after: AppDefinition,
    number: int,
    tables: Mapping[FormId, FormTable],
) -> KindChange | None:
    """What the new version of this number has to copy, or None."""
    if before is None:
        return None
    moves = [
        move
        for form, table in tables.items()
        if form in before.tables
        for move in [_move(before, after.forms[form], table)]
        if move is not None
    ]
    to_come = live_app(after, number, tables)
    return KindChange(to_come, before.number, tuple(moves)) if moves else None


def copy_all(store: Store, change: KindChange) -> None:
    """Copy every record, batch by batch, from where an earlier attempt stopped."""
    while not store.run(lambda unit: _copy_batch(unit, change)):
        pass


def copy_rest(unit: Unit, change: KindChange) -> Mapping[str, Any]:
    """Copy what was changed since the copying began; the state, with the records that failed."""
    state = _state(unit, change)
    began_at = datetime.fromisoformat(state["began_at"])
    for move in change.moves:
        for records in _changed_since(unit, change, move, began_at):
            _copy(unit, change, move, records, state)
    unit.registry.forget_run(change.run)
    told = {"done": state["done"], "lost": state["lost"], "failed": state["failed"]}
    unit.registry.save_run(_told_run(change), KIND, told, unit.now)
    return told


class NoSuchValue(ValueError):
    """A value of the old kind that the new kind cannot hold."""


def converted(value: Value, old: Field, new: Field, reading: Reading) -> Value:
    """The value of a field as one of the kind it will have. Raises NoSuchValue."""
    cell = old.type.to_cell(value, old.options)
    for one in (cell, _as_text(cell)):
        try:
            return new.type.from_cell(one, new.options, reading)
        except (Refused, FieldErrors, ValueError, TypeError):
            continue
    raise NoSuchValue


def told_of(reader: Reader, app: AppId, number: int) -> Mapping[str, Any] | None:
    """How a version's copying went: {"done": 300, "lost": 1, "failed": [[form, record, field]]}"""
    return reader.registry.run(f"{KIND}:{app}:{number}")


def _told_run(change: KindChange) -> str:
    return f"{KIND}:{change.app.definition.id}:{change.app.number}"


def _move(before: LiveApp, form: Form, table: FormTable) -> Move | None:
    old_form = before.definition.forms[form.id]
    old_table = before.tables[form.id]
    found: list[tuple[Field, Field]] = []
    beside = {}
    for new in table.fields.values():
        source = new.field if new.field in old_table.fields else new.was
        old = old_table.fields.get(source) if source is not None else None
        if old is None or not old.column or old.column == new.column:
            continue
        found.append((old_form.fields[old.field], form.fields[new.field]))
        beside[_beside(old.field)] = replace(old, field=_beside(old.field), is_searched=False)
    if not found:
        return None
    return Move(form, replace(table, fields={**table.fields, **beside}), tuple(found))


def _beside(field: FieldId) -> FieldId:
    return FieldId(f"{field}:before")  # no id of a field has a colon


def _copy_batch(unit: Unit, change: KindChange) -> bool:
    """Copy the next records; whether that were the last."""
    state = _state(unit, change)
    if state["move"] == len(change.moves):  # copied by an attempt that did not get to the flip
        return True
    move = change.moves[state["move"]]
    query = RecordQuery(move.form.id, after=state["after"], limit=BATCH)
    records, following = unit.records.chunk(move.table, query)
    _copy(unit, change, move, records, state)
    state["done"] += len(records)
    state["after"] = following
    if following is None:
        state["move"] += 1
    unit.registry.save_run(change.run, KIND, state, unit.now)
    return bool(state["move"] == len(change.moves))


def _state(unit: Unit, change: KindChange) -> dict[str, Any]:
    """{"move": 0, "after": cursor, "done": 300, "failed": [["order", id, "size", "12 kg"]]}"""
    state = unit.registry.run(change.run, lock=True)
    if state is not None:
        return dict(state)
    began_at = unit.now.isoformat()
    return {"move": 0, "after": None, "done": 0, "failed": [], "lost": 0, "began_at": began_at}


def _changed_since(
    unit: Unit, change: KindChange, move: Move, moment: datetime
) -> Iterator[tuple[Record, ...]]:
    scope = change.app.definition.scope(move.form.id)
    tree = compile_expression("record.updated_at >= now", scope).tree
    query = RecordQuery(move.form.id, filters=(Filter(tree, {"now": moment}),), limit=BATCH)
    following: str | None = ""
    while following is not None:
        records, following = unit.records.chunk(move.table, query)
        query = replace(query, after=following)
        yield records


def _copy(
    unit: Unit,
    change: KindChange,
    move: Move,
    records: tuple[Record, ...],
    state: dict[str, Any],
) -> None:
    for record in records:
        values = dict(record.values)
        for old, new in move.fields:
            if new.value is None:
                values[new.id] = _taken_over(change, record, old, new, state)
        for new in [new for _, new in move.fields if new.value is not None]:
            values[new.id] = _worked_out(unit, change, replace(record, values=values), new)
        if values != record.values:
            _store(unit, move, record, values)


def _store(unit: Unit, move: Move, record: Record, values: dict[str, Value]) -> None:
    try:
        unit.records.update(move.table, record, replace(record, values=values))
    except Conflict:
        return  # changed by somebody at this moment: it is copied with what changed meanwhile


def _taken_over(
    change: KindChange, record: Record, old: Field, new: Field, state: dict[str, Any]
) -> Value:
    """The old value as one of the new kind; empty, and told, where it can be none."""
    value = record.values.get(_beside(old.id))
    if value is None:
        return None
    try:
        return converted(value, old, new, Reading(ZoneInfo(change.app.definition.time_zone)))
    except NoSuchValue:
        failure = [record.form, record.id, new.id]
    if failure not in state["failed"]:
        state["lost"] += 1
        if len(state["failed"]) < MOST_TOLD:
            state["failed"] = [*state["failed"], failure]
    return None


def _worked_out(unit: Unit, change: KindChange, record: Record, field: Field) -> Value:
    values = record_values(unit, change.app, record.form, record)
    facts = facts_of(change.app, SYSTEM, unit.now, values)
    try:
        return computed(field, facts)
    except EvaluationError:
        return None


def _as_text(cell: Any) -> str:
    """A cell as a person would type it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, Mapping):
        return " ".join(_as_text(one) for one in cell.values() if one is not None)
    return cell.isoformat() if isinstance(cell, date) else str(cell)
