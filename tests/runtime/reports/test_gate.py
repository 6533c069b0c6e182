"""What a report tells its reader: readable records only, no field they may not know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engines.errors import FieldErrors, NotAllowed, NotFound
from engines.values import DashboardId, ReportId
from runtime.access.lists import Ask
from runtime.adapters.clock import SettableClock
from runtime.commands import Actor
from tests.support.stores import opened_store
from tests.support.worlds import World, a_world

EVENING = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)  # Monday the 2nd in Shanghai

SHOP = """\
format: 1
app: shop
title: Shop
locales: [en, zh]
time_zone: Asia/Shanghai
roles:
  clerk: {title: Clerk}
  head: {title: Head}
  guest: {title: Guest}
menu:
  - {dashboard: overview}
forms:
  buyer:
    title: Buyer
    name: "{{ name }}"
    fields:
      name: {type: text}
      level: {type: select, options: {gold: {en: Gold, zh: 金}, plain: Plain}}
      grade: {type: select, options: {a: A, b: B}}
    access:
      clerk: {create: true, read: record.level == 'plain', fields: {grade: hidden}}
      head: {create: true, read: true}
  order:
    title: Order
    name: "{{ subject }}"
    fields:
      subject: {type: text}
      state: {type: select, options: {open: Open, done: {en: Done, zh: 完成}}, default: open}
      buyer: {type: link, form: buyer}
      amount: {type: decimal, scale: 2}
      margin: {type: decimal, scale: 2}
      code: {type: select, options: {x: X, y: Y}, mask: {middle: 1, unless: [head]}}
    access:
      clerk: {create: true, read: record.state == 'open', fields: {margin: hidden}}
      head: {create: true, read: true}
reports:
  by_state:
    title: {en: By state, zh: 按状态}
    of: order
    by: [state]
    measure: {orders: {count: true}, amount: {sum: amount}}
    chart: {type: table, totals: true}
  by_day:
    of: order
    by: [{field: created_at, grain: day}]
    chart: {type: line}
  by_buyer: {of: order, by: [buyer], chart: {type: bar}}
  by_grade: {of: order, by: [buyer.grade], chart: {type: pie}}
  by_code: {of: order, by: [code], chart: {type: pie}}
  margin: {of: order, measure: {margin: {mean: margin}}, chart: {type: kpi}}
  rich: {of: order, where: record.margin > 10, chart: {type: kpi}}
  big: {of: order, where: record.amount >= 10, chart: {type: kpi, target: 2}, drill: false}
dashboards:
  overview:
    title: Overview
    tiles:
      states: {report: by_state, at: [0, 0, 6, 3]}
      margin: {report: margin, at: [6, 0, 6, 3]}
"""


@pytest.fixture(params=["memory", "postgres"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    clock = SettableClock(EVENING)
    with opened_store(request.param, request, tmp_path, clock=clock) as store:
        shop = a_world(store, clock, SHOP, "shop")
        head = shop.person("hanna", "head")
        acme = shop.submit(head, "buyer", name="Acme", level="gold", grade="a")
        bolt = shop.submit(head, "buyer", name="Bolt", level="plain", grade="b")
        shop.submit(head, "order", subject="one", buyer=acme, amount="10", margin="5", code="x")
        shop.submit(head, "order", subject="two", buyer=bolt, amount="2.5", margin="20", code="x")
        shop.submit(head, "order", subject="old", buyer=bolt, amount="4", state="done", code="y")
        yield shop


def rows(world: World, actor: Actor, report: str, **ask: Any) -> list[tuple[Any, ...]]:
    page = world.reading.report(actor, world.app, ReportId(report), Ask(**ask))
    return [(*row.keys, *row.values) for row in page.table.rows]


def test_report_counts_all_that_its_reader_may_read(world: World) -> None:
    found = rows(world, world.actor("hanna"), "by_state")

    assert found == [("open", 2, Decimal("12.50")), ("done", 1, Decimal("4.00"))]


def test_report_leaves_out_records_its_reader_may_not_read(world: World) -> None:
    found = rows(world, world.person("carl", "clerk"), "by_state")

    assert found == [("open", 2, Decimal("12.50"))]


def test_totals_are_over_the_readable_records_only(world: World) -> None:
    page = world.reading.report(world.person("carl", "clerk"), world.app, ReportId("by_state"))

    assert page.table.totals == (2, Decimal("12.50"))


def test_drawing_speaks_the_language_of_its_reader(world: World) -> None:
    head = world.actor("hanna")
    reader = Actor(head.user, roles=head.roles, locale="zh")

    page = world.reading.report(reader, world.app, ReportId("by_state"))

    assert page.drawing["title"] == "按状态"
    assert [row["labels"] for row in page.drawing["data"]["rows"]] == [["Open"], ["完成"]]


def test_days_are_those_of_the_app(world: World) -> None:
    page = world.reading.report(world.actor("hanna"), world.app, ReportId("by_day"))

    assert page.drawing["data"]["axis"]["keys"] == ["2026-03-02"]


def test_names_behind_links_are_told_only_where_they_may_be_read(world: World) -> None:
    page = world.reading.report(world.person("carl", "clerk"), world.app, ReportId("by_buyer"))

    assert sorted(page.drawing["data"]["axis"]["labels"]) == ["Bolt", "–"]


@pytest.mark.parametrize(
    ("report", "field"),
    [("by_grade", "Buyer"), ("by_code", "Code"), ("margin", "Margin"), ("rich", "Margin")],
    ids=["hidden behind a link", "masked", "measured", "in the condition"],
)
def test_fields_one_may_not_know_take_no_part(world: World, report: str, field: str) -> None:
    carl = world.person("carl", "clerk")

    with pytest.raises(NotAllowed, match=f"uses the field {field}, which you may not see"):
        rows(world, carl, report)


def test_somebody_who_reads_no_order_gets_no_report(world: World) -> None:
    with pytest.raises(NotAllowed):
        rows(world, world.person("gus", "guest"), "by_state")


def test_condition_of_the_report_holds(world: World) -> None:
    page = world.reading.report(world.actor("hanna"), world.app, ReportId("big"))

    assert page.drawing["data"]["value"] == 1
    assert page.drawing["data"]["is_met"] is False


def test_asked_filters_narrow_the_report(world: World) -> None:
    found = rows(world, world.actor("hanna"), "by_state", filters=[("amount", "at_least", "4")])

    assert found == [("open", 1, Decimal("10.00")), ("done", 1, Decimal("4.00"))]


def test_cell_opens_the_records_it_counts(world: World) -> None:
    page = world.reading.records_behind(
        world.actor("hanna"), world.app, ReportId("by_day"), ["2026-03-02"]
    )

    assert sorted(row.title for row in page.rows) == ["old", "one", "two"]


def test_cell_opens_nothing_its_reader_may_not_read(world: World) -> None:
    page = world.reading.records_behind(
        world.person("carl", "clerk"), world.app, ReportId("by_state"), ["done"]
    )

    assert page.rows == ()


@pytest.mark.parametrize(
    "cell", [[], ["open", "done"], [1], ["2026-13-01"]], ids=["none", "two", "number", "date"]
)
def test_cell_of_another_shape_is_refused(world: World, cell: list[Any]) -> None:
    with pytest.raises(FieldErrors):
        world.reading.records_behind(world.actor("hanna"), world.app, ReportId("by_day"), cell)


def test_report_without_drill_down_opens_nothing(world: World) -> None:
    with pytest.raises(NotAllowed):
        world.reading.records_behind(world.actor("hanna"), world.app, ReportId("big"), [])


def test_dashboard_shows_what_may_be_seen_and_says_why_not(world: World) -> None:
    carl = world.person("carl", "clerk")

    page = world.reading.dashboard(carl, world.app, DashboardId("overview"))

    states, margin = page.tiles
    assert states.page is not None
    assert (margin.page, margin.refused) == (
        None,
        "This report uses the field Margin, which you may not see.",
    )


def test_menu_offers_a_dashboard_to_those_who_read_its_records(world: World) -> None:
    seen = [
        len(world.reading.menu(world.person(name, role), world.app))
        for name, role in (("carl", "clerk"), ("gus", "guest"))
    ]

    assert seen == [1, 0]


def test_unknown_report_and_dashboard_are_not_found(world: World) -> None:
    hanna = world.actor("hanna")

    with pytest.raises(NotFound):
        world.reading.report(hanna, world.app, ReportId("nothing"))
    with pytest.raises(NotFound):
        world.reading.dashboard(hanna, world.app, DashboardId("nothing"))
