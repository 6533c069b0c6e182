"""Several people act on one task or case at once: exactly one wins, the others are told who."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from engines.errors import AppBuilderError, Conflict, NotFound
from runtime.commands import (
    Actor,
    ClaimTask,
    Command,
    CompleteTask,
    TransferTask,
    UrgeFlow,
    WithdrawFlow,
)
from tests.runtime.people.cases import OfficeCase, on_the_board, uid
from tests.support.worlds import World


def at_once(world: World, acts: Sequence[tuple[Command, Actor]]) -> list[AppBuilderError | None]:
    """What each act came to, None for one that was carried out; all begin together."""
    found: list[AppBuilderError | None] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def act(number: int, command: Command, actor: Actor) -> None:
        gate.wait()
        try:
            world.do(command, actor)
        except AppBuilderError as error:
            found[number] = error

    threads = [threading.Thread(target=act, args=(n, *one)) for n, one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def refusals(found: list[AppBuilderError | None]) -> list[AppBuilderError]:
    return [one for one in found if one is not None]


@pytest.fixture
def case(world: World) -> OfficeCase:
    return on_the_board(world)


def test_completing_and_transferring_leave_one_winner(case: OfficeCase) -> None:
    world, task = case.world, case.task_of("legal").id
    world.do(ClaimTask(world.app, task), case.lea)

    found = at_once(
        world,
        [
            (CompleteTask(world.app, task, "approved"), case.lea),
            (TransferTask(world.app, task, uid("leo")), case.lea),
        ],
    )

    row = next(one for one in [*case.tasks().values(), *case.tasks("done").values()]
               if one.id == task)  # fmt: skip
    assert len(refusals(found)) == 1
    assert isinstance(refusals(found)[0], Conflict | NotFound)
    assert (row.state, row.assignee) == (("done", "lea") if found[0] is None else ("open", "leo"))


def test_withdrawing_and_signing_leave_one_winner(case: OfficeCase) -> None:
    world, task = case.world, case.task_of("legal").id

    found = at_once(
        world,
        [
            (WithdrawFlow(world.app, case.instance), case.ana),
            (CompleteTask(world.app, task, "approved"), case.lea),
        ],
    )

    assert len(refusals(found)) == 1
    assert case.row().status == ("ended" if found[0] is None else "running")


def test_urging_several_times_at_once_reminds_once(case: OfficeCase) -> None:
    world = case.world

    found = at_once(world, [(UrgeFlow(world.app, case.instance), case.ana)] * 4)

    assert len(refusals(found)) == 3
    assert len(world.inbox(case.quin)) == 1
