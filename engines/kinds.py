"""Value kinds: how a value is kept in typed columns, whatever control edits it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    """The closed set of column types a store must offer."""

    TEXT = "text"
    FOLDED = "folded"  # text folded for comparison without case and width (NFKC + lower)
    INTEGER = "integer"
    DECIMAL = "decimal"  # exact, with the scale of the column
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"  # an instant, UTC
    ID = "id"  # a UUIDv7 as text of 36 characters, or a user's id
    BYTES = "bytes"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """One typed column of a kind; `suffix` is appended to the field's id ('' for the main one)."""

    suffix: str
    type: ColumnType
    scale: int = 0  # digits after the point, of DECIMAL only


class Shape(StrEnum):
    """How the values of a kind are laid out; the store has one codec for each."""

    SCALAR = "scalar"  # one column, the value itself
    FOLDED_TEXT = "folded_text"  # the text and its folded form
    MONEY = "money"  # {"amount": Decimal("9.90"), "currency": "CNY"} in two columns
    DURATION = "duration"  # timedelta in whole seconds
    LIST = "list"  # list of str, a child table (record, position, value)
    FOLDED_LIST = "folded_list"  # list of str with folded forms, a child table
    JSON = "json"  # any plain value, one JSON column
    VIRTUAL = "virtual"  # no storage: computed when read


@dataclass(frozen=True, slots=True)
class Kind:
    """A value kind: its layout and its columns. A column belongs to (field id, kind name)."""

    name: str
    shape: Shape
    columns: tuple[Column, ...]

    @property
    def has_child_table(self) -> bool:
        """Whether the values stand in a table of their own, one row an element."""
        return self.shape in (Shape.LIST, Shape.FOLDED_LIST)


def _scalar(name: str, column: ColumnType, scale: int = 0) -> Kind:
    return Kind(name, Shape.SCALAR, (Column("", column, scale),))


TEXT = Kind(
    "text",
    Shape.FOLDED_TEXT,
    (Column("", ColumnType.TEXT), Column("__folded", ColumnType.FOLDED)),
)
LONG_TEXT = _scalar("long_text", ColumnType.TEXT)
INTEGER = _scalar("integer", ColumnType.INTEGER)
BOOLEAN = _scalar("boolean", ColumnType.BOOLEAN)
DATE = _scalar("date", ColumnType.DATE)
DATETIME = _scalar("datetime", ColumnType.TIMESTAMP)
DURATION = Kind("duration", Shape.DURATION, (Column("", ColumnType.INTEGER),))
CHOICE = _scalar("choice", ColumnType.TEXT)
TREE = _scalar("tree", ColumnType.TEXT)
USER = _scalar("user", ColumnType.ID)
LINK = _scalar("link", ColumnType.ID)
CHOICES = Kind("choices", Shape.LIST, (Column("", ColumnType.TEXT),))
FILES = Kind("files", Shape.LIST, (Column("", ColumnType.ID),))
LINKS = Kind("links", Shape.LIST, (Column("", ColumnType.ID),))
TAGS = Kind(
    "tags",
    Shape.FOLDED_LIST,
    (Column("", ColumnType.TEXT), Column("__folded", ColumnType.FOLDED)),
)
JSON = Kind("json", Shape.JSON, (Column("", ColumnType.JSON),))
NOTHING = Kind("nothing", Shape.VIRTUAL, ())


def decimal(scale: int) -> Kind:
    """Exact numbers with `scale` digits after the point; another scale is another kind."""
    return _scalar(f"decimal_{scale}", ColumnType.DECIMAL, scale)


def money(scale: int) -> Kind:
    """Amounts with their currency; the amount has `scale` digits after the point."""
    return Kind(
        f"money_{scale}",
        Shape.MONEY,
        (Column("", ColumnType.DECIMAL, scale), Column("__currency", ColumnType.TEXT)),
    )


def encrypted(inner: Kind) -> Kind:
    """The kind of an encrypted field: ciphertext and blind index in place of `inner`'s columns."""
    return Kind(
        f"encrypted_{inner.name}",
        Shape.SCALAR,
        (Column("", ColumnType.BYTES), Column("__blind", ColumnType.TEXT)),
    )
