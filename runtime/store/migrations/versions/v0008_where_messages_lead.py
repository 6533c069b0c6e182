"""The page a message leads to, and the language of its reader."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Messages inside the product lead to their record, as before; mails on their way nowhere."""
    op.add_column("dg_delivery", sa.Column("opens", sa.Text(), nullable=False, server_default=""))
    op.add_column("dg_delivery", sa.Column("locale", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE dg_delivery SET opens = '/a/' || app || '/f/' || form || '/' || record "
        "WHERE channel = 'in_app' AND form IS NOT NULL AND record IS NOT NULL"
    )
