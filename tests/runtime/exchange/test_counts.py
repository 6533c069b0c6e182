"""What PostgreSQL knows of its tables when an import is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.adapters.clock import SettableClock
from tests.runtime.exchange.conftest import MORNING, SHOP
from tests.support.imports import an_import
from tests.support.stores import opened_store
from tests.support.worlds import a_world

BUYERS = "import: 1\napp: shop\nform: buyer\ncolumns: {code: code, name: name, level: level}\n"
KNOWN_ROWS = "SELECT reltuples::bigint FROM pg_class WHERE relname = 'shop__buyer'"


def test_postgresql_plans_with_what_an_import_brought(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """On tables it believes to be empty, a search of two words takes the square of their rows."""
    file = tmp_path / "rows.csv"
    rows = "".join(f"B{number},Buyer {number},plain\n" for number in range(1_200))
    file.write_text("code,name,level\n" + rows, "utf-8")
    clock = SettableClock(MORNING)
    with opened_store("postgres", request, tmp_path, clock=clock) as store:
        world = a_world(store, clock, SHOP, "shop")

        report = an_import(world, file, BUYERS).run()

        known = store.run(lambda unit: unit.session.raw.execute(KNOWN_ROWS).fetchone())
    assert report.is_whole
    assert known == (1_200,)
