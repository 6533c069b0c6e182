"""Lists of people's tasks hold what they show: the open ones, and those that somebody closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_HELD = "state = 'open' AND assignee IS NOT NULL"
_POOLED = "state = 'open' AND assignee IS NULL"
_CLOSED = "closed_by IS NOT NULL"


def upgrade() -> None:
    """The same rows are found in smaller indexes, which most steps of a task no longer touch."""
    for name in ("dg_task_assignee", "dg_task_role", "dg_task_closed_by"):
        op.drop_index(name, "dg_task")
    _index("dg_task_assignee", ["app", "assignee", "due_at"], _HELD)
    _index("dg_task_role", ["app", "role", "due_at"], _POOLED)
    _index("dg_task_closed_by", ["app", "closed_by", "closed_at"], _CLOSED)


def _index(name: str, columns: list[str], only: str) -> None:
    where = sa.text(only)
    op.create_index(name, "dg_task", columns, sqlite_where=where, postgresql_where=where)
