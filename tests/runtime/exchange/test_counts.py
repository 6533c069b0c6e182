"""What PostgreSQL knows of its tables when an import is done, and how often that is counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runtime.adapters.clock import SettableClock
from tests.runtime.exchange.conftest import MORNING, SHOP
from tests.support.imports import an_import
from tests.support.stores import opened_store
from tests.support.worlds import a_world

BUYERS = "import: 1\napp: shop\nform: buyer\ncolumns: {code: code, name: name, level: level}\n"
KNOWN_ROWS = "SELECT reltuples::bigint FROM pg_class WHERE relname = 'shop__buyer'"


class Heard:
    """A store, and how often it was told to count its tables."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.counts = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def count_anew(self, table: Any) -> None:
        self.counts += 1
        self._store.count_anew(table)


@pytest.mark.parametrize(
    ("records", "counts"),
    [(0, 0), (3, 1), (1_001, 1)],
    ids=["nothing", "a few", "just past a thousand"],
)
def test_tables_are_counted_at_the_end_when_that_says_more(
    request: pytest.FixtureRequest, tmp_path: Path, records: int, counts: int
) -> None:
    file = a_file(tmp_path, records)
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        heard: Any = Heard(store)
        world = replace(a_world(store, clock, SHOP, "shop"), store=heard)

        an_import(world, file, BUYERS).run()

    assert heard.counts == counts


def a_file(place: Path, records: int) -> Path:
    file = place / "rows.csv"
    rows = "".join(f"B{number},Buyer {number},plain\n" for number in range(records))
    file.write_text("code,name,level\n" + rows, "utf-8")
    return file


def test_postgresql_plans_with_what_an_import_brought(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """On tables it believes to be empty, a search of two words takes the square of their rows."""
    file = a_file(tmp_path, 1_200)
    clock = SettableClock(MORNING)
    with opened_store("postgres", request, tmp_path, clock=clock) as store:
        world = a_world(store, clock, SHOP, "shop")

        report = an_import(world, file, BUYERS).run()

        known = store.run(lambda unit: unit.session.raw.execute(KNOWN_ROWS).fetchone())
    assert report.is_whole
    assert known[0] >= 600  # the last count may lie back by less than half
