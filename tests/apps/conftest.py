"""Worlds in which a bundled app is live: an organisation on a Monday morning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runtime.adapters.clock import SettableClock
from tests.support.bundled import text_of
from tests.support.stores import opened_store
from tests.support.worlds import World, a_world

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The service desk, without people or records."""
    clock = SettableClock(MONDAY)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        yield a_world(store, clock, text_of("service_desk"), "service_desk")


@pytest.fixture
def trade(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The orders, without people or records."""
    clock = SettableClock(MONDAY)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        yield a_world(store, clock, text_of("orders"), "orders")
