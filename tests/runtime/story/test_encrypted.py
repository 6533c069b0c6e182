"""Encrypted fields are found by their whole value, through the gate, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.errors import FieldErrors, NotAllowed
from engines.values import FieldId, FormId, RecordId
from runtime.access.lists import Ask
from runtime.adapters.clock import SettableClock
from runtime.commands import Actor
from runtime.ports import Unit
from tests.runtime.story.conftest import MORNING
from tests.support.stores import opened_store
from tests.support.worlds import World, a_world

CLUB = """\
format: 1
app: club
title: Club
roles:
  guest: {title: Guest}
  clerk: {title: Clerk}
  desk: {title: Desk}
forms:
  member:
    title: Member
    name: "{{ name }}"
    subject: true
    fields:
      name: {type: text, required: true}
      email: {type: email, encrypted: true}
      born_on: {type: date, encrypted: true}
    access:
      guest: {read: record.email == user.email}
      clerk: {create: true, read: true, update: true}
      desk: {read: true, fields: {email: hidden}}
    views:
      reachable: {when: record.email != null, columns: [name]}
      two: {when: "record.email in ['ann@example.org', 'bob@example.org']", columns: [name]}
  visit:
    title: Visit
    fields:
      member: {type: link, form: member}
    access:
      guest: {create: true, read: record.member.email == user.email}
      clerk: {create: true, read: true}
      desk: {create: true, read: true}
"""


WELCOME = """\
templates:
  hello: {for: member, subject: "Welcome {{ record.name }}", body: "{{ record.email }}"}
rules:
  greet:
    on: {changed: member, fields: [name]}
    do: [{notify: {to: {role: guest, pick: pool}, template: hello, channel: in_app}}]
"""


@pytest.fixture(params=["memory", "postgres"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    clock = SettableClock(MORNING)
    with opened_store(request.param, request, tmp_path, clock=clock) as store:
        yield a_world(store, clock, CLUB, "club")


@pytest.fixture
def clerk(world: World) -> Actor:
    """Somebody who has entered three members."""
    clerk = world.person("cleo", "clerk")
    for name, email in (("Ann", "ann@example.org"), ("Bob", "bob@example.org"), ("Cyd", None)):
        world.submit(clerk, "member", name=name, email=email, born_on="1990-04-01")
    return clerk


def names(world: World, actor: Actor, view: str = "all", *filters: tuple[str, str, str]) -> list:
    page = world.reading.list_page(
        actor, world.app, FormId("member"), view, Ask(filters=filters, sort=("name",))
    )
    return [row.values[FieldId("name")] for row in page.rows]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("email", "is", "ann@example.org"), ["Ann"]),
        (("email", "is_not", "ann@example.org"), ["Bob", "Cyd"]),
        (("email", "is", "ann@example.com"), []),
        (("email", "is_empty", ""), ["Cyd"]),
        (("email", "is_filled", ""), ["Ann", "Bob"]),
        (("born_on", "is", "1990-04-01"), ["Ann", "Bob", "Cyd"]),
    ],
    ids=lambda one: "~".join(one) if isinstance(one, tuple) else "",
)
def test_whole_value_finds_the_records(
    world: World, clerk: Actor, asked: tuple[str, str, str], found: list[str]
) -> None:
    assert names(world, clerk, "all", asked) == found


def test_views_and_memberships_compare_whole_values(world: World, clerk: Actor) -> None:
    assert names(world, clerk, "reachable") == ["Ann", "Bob"]
    assert names(world, clerk, "two") == ["Ann", "Bob"]


@pytest.mark.parametrize("operator", ["contains", "after"])
def test_part_of_an_encrypted_value_cannot_be_asked_for(
    world: World, clerk: Actor, operator: str
) -> None:
    with pytest.raises(FieldErrors, match="filter_does_not_fit"):
        names(world, clerk, "all", ("email", operator, "ann"))


def test_who_may_not_see_the_field_cannot_ask_for_it(world: World, clerk: Actor) -> None:
    desk = world.person("dan", "desk")

    with pytest.raises(NotAllowed):
        names(world, desk, "all", ("email", "is", "ann@example.org"))


def test_row_permission_by_an_encrypted_field_holds(world: World, clerk: Actor) -> None:
    guest = world.person("ann", "guest")
    member = _member(world, clerk, "Ann")
    world.submit(clerk, "visit", member=member)
    world.submit(clerk, "visit", member=_member(world, clerk, "Bob"))

    assert guest.email == "ann@example.org"
    assert names(world, guest) == ["Ann"]
    visits = world.reading.list_page(guest, world.app, FormId("visit"), "all").rows
    assert [row.values[FieldId("member")] for row in visits] == [member]


def test_link_is_looked_up_by_the_whole_mail_address(world: World, clerk: Actor) -> None:
    world.submit(clerk, "member", name="Eve", email="third@example.org")

    assert _looked_up(world, clerk, "third@EXAMPLE.org ") == ["Eve"]
    assert _looked_up(world, clerk, "third@example") == []


def test_hidden_mail_address_looks_nothing_up(world: World, clerk: Actor) -> None:
    desk = world.person("dan", "desk")
    world.submit(clerk, "member", name="Eve", email="third@example.org")

    assert _looked_up(world, desk, "third@example.org") == []


def test_filter_before_the_first_value_finds_nothing(world: World) -> None:
    clerk = world.person("cleo", "clerk")

    assert names(world, clerk, "all", ("email", "is", "ann@example.org")) == []


def _member(world: World, clerk: Actor, name: str) -> str:
    page = world.reading.list_page(
        clerk, world.app, FormId("member"), "all", Ask(filters=(("name", "is", name),))
    )
    return page.rows[0].id


def _looked_up(world: World, actor: Actor, text: str) -> list[str]:
    found = world.reading.lookup(actor, world.app, FormId("visit"), FieldId("member"), text)
    return [one.title for one in found]


def test_erased_person_is_gone_from_messages_too(world: World, clerk: Actor) -> None:
    guest = world.person("ann", "guest")
    member = RecordId(_member(world, clerk, "Ann"))
    other = RecordId(_member(world, clerk, "Bob"))
    world.publish(CLUB + WELCOME)
    world.change(clerk, "member", member, name="Anna")
    world.change(clerk, "member", other, name="Rob")
    world.advance(seconds=1)
    read = [(one.subject, one.body) for one in world.inbox(guest)]

    def forget(unit: Unit) -> None:
        unit.records.forget(world.live.app(unit, world.app).table(FormId("member")), member)

    world.store.run(forget)

    assert sorted(read) == [
        ("Welcome Anna", "ann@example.org"),
        ("Welcome Rob", "bob@example.org"),
    ]
    assert sorted((one.subject, one.body) for one in world.inbox(guest)) == [
        ("", ""),
        ("Welcome Rob", "bob@example.org"),
    ]
