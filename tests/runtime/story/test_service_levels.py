"""Clocks of service levels: kept with each change, their steps done once, through clock jumps.

Long because every kind of target is told once on each database.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engines.sla.clock import State
from engines.values import AppId, FormId, RecordId
from runtime.access.clocks import ShownClock
from runtime.commands import SYSTEM, Actor, DeleteRecord, FireTimer
from tests.runtime.story.conftest import MORNING, SHOP
from tests.support.worlds import World

ORDER = FormId("order")
LEVELS = """\
  note:
    title: Note
    fields:
      order: {type: link, form: order, required: true}
      body: {type: text}
    access:
      guest: {create: true, read: true}
      clerk: {create: true, read: true}
calendars:
  office: {week: {mon-fri: ["09:00-12:00", "13:00-18:00"]}}
sla:
  prompt:
    title: Prompt
    for: order
    when: record.urgency == 'low'
    targets:
      decision:
        title: Decision
        within: 72h
        stops: record.state != 'open'
        pauses: record.note == 'wait'
        due_field: due
        steps:
          yellow: {title: Yellow, after: 24h, do: [{set: {alarm: yellow}}]}
          orange:
            title: Orange
            after: 48h
            do:
              - set: {alarm: orange}
              - notify: {to: {role: head, pick: pool}, template: late}
          red:
            title: Red
            after: 72h
            do:
              - set: {alarm: red}
              - start: {flow: rescue}
  talk:
    title: Talk
    for: order
    calendar: office
    targets:
      answer:
        title: Answer
        within: 4h
        starts_on: {created: note, link: order, when: "'guest' in user.roles"}
        stops_on: {created: note, link: order, when: "'clerk' in user.roles"}
        steps:
          late: {at: 100%, do: [{set: {reference: unanswered}}]}
"""
RESCUE = """\
  rescue:
    title: Rescue
    on: {start: order}
    nodes:
      take_over:
        type: task
        assign: {role: head, pick: pool}
        outcomes: {done: {to: end}}
      end: {type: end}
"""
FIELDS = """\
      owner: {type: user}
      due: {type: datetime}
      alarm: {type: select, options: {yellow: Yellow, orange: Orange, red: Red}}
"""
TEXT = (
    SHOP.replace("      owner: {type: user}\n", FIELDS, 1)
    .replace("note: {type: text, visible: record.is_big}", "note: {type: text}", 1)
    .replace("templates:\n", f"{LEVELS}templates:\n", 1)
    .replace("flows:\n", f"flows:\n{RESCUE}", 1)
)


@pytest.fixture
def ana(world: World) -> Actor:
    """A clerk, in a shop that has made promises."""
    world.publish(TEXT)
    return world.person("ana", "clerk")


def shown(world: World, actor: Actor, order: RecordId, title: str = "Decision") -> ShownClock:
    clocks = world.reading.clocks(actor, world.app, ORDER, order)
    return next(one for one in clocks if one.title.in_locale("en") == title)


def instances(world: World, order: RecordId) -> list[str]:
    """Flows on an order."""
    with world.store.read() as reader:
        return [one.flow for one in reader.instances.of_record(world.app, ORDER, order)]


def timers(world: World) -> list[datetime]:
    with world.store.read() as reader:
        return [one.due_at for one in reader.instances.waiting_timers()]


def test_order_has_its_clock_and_due_time_from_the_start(world: World, ana: Actor) -> None:
    order = world.submit(ana, "order", subject="Chairs")

    clock = shown(world, ana, order)
    assert (clock.state, clock.left) == (State.RUNNING, timedelta(hours=72))
    assert world.values("order", order)["due"] == MORNING + timedelta(hours=72)
    assert timers(world) == [MORNING + timedelta(hours=24)]


def test_ladder_is_climbed_a_step_at_a_time(world: World, ana: Actor) -> None:
    head = world.person("hal", "head")
    order = world.submit(ana, "order", subject="Chairs")

    alarms = []
    for _ in range(4):
        alarms.append(world.values("order", order)["alarm"])
        world.advance(hours=24)

    assert alarms == [None, "yellow", "orange", "red"]
    assert instances(world, order) == ["rescue"]
    assert [message.subject for message in world.inbox(head)] == ["Late O26-0001"]
    assert shown(world, ana, order).is_late


def test_all_steps_missed_while_nothing_ran_happen_once_in_order(world: World, ana: Actor) -> None:
    order = world.submit(ana, "order", subject="Chairs")

    world.clock.advance(timedelta(days=9))
    world.advance(minutes=1)
    world.advance(days=9)

    assert world.values("order", order)["alarm"] == "red"
    assert instances(world, order) == ["rescue"]
    assert timers(world) == []


@pytest.mark.parametrize("jump", [3, -3], ids=["forward", "back"])
def test_each_step_happens_once_when_the_clock_jumps(world: World, ana: Actor, jump: int) -> None:
    head = world.person("hal", "head")
    order = world.submit(ana, "order", subject="Chairs")

    world.advance(hours=23)
    world.clock.jump(timedelta(hours=jump))
    world.change(ana, "order", order, subject="Tables")
    world.advance(hours=26)
    world.clock.jump(timedelta(hours=-jump))
    world.change(ana, "order", order, subject="Sofas")
    world.advance(days=3)

    assert instances(world, order) == ["rescue"]
    assert len(world.inbox(head)) == 1
    assert shown(world, ana, order).reached[-1].in_locale("en") == "Red"


def test_decided_order_stops_its_clock_and_its_timer(world: World, ana: Actor) -> None:
    order = world.submit(ana, "order", subject="Chairs")

    world.advance(hours=5)
    world.change(ana, "order", order, state="agreed")

    clock = shown(world, ana, order)
    assert (clock.state, clock.is_late, clock.left) == (
        State.STOPPED,
        False,
        timedelta(hours=67),
    )
    assert timers(world) == []


def test_pause_moves_due_time_and_timer(world: World, ana: Actor) -> None:
    order = world.submit(ana, "order", subject="Chairs")

    world.advance(hours=5)
    world.change(ana, "order", order, note="wait")
    while_waiting = (world.values("order", order)["due"], timers(world))
    world.advance(hours=10)
    world.change(ana, "order", order, note="")

    assert while_waiting == (None, [])
    assert world.values("order", order)["due"] == MORNING + timedelta(hours=82)
    assert timers(world) == [MORNING + timedelta(hours=34)]


def test_clock_of_another_case_is_off(world: World, ana: Actor) -> None:
    order = world.submit(ana, "order", subject="Chairs")

    world.change(ana, "order", order, urgency="high")

    assert world.reading.clocks(ana, world.app, ORDER, order) == ()
    assert timers(world) == []


def test_note_of_a_guest_starts_a_clock_in_open_hours(world: World, ana: Actor) -> None:
    guest = world.person("gus", "guest")
    order = world.submit(guest, "order", subject="Chairs")

    world.advance(hours=9)  # 17:00, an hour before the office closes
    world.submit(guest, "note", order=order, body="Any news?")

    clock = shown(world, ana, order, "Answer")
    assert clock.due_at == datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
    assert clock.calendar is not None


def test_answer_in_time_stops_the_clock_of_the_note(world: World, ana: Actor) -> None:
    guest = world.person("gus", "guest")
    order = world.submit(guest, "order", subject="Chairs")
    world.submit(guest, "note", order=order, body="Any news?")

    world.advance(hours=4)
    world.submit(ana, "note", order=order, body="Tomorrow.")
    world.advance(hours=20)

    assert shown(world, ana, order, "Answer").state is State.STOPPED
    assert world.values("order", order)["reference"] is None


def test_note_nobody_answers_reaches_its_step(world: World, ana: Actor) -> None:
    guest = world.person("gus", "guest")
    order = world.submit(guest, "order", subject="Chairs")
    world.submit(guest, "note", order=order, body="Any news?")

    world.advance(hours=7)

    assert world.values("order", order)["reference"] == "unanswered"
    assert shown(world, ana, order, "Answer").is_late


def test_guest_sees_no_clocks(world: World, ana: Actor) -> None:
    guest = world.person("gus", "guest")
    order = world.submit(guest, "order", subject="Chairs")

    assert world.reading.clocks(guest, world.app, ORDER, order) == ()
    assert world.reading.clocks(ana, world.app, ORDER, order) != ()


def test_deleted_order_leaves_no_clock_and_no_timer(world: World, ana: Actor) -> None:
    head = world.person("hal", "head")
    order = world.submit(ana, "order", subject="Chairs")

    world.do(DeleteRecord(AppId("shop"), ORDER, order), head)

    with world.store.read() as reader:
        assert reader.clocks.of_record(world.app, ORDER, order) == ()
    assert timers(world) == []


def test_story_tells_which_step_was_reached(world: World, ana: Actor) -> None:
    order = world.submit(ana, "order", subject="Chairs")

    world.advance(hours=25)

    told = world.reading.timeline(ana, world.app, ORDER, order)
    assert [(one.subject, one.detail) for one in told if one.kind == "ClockReached"] == [
        ("Decision", "Yellow")
    ]


def test_order_of_before_the_promise_gets_its_clock_with_its_next_change(world: World) -> None:
    ana = world.person("ana", "clerk")
    order = world.submit(ana, "order", subject="Chairs")
    world.publish(TEXT)

    world.advance(hours=30)
    world.change(ana, "order", order, reference="A1")
    world.change(ana, "order", order, note="again")

    clock = shown(world, ana, order)
    assert clock.left == timedelta(hours=42)
    assert [one.in_locale("en") for one in clock.reached] == ["Yellow"]
    assert world.values("order", order)["alarm"] is None


def test_late_orders_are_found(world: World, ana: Actor) -> None:
    late = world.submit(ana, "order", subject="Chairs")
    world.advance(hours=73)
    world.submit(ana, "order", subject="Tables")

    with world.store.read() as reader:
        rows = reader.clocks.late(world.app, ORDER, world.clock.now())

    assert [row.record for row in rows] == [late]


def test_timer_that_was_replaced_does_nothing(world: World, ana: Actor) -> None:
    order = world.submit(ana, "order", subject="Chairs")
    with world.store.read() as reader:
        timer = reader.instances.waiting_timers()[0]

    world.change(ana, "order", order, note="wait")
    world.change(ana, "order", order, note="")
    outcome = world.do(FireTimer(timer.app, timer.id, timer.generation), SYSTEM)

    assert outcome.details == {"fired": False}
