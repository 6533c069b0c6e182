"""A person's values are erased for good, an account gets its own record, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engines.errors import Conflict, FieldErrors, NotAllowed, NotFound
from engines.values import FormId, RecordId, UserId
from runtime.adapters.clock import SettableClock
from runtime.commands import Actor, EraseRecord, LinkAccount
from tests.runtime.story.conftest import MORNING
from tests.runtime.story.test_encrypted import CLUB
from tests.support.stores import opened_store
from tests.support.worlds import World, a_world

CLERK = "  clerk: {title: Clerk}\n"
VISITS = "      clerk: {create: true, read: true}\n"
TEXT = CLUB.replace(CLERK, CLERK + "  chair: {title: Chair, can: [manage_users]}\n").replace(
    "      guest: {read: record.email == user.email}\n",
    "      guest: {read: record.id == user.record}\n"
    "      chair: {create: true, read: true, update: true, delete: true}\n",
)
MEMBER = FormId("member")


@pytest.fixture(params=["memory", "postgres"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    clock = SettableClock(MORNING)
    with opened_store(request.param, request, tmp_path, clock=clock) as store:
        yield a_world(store, clock, TEXT, "club")


@pytest.fixture
def chair(world: World) -> Actor:
    return world.person("chris", "chair")


@pytest.fixture
def ann(world: World, chair: Actor) -> RecordId:
    return world.submit(chair, "member", name="Ann", email="ann@example.org", born_on="2001-02-03")


def test_erased_values_are_gone_and_the_record_stays(
    world: World, chair: Actor, ann: RecordId
) -> None:
    other = world.submit(chair, "member", name="Bob", email="bob@example.org")

    done = world.do(EraseRecord(world.app, MEMBER, ann, "asked for it"), chair)

    values = world.values("member", ann)
    assert done.details == {"had_values": True}
    assert (values["name"], values["email"], values["born_on"]) == ("Ann", None, None)
    assert world.values("member", other)["email"] == "bob@example.org"
    history = world.reading.timeline(chair, world.app, MEMBER, ann)
    assert "ann@example.org" not in str(history)


def test_erasing_is_told_in_the_log_with_its_reason(
    world: World, chair: Actor, ann: RecordId
) -> None:
    world.do(EraseRecord(world.app, MEMBER, ann, "asked for it"), chair)

    world.store.run(lambda unit: unit.events.seal(unit.now))
    with world.store.read() as reader:
        events = [one.event for one in reader.events.after(0, 100) if one.kind == "SystemChanged"]
        report = reader.events.verify()
    told = {one.what: dict(one.details) for one in events}  # type: ignore[union-attr]
    assert told["record_erased"]["reason"] == "asked for it"
    assert report.problems == ()


@pytest.mark.parametrize(
    ("person", "change", "error"),
    [
        pytest.param("clerk", {}, NotAllowed, id="may not delete"),
        pytest.param("guest", {}, NotFound, id="may not read"),
        pytest.param("chair", {"reason": " "}, FieldErrors, id="no reason"),
        pytest.param("chair", {"record": RecordId("x")}, NotFound, id="no record"),
    ],
)
def test_who_may_not_erase_is_refused(
    world: World, ann: RecordId, person: str, change: dict[str, str], error: type[Exception]
) -> None:
    command = EraseRecord(world.app, MEMBER, ann, "asked for it")

    with pytest.raises(error):
        world.do(replace(command, **change), world.person("pat", person))  # type: ignore[arg-type]
    assert world.values("member", ann)["email"] == "ann@example.org"


def test_record_without_a_key_of_its_own_is_not_erased(
    world: World, chair: Actor, ann: RecordId
) -> None:
    access = VISITS.replace("clerk", "chair").replace("}", ", delete: true}")
    world.publish(TEXT.replace(VISITS, access))
    visit = world.submit(chair, "visit", member=ann)

    with pytest.raises(Conflict, match="delete the record"):
        world.do(EraseRecord(world.app, FormId("visit"), visit, "asked for it"), chair)


def test_account_sees_its_own_record_until_it_has_none(
    world: World, chair: Actor, ann: RecordId
) -> None:
    guest = world.person("gus", "guest")
    link = LinkAccount(world.app, UserId("gus"), MEMBER, ann)

    world.do(link, chair)
    linked = world.see(world.actor("gus"), "member", ann)
    world.do(replace(link, record=None), chair)

    assert linked.title == "Ann"
    assert guest.record is None
    with pytest.raises(NotFound):
        world.see(world.actor("gus"), "member", ann)


@pytest.mark.parametrize(
    ("person", "change", "error"),
    [
        pytest.param("clerk", {}, NotAllowed, id="no right"),
        pytest.param("chair", {"record": RecordId("x")}, NotFound, id="no record"),
        pytest.param("chair", {"user": UserId("x")}, NotFound, id="no account"),
        pytest.param("chair", {"form": FormId("x")}, NotFound, id="no form"),
    ],
)
def test_account_that_cannot_be_linked_is_refused(
    world: World, ann: RecordId, person: str, change: dict[str, str], error: type[Exception]
) -> None:
    world.person("gus", "guest")
    command = LinkAccount(world.app, UserId("gus"), MEMBER, ann)

    with pytest.raises(error):
        world.do(replace(command, **change), world.person("pat", person))  # type: ignore[arg-type]
