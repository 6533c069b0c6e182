"""Who may see and do what; the same through every door."""

from __future__ import annotations

import pytest

from engines.errors import FieldErrors, NotAllowed, NotFound
from engines.values import FieldId, FormId
from runtime.access import gate
from runtime.access.lists import Ask
from tests.support.worlds import World

ORDER, BUYER = FormId("order"), FormId("buyer")


def test_another_guests_record_does_not_exist_for_a_guest(world: World) -> None:
    gus, gil = world.person("gus", "guest"), world.person("gil", "guest")
    order = world.submit(gus, "order", subject="Mine")

    with pytest.raises(NotFound):
        world.see(gil, "order", order)

    assert world.see(gus, "order", order).title == "O26-0001 Mine"
    assert world.reading.list_page(gil, world.app, ORDER, "all").rows == ()


def test_a_guest_cannot_change_or_read_the_timeline_of_anothers_record(world: World) -> None:
    gus, gil = world.person("gus", "guest"), world.person("gil", "guest")
    order = world.submit(gus, "order", subject="Mine")

    with pytest.raises(NotFound):
        world.change(gil, "order", order, subject="Yours")
    with pytest.raises(NotFound):
        world.reading.timeline(gil, world.app, ORDER, order)


def test_a_field_that_may_only_be_read_is_refused_in_an_answer(world: World) -> None:
    guest = world.person("gus", "guest")

    with pytest.raises(FieldErrors):
        world.submit(guest, "order", subject="Mine", state="agreed")


def test_who_holds_no_role_gets_nothing(world: World) -> None:
    nobody = world.person("nil")

    with pytest.raises(NotAllowed):
        world.reading.list_page(nobody, world.app, ORDER, "all")
    with pytest.raises(NotAllowed):
        world.submit(nobody, "order", subject="Mine")


def test_a_mask_holds_on_the_record_in_lists_and_in_messages(world: World) -> None:
    clerk, head = world.person("ana", "clerk"), world.person("eve", "head")
    buyer = world.submit(clerk, "buyer", name="Acme", phone="+8613812345678")

    for_clerk = world.see(clerk, "buyer", buyer).values[FieldId("phone")]
    for_head = world.see(head, "buyer", buyer).values[FieldId("phone")]

    assert "****" in for_clerk
    assert for_head == "+8613812345678"
    listed = world.reading.list_page(clerk, world.app, BUYER, "all").rows[0]
    assert listed.values[FieldId("phone")] == for_clerk


def test_a_masked_or_hidden_field_cannot_be_found_out_by_filter_sort_or_search(
    world: World,
) -> None:
    clerk = world.person("ana", "clerk")
    world.submit(clerk, "buyer", name="Acme", phone="+8613812345678")

    for filters, sort in (([("phone", "contains", "138")], []), ([], ["phone"])):
        with pytest.raises(NotAllowed):
            world.reading.list_page(clerk, world.app, BUYER, "all", Ask(filters, sort=sort))
    found = world.reading.list_page(clerk, world.app, BUYER, "all", Ask(search="13812345678"))
    assert found.rows == ()


def test_a_hidden_field_is_neither_shown_nor_written_nor_in_the_timeline(world: World) -> None:
    clerk, head = world.person("ana", "clerk"), world.person("eve", "head")
    buyer = world.submit(head, "buyer", name="Acme", code="blue")

    shown = world.see(clerk, "buyer", buyer)
    entries = world.reading.timeline(clerk, world.app, BUYER, buyer)

    assert FieldId("code") not in shown.values
    assert "code" not in {one.field.id for entry in entries for one in entry.changes}
    with pytest.raises(FieldErrors):
        world.change(clerk, "buyer", buyer, code="red")


def test_rights_are_read_fresh_after_a_role_was_taken_away(world: World) -> None:
    clerk = world.person("ana", "clerk")
    order = world.submit(clerk, "order", subject="Chairs")

    world.store.run(lambda unit: unit.directory.set_roles(world.app, "ana", []))  # type: ignore[arg-type]

    with pytest.raises(NotFound):
        world.see(world.actor("ana"), "order", order)


def test_a_change_of_hidden_fields_alone_leaves_no_line_in_the_timeline(world: World) -> None:
    clerk, head = world.person("ana", "clerk"), world.person("eve", "head")
    buyer = world.submit(head, "buyer", name="Acme")

    world.change(head, "buyer", buyer, code="blue")

    kinds = [one.kind for one in world.reading.timeline(clerk, world.app, BUYER, buyer)]
    assert kinds == ["RecordCreated"]


@pytest.mark.parametrize("roles", [("guest",), ("clerk",), ("guest", "clerk")], ids=" ".join)
def test_kept_rights_are_those_of_the_roles_somebody_has_now(
    world: World, roles: tuple[str, ...]
) -> None:
    with world.store.read() as reader:
        app = world.live.app(reader, world.app)
    form = app.form(ORDER)
    gate.rights_in(app, form, world.person("gus", "guest"))
    gate.rights_in(app, form, world.person("gus", "clerk"))

    now = world.person("gus", *roles)

    assert gate.rights_in(app, form, now) == gate.field_rights(form, now)
    assert gate.rights_in(app, form, now) is gate.rights_in(app, form, now)
