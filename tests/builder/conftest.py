"""A world with the parks app, its designers and its drafts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from builder.drafts import Drafts
from runtime.adapters.clock import SettableClock
from tests.support.designs import PARKS
from tests.support.stores import opened_store
from tests.support.worlds import World, a_world

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(params=["memory", "postgres"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    clock = SettableClock(MORNING)
    with opened_store(request.param, request, tmp_path, clock=clock) as store:
        yield a_world(store, clock, PARKS, "parks")


@pytest.fixture
def drafts(world: World) -> Drafts:
    return Drafts(world.store, world.bus)
