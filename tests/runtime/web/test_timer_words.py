"""Operators read what a timer was for in words, in their language and through the gate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.values import AppId
from runtime.adapters.clock import SettableClock
from runtime.ports import Unit
from tests.runtime.web.test_task_pages import SHOP, an_order, case_of
from tests.support.sites import MORNING, Site, a_site, text_of
from tests.support.stores import opened_store

PAGE = "/a/shop/operate"
RULES = "rules:\n  tidy: {on: {created: order}, do: [{set: {big: true}}]}\n"


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=SHOP + RULES, app="shop")
        site.person("gus", "guest")
        for locale in ("en", "zh"):
            site.person(f"eve_{locale}", "head", locale=locale)
        yield site


def parked(site: Site, ref: str, *, is_of_case: bool = False) -> str:
    """What the operators' page says of a timer that was given up, in English and Chinese.

    `{order}` in the ref is a record with a case whose only token is its first.
    """
    case = case_of(site, an_order(site, "Chairs"))
    named = ref.format(order=case.record)

    def park(unit: Unit) -> None:
        instance = case.id if is_of_case else None
        unit.instances.start_timer(AppId("shop"), instance, named, unit.now)
        due = unit.queue.due_timers(unit.now, 100, 60.0)
        (timer,) = [one for one in due if one.ref == named]
        unit.queue.timer_failed(timer, "no such place", None)

    site.runtime.store.run(park)
    return " | ".join(text_of(site.browser(f"eve_{one}").get(PAGE)) for one in ("en", "zh"))


@pytest.mark.parametrize(
    ("ref", "words", "in_chinese"),
    [
        ("{token}.due", "Check Due time of the step Look at it", "步骤“Look at it”的到期时间"),
        (
            "{token}.timers.late",
            "Timer “late” of the step Look at it",
            "步骤“Look at it”的定时器“late”",
        ),
        ("{token}.wait", "Waiting time at the step Look at it", "步骤“Look at it”的等待时间"),
        ("999.due", "What it was set for is gone", "它所对应的内容已不存在"),
    ],
    ids=["due", "named", "wait", "gone"],
)
def test_a_timer_of_a_case_is_told_by_its_step(
    site: Site, ref: str, words: str, in_chinese: str
) -> None:
    said = parked(site, ref.replace("{token}", "1"), is_of_case=True)

    assert words in said
    assert in_chinese in said


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        ("clock:order:{order}", "Service level clocks"),
        ("rule:tidy:order:{order}", "Rule tidy"),
        ("schedule:tidy", "Regular run of the rule tidy"),
        ("schedule:tidy:0192", "Regular run of the rule tidy"),
        ("flow:check", "Regular start of the flow Check"),
        ("flow:nothing", "What it was set for is gone"),
        ("rule:nothing:order:{order}", "What it was set for is gone"),
        ("something", "What it was set for is gone"),
    ],
    ids=["clock", "rule", "schedule", "its rows", "flow", "no flow", "no rule", "unknown"],
)
def test_other_timers_are_told_by_rule_or_flow(site: Site, ref: str, words: str) -> None:
    assert words in parked(site, ref)


def test_the_record_is_named_to_who_may_read_it(site: Site) -> None:
    said = parked(site, "clock:order:{order}")

    assert "Service level clocks Chairs" in said


def test_program_gets_the_ref_and_what_it_names_in_the_accounts_language(site: Site) -> None:
    parked(site, "1.due", is_of_case=True)

    told = site.program("eve_zh").call("GET", "/api/v1/shop/-/operations/timers").get_json()

    (timer,) = told["timers"]
    assert timer["ref"] == "1.due"
    assert timer["waits_for"] == {
        "kind": "due",
        "text": "步骤“Look at it”的到期时间",
        "title": "Look at it",
        "flow": "Check",
        "name": None,
        "form": None,
        "record": None,
        "record_title": "",
    }
