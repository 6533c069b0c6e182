"""The import as it is written by hand in an afternoon: openpyxl, jsonschema, SQLAlchemy Core.

Every row is validated and stored with its event, a thousand a transaction, on SQLite with full
syncs. The reference of `bench.importing`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import sqlalchemy as sa
from jsonschema import Draft202012Validator, FormatChecker

from bench.sheet import COLUMNS, STATUSES

CHUNK = 1_000

_TEXT = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["number", "customer"],
    "additionalProperties": False,
    "properties": {
        "number": {**_TEXT, "minLength": 1, "maxLength": 20},
        "customer": {**_TEXT, "minLength": 1, "maxLength": 80},
        "email": {**_TEXT, "format": "email", "maxLength": 254},
        "phone": {**_TEXT, "pattern": "^[+0-9 ]+$", "maxLength": 30},
        "city": {**_TEXT, "maxLength": 40},
        "product": {**_TEXT, "pattern": "^P[0-9]{3}$"},
        "quantity": {"type": "integer", "minimum": 1, "maximum": 1000},
        "price": {"type": "number", "minimum": 0},
        "ordered_on": {**_TEXT, "format": "date"},
        "shipped_at": {**_TEXT, "format": "date-time"},
        "status": {"enum": list(STATUSES)},
        "note": {**_TEXT, "maxLength": 2000},
    },
}

_METADATA = sa.MetaData()
_DATES = {"ordered_on": sa.Date(), "shipped_at": sa.DateTime()}
_NUMBERS = {"quantity": sa.Integer(), "price": sa.Numeric(12, 2, asdecimal=False)}
ORDER = sa.Table(
    "orders",
    _METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    *(sa.Column(name, {**_DATES, **_NUMBERS}.get(name, sa.Text())) for name in COLUMNS),
)
EVENT = sa.Table(
    "event",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("record", sa.Text, index=True),
    sa.Column("kind", sa.Text),
    sa.Column("at", sa.DateTime),
    sa.Column("payload", sa.Text),
)


def import_workbook(path: Path, database: Path) -> int:
    """How many rows were stored."""
    engine = sa.create_engine(f"sqlite:///{database}")
    sa.event.listen(engine, "connect", _full_syncs)
    _METADATA.create_all(engine)
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    stored = 0
    with engine.connect() as connection:
        for rows in _chunks(path):
            for row in rows:
                validator.validate(_as_json(row))
            now = datetime.now(UTC)  # noqa: TID251  the clock is not what is measured
            named = [{"id": str(uuid.uuid4()), **row} for row in rows]  # noqa: TID251
            connection.execute(sa.insert(ORDER), named)
            connection.execute(sa.insert(EVENT), [_event(row, now) for row in named])
            connection.commit()
            stored += len(rows)
    engine.dispose()
    return stored


def _chunks(path: Path) -> Iterator[list[dict[str, Any]]]:
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    heading = next(rows)
    chunk: list[dict[str, Any]] = []
    for cells in rows:
        chunk.append(dict(zip(heading, cells, strict=True)))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "ordered_on": row["ordered_on"].date().isoformat(),
        "shipped_at": row["shipped_at"].isoformat(),
    }


def _event(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    payload = json.dumps(row, default=str)
    return {"record": row["id"], "kind": "created", "at": now, "payload": payload}


def _full_syncs(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
