"""What a migration takes of the machine does not grow with the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from runtime.adapters.clock import SettableClock
from runtime.adapters.keys import new_master_keys
from runtime.store.sqlite import SqliteStore
from tests.runtime.store.test_migrate import bring_to
from tests.support.ids import CountingIds
from tests.support.stores import START


def test_what_sqlite_sets_aside_for_a_migration_goes_to_files(tmp_path: Path) -> None:
    parts: dict[str, Any] = {"clock": SettableClock(START), "wrap": new_master_keys()}
    store = SqliteStore(tmp_path / "data.sqlite", ids=CountingIds(), **parts)
    bring_to(store, "0010")
    kept_in = set()

    def watch(connection: sa.Connection, *_: Any) -> None:
        raw: Any = connection.connection.driver_connection
        kept_in.add(raw.execute("PRAGMA temp_store").fetchone()[0])

    sa.event.listen(sa.Engine, "before_cursor_execute", watch)
    try:
        store.migrate()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", watch)
        store.close()

    assert kept_in == {1}  # FILE; 2 is MEMORY, which grows with the rows
