"""A site on SQLite in memory, with a guest, a clerk and a head."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.adapters.clock import SettableClock
from tests.support.sites import MORNING, Site, a_site
from tests.support.stores import opened_store


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        served = a_site(store, clock, tmp_path)
        served.person("gus", "guest")
        served.person("cleo", "clerk")
        served.person("hanna", "head")
        served.person("ada", is_admin=True)
        yield served
