from __future__ import annotations

from decimal import Decimal

from engines.form.amounts import to_scale
from engines.form.compute import recompute
from engines.form.visible import State, states
from engines.values import FieldId
from tests.support.forms import a_form, facts

ORDER = a_form("""
forms:
  ticket:
    fields:
      total: {type: decimal, value: record.net + record.tax}
      tax: {type: decimal, value: record.net / 10}
      net: {type: decimal, value: record.price * record.count}
      price: {type: decimal}
      count: {type: integer, required: record.price > 0}
      reason: {type: text, visible: record.total > 100}
      by: {type: user}
      comment: {type: text, readonly: record.by != user}
      crates: {type: integer, value: record.price / 8}
      third: {type: formula, result: number, scale: 2, value: record.price / 3}
    layout:
      - section: {title: Money, visible: record.price > 0, fields: [count, total]}
      - price
      - reason
""")
EMPTY = dict.fromkeys(ORDER.stored)


def test_values_are_computed_after_those_they_read() -> None:
    order = list(ORDER.compute_order)

    assert (
        order.index(FieldId("net")) < order.index(FieldId("tax")) < order.index(FieldId("total"))
    )


def test_a_change_brings_everything_up_to_date_that_follows() -> None:
    values = {**EMPTY, "price": Decimal("3.00"), "count": 4}

    found = recompute(ORDER, values, [FieldId("count")], facts())

    assert (found["net"], found["tax"], found["total"]) == (12, Decimal("1.2"), Decimal("13.2"))


def test_a_change_touches_nothing_that_does_not_follow() -> None:
    values = {**EMPTY, "price": Decimal("3.00"), "count": 4, "third": Decimal("99.00")}

    found = recompute(ORDER, values, [FieldId("count")], facts())

    assert found["third"] == Decimal("99.00")
    assert recompute(ORDER, values, [FieldId("comment")], facts()) == values


def test_a_change_clears_what_it_hides() -> None:
    values = {**EMPTY, "price": Decimal("1.00"), "count": 1, "reason": "large"}

    found = recompute(ORDER, values, [FieldId("price")], facts())

    assert found["reason"] is None


def test_a_computed_number_is_rounded_to_the_decimals_it_keeps() -> None:
    found = recompute(ORDER, {**EMPTY, "price": Decimal("1.00")}, [FieldId("price")], facts())

    assert str(found["third"]) == "0.33"


def test_a_computed_whole_number_is_whole() -> None:
    found = recompute(ORDER, {**EMPTY, "price": Decimal("20.00")}, [FieldId("price")], facts())

    assert found["crates"] == 3  # 2.5, half away from zero
    assert isinstance(found["crates"], int)


def test_states_tell_who_is_seen_required_and_read_only() -> None:
    found = states(ORDER, facts(price=Decimal(5), count=None, total=Decimal(5), by="u-ana"))

    assert found[FieldId("count")] == State(visible=True, required=True, readonly=False)
    assert found[FieldId("reason")] == State(visible=False, required=False, readonly=False)
    assert found[FieldId("comment")] == State(visible=True, required=False, readonly=False)
    assert found[FieldId("total")].readonly


def test_states_narrow_to_what_may_be_edited_and_widen_to_what_a_task_demands() -> None:
    found = states(
        ORDER,
        facts(price=Decimal(5)),
        editable=frozenset({FieldId("price")}),
        required=frozenset({FieldId("price")}),
    )

    assert found[FieldId("price")] == State(visible=True, required=True, readonly=False)
    assert found[FieldId("count")].readonly


def test_a_hidden_section_hides_its_fields() -> None:
    assert not states(ORDER, facts(price=None))[FieldId("count")].visible
    assert states(ORDER, facts(price=Decimal(1)))[FieldId("count")].visible


def test_computed_numbers_are_rounded_half_away_from_zero() -> None:
    values = {**EMPTY, "price": Decimal("0.25"), "count": 1}

    found = recompute(ORDER, values, [FieldId("price")], facts())

    assert found["tax"] == Decimal("0.03")
    assert to_scale(Decimal("-0.025"), 2) == Decimal("-0.03")
