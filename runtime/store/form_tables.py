"""Form tables as JSON text beside their version, and which ones a version has. Makes no table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import orjson
import sqlalchemy as sa

from engines import kinds
from engines.errors import BugError
from engines.kinds import Kind
from engines.values import AppId, FieldId, FormId
from runtime.ports import FieldTable, FormTable
from runtime.store.sql import Session, bind
from runtime.store.tables import LIVE, VERSION

Tables = Mapping[FormId, FormTable]

_SCALED = re.compile(r"(decimal|money)_(\d{1,2})")
_NAMED: Mapping[str, Kind] = MappingProxyType(
    {one.name: one for one in vars(kinds).values() if isinstance(one, Kind)}
)
_OF_VERSION = sa.select(VERSION.c.tables).where(
    VERSION.c.app == bind("app"), VERSION.c.number == bind("number")
)
_LIVE = sa.select(LIVE.c.number).where(LIVE.c.app == bind("app"))


def tables_to_json(tables: Tables) -> str:
    """The tables of a version as text."""
    data = {
        form: {
            "table": table.table,
            "is_subject": table.is_subject,
            "fields": [_field_data(field) for field in table.fields.values()],
        }
        for form, table in tables.items()
    }
    return orjson.dumps(data).decode()


def tables_from_json(app: AppId, text: str) -> Tables:
    """The tables of `tables_to_json`."""
    return {
        FormId(form): FormTable(
            app=app,
            form=FormId(form),
            table=data["table"],
            fields={FieldId(one["field"]): _field(one) for one in data["fields"]},
            is_subject=data["is_subject"],
        )
        for form, data in orjson.loads(text).items()
    }


@dataclass(frozen=True, slots=True)
class Secrets:
    """Which fields of a version's forms are kept encrypted; worked out once a version."""

    by_form: Mapping[str, frozenset[str]]
    hidden: frozenset[str]  # of all forms

    @staticmethod
    def of(tables: Tables) -> Secrets:
        """Those of a version's tables."""
        found = {
            str(form): frozenset(one.field for one in table.fields.values() if one.is_encrypted)
            for form, table in tables.items()
        }
        return Secrets(found, frozenset().union(*found.values()))


class VersionTables:
    """The tables of published versions, each read once; a version never changes."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Tables] = {}
        self._secrets: dict[tuple[str, int], Secrets] = {}

    def of_version(self, session: Session, app: AppId, number: int) -> Tables:
        """The tables of one version; none when it is not stored."""
        known = self._known.get((app, number))
        if known is not None:
            return known
        row = session.first(_OF_VERSION, {"app": app, "number": number})
        if row is None:
            return {}
        tables = tables_from_json(app, row[0])
        if fresh_version(app, number) not in session.fresh:  # else its unit may be rolled back
            self._known[app, number] = tables
        return tables

    def secrets(self, session: Session, app: AppId, number: int) -> Secrets:
        """The encrypted fields of one version."""
        known = self._secrets.get((app, number))
        if known is None:
            known = Secrets.of(self.of_version(session, app, number))
            if (app, number) in self._known:
                self._secrets[app, number] = known
        return known

    def live(self, session: Session, app: AppId) -> Tables:
        """The tables of the live version."""
        row = session.first(_LIVE, {"app": app})
        return {} if row is None else self.of_version(session, app, row[0])

    def clear(self) -> None:
        """Forget all: a transaction that added some of them was lost."""
        self._known.clear()
        self._secrets.clear()


def fresh_version(app: AppId, number: int) -> str:
    """How a unit marks a version that it added itself."""
    return f"version:{app}:{number}"


def kind_named(name: str) -> Kind:
    """The value kind of a stored name."""
    if name in _NAMED:
        return _NAMED[name]
    scaled = _SCALED.fullmatch(name)
    if scaled is None:
        raise BugError(f"no value kind is named {name}")
    scale = int(scaled[2])
    return kinds.decimal(scale) if scaled[1] == "decimal" else kinds.money(scale)


def _field_data(field: FieldTable) -> dict[str, Any]:
    return {**asdict(field), "kind": field.kind.name}


def _field(data: dict[str, Any]) -> FieldTable:
    return FieldTable(**{**data, "kind": kind_named(data["kind"])})
