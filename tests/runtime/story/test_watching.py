"""Flows that wait for a condition, whatever version they are of and whoever compiled it."""

from __future__ import annotations

from dataclasses import replace

from engines.values import AppId, FormId, RecordId
from runtime.access.reading import Reading
from runtime.bus import Bus
from runtime.commands import SYSTEM, RollBackApp
from runtime.live import Live
from runtime.publish import Publisher
from runtime.store.sqlite import SqliteStore
from tests.support.worlds import NoJobs, World, loaded, parsed

CASE, PERSON = FormId("case"), FormId("person")
PLAIN = """\
format: 1
app: shop
title: Shop
roles:
  clerk: {title: Clerk}
forms:
  case:
    title: Case
    fields:
      subject: {type: text}
      state: {type: text}
    access:
      clerk: {create: true, read: true, update: true}
  person:
    title: Person
    fields:
      name: {type: text}
"""
WAITING = """\
flows:
  chasing:
    on: {created: case}
    nodes:
      wait: {type: wait, when: record.state == 'late', to: tell}
      tell: {type: action, do: [{set: {subject: chased}}], to: end}
      end: {type: end}
"""
WITHOUT = WAITING.replace("when: record.state == 'late'", "message: late")


def restarted(world: World) -> World:
    """The same store in a process that has compiled nothing yet."""
    live = Live(loaded)
    bus = Bus(world.store, live, Publisher(world.store, live, compile=parsed), NoJobs())
    return replace(world, bus=bus, live=live, reading=Reading(world.store, live, world.clock))


def changed(world: World, record: RecordId) -> str:
    """The subject after the state has come that is waited for."""
    world.change(world.actor("ana"), "case", record, state="late")
    return str(world.values("case", record)["subject"])


def is_watched(world: World, form: FormId) -> bool:
    return world.store.run(
        lambda unit: world.live.watching.may_be(unit, AppId("shop"), form),
    )


def test_case_of_an_old_version_wakes_when_no_flow_of_the_live_one_waits(world: World) -> None:
    world.publish(PLAIN + WAITING)
    case = world.submit(world.person("ana", "clerk"), "case")
    world.publish(PLAIN + WITHOUT)

    subject = changed(world, case)

    assert subject == "chased"


def test_case_of_an_old_version_wakes_in_a_process_begun_later(world: World) -> None:
    world.publish(PLAIN + WAITING)
    case = world.submit(world.person("ana", "clerk"), "case")
    world.publish(PLAIN + WITHOUT)

    subject = changed(restarted(world), case)

    assert subject == "chased"


def test_case_of_a_version_that_was_taken_back_wakes(world: World) -> None:
    first = world.publish(PLAIN)
    ana = world.person("ana", "clerk")
    quiet = changed(world, world.submit(ana, "case", subject="quiet"))
    world.publish(PLAIN + WAITING)
    case = world.submit(ana, "case")
    world.do(RollBackApp(AppId("shop"), first), SYSTEM)

    subject = changed(world, case)

    assert (quiet, subject) == ("quiet", "chased")


def test_form_without_a_flow_that_waits_is_known_to_be_unwatched(world: World) -> None:
    world.publish(PLAIN + WAITING)
    world.submit(world.person("ana", "clerk"), "case")

    watched = {form: is_watched(world, form) for form in (CASE, PERSON)}

    # other processes may publish to PostgreSQL, so that there it is always asked
    assert watched == {CASE: True, PERSON: not isinstance(world.store, SqliteStore)}


def test_what_waits_is_unknown_until_its_version_is_compiled(world: World) -> None:
    world.publish(PLAIN + WAITING)
    world.submit(world.person("ana", "clerk"), "case")
    world.publish(PLAIN + WITHOUT)
    again = restarted(world)

    before = is_watched(again, PERSON)
    with again.store.read() as reader:
        again.live.apps(reader)
        again.live.version(reader, AppId("shop"), 2)
    after = is_watched(again, PERSON)

    assert (before, after) == (True, not isinstance(world.store, SqliteStore))
