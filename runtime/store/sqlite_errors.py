"""Which errors of SQLite mean that the work may be tried again later."""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa

from runtime.ports import Unavailable

_FULL = frozenset({sqlite3.SQLITE_FULL})
_TROUBLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
    }
)


def unavailable(error: BaseException) -> Unavailable | None:
    """The error as one the caller can wait out, or None when it is of another sort."""
    original = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if not isinstance(original, sqlite3.Error):
        return None
    code = getattr(original, "sqlite_errorcode", 0) & 0xFF  # without the extended part
    if code in _FULL:
        return Unavailable("There is no space left for new data.", is_full=True)
    if code in _TROUBLE:
        return Unavailable(f"The database cannot be written now: {original}.")
    return None
