"""The page of a signer's task: who signs, whom one may ask, and what its history tells."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.access.shown import ShownSigner, TaskPage
from runtime.commands import (
    Actor,
    AddSigner,
    ClaimTask,
    ReleaseTask,
    RemoveSigner,
    ReturnTask,
)
from tests.runtime.people.cases import OfficeCase, on_the_board, uid
from tests.runtime.people.conftest import OFFICE
from tests.support.worlds import World


def board(world: World) -> OfficeCase:
    """A case on the board, where Lea has taken the task of legal."""
    case = on_the_board(world)
    world.do(ClaimTask(world.app, case.task_of("legal").id), case.lea)
    return case


def page(case: OfficeCase, actor: Actor, who: str) -> TaskPage:
    return case.world.reading.task(actor, case.world.app, case.task_of(who).id)


def lines(signers: Sequence[ShownSigner]) -> list[tuple[str, str, bool]]:
    return [(one.name, one.state, one.can_remove) for one in signers]


def test_everybody_who_signs_is_named_with_what_they_said(office: World) -> None:
    case = board(office)
    before = lines(page(case, case.lea, "lea").signers)

    case.finish(case.quin, "quality", "approved")

    assert before == [("Lea", "open", False), ("Quality", "open", False)]
    assert lines(page(case, case.lea, "lea").signers) == [
        ("Lea", "open", False),
        ("Quin", "approved", False),
    ]


def test_who_was_added_is_offered_to_be_removed_by_who_added_them(office: World) -> None:
    case = board(office)
    task = case.task_of("lea").id

    office.do(AddSigner(office.app, task, uid("ben"), "parallel"), case.lea)
    added = page(case, case.lea, "lea").signers[-1]
    seen_by_ben = page(case, case.ben, "ben").signers[-1]
    assert added.task is not None
    office.do(RemoveSigner(office.app, added.task), case.lea)

    assert (added.name, added.can_remove, seen_by_ben.can_remove) == ("Ben", True, False)
    assert [one.name for one in page(case, case.lea, "lea").signers] == ["Lea", "Quality"]


def test_added_signer_who_waits_is_removed_after_the_adder_has_signed(office: World) -> None:
    office.publish(OFFICE.replace("mode: all", "mode: sequential"))
    case = board(office)
    mine = case.task_of("lea").id
    office.do(AddSigner(office.app, mine, uid("ben"), "parallel"), case.lea)
    case.finish(case.lea, "lea", "approved")

    waiting = office.reading.task(case.lea, office.app, mine).signers[-1]
    assert waiting.task is not None
    office.do(RemoveSigner(office.app, waiting.task, who=waiting.id), case.lea)

    assert (waiting.name, waiting.state, waiting.can_remove) == ("Ben", "waiting", True)
    case.finish(case.quin, "quality", "approved")
    assert list(case.tasks()) == ["clerk"]


def test_signers_are_offered_where_the_definition_lets_them_be_added(office: World) -> None:
    case = board(office)

    acts = page(case, case.lea, "lea").acts

    assert acts.signer_places == ("before", "parallel", "after")
    assert set(acts.signer_roles or ()) == {"clerk", "boss"}


def test_step_of_one_person_names_no_signers(office: World) -> None:
    case = board(office)
    case.finish(case.lea, "lea", "approved")
    case.finish(case.quin, "quality", "approved")

    assert page(case, case.ben, "clerk").signers == ()


def test_return_is_told_once_and_an_open_task_as_withdrawn(office: World) -> None:
    case = board(office)

    office.do(ReturnTask(office.app, case.task_of("lea").id, "initiator", "Too dear"), case.lea)

    timeline = office.reading.timeline(case.boss, office.app, case.row().form, case.record)
    told = [one.kind for one in timeline]
    assert told.count("FlowSteered") == 1
    assert told.count("TaskWithdrawn") == 1
    assert [one for one in timeline if one.kind == "TaskClosed" and one.by == "lea"] == []


def test_history_tells_apart_who_took_a_task_and_who_gave_it_back(office: World) -> None:
    case = board(office)

    office.do(ReleaseTask(office.app, case.task_of("lea").id), case.lea)

    timeline = office.reading.timeline(case.boss, office.app, case.row().form, case.record)
    told = [(one.kind, one.by_name) for one in timeline[:2]]
    assert told == [("TaskReleased", "Lea"), ("TaskClaimed", "Lea")]
