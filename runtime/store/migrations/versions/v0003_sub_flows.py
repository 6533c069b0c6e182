"""Which instance waits for which: flows that are started by flows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Instances of before wait for none and are waited for by none."""
    op.add_column("dg_instance", sa.Column("parent", sa.Text(), nullable=True))
    op.add_column("dg_instance", sa.Column("parent_ref", sa.Text(), nullable=True))
    op.create_index(
        "dg_instance_parent",
        "dg_instance",
        ["parent"],
        unique=False,
        sqlite_where=sa.text("parent IS NOT NULL"),
        postgresql_where=sa.text("parent IS NOT NULL"),
    )
