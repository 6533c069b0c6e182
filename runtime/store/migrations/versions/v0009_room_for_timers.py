"""Room for all timers of a page on PostgreSQL: those of one page are mostly claimed together."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Pages written from now on keep room; old ones get it as their rows go."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE dg_timer SET (fillfactor = 45)")
