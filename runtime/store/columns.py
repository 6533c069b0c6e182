"""The fields a filter may name, as SQL: a record's own, and those reached through its links.

A field behind a link is a scalar subquery on the linked form's live table, by its key. What the
viewer may name was decided before (access); this only knows where things stand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engines.kinds import ColumnType, Shape
from engines.values import FieldId, FormId
from runtime.ports import FieldTable
from runtime.store.filter_values import Condition, SqlValue
from runtime.store.form_access import FormAccesses
from runtime.store.layout import ChildPlace, Layout
from runtime.store.naming import RECORD_COLUMNS
from runtime.store.sql import Dialect, Session
from runtime.store.tables import USER

USERS = FormId("user")  # what a user field links to: accounts are no form

_PEOPLE = frozenset({"created_by", "updated_by"})
_OF_USERS = frozenset({"id", "name", "email", "locale", "time_zone"})

Column = sa.ColumnElement[Any]
Wrap = Callable[[Column], Column]  # a column of the table at hand, seen from the record's row


class RecordColumns:
    """`columns("record", "buyer.phone")` of one form, as `filters.to_sql` asks for it."""

    def __init__(self, session: Session, accesses: FormAccesses, layout: Layout) -> None:
        self._session = session
        self._accesses = accesses
        self._layout = layout

    def __call__(self, root: str, key: str) -> SqlValue | None:
        if root != "record":
            return None
        return self._reached(self._layout, self._layout.table, key, _itself)

    def _reached(
        self, layout: Layout, table: sa.FromClause, key: str, wrap: Wrap
    ) -> SqlValue | None:
        name, _, rest = key.partition(".")
        field = layout.form.fields.get(FieldId(name))
        if field is None:
            return self._system(table, name, rest, wrap)
        if not rest or field.kind.shape is Shape.MONEY:
            return self._own(layout, table, field, rest, wrap)
        link = self._own(layout, table, field, "", wrap)
        if link is None or link.column is None or field.links_to is None:
            return None
        return self._behind(field.links_to, link.column, rest)

    def _system(self, table: sa.FromClause, name: str, rest: str, wrap: Wrap) -> SqlValue | None:
        if name not in RECORD_COLUMNS or name.startswith("_"):
            return None
        column = wrap(table.c[name])
        if not rest:
            return SqlValue(column)
        return self._behind(USERS, column, rest) if name in _PEOPLE else None

    def _behind(self, form: FormId, link: Column, key: str) -> SqlValue | None:
        """A field of the linked record whose id is `link`."""
        if form == USERS:
            people = USER.alias()
            wrap = _scalar(people, link, self._layout.table)
            return SqlValue(wrap(people.c[key])) if key in _OF_USERS else None
        target = self._accesses.tables.live(self._session, self._layout.form.app).get(form)
        if target is None:
            return None
        layout = self._accesses.of(target).layout
        table = layout.table.alias()
        return self._reached(layout, table, key, _scalar(table, link, self._layout.table))

    def _own(
        self, layout: Layout, table: sa.FromClause, field: FieldTable, part: str, wrap: Wrap
    ) -> SqlValue | None:
        child = layout.child_of(field.field)
        if child is not None:
            return SqlValue(None, holds=_holder(child, wrap(table.c.id)))
        names = [column.name for column in layout.columns_of(field.field)]
        if not names:
            return self._sealed(layout, table, field, wrap)
        if part == "currency":
            return SqlValue(wrap(table.c[names[1]]))
        main, *others = field.kind.columns
        is_folded = bool(others) and others[0].type is ColumnType.FOLDED
        is_scaled = main.type is ColumnType.DECIMAL and layout.dialect is Dialect.SQLITE
        return SqlValue(
            wrap(table.c[names[0]]),
            folded=wrap(table.c[names[1]]) if is_folded else None,
            scale=main.scale if is_scaled else None,
        )

    def _sealed(
        self, layout: Layout, table: sa.FromClause, field: FieldTable, wrap: Wrap
    ) -> SqlValue | None:
        """An encrypted field by its blind index."""
        blind = layout.blind_of(field.field)
        if blind is None:
            return None
        access = self._accesses.of(layout.form)
        return SqlValue(
            wrap(table.c[blind.name]),
            fingerprint=lambda value: access.sought(self._session, field.field, value),
        )


def _scalar(table: sa.FromClause, link: Column, outermost: sa.Table) -> Wrap:
    def wrap(column: Column) -> Column:
        found: sa.Select[Any] = sa.select(column).where(table.c.id == link)
        return found.correlate(outermost).scalar_subquery()

    return wrap


def _holder(child: ChildPlace, record: Column) -> Callable[[str | None], Condition]:
    def holds(element: str | None) -> Condition:
        elements = child.table.alias()
        found: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(elements)
        found = found.where(elements.c.record == record)
        if element is not None:
            found = found.where(elements.c.value == element)
        return found.correlate_except(elements).exists()

    return holds


def _itself(column: Column) -> Column:
    return column
