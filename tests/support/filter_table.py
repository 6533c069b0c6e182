"""The rows of the expression vectors in real tables, for filters on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from engines.expression.tree import Node
from engines.expression.types import BOOLEAN, DATE, DATETIME, DURATION, NUMBER, TEXT, Type
from engines.kinds import Column, ColumnType
from engines.values import Facts
from runtime.store.filter_values import SqlValue
from runtime.store.filters import to_sql
from runtime.store.sql import Dialect
from runtime.store.values import codec_for
from tests.support import vectors

_TYPES = {
    BOOLEAN: Column("", ColumnType.BOOLEAN),
    DATE: Column("", ColumnType.DATE),
    DATETIME: Column("", ColumnType.TIMESTAMP),
}
_PRICE = Column("", ColumnType.DECIMAL, 2)
_INTEGER = Column("", ColumnType.INTEGER)
_PLAIN = (
    "id", "subject", "note", "priority", "status", "n", "m", "price", "vip", "urgent", "created",
    "solved", "due", "opened", "length", "category", "customer", "assignee",
)  # fmt: skip
_BEHIND_LINK = ("phone", "tier", "since", "account_manager")


class FilterTable:
    """The tickets, their tags and their customers in one database."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._dialect = Dialect(connection.dialect.name)
        meta = sa.MetaData()
        self._tickets = sa.Table("ticket", meta, *self._ticket_columns())
        self._customers = sa.Table(
            "customer",
            meta,
            sa.Column("of", sa.Text),
            *[sa.Column(key, self._codec(f"customer.{key}").type) for key in _BEHIND_LINK],
            sa.Column("phone__folded", sa.Text),
        )
        self._tags = sa.Table(
            "tag", meta, sa.Column("record", sa.Text), sa.Column("value", sa.Text)
        )
        meta.create_all(connection)
        for row in vectors.described()["rows"]:
            self._insert(vectors.facts(row)["record"])

    def found(self, tree: Node, facts: Facts) -> set[str]:
        """The ids of the records that a filter finds."""
        condition = to_sql(tree, self.columns, facts)
        query = sa.select(self._tickets.c.id).where(condition)
        return set(self._connection.scalars(query))

    def plan(self, tree: Node, facts: Facts) -> str:
        """The filter as SQL text with its values."""
        condition = to_sql(tree, self.columns, facts)
        options = {"literal_binds": True}
        return str(condition.compile(self._connection, compile_kwargs=options))

    def columns(self, root: str, key: str) -> SqlValue | None:
        assert root == "record"
        of = self._tickets.c
        behind = key.partition(".")
        if behind[0] == "customer" and behind[2]:
            return self._behind_link(behind[2])
        if key == "tags":
            return SqlValue(None, holds=self._holds_tag)
        money = {"refund": "refund", "refund.amount": "refund", "refund.currency": "currency"}
        if key in money:
            return SqlValue(
                of[money[key]], scale=self._scale if key != "refund.currency" else None
            )
        if key == "price":
            return SqlValue(of.price, scale=self._scale)
        return SqlValue(of[key], folded=of.get(f"{key}__folded")) if key in of else None

    @property
    def _scale(self) -> int | None:
        return 2 if self._dialect is Dialect.SQLITE else None

    def _behind_link(self, key: str) -> SqlValue | None:
        def value(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
            query = sa.select(column).where(self._customers.c.of == self._tickets.c.id)
            return query.correlate(self._tickets).scalar_subquery()

        if key not in self._customers.c:
            return None
        folded = value(self._customers.c.phone__folded) if key == "phone" else None
        return SqlValue(value(self._customers.c[key]), folded=folded)

    def _holds_tag(self, element: str | None) -> sa.ColumnElement[bool]:
        query = sa.select(sa.literal(1)).where(self._tags.c.record == self._tickets.c.id)
        if element is not None:
            query = query.where(self._tags.c.value == element)
        return query.correlate(self._tickets).exists()

    def _ticket_columns(self) -> list[sa.Column[Any]]:
        plain = [sa.Column(key, self._codec(key).type) for key in _PLAIN]
        amount = codec_for(_PRICE, self._dialect)
        folded = [sa.Column(f"{key}__folded", sa.Text) for key in ("subject", "note")]
        return [*plain, *folded, sa.Column("refund", amount.type), sa.Column("currency", sa.Text)]

    def _codec(self, key: str) -> Any:
        return codec_for(_column_for(key, vectors.type_of_key(key)), self._dialect)

    def _insert(self, record: dict[str, Any]) -> None:
        cells = {key: self._cell(self._codec(key).write, record[key]) for key in _PLAIN}
        fold = codec_for(Column("", ColumnType.FOLDED), self._dialect).write
        for key in ("subject", "note"):
            cells[f"{key}__folded"] = self._cell(fold, record[key])
        refund = record["refund"] or {"amount": None, "currency": None}
        amount = codec_for(_PRICE, self._dialect).write
        cells |= {"refund": self._cell(amount, refund["amount"]), "currency": refund["currency"]}
        self._connection.execute(self._tickets.insert().values(cells))
        behind = {
            key: self._cell(self._codec(f"customer.{key}").write, record[f"customer.{key}"])
            for key in _BEHIND_LINK
        }
        behind["phone__folded"] = self._cell(fold, record["customer.phone"])
        self._connection.execute(self._customers.insert().values(of=record["id"], **behind))
        for tag in record["tags"]:
            self._connection.execute(self._tags.insert().values(record=record["id"], value=tag))

    def _cell(self, write: Callable[[Any], Any], value: Any) -> Any:
        if value is None:
            return None
        seconds = getattr(value, "total_seconds", None)
        return write(value) if seconds is None else int(seconds())


def _column_for(key: str, kind: Type) -> Column:
    if key == "price":
        return _PRICE
    if kind in (NUMBER, DURATION):
        return _INTEGER
    return _TYPES.get(kind, Column("", ColumnType.TEXT)) if kind != TEXT else _text()


def _text() -> Column:
    return Column("", ColumnType.TEXT)


@contextmanager
def filled(engine: sa.Engine) -> Iterator[FilterTable]:
    """The tables in a database of their own, as long as the block runs."""
    with engine.connect() as connection:
        yield FilterTable(connection)
    engine.dispose()
