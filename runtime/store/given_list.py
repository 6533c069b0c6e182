"""Lists as a single parameter of a fixed statement, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from runtime.store import plain
from runtime.store.sql import Dialect, bind


def among(column: sa.ColumnElement[Any], name: str, dialect: Dialect) -> sa.ColumnElement[bool]:
    """That a column is one of a list given as a single parameter (see `list_param`)."""
    if dialect is Dialect.POSTGRES:
        return column == sa.any_(sa.bindparam(name, type_=sa.ARRAY(sa.Text)))
    values = sa.func.json_each(bind(name)).table_valued("value")
    return column.in_(sa.select(values.c.value))


def list_param(values: Sequence[str], dialect: Dialect) -> Any:
    """A list as the parameter of `among`."""
    return list(values) if dialect is Dialect.POSTGRES else plain.dumps(list(values))
