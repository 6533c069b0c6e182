"""Rules that wait for a time or run by the clock, and rules that would never end."""

from __future__ import annotations

import pytest

from engines.errors import Conflict
from tests.runtime.story.conftest import SHOP
from tests.support.worlds import World

AFTER_TWO_DAYS = """\
  remind:
    on: {after: {form: order, field: created_at, delay: 2d}}
    when: record.state == 'open'
    do: [{set: {urgency: high}}]
"""
EVERY_MORNING = """\
  sweep:
    on: {schedule: {cron: "0 9 * * *", each: order}}
    when: record.state == 'open' and record.urgency == 'low'
    do: [{set: {subject: swept}}]
"""
FOR_EVER = """\
  ping:
    on: {changed: order, fields: [subject]}
    do: [{create: {form: order, set: {subject: more}}}]
  pong:
    on: {created: order}
    when: record.subject == 'more'
    do: [{create: {form: order, set: {subject: more}}}]
"""


def with_rules(text: str) -> str:
    return SHOP.replace("flows:\n", f"{text}flows:\n", 1)


def test_a_rule_runs_its_time_after_a_field_once(world: World) -> None:
    world.publish(with_rules(AFTER_TWO_DAYS))
    ana = world.person("ana", "clerk")
    order = world.submit(ana, "order", subject="Chairs")

    world.advance(days=1, hours=23)
    early = world.values("order", order)["urgency"]
    world.advance(hours=2)

    assert early == "low"
    assert world.values("order", order)["urgency"] == "high"


def test_a_rule_that_waits_looks_at_the_record_as_it_is_then(world: World) -> None:
    world.publish(with_rules(AFTER_TWO_DAYS))
    ana = world.person("ana", "clerk")
    order = world.submit(ana, "order", subject="Chairs")

    world.change(ana, "order", order, state="agreed")
    world.advance(days=3)

    assert world.values("order", order)["urgency"] == "low"


def test_a_scheduled_rule_runs_every_day_on_the_records_it_is_for(world: World) -> None:
    world.publish(with_rules(EVERY_MORNING))
    ana = world.person("ana", "clerk")
    first = world.submit(ana, "order", subject="Chairs")
    done = world.submit(ana, "order", subject="Tables", state="agreed")

    world.advance(hours=2)
    second = world.submit(ana, "order", subject="Lamps")
    world.advance(hours=24)

    assert world.values("order", first)["subject"] == "swept"
    assert world.values("order", done)["subject"] == "Tables"
    assert world.values("order", second)["subject"] == "swept"


def test_rules_that_set_each_other_off_are_cut_naming_them_and_nothing_is_stored(
    world: World,
) -> None:
    world.publish(with_rules(FOR_EVER))
    ana = world.person("ana", "clerk")
    order = world.submit(ana, "order", subject="Chairs")

    with pytest.raises(Conflict, match=r"rules\.pong"):
        world.change(ana, "order", order, subject="Two chairs")

    assert world.values("order", order)["subject"] == "Chairs"
    assert world.reading.list_page(ana, world.app, "order", "all").total == 1  # type: ignore[arg-type]
