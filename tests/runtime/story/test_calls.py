"""Flows that start, wake and end each other, on both databases."""

from __future__ import annotations

import pytest

from engines.errors import Conflict, NotAllowed
from engines.values import FlowId, FormId, InstanceId, NodeId, RecordId
from runtime.access.shown import ShownFlow
from runtime.commands import AddWork, CloseAdding, DeliverMessage, StartFlow
from tests.support.worlds import World

CASE = FormId("case")
TEXT = """\
format: 1
app: shop
title: Shop
roles:
  clerk: {title: Clerk, can: [operate]}
  other: {title: Other}
forms:
  case:
    title: Case
    fields:
      subject: {type: text}
      state: {type: select, options: {open: Open, paid: Paid, late: Late}, default: open}
      count: {type: integer}
    access:
      clerk: {create: true, read: true, update: true}
      other: {read: true}
rules:
  paid:
    on: {changed: case, fields: [count]}
    when: record.count == 7
    do: [{signal: {message: paid}}]
flows:
"""
CALLING = """\
  outer:
    on: {created: case}
    nodes:
      call: {type: sub_flow, flow: inner, outcomes: {refused: {to: refused}}, to: told}
      told: {type: action, do: [{set: {subject: told}}], to: end}
      refused: {type: action, do: [{set: {subject: refused}}], to: end}
      end: {type: end}
  inner:
    for: case
    nodes:
      look: {type: task, assign: {role: clerk}, outcomes: {yes: {to: good}, no: {to: bad}}}
      good: {type: end}
      bad: {type: end, outcome: refused}
"""
WAITING = """\
  paying:
    on: {created: case}
    nodes:
      pay:
        type: wait
        race: [{message: paid, to: paid}, {when: record.state == 'late', to: late}]
      paid: {type: action, do: [{set: {subject: paid}}], to: end}
      late: {type: action, do: [{set: {subject: late}}], to: end}
      end: {type: end}
"""


def flows_of(world: World, record: RecordId) -> dict[str, ShownFlow]:
    clerk = world.actor("ana")
    return {one.flow: one for one in world.reading.flows_of(clerk, world.app, CASE, record)}


def statuses(world: World, record: RecordId) -> dict[str, str]:
    return {name: one.status for name, one in flows_of(world, record).items()}


def instances(world: World, record: RecordId) -> dict[str, InstanceId]:
    with world.store.read() as reader:
        rows = reader.instances.of_record(world.app, CASE, record)
    return {row.flow: row.id for row in rows}


@pytest.mark.parametrize(("outcome", "told"), [("yes", "told"), ("no", "refused")])
def test_flow_goes_on_when_the_flow_it_started_has_ended(
    world: World, outcome: str, told: str
) -> None:
    world.publish(TEXT + CALLING)
    ana = world.person("ana", "clerk")
    case = world.submit(ana, "case")
    between = statuses(world, case)

    world.finish(ana, outcome, "pool")

    assert between == {"outer": "running", "inner": "running"}
    assert world.values("case", case)["subject"] == told
    assert statuses(world, case) == {"outer": "ended", "inner": "ended"}


def test_sub_flow_ends_with_the_case_that_started_it(world: World) -> None:
    world.publish(
        TEXT
        + CALLING.replace(
            "      end: {type: end}\n  inner",
            "      end: {type: end}\n"
            "      both: {type: parallel, to: [call, stop]}\n"
            "      stop: {type: wait, message: stop, to: all}\n"
            "      all: {type: terminate}\n"
            "    start: both\n  inner",
        )
    )
    ana = world.person("ana", "clerk")
    case = world.submit(ana, "case")

    world.do(DeliverMessage(world.app, CASE, case, "stop", "k-1"), ana)

    assert statuses(world, case) == {"outer": "ended", "inner": "ended"}
    assert world.tasks(ana, "pool") == ()


def test_incident_of_a_sub_flow_is_told_where_it_was_started(world: World) -> None:
    world.publish(TEXT + CALLING.replace("{role: clerk}", "{role: other, pick: least_busy}", 1))
    ana = world.person("ana", "clerk")

    case = world.submit(ana, "case")

    history = world.reading.timeline(ana, world.app, CASE, case)
    assert statuses(world, case)["inner"] == "incident"
    assert "has stopped" in repr(history)


def test_flows_that_start_themselves_end_in_an_incident(world: World) -> None:
    world.publish(
        TEXT
        + "  outer:\n    on: {created: case}\n    nodes:\n"
        + "      call: {type: sub_flow, flow: outer, to: end}\n      end: {type: end}\n"
    )
    ana = world.person("ana", "clerk")

    case = world.submit(ana, "case")

    found = [one.status for one in world.reading.flows_of(ana, world.app, CASE, case)]
    assert found.count("incident") == 1
    assert len(found) == 20


def test_message_of_a_program_is_taken_once(world: World) -> None:
    world.publish(TEXT + WAITING)
    ana = world.person("ana", "clerk")
    case = world.submit(ana, "case")

    world.do(DeliverMessage(world.app, CASE, case, "paid", "k-1"), ana)
    world.do(DeliverMessage(world.app, CASE, case, "paid", "k-1"), ana)

    assert world.values("case", case)["subject"] == "paid"
    assert statuses(world, case) == {"paying": "ended"}


def test_message_needs_the_right_to_change_the_record(world: World) -> None:
    world.publish(TEXT + WAITING)
    ana, ben = world.person("ana", "clerk"), world.person("ben", "other")
    case = world.submit(ana, "case")

    with pytest.raises(NotAllowed):
        world.do(DeliverMessage(world.app, CASE, case, "paid", "k-1"), ben)


def test_message_of_a_rule_wakes_the_flow(world: World) -> None:
    world.publish(TEXT + WAITING)
    ana = world.person("ana", "clerk")
    case = world.submit(ana, "case")

    world.change(ana, "case", case, count=7)

    assert world.values("case", case)["subject"] == "paid"


def test_condition_is_looked_at_when_the_record_changes(world: World) -> None:
    world.publish(TEXT + WAITING)
    ana = world.person("ana", "clerk")
    case = world.submit(ana, "case")
    world.change(ana, "case", case, count=1)
    between = statuses(world, case)

    world.change(ana, "case", case, state="late")

    assert between == {"paying": "running"}
    assert world.values("case", case)["subject"] == "late"


@pytest.mark.parametrize(
    ("changed", "started"),
    [({"count": 3}, 1), ({"subject": "x"}, 0), ({"count": 1}, 0)],
    ids=["named field", "other field", "condition false"],
)
def test_change_of_a_field_starts_a_flow(
    world: World, changed: dict[str, object], started: int
) -> None:
    world.publish(
        TEXT + "  counted:\n    on: {changed: case, fields: [count], when: record.count > 2}\n"
        "    nodes:\n      add: {type: action, do: [{set: {count: 9}}], to: end}\n"
        "      end: {type: end}\n"
    )
    ana = world.person("ana", "clerk")
    case = world.submit(ana, "case")

    world.change(ana, "case", case, **changed)

    assert len(world.reading.flows_of(ana, world.app, CASE, case)) == started


def test_message_that_nobody_waits_for_starts_the_flow_that_begins_with_it(world: World) -> None:
    world.publish(
        TEXT + "  answer:\n    on: {message: {name: paid, of: case}}\n    nodes:\n"
        "      set: {type: action, do: [{set: {subject: begun}}], to: end}\n"
        "      end: {type: end}\n"
    )
    ana = world.person("ana", "clerk")
    case = world.submit(ana, "case")

    world.do(DeliverMessage(world.app, CASE, case, "paid", "k-1"), ana)
    world.do(DeliverMessage(world.app, CASE, case, "paid", "k-1"), ana)

    assert world.values("case", case)["subject"] == "begun"
    assert len(world.reading.flows_of(ana, world.app, CASE, case)) == 1


def test_schedule_starts_the_flow_on_each_record_that_fits_once(world: World) -> None:
    world.publish(
        TEXT + "  daily:\n"
        '    on: {schedule: {cron: "0 6 * * *", each: case}, when: record.count > 0}\n'
        "    nodes:\n"
        "      look: {type: task, assign: {role: clerk}, outcomes: {done: {to: end}}}\n"
        "      end: {type: end}\n"
    )
    ana = world.person("ana", "clerk")
    cases = [world.submit(ana, "case", count=number) for number in (0, 1, 2)]

    world.advance(days=2)

    assert [len(statuses(world, case)) for case in cases] == [0, 1, 1]
    assert len(world.tasks(ana, "pool")) == 2


def test_more_work_is_added_while_the_step_is_open(world: World) -> None:
    world.publish(
        TEXT + "  many:\n    on: {created: case}\n    nodes:\n"
        "      ask: {type: multi_task, count: 1, adding: true, assign: {role: clerk}, "
        "outcomes: {done: {}}, to: end}\n      end: {type: end}\n"
    )
    ana = world.person("ana", "clerk")
    case = world.submit(ana, "case")
    instance, ask = instances(world, case)["many"], NodeId("ask")

    world.do(AddWork(world.app, instance, ask), ana)
    opened = len(world.tasks(ana, "pool"))
    world.do(CloseAdding(world.app, instance, ask), ana)

    assert opened == 2
    with pytest.raises(Conflict, match="No more"):
        world.do(AddWork(world.app, instance, ask), ana)


def test_flow_without_a_trigger_is_started_by_hand(world: World) -> None:
    world.publish(TEXT + CALLING.replace("on: {created: case}", "on: {start: case}"))
    ana = world.person("ana", "clerk")
    case = world.submit(ana, "case")

    world.do(StartFlow(world.app, FlowId("outer"), case), ana)

    assert statuses(world, case) == {"outer": "running", "inner": "running"}


def test_flow_that_works_on_another_form_now_is_not_started(world: World) -> None:
    calling = (
        "  outer:\n    on: {created: case}\n    nodes:\n"
        "      wait: {type: wait, message: go, to: call}\n"
        "      call: {type: action, do: [{start: {flow: helper}}], to: end}\n"
        "      end: {type: end}\n"
    )
    helper = "  helper:\n    for: case\n    nodes:\n      end: {type: end}\n"
    elsewhere = TEXT.replace(
        "rules:\n", "  other:\n    title: Other\n    fields: {name: {type: text}}\nrules:\n"
    )
    world.publish(TEXT + calling + helper)
    ana = world.person("ana", "clerk")
    case = world.submit(ana, "case")
    world.publish(elsewhere + helper.replace("for: case", "for: other"))

    world.do(DeliverMessage(world.app, CASE, case, "go", "1"), ana)

    assert statuses(world, case) == {"outer": "ended"}
