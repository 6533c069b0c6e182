"""Steps that bring our own tables from one schema to the next, run by Alembic."""
