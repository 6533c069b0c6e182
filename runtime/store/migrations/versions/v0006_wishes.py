"""When a token was used last; which messages somebody does not want."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Of no token is known when it was used; everybody gets every message."""
    op.add_column("dg_token", sa.Column("used_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "dg_mute",
        sa.Column("app", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("app", "template", "channel", "user"),
    )
    op.create_index("dg_mute_user", "dg_mute", ["user"])
