"""Departments, managers, skills, substitutes, copies; what hand-overs leave on a task."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nobody has a manager, a skill or a substitute yet."""
    op.add_column("dg_user", sa.Column("manager", sa.Text(), nullable=True))
    for name in ("kind", "signature", "attachments"):
        column = sa.Column(name, sa.Text(), nullable=False, server_default="")
        op.add_column("dg_task", column)
    for name in ("on_behalf_of", "delegated_by"):
        op.add_column("dg_task", sa.Column(name, sa.Text(), nullable=True))
    counted = sa.Column("handovers", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("dg_task", counted)
    op.add_column("dg_task", sa.Column("urged_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "dg_department",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("head", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "dg_user_trait",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user", "kind", "name"),
    )
    op.create_index("dg_user_trait_name", "dg_user_trait", ["kind", "name"])
    op.create_table(
        "dg_proxy",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("substitute", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("dg_proxy_user", "dg_proxy", ["user"])
    op.create_index("dg_proxy_substitute", "dg_proxy", ["substitute"])
    op.create_table(
        "dg_turn",
        sa.Column("app", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("app", "group"),
    )
    op.create_table(
        "dg_copy",
        sa.Column("instance", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("app", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("instance", "user"),
    )
    op.create_index("dg_copy_user", "dg_copy", ["app", "user", "sent_at"])
