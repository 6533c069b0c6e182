"""The append-only log: add events and read them. Sealing and verifying stand in `chain`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import repeat
from operator import attrgetter
from types import MappingProxyType
from typing import Any, TypeAlias, get_args

import sqlalchemy as sa

from engines.errors import BugError
from engines.messages import Event, RecordCreated
from engines.values import AppId, FormId, InstanceId, RecordId, UserId, Value, ValueBlock
from runtime.ports import Anchor, ChainReport, FormTable, IdSource, StoredEvent
from runtime.store import chain, plain
from runtime.store.bulk_events import created_payloads
from runtime.store.event_codec import (
    Encryption,
    Seal,
    event_from_json,
    event_to_json,
)
from runtime.store.form_access import key_scope
from runtime.store.form_tables import VersionTables
from runtime.store.sql import Dialect, Row, Session, bind, insert_into, micros, moment_of
from runtime.store.tables import EVENT, INSTANCE, TASK
from runtime.store.vault import Vault

Place = tuple[str | None, str | None, str | None]  # form, record, instance
# Of a kind of event: its name, its place where it says that itself, else the table that knows it
# and whose row it names.
_Said: TypeAlias = tuple[str, Callable[[Any], Place] | None, sa.Table | None, Callable[[Any], str]]
_NOWHERE: Place = (None, None, None)

_INSERT = insert_into(EVENT, without=("number", "seal"))
_MANY = 20  # events from which on they are copied in
_READ = sa.select(*(column for column in EVENT.c if column.name != "number"))
_OF_RECORD = (
    _READ.where(
        EVENT.c.app == bind("app"), EVENT.c.form == bind("form"), EVENT.c.record == bind("record")
    )
    .order_by(EVENT.c.number.desc())
    .limit(bind("most"))
)
_AFTER = _READ.where(EVENT.c.seal > bind("position")).order_by(EVENT.c.seal).limit(bind("most"))
_PLACES = {
    INSTANCE.name: sa.select(INSTANCE.c.form, INSTANCE.c.record, INSTANCE.c.id).where(
        INSTANCE.c.id == bind("id")
    ),
    TASK.name: sa.select(TASK.c.form, TASK.c.record, TASK.c.instance).where(
        TASK.c.id == bind("id")
    ),
}


class StoredEvents:
    """The log on one connection."""

    __slots__ = ("_ids", "_session", "_tables", "_vault")

    def __init__(
        self, session: Session, vault: Vault, tables: VersionTables, ids: IdSource
    ) -> None:
        self._session = session
        self._vault = vault
        self._tables = tables
        self._ids = ids

    def append(
        self,
        app: AppId,
        version: int,
        events: Sequence[Event],
        *,
        actor: UserId | None,
        via: str,
        occurred_at: datetime | None = None,
    ) -> None:
        moment = self._session.now if occurred_at is None else occurred_at
        dated = [(moment, event) for event in events]
        self.append_dated(app, version, dated, actor=actor, via=via)

    def append_dated(
        self,
        app: AppId,
        version: int,
        events: Sequence[tuple[datetime, Event]],
        *,
        actor: UserId | None,
        via: str,
    ) -> None:
        secrets = self._tables.secrets(self._session, app, version)
        encrypted_in = secrets.by_form if secrets.hidden else {}
        encryption = nothing_secret = Encryption(frozenset(), secrets.hidden, _refuse_to_seal)
        places: dict[str, Place] = {}
        rows: list[Row] = []
        moment = self._session.now
        moment_us = recorded_at = micros(moment)
        for id_, (occurred_at, event) in zip(self._ids.many(len(events)), events, strict=True):
            kind, stands_at, source, named = _SAID[type(event)]
            if stands_at is not None:
                form, record, instance = stands_at(event)
            else:
                form, record, instance = self._looked_up(source, named(event), places)
            if encrypted_in:
                encryption = nothing_secret
                if form is not None and (encrypted := encrypted_in.get(form)):
                    tables = self._tables.of_version(self._session, app, version)
                    seal = self._sealing(id_, record, tables[FormId(form)])
                    encryption = Encryption(encrypted, secrets.hidden, seal)
            if occurred_at is not moment:
                moment, moment_us = occurred_at, micros(occurred_at)
            told = event_to_json(event, encryption)
            rows.append(  # as CHAINED has them
                (
                    id_, app, version, kind, form, record, instance, actor, via,
                    moment_us, recorded_at, told,
                )
            )  # fmt: skip
        if len(rows) < _MANY:
            self._session.put_rows(_INSERT, rows)
        else:
            self._session.add_rows(EVENT, chain.CHAINED, rows)

    def append_created(
        self,
        app: AppId,
        version: int,
        block: ValueBlock,
        *,
        occurred_at: Sequence[datetime],
        actor: UserId | None,
        via: str,
    ) -> None:
        form = block.form
        table = self._tables.of_version(self._session, app, version).get(form)
        encrypted = self._tables.secrets(self._session, app, version).by_form.get(form)
        ids = self._ids.many(len(block.ids))

        def seal(at: int, field: str, value: Value) -> str:
            if table is None:
                raise BugError(f"{form} has no table in version {version}")
            return self._sealing(ids[at], block.ids[at], table)(field, value)

        told = created_payloads(block, encrypted or frozenset(), seal)
        kind, recorded_at = RecordCreated.__name__, micros(self._session.now)
        moments = {one: micros(one) for one in set(occurred_at)}  # in most imports a single one
        head = (ids, repeat(app), repeat(version), repeat(kind), repeat(form), block.ids)
        who = (repeat(None), repeat(actor), repeat(via))
        when = (map(moments.__getitem__, occurred_at), repeat(recorded_at))
        rows = list(zip(*head, *who, *when, told, strict=False))
        if self._session.dialect is Dialect.SQLITE:
            chain.add_sealed(self._session, self._vault, rows, self._session.now)
        else:
            self._session.add_rows(EVENT, chain.CHAINED, rows)

    def of_record(
        self, app: AppId, form: FormId, record: RecordId, limit: int = 200
    ) -> tuple[StoredEvent, ...]:
        key = {"app": app, "form": form, "record": record, "most": limit}
        return tuple(map(self._stored, self._session.rows(_OF_RECORD, key)))

    def after(self, position: int, limit: int) -> tuple[StoredEvent, ...]:
        key = {"position": position, "most": limit}
        return tuple(map(self._stored, self._session.rows(_AFTER, key)))

    def seal(self, now: datetime) -> int:
        return chain.seal(self._session, self._vault, now)

    def anchor(self) -> Anchor | None:
        return chain.anchor(self._session)

    def verify(self, kept: Anchor | None = None) -> ChainReport:
        return chain.verify(self._session, self._vault, kept)

    def _sealing(self, event: str, record: str | None, table: FormTable) -> Seal:
        """How the values of an event's record are sealed."""
        scope = key_scope(table, RecordId(record) if record is not None else None)

        def seal(field: str, value: Value) -> str:
            text = plain.dumps(value).encode()
            return self._vault.seal(self._session, scope, _sealed_place(event, field), text)

        return seal

    def _looked_up(self, table: sa.Table | None, id_: str, places: dict[str, Place]) -> Place:
        """Where an instance or task belongs; asked of the table unless the unit knows the row."""
        place = places.get(id_)
        if place is not None or table is None:
            return place or _NOWHERE
        kept = self._session.kept.find_any(table.name, id_)
        if kept is not None:
            place = kept.form, kept.record, kept.id if table is INSTANCE else kept.instance
        elif (row := self._session.first(_PLACES[table.name], {"id": id_})) is not None:
            place = row[0], row[1], row[2]
        else:
            return (None, None, id_) if table is INSTANCE else _NOWHERE
        places[id_] = place
        return place

    def _stored(self, row: Row) -> StoredEvent:
        id_, app, version, kind, form, record, instance, actor, via, *rest = row
        occurred_at, recorded_at, payload, seal = rest

        def open_(field: str, sealed: str) -> Value:
            opened = self._vault.open(self._session, sealed, _sealed_place(id_, field))
            return None if opened is None else plain.loads(opened)

        return StoredEvent(
            id=id_,
            position=seal or 0,
            app=AppId(app),
            kind=kind,
            form=FormId(form) if form is not None else None,
            record=RecordId(record) if record is not None else None,
            instance=InstanceId(instance) if instance is not None else None,
            actor=UserId(actor) if actor is not None else None,
            via=via,
            occurred_at=moment_of(occurred_at),
            recorded_at=moment_of(recorded_at),
            version=version,
            event=event_from_json(kind, payload, open_),
        )


def _said(kind: type[Any]) -> _Said:
    """What an event of a kind says of where it belongs, and what must be looked up."""
    names = {one.name for one in fields(kind)}
    if {"form", "record", "instance"} <= names:
        return kind.__name__, attrgetter("form", "record", "instance"), None, str
    if "form" in names:
        return kind.__name__, lambda event: (event.form, event.record, None), None, str
    if "instance" in names:
        return kind.__name__, None, INSTANCE, attrgetter("instance")
    if "task" in names:
        return kind.__name__, None, TASK, attrgetter("task")
    return kind.__name__, lambda _: _NOWHERE, None, str


_SAID: Mapping[type[Any], _Said] = MappingProxyType(
    {kind: _said(kind) for kind in get_args(Event)}
)


def _sealed_place(event: str, field: str) -> str:
    return f"dg_event|{field}|{event}"


def _refuse_to_seal(field: str, _: Value) -> str:
    raise BugError(f"{field} is not encrypted")
