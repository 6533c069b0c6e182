"""Rows of words are found by their record; on SQLite a record has one row for all its fields."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_PLACE = ["record", "field", "form", "app"]
_MARK = "replace(s.field, '_', 'º') || 'ª'"
_MARKED = f"{_MARK} || replace(w.words, ' ', ' ' || {_MARK})"
_ON_SQLITE = (
    "ALTER TABLE dg_search ADD COLUMN words TEXT",
    "INSERT INTO dg_search (app, form, record, field, words) "  # noqa: S608  nothing from outside
    f"SELECT s.app, s.form, s.record, '', group_concat({_MARKED}, ' ') "
    "FROM dg_search_before s JOIN dg_search_words w ON w.rowid = s.id "
    "WHERE w.words <> '' GROUP BY s.app, s.form, s.record",
    "DROP TABLE dg_search_words",
    "DROP TABLE dg_search_before",
    "CREATE VIRTUAL TABLE dg_search_words USING fts5(words, content='dg_search', "
    "content_rowid='id', columnsize=0, tokenize='ascii')",
    "INSERT INTO dg_search_words (dg_search_words) VALUES ('rebuild')",
)


def upgrade() -> None:
    """Every word keeps standing under its field, now by a mark of its own."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("dg_search_place", "dg_search")
        op.create_unique_constraint("dg_search_place", "dg_search", _PLACE)
        return
    op.rename_table("dg_search", "dg_search_before")
    op.create_table(
        "dg_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("app", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(*_PLACE, name="dg_search_place"),
    )
    for sql in _ON_SQLITE:
        op.execute(sql)
