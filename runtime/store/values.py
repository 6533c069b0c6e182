"""Values of one column as each database keeps them, and back. Knows no table.

SQLite: decimals are integers scaled by the column, instants microseconds since 1970 UTC, dates ISO
text, truth values 0 and 1. PostgreSQL has a type for each. JSON is tagged text on both (`plain`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, assert_never

import orjson
import sqlalchemy as sa

from engines.errors import BugError
from engines.expression.folding import fold
from engines.kinds import Column, ColumnType
from runtime.store import plain
from runtime.store.sql import Dialect, micros, micros_of_many, moment_of

Convert = Callable[[Any], Any]
ConvertMany = Callable[[Sequence[Any]], Sequence[Any] | None]  # None: one of them is not as usual

_DIGITS = 60  # more than 19 of an INTEGER and 38 of a NUMERIC, so that scaling never rounds
_INT64 = 2**63
_SAFE_DIGITS = 18
_SAFE = 10**_SAFE_DIGITS


@dataclass(frozen=True, slots=True)
class Codec:
    """How the values of one column are written and read; both are given no None."""

    type: sa.types.TypeEngine[Any]
    write: Convert
    read: Convert
    write_many: ConvertMany | None = None  # the same for many, where that takes less

    def write_all(self, values: Sequence[Any]) -> Sequence[Any]:
        """Many values as they are written."""
        many = self.write_many(values) if self.write_many is not None else None
        return list(map(self.write, values)) if many is None else many

    @property
    def is_itself(self) -> bool:
        """Whether values are stored as they are."""
        return self.write is _same and self.read is _same


def codec_for(column: Column, dialect: Dialect) -> Codec:
    """The column's database type and its conversions."""
    match column.type:
        case ColumnType.TEXT | ColumnType.ID:
            return Codec(text_type(dialect), _same, _same)
        case ColumnType.FOLDED:
            return Codec(text_type(dialect), fold, _same)
        case ColumnType.INTEGER:
            return Codec(sa.BigInteger(), _same, _same)
        case ColumnType.JSON:
            return Codec(sa.Text(), plain.dumps, plain.loads)
        case ColumnType.BYTES:
            return Codec(sa.LargeBinary(), str.encode, _decoded)
        case ColumnType.DECIMAL | ColumnType.BOOLEAN | ColumnType.DATE | ColumnType.TIMESTAMP:
            return _differing(column, dialect)
        case _:
            assert_never(column.type)


def text_type(dialect: Dialect) -> sa.Text:
    """Text in the order of code points."""
    return sa.Text(collation="C") if dialect is Dialect.POSTGRES else sa.Text()


def _differing(column: Column, dialect: Dialect) -> Codec:
    """Types that SQLite does not have."""
    if dialect is Dialect.SQLITE:
        return _on_sqlite(column)
    if column.type is ColumnType.DECIMAL:
        return Codec(sa.Numeric(38, column.scale), _exact(column.scale), Decimal)
    if column.type is ColumnType.BOOLEAN:
        return Codec(sa.Boolean(), _same, _same)
    if column.type is ColumnType.DATE:
        return Codec(sa.Date(), _same, _same)
    return Codec(sa.DateTime(timezone=True), _same, _same)


def _on_sqlite(column: Column) -> Codec:
    if column.type is ColumnType.DECIMAL:
        scaler, unscaler = _scaler(column.scale), _unscaler(column.scale)
        return Codec(sa.BigInteger(), scaler, unscaler, _scaler_of_many(column.scale))
    if column.type is ColumnType.BOOLEAN:
        return Codec(sa.Integer(), int, bool)
    if column.type is ColumnType.DATE:
        return Codec(sa.Text(), date.isoformat, date.fromisoformat, iso_dates)
    return Codec(sa.BigInteger(), micros, moment_of, micros_of_many)


def _scaler(scale: int) -> Convert:
    def scaled(value: Decimal | int) -> int:
        if type(value) is Decimal and -_SAFE < value < _SAFE:
            # Most numbers by far, and without a context of their own at a third of the time.
            whole = int(value.scaleb(scale))
            if Decimal(whole).scaleb(-scale) == value and -_INT64 <= whole < _INT64:
                return whole
        with localcontext(prec=_DIGITS):
            shifted = Decimal(value).scaleb(scale)
            whole = int(shifted)
            if shifted != whole or not -_INT64 <= whole < _INT64:
                raise BugError(f"{value} does not fit a column of {scale} decimals")
        return whole

    return scaled


def _scaler_of_many(scale: int) -> ConvertMany:
    usual = re.compile(f"(?:-?[0-9]{{1,{_SAFE_DIGITS - scale}}}[.][0-9]{{{scale}}},)*")

    def scaled(values: Sequence[Any]) -> list[int] | None:
        together = ",".join((*map(str, values), ""))
        if not usual.fullmatch(together):
            return None
        return list(map(int, together.replace(".", "").split(",")[:-1]))

    return scaled if 0 < scale < _SAFE_DIGITS else lambda _: None


def iso_dates(values: Sequence[date]) -> list[str]:
    """Each as `isoformat` has it; written and cut in one piece."""
    return orjson.dumps(list(values)).decode()[2:-2].split('","') if values else []


def _exact(scale: int) -> Convert:
    scaled = _scaler(scale)

    def exact(value: Decimal | int) -> Decimal:
        # the same numbers as on SQLite, with the decimals they come back with
        return Decimal(scaled(value)).scaleb(-scale)

    return exact


def _unscaler(scale: int) -> Convert:
    def unscaled(value: int) -> Decimal:
        return Decimal(value).scaleb(-scale)

    return unscaled


def _decoded(value: bytes) -> str:
    return bytes(value).decode()


def _same(value: Any) -> Any:
    return value
