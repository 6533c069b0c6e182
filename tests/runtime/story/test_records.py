"""Submitting, changing and deleting records through the bus."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engines.errors import Conflict, FieldErrors, NotAllowed, NotFound
from engines.values import FieldId, FormId
from runtime.commands import CreateRecord, DeleteRecord, UpdateRecord
from tests.runtime.story.conftest import SHOP
from tests.support.worlds import World

NOWHERE = "01900000-0000-7000-8000-000000000000"


def test_a_submitted_form_is_stored_with_its_number_and_computed_values(world: World) -> None:
    clerk = world.person("ana", "clerk")

    order = world.submit(clerk, "order", subject="Chairs", amount="120.50", note="ok")

    values = world.values("order", order)
    assert values["number"] == "O26-0001"
    assert values["amount"] == Decimal("120.50")
    assert values["is_big"] is True


def test_a_rule_reads_behind_a_link_and_the_next_rule_sees_what_it_set(world: World) -> None:
    clerk, head = world.person("ana", "clerk"), world.person("eve", "head")
    buyer = world.submit(clerk, "buyer", name="Gold & Co", level="gold")

    order = world.submit(clerk, "order", subject="Chairs", buyer=buyer)

    values = world.values("order", order)
    assert values["urgency"] == "high"
    assert values["owner"] == head.user


def test_all_wrong_answers_are_refused_together_and_nothing_is_stored(world: World) -> None:
    clerk = world.person("ana", "clerk")
    answers = {"subject": "x" * 61, "amount": "many", "surprise": "1", "buyer": "nobody"}

    with pytest.raises(FieldErrors) as refused:
        world.submit(clerk, "order", **answers)

    assert {one.path for one in refused.value.problems} >= {"subject", "amount", "surprise"}
    with world.store.read() as reader:
        assert reader.events.of_record("shop", "order", "nobody") == ()  # type: ignore[arg-type]
    assert world.reading.list_page(clerk, world.app, "order", "all").total == 0  # type: ignore[arg-type]


def test_a_link_to_a_record_that_is_not_there_is_refused(world: World) -> None:
    clerk = world.person("ana", "clerk")

    with pytest.raises(FieldErrors) as refused:
        world.submit(
            clerk, "order", subject="Chairs", buyer="01900000-0000-7000-8000-000000000000"
        )

    assert [(one.path, one.code) for one in refused.value.problems] == [
        ("buyer", "unknown_record")
    ]


def test_a_unique_value_is_taken_only_once(world: World) -> None:
    clerk = world.person("ana", "clerk")
    world.submit(clerk, "order", subject="Chairs", reference="R-1")

    with pytest.raises(FieldErrors) as refused:
        world.submit(clerk, "order", subject="Tables", reference="R-1")

    assert [one.code for one in refused.value.problems] == ["not_unique"]


def test_numbers_have_no_gap_after_a_refused_submit(world: World) -> None:
    clerk = world.person("ana", "clerk")
    world.submit(clerk, "order", subject="Chairs", reference="R-1")
    with pytest.raises(FieldErrors):
        world.submit(clerk, "order", subject="Tables", reference="R-1")

    order = world.submit(clerk, "order", subject="Tables", reference="R-2")

    assert world.values("order", order)["number"] == "O26-0002"


def test_a_repeat_with_the_same_key_gets_the_first_answer(world: World) -> None:
    clerk = world.person("ana", "clerk")
    command = CreateRecord(world.app, "order", {"subject": "Chairs"})  # type: ignore[arg-type]

    first = world.do(command, clerk, key="k-1")
    second = world.do(command, clerk, key="k-1")

    assert second == first
    assert world.reading.list_page(clerk, world.app, "order", "all").total == 1  # type: ignore[arg-type]


def test_the_same_key_for_another_request_is_refused(world: World) -> None:
    clerk = world.person("ana", "clerk")
    world.do(CreateRecord(world.app, "order", {"subject": "Chairs"}), clerk, key="k-1")  # type: ignore[arg-type]

    with pytest.raises(Conflict):
        world.do(CreateRecord(world.app, "order", {"subject": "Tables"}), clerk, key="k-1")  # type: ignore[arg-type]


def test_the_second_of_two_people_who_edit_one_record_is_told(world: World) -> None:
    ana, bob = world.person("ana", "clerk"), world.person("bob", "clerk")
    order = world.submit(ana, "order", subject="Chairs")
    world.do(UpdateRecord(world.app, "order", order, {"subject": "Two chairs"}, 1), bob)  # type: ignore[arg-type]

    with pytest.raises(Conflict) as refused:
        world.do(UpdateRecord(world.app, "order", order, {"subject": "Three"}, 1), ana)  # type: ignore[arg-type]

    assert refused.value.details["by"] == "bob"
    assert world.values("order", order)["subject"] == "Two chairs"


def test_what_is_hidden_by_its_condition_is_cleared_when_the_reason_goes(world: World) -> None:
    clerk = world.person("ana", "clerk")
    order = world.submit(clerk, "order", subject="Chairs", amount="200", note="heavy")

    world.change(clerk, "order", order, amount="5")

    values = world.values("order", order)
    assert values["is_big"] is False
    assert values["note"] is None


def test_only_who_may_delete_deletes(world: World) -> None:
    clerk, head = world.person("ana", "clerk"), world.person("eve", "head")
    order = world.submit(clerk, "order", subject="Chairs")
    with pytest.raises(NotAllowed):
        world.do(DeleteRecord(world.app, "order", order), clerk)  # type: ignore[arg-type]

    world.do(DeleteRecord(world.app, "order", order), head)  # type: ignore[arg-type]

    with pytest.raises(NotFound):
        world.see(head, "order", order)


def test_the_timeline_tells_every_change_with_before_and_after(world: World) -> None:
    clerk = world.person("ana", "clerk")
    order = world.submit(clerk, "order", subject="Chairs")

    world.change(clerk, "order", order, subject="Two chairs")

    entries = world.reading.timeline(clerk, world.app, "order", order)  # type: ignore[arg-type]
    changed = entries[0]
    assert changed.by_name == "Ana"
    assert [(one.field.id, one.before, one.after) for one in changed.changes] == [
        ("subject", "Chairs", "Two chairs")
    ]


def test_a_rule_may_fill_a_read_only_field_of_a_record_it_creates(world: World) -> None:
    readonly = SHOP.replace(
        "      note: {type: text, visible: record.is_big}",
        "      note: {type: text, visible: record.is_big}\n"
        "      origin: {type: text, readonly: true}",
    ).replace(
        "flows:\n",
        "  copy:\n    on: {created: buyer}\n"
        "    do: [{create: {form: order, set: {subject: Welcome, origin: rule}}}]\nflows:\n",
        1,
    )
    world.publish(readonly)
    ana = world.person("ana", "clerk")

    world.submit(ana, "buyer", name="Acme")

    made = world.reading.list_page(ana, world.app, FormId("order"), "all").rows[0]
    assert made.values[FieldId("origin")] == "rule"
    with pytest.raises(FieldErrors):
        world.submit(ana, "order", subject="Mine", origin="me")


def test_number_that_a_rule_works_out_is_rounded_half_away_from_zero(world: World) -> None:
    eighth = "{on: {created: order}, do: [{set_value: {amount: record.amount / 8}}]}"
    world.publish(SHOP.replace("rules:\n", f"rules:\n  an_eighth: {eighth}\n", 1))
    clerk = world.person("ana", "clerk")

    order = world.submit(clerk, "order", subject="Eighths", amount="1.00")

    assert world.values("order", order)["amount"] == Decimal("0.13")
