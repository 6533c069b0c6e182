"""Pages of a list: filters, row permissions, search, order, and the key the next page starts at.

Empty values come last in either direction; texts go in the order of code points.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from engines.errors import BugError, NotFound
from runtime.ports import Filter, RecordQuery, SortKey
from runtime.store import plain
from runtime.store.columns import RecordColumns
from runtime.store.filters import to_sql
from runtime.store.form_access import FormAccess, FormAccesses
from runtime.store.layout import Layout
from runtime.store.segment import terms
from runtime.store.sql import Dialect, Row, Session

MAX_TOTAL = 10_000  # counted exactly up to here

_NEVER_EMPTY = frozenset({"id", "created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Main rows of one page."""

    rows: Sequence[Row]
    next: str | None
    total: int
    is_total_exact: bool


@dataclass(frozen=True, slots=True)
class _Key:
    """One column of the order."""

    column: sa.Column[Any]
    is_descending: bool


def page(
    session: Session, accesses: FormAccesses, access: FormAccess, query: RecordQuery
) -> FoundPage:
    """One page, and how many records there are on all of them."""
    return page_where(
        session, access, query, condition_of(session, accesses, access.layout, query)
    )


def page_where(
    session: Session, access: FormAccess, query: RecordQuery, condition: sa.ColumnElement[bool]
) -> FoundPage:
    """One page of the records a condition holds for; the query's own must be part of it."""
    rows, following = rows_after(session, access, query, condition)
    is_whole = query.after is None and following is None
    total = len(rows) if is_whole else _capped_total(session, access.layout, condition)
    return FoundPage(rows, following, min(total, MAX_TOTAL), total <= MAX_TOTAL)


def rows_after(
    session: Session,
    access: FormAccess,
    query: RecordQuery,
    condition: sa.ColumnElement[bool],
) -> tuple[Sequence[Row], str | None]:
    """The rows of one page, and the cursor of the next."""
    keys = _keys(access.layout, query.sort)
    statement = sa.select(*access.columns, *(key.column for key in keys)).where(condition)
    if query.after is not None:
        statement = statement.where(_behind(keys, query.after))
    ordered = statement.order_by(*(_order(key, session.dialect) for key in keys))
    rows = session.select(ordered.limit(query.limit + 1))
    if len(rows) <= query.limit:
        return rows, None
    shown = rows[: query.limit]
    return shown, _cursor(shown[-1][len(access.columns) :])


def count(session: Session, accesses: FormAccesses, access: FormAccess, query: RecordQuery) -> int:
    """How many records a query has."""
    condition = condition_of(session, accesses, access.layout, query)
    statement = sa.select(sa.func.count()).select_from(access.layout.table).where(condition)
    found: int = session.select(statement)[0][0]
    return found


def condition_of(
    session: Session, accesses: FormAccesses, layout: Layout, query: RecordQuery
) -> sa.ColumnElement[bool]:
    """All that a record must satisfy to be in the list."""
    columns = RecordColumns(session, accesses, layout)
    parts = [_filter(one, columns) for one in query.filters]
    if query.any_of is not None:
        parts.append(sa.or_(sa.false(), *(_filter(one, columns) for one in query.any_of)))
    if query.search.strip():
        parts.append(_search(accesses, layout, query))
    return sa.and_(sa.true(), *parts)


def _filter(one: Filter, columns: RecordColumns) -> sa.ColumnElement[bool]:
    return to_sql(one.tree, columns, one.facts)


def _search(accesses: FormAccesses, layout: Layout, query: RecordQuery) -> sa.ColumnElement[bool]:
    wanted = layout.searched if query.search_in is None else frozenset(query.search_in)
    if not terms(query.search):
        return sa.false()
    place = (layout.form.app, layout.form.form)
    fields = wanted & layout.searched
    return accesses.index.finds(place, fields, query.search, layout.table.c.id)


def _keys(layout: Layout, sort: Sequence[SortKey]) -> list[_Key]:
    keys = [_Key(_sort_column(layout, one), one.is_descending) for one in sort]
    # the id makes the order total; alone it gives the newest first
    is_descending = keys[-1].is_descending if keys else True
    return [*keys, _Key(layout.table.c.id, is_descending)]


def _sort_column(layout: Layout, key: SortKey) -> sa.Column[Any]:
    if key.field in layout.form.fields:
        columns = layout.columns_of(key.field)
        if columns:
            return columns[0]
    elif key.field in layout.table.c:
        return layout.table.c[key.field]
    raise BugError(f"a list cannot be sorted by {key.field}")


def _order(key: _Key, dialect: Dialect) -> sa.ColumnElement[Any]:
    ordered = key.column.desc() if key.is_descending else key.column.asc()
    if key.column.name in _NEVER_EMPTY:
        return ordered
    # each database puts empty values last by itself in one direction, and then may use an index
    is_last_anyway = key.is_descending is (dialect is Dialect.SQLITE)
    return ordered if is_last_anyway else ordered.nulls_last()


def _behind(keys: Sequence[_Key], cursor: str) -> sa.ColumnElement[bool]:
    """That a row comes after the one the cursor was made of."""
    values = _cursor_values(keys, cursor)
    ways: list[sa.ColumnElement[bool]] = []
    same: list[sa.ColumnElement[bool]] = []
    for key, value in zip(keys, values, strict=True):
        if value is not None:
            ways.append(sa.and_(*same, _after(key, value)))
        same.append(key.column.is_(None) if value is None else key.column == value)
    return sa.or_(*ways)


def _after(key: _Key, value: Any) -> sa.ColumnElement[bool]:
    last = sa.literal(value, key.column.type)  # SQLAlchemy refuses to order a bare true or false
    further: sa.ColumnElement[bool] = key.column < last if key.is_descending else key.column > last
    if key.column.name in _NEVER_EMPTY:
        return further
    return sa.or_(further, key.column.is_(None))


def _cursor(values: Sequence[Any]) -> str:
    return urlsafe_b64encode(plain.dumps(list(values)).encode()).decode().rstrip("=")


def _cursor_values(keys: Sequence[_Key], cursor: str) -> list[Any]:
    try:
        values = plain.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (NotBase64, orjson.JSONDecodeError, BugError, ValueError, ArithmeticError):
        raise NotFound("this page of the list") from None
    fits = (
        isinstance(values, list)
        and len(values) == len(keys)
        and values[-1] is not None
        and all(
            value is None or type(value) is key.column.type.python_type
            for key, value in zip(keys, values, strict=True)
        )
    )
    if not fits:
        raise NotFound("this page of the list")
    return list(values)


def _capped_total(session: Session, layout: Layout, condition: sa.ColumnElement[bool]) -> int:
    some: sa.Select[Any] = (
        sa.select(sa.literal_column("1")).select_from(layout.table).where(condition)
    )
    statement = sa.select(sa.func.count()).select_from(some.limit(MAX_TOTAL + 1).subquery())
    total: int = session.select(statement)[0][0]
    return total
