"""A planted database must be what making it would have led to, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from engines.values import RoleId, UserId
from runtime.adapters.clock import SettableClock
from tests.support.stores import START, opened_store
from tests.support.worlds import World, a_world

APP = """
format: 1
app: book
title: Guest book
roles:
  host: {title: Host}
forms:
  guest:
    title: Guest
    fields:
      number: {type: serial, title: Number, pattern: "G{0001}"}
      code: {type: text, title: Code, encrypted: true}
    access:
      host: {create: true, read: true}
"""


@pytest.fixture
def worlds(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[World]]:
    """Three in which the same was published: by making it, by either way, by planting it."""
    with ExitStack() as stack:
        clocks = [SettableClock(START) for _ in range(3)]
        yield [
            a_world(
                stack.enter_context(opened_store("memory", request, tmp_path, clock=clock)),
                clock,
                APP,
                "book",
            )
            for clock in clocks
        ]


def content(world: World) -> list[str]:
    return list(world.store._memory.session.raw.iterdump())  # type: ignore[union-attr]


def test_a_planted_database_holds_what_a_made_one_holds(worlds: list[World]) -> None:
    first, *others = [content(world) for world in worlds]

    assert others == [first, first]
    assert any("book__guest" in line for line in first)


def test_ids_and_numbers_go_on_alike_and_apart(worlds: list[World]) -> None:
    records = [
        world.submit(world.person("ann", "host"), "guest", code="open sesame") for world in worlds
    ]

    assert len(set(records)) == 1
    found = [world.values("guest", record) for world, record in zip(worlds, records, strict=True)]
    assert [(one["number"], one["code"]) for one in found] == [("G0001", "open sesame")] * 3


def test_what_stood_there_before_is_not_planted_over(
    request: pytest.FixtureRequest, tmp_path: Path, worlds: list[World]
) -> None:
    clock, ann, app = SettableClock(START), UserId("ann"), worlds[0].app
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        store.run(lambda unit: unit.directory.set_roles(app, ann, [RoleId("host")]))

        world = a_world(store, clock, APP, "book")

        with world.store.read() as reader:
            assert reader.directory.roles(app, ann) == {"host"}
