"""What is refused and what has stopped, in the language of the reader; programs get English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engines.flow.instance import Instance
from runtime.adapters.clock import SettableClock
from runtime.ports import InstanceRow
from tests.runtime.web.test_task_pages import SHOP, an_order, case_of
from tests.support.sites import MORNING, Site, a_site, text_of
from tests.support.stores import opened_store

PAGE = "/a/shop/operate"


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=SHOP, app="shop")
        site.person("gus", "guest")
        site.person("ana", "clerk")
        site.person("zhou", "head", locale="zh")
        yield site


def test_refusal_is_told_in_the_readers_language_and_to_programs_in_english(site: Site) -> None:
    case = case_of(site, an_order(site, "Lamp")).id

    page = site.browser("zhou").post(f"/a/shop/operate/{case}", {"_act": "retry"})
    told = site.program("zhou", "read", "write").call(
        "POST", f"/api/v1/shop/-/flows/{case}/retry", {}
    )

    assert (page.status_code, told.status_code) == (409, 409)
    assert "这个流程没有停住。" in text_of(page)
    assert told.get_json()["error"]["message"] == "This flow is not stopped."


def test_why_a_case_has_stopped_is_told_in_the_readers_language(site: Site) -> None:
    case = case_of(site, an_order(site, "Lamp"))
    reason = f"{case_node(site, case)}: Nobody can be given this task."
    stopped = replace(case, status="incident", incident=reason, revision=case.revision + 1)
    site.runtime.store.run(lambda unit: unit.instances.update(stopped, case.revision))

    zhou = site.browser("zhou")

    said = "Look at it: 没有人可以接这个任务。"
    assert said in text_of(zhou.get(PAGE))
    assert said in text_of(zhou.get(f"/a/shop/flows/{case.id}"))
    assert said in text_of(zhou.get(f"/a/shop/f/{case.form}/{case.record}"))


def case_node(site: Site, case: InstanceRow) -> str:
    return Instance.from_json(case.state).tokens[0].node
