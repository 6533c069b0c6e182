"""Somebody who is given a task is told of it, by the channels they want."""

from __future__ import annotations

from engines.values import UserId
from runtime.commands import ClaimTask, TransferTask
from runtime.perform.reminders import NEW_TASK
from runtime.ports import Unit
from tests.runtime.people.cases import OfficeCase, a_case, uid
from tests.support.worlds import World


def messages(case: OfficeCase) -> list[tuple[str, str, str]]:
    """(channel, target, subject) of what waits to be sent, in order."""

    def due(unit: Unit) -> list[tuple[str, str, str]]:
        rows = [row for row, _ in unit.queue.due_deliveries(unit.now, 50, 60)]
        return sorted((row.channel, row.target, row.subject) for row in rows)

    return case.world.store.run(due)


def test_who_is_handed_a_task_is_told_what_it_is_about(office: World) -> None:
    case = a_case(office)

    office.do(TransferTask(office.app, case.task_of("ana").id, uid("ben")), case.ana)

    assert messages(case) == [
        ("in_app", "ben", "New task: Draft"),
        ("mail", "ben@example.org", "New task: Draft"),
    ]
    page = f"/a/office/tasks/{case.task_of('ben').id}"
    assert [(one.body, one.opens) for one in office.inbox(case.ben)] == [
        (office_title(case), page)
    ]


def test_nobody_is_told_of_a_task_they_gave_themselves(office: World) -> None:
    case = a_case(office)

    case.finish(case.ana, "ana", "done")
    office.do(ClaimTask(office.app, case.task_of("legal").id), case.lea)

    assert [one for one in messages(case) if one[1].startswith(("ana", "lea"))] == []


def test_pool_is_not_told_of_each_task_that_waits_in_it(office: World) -> None:
    case = a_case(office)

    case.finish(case.ana, "ana", "done")

    assert set(case.tasks()) == {"legal", "quality"}
    assert messages(case) == []


def test_new_task_comes_by_no_channel_that_is_not_wanted(office: World) -> None:
    case = a_case(office)
    unwanted = [(office.app, NEW_TASK, "mail")]
    office.store.run(lambda unit: unit.directory.set_muted(UserId("ben"), unwanted))

    office.do(TransferTask(office.app, case.task_of("ana").id, uid("ben")), case.ana)

    assert messages(case) == [("in_app", "ben", "New task: Draft")]


def test_record_that_its_reader_may_not_read_is_not_named(office: World) -> None:
    case = a_case(office, amount="5000")
    case.finish(case.ana, "ana", "done")
    office.do(ClaimTask(office.app, case.task_of("quality").id), case.quin)

    office.do(TransferTask(office.app, case.task_of("quin").id, uid("qi")), case.quin)

    assert [(one.subject, one.body) for one in office.inbox(office.actor("qi"))] == [
        ("New task: Board", "")
    ]


def office_title(case: OfficeCase) -> str:
    """The record's title as Ben sees it."""
    return case.world.see(case.ben, "request", case.record).title
