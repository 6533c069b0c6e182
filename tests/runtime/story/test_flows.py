"""Flows at work: tasks, timers, versions; two people at one task."""

from __future__ import annotations

import pytest

from engines.errors import Conflict, FieldErrors, NotFound
from engines.values import FormId
from runtime.commands import ClaimTask, CompleteTask, ReleaseTask
from tests.runtime.story.conftest import SHOP
from tests.support.worlds import World

ORDER = FormId("order")
BIG = {"subject": "Chairs", "amount": "500", "note": "many"}


def test_a_small_order_starts_no_flow(world: World) -> None:
    clerk = world.person("ana", "clerk")

    order = world.submit(clerk, "order", subject="One chair", amount="5")

    assert world.reading.flows_of(clerk, world.app, ORDER, order) == ()


def test_a_big_order_is_checked_signed_by_all_and_agreed(world: World) -> None:
    ana, eve = world.person("ana", "clerk"), world.person("eve", "head")
    order = world.submit(ana, "order", **BIG)

    world.finish(ana, "ok", "pool", note="seen")
    world.finish(ana, "approved", "pool")
    world.finish(eve, "approved", "pool")

    assert world.values("order", order)["state"] == "agreed"
    assert world.reading.flows_of(ana, world.app, ORDER, order)[0].status == "ended"


def test_one_rejection_withdraws_the_other_signer_and_refuses(world: World) -> None:
    ana, eve = world.person("ana", "clerk"), world.person("eve", "head")
    order = world.submit(ana, "order", **BIG)
    world.finish(ana, "ok", "pool", note="seen")
    others = world.tasks(eve, "pool")[0].id

    world.finish(ana, "rejected", "pool")

    assert world.values("order", order)["state"] == "refused"
    with pytest.raises(Conflict, match="withdrawn"):
        world.do(CompleteTask(world.app, others, "approved"), eve)


def test_a_task_with_an_empty_required_field_is_refused_and_nothing_changes(world: World) -> None:
    ana = world.person("ana", "clerk")
    order = world.submit(ana, "order", subject="Chairs", amount="500")

    with pytest.raises(FieldErrors) as refused:
        world.finish(ana, "ok", "pool", amount="400")

    assert [(one.path, one.code) for one in refused.value.problems] == [("note", "required")]
    assert world.values("order", order)["amount"] == 500
    assert len(world.tasks(ana, "pool")) == 1


def test_a_field_the_step_does_not_open_is_refused(world: World) -> None:
    ana = world.person("ana", "clerk")
    world.submit(ana, "order", **BIG)

    with pytest.raises(FieldErrors):
        world.finish(ana, "ok", "pool", note="seen", subject="Other")


def test_of_two_who_claim_one_task_the_second_is_told_who_has_it(world: World) -> None:
    ana, bob = world.person("ana", "clerk"), world.person("bob", "clerk")
    world.submit(ana, "order", **BIG)
    task = world.tasks(bob, "pool")[0].id
    world.do(ClaimTask(world.app, task), ana)

    with pytest.raises(Conflict, match="Ana has taken this task"):
        world.do(ClaimTask(world.app, task), bob)

    assert [one.id for one in world.tasks(ana)] == [task]


def test_a_released_task_goes_back_to_its_pool(world: World) -> None:
    ana, bob = world.person("ana", "clerk"), world.person("bob", "clerk")
    world.submit(ana, "order", **BIG)
    task = world.tasks(ana, "pool")[0].id
    world.do(ClaimTask(world.app, task), ana)

    world.do(ReleaseTask(world.app, task), ana)

    assert [one.id for one in world.tasks(bob, "pool")] == [task]


def test_a_done_task_says_who_did_it(world: World) -> None:
    ana, bob = world.person("ana", "clerk"), world.person("bob", "clerk")
    world.submit(ana, "order", **BIG)
    task = world.tasks(ana, "pool")[0].id
    world.finish(ana, "ok", "pool", note="seen")

    with pytest.raises(Conflict, match="done, by Ana"):
        world.do(CompleteTask(world.app, task, "ok", {"note": "me too"}), bob)


def test_somebody_elses_task_does_not_exist_for_an_outsider(world: World) -> None:
    ana, guest = world.person("ana", "clerk"), world.person("gus", "guest")
    world.submit(ana, "order", **BIG)
    task = world.tasks(ana, "pool")[0].id

    with pytest.raises(NotFound):
        world.do(CompleteTask(world.app, task, "ok", {"note": "x"}), guest)
    with pytest.raises(NotFound):
        world.reading.task(guest, world.app, task)


def test_a_late_task_tells_the_head_once_with_what_the_head_may_see(world: World) -> None:
    ana, eve = world.person("ana", "clerk"), world.person("eve", "head")
    buyer = world.submit(ana, "buyer", name="Acme", phone="+8613812345678")
    world.submit(ana, "order", **BIG, buyer=buyer)

    world.advance(hours=3)
    before = world.inbox(eve)
    world.advance(hours=9)

    assert before == ()
    assert [(one.subject, one.body) for one in world.inbox(eve)] == [
        ("Late O26-0001", "+8613812345678")
    ]


def test_a_finished_task_leaves_no_timer_behind(world: World) -> None:
    ana, eve = world.person("ana", "clerk"), world.person("eve", "head")
    world.submit(ana, "order", **BIG)
    world.finish(ana, "no", "pool", note="too much")

    world.advance(days=3)

    assert world.inbox(eve) == ()


def test_an_open_case_finishes_on_its_version_and_the_next_follows_the_new_one(
    world: World,
) -> None:
    ana = world.person("ana", "clerk")
    first = world.submit(ana, "order", **BIG)
    assert (
        world.publish(
            SHOP.replace("{to: sign}", "{to: agree}", 1).replace(
                "      sign:\n        type: approval\n        mode: all\n"
                "        signers: [{role: head, pick: pool}, {role: clerk, pick: pool}]\n"
                "        outcomes: {approved: {to: agree}, rejected: {to: refuse}}\n",
                "",
            )
        )
        == 2
    )

    second = world.submit(ana, "order", **BIG)
    world.finish(ana, "ok", "pool", note="first")
    world.finish(ana, "ok", "pool", note="second")

    states = {world.values("order", one)["state"] for one in (second,)}
    assert states == {"agreed"}
    assert world.values("order", first)["state"] == "open"
    assert world.reading.flows_of(ana, world.app, ORDER, first)[0].version == 1
