"""Whom each source of assignees turns out to be, ties and emptiness included, on each database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engines.values import DepartmentId, FlowId, RoleId
from runtime.commands import ClaimTask, CompleteTask, StartFlow
from runtime.ports import DepartmentRow, Group, UserRow
from runtime.staffing import Placing, Staffing
from tests.runtime.people.cases import uid
from tests.runtime.people.conftest import MORNING, OFFICE
from tests.support.worlds import World

REPAIR = DepartmentId("repair")


def asking(assign: str) -> str:
    """The office with a flow of one task for this assignee."""
    return f"""{OFFICE}
  asking:
    on: {{start: request}}
    nodes:
      first: {{type: task, assign: {assign}, outcomes: {{done: {{to: end}}}}}}
      end: {{type: end}}
"""


def asked(world: World, assign: str, **answers: str) -> str:
    """Who gets the task of a new request; the status of the case when nobody does."""
    world.publish(asking(assign))
    return asked_again(world, **answers)


def asked_again(world: World, **answers: str) -> str:
    """The same of one more request."""
    ana = world.actor("ana")
    record = world.submit(ana, "request", subject="Chairs", **answers)
    done = world.do(StartFlow(world.app, FlowId("asking"), record), ana)
    assert done.instance is not None
    with world.store.read() as reader:
        tasks = reader.instances.tasks_in(done.instance)
        row = reader.instances.get(done.instance)
    assert row is not None
    return str(tasks[0].assignee or tasks[0].role) if tasks else row.status


@pytest.fixture
def staffed(office: World) -> World:
    """The staff in memory."""
    return with_staff(office)


@pytest.fixture
def stored(world: World) -> World:
    """The staff on each database that lasts."""
    return with_staff(world)


def with_staff(world: World) -> World:
    """Ana reports to Ben, Ben to the boss; Lea and Leo are in repair, which Lea heads."""
    for name, role in (
        ("ana", "clerk"), ("ben", "clerk"), ("lea", "legal"), ("leo", "legal"), ("boss", "boss"),
    ):  # fmt: skip
        world.person(name, role)
    staffing = Staffing(world.store)
    staffing.save_department(DepartmentRow(REPAIR, "Repair", head=uid("lea")))
    staffing.place(uid("ana"), Placing(manager=uid("ben"), regions=frozenset({"north"})))
    staffing.place(uid("ben"), Placing(manager=uid("boss"), regions=frozenset({"north"})))
    staffing.place(
        uid("lea"), Placing(departments=frozenset({REPAIR}), skills=frozenset({"paint", "weld"}))
    )
    staffing.place(
        uid("leo"), Placing(departments=frozenset({REPAIR}), skills=frozenset({"weld"}))
    )
    return world


@pytest.mark.parametrize(
    ("assign", "who"),
    [
        pytest.param("{role: clerk}", "clerk", id="pool"),
        pytest.param("{initiator: true}", "ana", id="initiator"),
        pytest.param("{manager: 1, if_empty: block}", "ben", id="manager"),
        pytest.param("{manager: 2, if_empty: block}", "boss", id="manager's manager"),
        pytest.param("{manager: 3, if_empty: {role: legal}}", "legal", id="no third manager"),
        pytest.param("{manager: 3, if_empty: block}", "incident", id="no third manager, block"),
        pytest.param("{manager: 3, if_empty: skip}", "ended", id="no third manager, skip"),
        pytest.param("{head_of: repair, if_empty: block}", "lea", id="head"),
        pytest.param("{head_of: sales, if_empty: {initiator: true}}", "ana", id="no such head"),
        pytest.param("{department: repair, if_empty: block}", "lea", id="department, tie by id"),
        pytest.param("{department: sales, if_empty: block}", "incident", id="empty department"),
        pytest.param("{skill: paint, if_empty: block}", "lea", id="skill"),
        pytest.param("{skill: weld, among: clerk, if_empty: skip}", "ended", id="skill, no clerk"),
        pytest.param(
            "{region: north, among: boss, if_empty: skip}", "ended", id="region, no boss"
        ),
        pytest.param("{region: north, if_empty: block}", "ana", id="region"),
        pytest.param("{field: owner, if_empty: {role: legal}}", "legal", id="empty field"),
        pytest.param("{chosen: true, if_empty: {role: legal}}", "legal", id="nobody chosen"),
        pytest.param("{role: guest, pick: least_busy}", "incident", id="nobody has the role"),
    ],
)
def test_source_names(staffed: World, assign: str, who: str) -> None:
    assert asked(staffed, assign) == who


LEGAL = frozenset({RoleId("legal")})


WANTED: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["ana", "ben", "boss", "lea", "leo"]),
    ({"roles": LEGAL}, ["lea", "leo"]),
    ({"department": REPAIR}, ["lea", "leo"]),
    ({"skill": "paint"}, ["lea"]),
    ({"region": "north"}, ["ana", "ben"]),
    ({"roles": LEGAL, "department": REPAIR, "skill": "weld"}, ["lea", "leo"]),
    ({"roles": LEGAL, "region": "north"}, []),
    ({"roles": frozenset()}, []),
]


def test_group_is_who_fulfils_all_that_is_given(stored: World) -> None:
    with stored.store.read() as reader:
        groups = [Group(stored.app, **wanted) for wanted, _ in WANTED]
        found = [[one.id for one in reader.staff.members(group)] for group in groups]

    assert found == [who for _, who in WANTED]


def test_least_busy_gets_the_next_and_ties_go_by_id(stored: World) -> None:
    found = [
        asked(stored, "{role: legal, pick: least_busy}"),
        *(asked_again(stored) for _ in range(3)),
    ]

    assert found == ["lea", "leo", "lea", "leo"]


def test_round_robin_goes_on_where_it_was_whatever_they_have_to_do(stored: World) -> None:
    first = asked(stored, "{department: repair, pick: round_robin, if_empty: block}")
    task = stored.tasks(stored.actor("lea"))[0]
    stored.do(CompleteTask(stored.app, task.id, "done"), stored.actor("lea"))

    found = [first, asked_again(stored), asked_again(stored)]

    assert found == ["lea", "leo", "lea"]


def test_name_of_a_group_may_stand_in_the_record(staffed: World) -> None:
    assign = "{skill: {of: record.kind}, if_empty: skip}"

    found = [asked(staffed, assign, kind="paint"), asked_again(staffed, kind="")]

    assert found == ["lea", "ended"]


def test_field_of_somebody_who_has_left_follows_the_policy(staffed: World) -> None:
    staffed.store.run(lambda unit: unit.directory.save_user(left(staffed, "ben")))

    assert asked(staffed, "{field: owner, if_empty: skip}", owner="leo") == "leo"
    assert asked(staffed, "{manager: 1, if_empty: {role: legal}}") == "legal"


def left(world: World, name: str) -> UserRow:
    """The account of somebody, closed."""
    with world.store.read() as reader:
        row = reader.directory.user(uid(name))
    assert row is not None
    return replace(row, is_active=False)


ROSTER = "{roster: {form: duty, who: person, from: starts, to: ends}, if_empty: skip}"


def on_duty(world: World, who: str, start_hours: float, end_hours: float) -> None:
    """Somebody's duty, in hours from now."""
    times = [MORNING + timedelta(hours=one) for one in (start_hours, end_hours)]
    starts, ends = (f"{one:%Y-%m-%dT%H:%M}Z" for one in times)
    world.submit(world.actor("boss"), "duty", person=who, starts=starts, ends=ends)


def test_roster_names_who_is_on_duty_now(stored: World) -> None:
    on_duty(stored, "ben", -8, 0)  # over at this very moment
    on_duty(stored, "leo", 0, 8)
    on_duty(stored, "lea", 8, 16)

    found = [asked(stored, ROSTER)]
    stored.advance(hours=8)
    found.append(asked_again(stored))
    stored.advance(hours=8)
    found.append(asked_again(stored))

    assert found == ["leo", "lea", "ended"]


def test_of_two_on_duty_the_one_that_began_first_is_asked(staffed: World) -> None:
    on_duty(staffed, "leo", -1, 8)
    on_duty(staffed, "lea", -2, 8)

    assert asked(staffed, ROSTER) == "lea"


CHOOSING = f"""{OFFICE}
  asking:
    on: {{start: request}}
    nodes:
      first:
        type: task
        assign: {{initiator: true}}
        outcomes: {{done: {{to: second, choose: legal}}}}
      second:
        type: task
        assign: {{chosen: true, if_empty: block}}
        outcomes: {{ok: {{to: end}}}}
      end: {{type: end}}
"""


def test_actor_chooses_who_is_asked_next(staffed: World) -> None:
    staffed.publish(CHOOSING)
    ana = staffed.actor("ana")
    asked_again(staffed)
    task = staffed.tasks(ana)[0].id

    staffed.do(CompleteTask(staffed.app, task, "done", chosen=(uid("leo"),)), ana)

    assert [one.node for one in staffed.tasks(staffed.actor("leo"))] == ["second"]


EVERYONE = f"""{OFFICE}
  asking:
    on: {{start: request}}
    nodes:
      first:
        type: approval
        mode: all
        signers: [{{role: legal, pick: everyone}}, {{head_of: repair, if_empty: block}}]
        outcomes: {{approved: {{to: end}}, rejected: {{to: end}}}}
      end: {{type: end}}
"""


def test_everyone_of_a_role_signs_and_nobody_twice(stored: World) -> None:
    stored.publish(EVERYONE)

    asked_again(stored)

    held = [len(stored.tasks(stored.actor(name))) for name in ("lea", "leo", "ben")]
    assert held == [1, 1, 0]


def test_pool_of_one_is_asked_as_a_pool_and_signs_once(staffed: World) -> None:
    staffed.person("quin", "quality", "legal")
    staffed.publish(
        EVERYONE.replace("{role: legal, pick: everyone}, {head_of: repair, if_empty: block}",
                         "{role: legal}, {role: quality}")
    )  # fmt: skip
    asked_again(staffed)
    quin = staffed.actor("quin")
    tasks = {one.role: one.id for one in staffed.tasks(quin, "pool")}

    staffed.do(ClaimTask(staffed.app, tasks["legal"]), quin)
    staffed.do(CompleteTask(staffed.app, tasks["legal"], "approved"), quin)

    assert staffed.tasks(quin, "pool") == ()
