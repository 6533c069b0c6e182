"""Publishing, rolling back, and what a version may not do to its records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engines.errors import Conflict, DefinitionError, NotAllowed
from engines.values import FormId
from runtime.commands import SYSTEM, PublishApp, RollBackApp
from runtime.ports import Unavailable, Unit
from runtime.publish import Publisher
from tests.runtime.story.conftest import SHOP
from tests.support.stores import AnyStore
from tests.support.worlds import World, parsed

WITH_COLOUR = SHOP.replace(
    "      owner: {type: user}\n", "      owner: {type: user}\n      colour: {type: text}\n"
)
WITH_SIZE = WITH_COLOUR.replace("colour", "size")


class LostAtTheEnd:
    """A store whose units fail when all of their work is done, as with a disk that is full."""

    def __init__(self, store: AnyStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def run(self, work: Callable[[Unit], Any]) -> Any:
        def lost(unit: Unit) -> None:
            work(unit)
            raise Unavailable("the disk is full")

        return self._store.run(lost)


def test_a_field_that_comes_with_a_version_is_empty_on_old_records(world: World) -> None:
    ana = world.person("ana", "clerk")
    old = world.submit(ana, "order", subject="Chairs")

    world.publish(WITH_COLOUR)
    world.change(ana, "order", old, colour="red")

    assert world.values("order", old)["colour"] == "red"


def test_a_request_that_began_before_a_version_went_live_is_done_by_that_version(
    world: World,
) -> None:
    ana = replace(world.person("ana", "clerk"), live=1)
    world.publish(WITH_COLOUR)

    order = world.submit(ana, "order", subject="Chairs", colour="red")

    assert world.values("order", order)["colour"] == "red"


def test_a_request_that_saw_the_live_version_is_done_by_it(world: World) -> None:
    world.publish(WITH_COLOUR)
    ana = replace(world.person("ana", "clerk"), live=2)

    order = world.submit(ana, "order", subject="Chairs", colour="red")

    assert world.values("order", order)["colour"] == "red"


def test_a_broken_text_is_refused_with_every_problem_and_the_live_version_stays(
    world: World,
) -> None:
    broken = SHOP.replace("record.amount >= 100", "record.ammount >= 100").replace(
        "{to: refuse}}\n      agree", "{to: refuze}}\n      agree"
    )

    with pytest.raises(DefinitionError) as refused:
        world.publish(broken)

    assert len(refused.value.diagnostics) >= 2
    with world.store.read() as reader:
        assert world.live.app(reader, world.app).number == 1


def test_rolling_back_brings_the_old_form_and_keeps_what_was_written(world: World) -> None:
    head = world.person("eve", "head")
    world.publish(WITH_COLOUR)
    order = world.submit(world.person("ana", "clerk"), "order", subject="Chairs", colour="red")

    world.do(RollBackApp(world.app, 1), head)
    with world.store.read() as reader:
        fields = world.live.app(reader, world.app).form(FormId("order")).fields
    world.do(RollBackApp(world.app, 2), head)

    assert "colour" not in fields
    assert world.values("order", order)["colour"] == "red"


def test_publishing_needs_the_right_and_a_new_app_an_administrator(world: World) -> None:
    clerk, head = world.person("ana", "clerk"), world.person("eve", "head")

    with pytest.raises(NotAllowed):
        world.do(PublishApp(WITH_COLOUR, "app.yaml"), clerk)
    with pytest.raises(NotAllowed):
        world.do(PublishApp(SHOP.replace("app: shop", "app: shop2"), "app.yaml"), head)


def test_a_text_based_on_an_older_version_is_refused(world: World) -> None:
    head = world.person("eve", "head")
    world.publish(WITH_COLOUR)

    with pytest.raises(Conflict):
        world.do(PublishApp(SHOP, "app.yaml", expected_live=1), head)


def test_a_version_that_was_lost_is_not_remembered_under_the_number_of_the_next(
    world: World,
) -> None:
    lossy: Any = LostAtTheEnd(world.store)
    with pytest.raises(Unavailable):
        Publisher(lossy, world.live, compile=parsed).publish(
            PublishApp(WITH_COLOUR, "app.yaml"), SYSTEM
        )

    number = world.publish(WITH_SIZE)

    with world.store.read() as reader:
        fields = world.live.version(reader, world.app, number).form(FormId("order")).fields
    assert ("colour" in fields, "size" in fields) == (False, True)
