"""Alembic's entry: run the steps on the connection `migrate` hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from runtime.store.migrate import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=False,  # the caller holds the transaction
)
context.run_migrations()
