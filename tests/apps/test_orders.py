"""The orders: a second app, so that nothing of the product knows the first."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engines.errors import FieldErrors, NotAllowed, NotFound
from engines.values import FieldId, RecordId
from runtime.commands import Actor, CompleteTask
from tests.support.worlds import World


@pytest.fixture
def sam(trade: World) -> Actor:
    return trade.person("sam", "seller")


@pytest.fixture
def hana(trade: World) -> Actor:
    return trade.person("hana", "sales_head")


def _order(trade: World, seller: Actor, **answers: str) -> RecordId:
    customer = trade.submit(seller, "customer", code="ALFKI", name="Alfreds")
    return trade.submit(seller, "order", customer=customer, **answers)


def _status(trade: World, order: RecordId) -> str:
    return str(trade.values("order", order)["status"])


def test_a_small_order_needs_nobody(trade: World, sam: Actor, hana: Actor):
    order = _order(trade, sam, goods_value="5000 USD")

    assert _status(trade, order) == "entered"
    assert trade.tasks(hana, "pool") == ()


@pytest.mark.parametrize(
    ("outcome", "status"), [("approved", "approved"), ("rejected", "refused")]
)
def test_a_big_order_waits_for_the_head_of_sales(
    trade: World, sam: Actor, hana: Actor, outcome: str, status: str
):
    order = _order(trade, sam, goods_value="5000.01 USD")
    waiting = _status(trade, order)

    task = trade.tasks(hana, "pool")[0]
    trade.do(CompleteTask(trade.app, task.id, outcome, {}, comment="Seen"), hana)

    assert (waiting, _status(trade, order)) == ("to_approve", status)
    assert len(trade.inbox(sam)) == 1


def test_a_shipping_day_makes_an_order_shipped_and_counts_the_days(trade: World, sam: Actor):
    order = _order(trade, sam, ordered_on="2026-03-01")

    trade.change(sam, "order", order, shipped_on="2026-03-09")

    found = trade.values("order", order)
    assert (found["status"], found["days_to_ship"]) == ("shipped", 8)


def test_an_order_is_not_required_before_it_is_made(trade: World, sam: Actor):
    with pytest.raises(FieldErrors):
        _order(trade, sam, ordered_on="2026-03-02", required_on="2026-03-01")


def test_a_line_has_its_total_less_the_discount_and_the_name_of_its_product(
    trade: World, sam: Actor
):
    buyer = trade.person("bo", "buyer")
    product = trade.submit(buyer, "product", code="1", name="Chai")
    line = {"product": product, "unit_price": "14.40", "quantity": "45", "discount": "0.20"}

    made = trade.submit(sam, "order_line", order=_order(trade, sam), **line)

    found = trade.values("order_line", made)
    assert (found["line_total"], found["label"]) == (Decimal("518.40"), "Chai")


@pytest.mark.parametrize(
    ("stock", "on_order", "gone", "said"),
    [("9", "0", "false", "yes"), ("9", "1", "false", "no"), ("0", "0", "true", "no")],
    ids=["low", "on its way", "discontinued"],
)
def test_a_product_below_its_level_must_be_ordered(
    trade: World, stock: str, on_order: str, gone: str, said: str
):
    buyer = trade.person("bo", "buyer")

    product = trade.submit(
        buyer,
        "product",
        code="1",
        name="Chai",
        in_stock=stock,
        on_order=on_order,
        reorder_level="10",
        is_discontinued=gone,
    )

    assert trade.values("product", product)["must_be_ordered"] is (said == "yes")


def test_a_seller_does_not_see_who_supplies_a_product(trade: World, sam: Actor):
    buyer = trade.person("bo", "buyer")
    supplier = trade.submit(buyer, "supplier", code="1", name="Exotic Liquids")
    product = trade.submit(buyer, "product", code="1", name="Chai", supplier=supplier)

    assert FieldId("supplier") not in trade.see(sam, "product", product).values


def test_a_buyer_sees_customers_but_no_orders(trade: World, sam: Actor):
    buyer = trade.person("bo", "buyer")
    order = _order(trade, sam)
    customer = str(trade.values("order", order)["customer"])

    assert trade.see(buyer, "customer", RecordId(customer)).values[FieldId("name")] == "Alfreds"
    with pytest.raises(NotFound):
        trade.see(buyer, "order", order)


def test_a_seller_cannot_change_an_order_that_was_refused(trade: World, sam: Actor, hana: Actor):
    order = _order(trade, sam, goods_value="9000 USD")
    task = trade.tasks(hana, "pool")[0]
    trade.do(CompleteTask(trade.app, task.id, "rejected", {}, comment="Too much"), hana)

    with pytest.raises(NotAllowed):
        trade.change(sam, "order", order, ship_city="Berlin")
