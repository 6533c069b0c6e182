"""Names of form tables, their columns and indexes: at most 63 bytes, the same every time."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from engines.values import AppId, FieldId, FormId

MAX_NAME = 63  # PostgreSQL cuts longer names off without a word
_MAX_COLUMN = 48  # leaves room for the suffixes of a kind's columns

RECORD_COLUMNS = ("id", "_revision", "created_at", "created_by", "updated_at", "updated_by")


def table_name(app: AppId, form: FormId) -> str:
    """`<app>__<form>`, shortened with a fingerprint where it would be too long."""
    return _short(f"{app}__{form}", MAX_NAME)


def child_name(table: str, column: str) -> str:
    """The table of a list field's elements."""
    return _short(f"{table}__{column}", MAX_NAME)


def index_name(table: str, column: str) -> str:
    """The index over a column."""
    return _short(f"{table}__by_{column}", MAX_NAME)


def column_name(field: FieldId, taken: Iterable[str]) -> str:
    """A new column for a field: its id, or with a number when that name has another kind."""
    names = {*taken, *RECORD_COLUMNS}
    base = _short(field, _MAX_COLUMN)
    name, count = base, 1
    while name in names:
        count += 1
        name = f"{base[: _MAX_COLUMN - 4]}__{count}"
    return name


def _short(name: str, limit: int) -> str:
    if len(name) <= limit:
        return name
    fingerprint = sha256(name.encode()).hexdigest()[:8]
    return f"{name[: limit - 9]}_{fingerprint}"
