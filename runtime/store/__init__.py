"""The database: form tables and our own, on SQLite and PostgreSQL. Only here is SQL spoken."""
