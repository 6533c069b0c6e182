"""The page of a flow: a picture without JavaScript, the same as a list, only for its readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from engines.values import AppId, FormId, InstanceId, RecordId
from runtime.adapters.clock import SettableClock
from tests.support.sites import DESK, MORNING, Site, a_site, text_of
from tests.support.stores import opened_store

NEW = "/a/desk/f/request/new"
OUTCOMES = (
    "{done: {title: {en: Done, zh: 完成}, to: end}, nothing: {title: Nothing to do, to: end}}"
)
ADDING = DESK.replace(
    "        type: task\n", "        type: multi_task\n        count: 1\n        adding: true\n", 1
).replace(OUTCOMES, "{done: {title: Done}}\n        to: end")


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path)
        site.person("gus", "guest")
        site.person("gil", "guest")
        site.person("ana", "clerk")
        site.person("huda", "clerk", locale="ar")
        yield site


def a_flow(site: Site) -> str:
    """The address of the flow of a request that a guest sent."""
    record = site.browser("gus").post(NEW, {"subject": "Lamp"}).location.split("?")[0]
    with site.runtime.store.read() as reader:
        (row,) = reader.instances.of_record(
            AppId("desk"), FormId("request"), RecordId(record.rsplit("/", 1)[1])
        )
    return f"/a/desk/flows/{InstanceId(row.id)}"


def picture_of(site: Site, name: str, address: str) -> ET.Element:
    page = site.browser(name).get(address).get_data(as_text=True)
    found = re.search(r'<svg class="flow".*?</svg>', page, re.S)
    assert found is not None
    return ET.fromstring(found.group())  # noqa: S314  our own page


def boxes(picture: ET.Element) -> dict[str, str]:
    """Title -> classes of each box."""
    groups = [one for one in picture.iter("g") if "flow__box" in one.get("class", "")]
    return {"".join(one.find("text").itertext()): one.get("class", "") for one in groups}  # type: ignore[union-attr]


def test_the_picture_says_where_the_flow_stands(site: Site) -> None:
    shown = boxes(picture_of(site, "ana", a_flow(site)))

    assert "flow__box--here" in shown["Look at it"]
    assert "flow__box--ahead" in shown["End"]


def test_the_picture_says_where_the_flow_went(site: Site) -> None:
    address = a_flow(site)
    ana = site.browser("ana")
    task = re.search(r"/a/desk/tasks/[\w-]+", ana.get("/a/desk/tasks?which=pool").text)
    assert task is not None
    ana.post(task.group(), {"_outcome": "done", "status": "open"})

    picture = picture_of(site, "ana", address)

    assert "flow__box--been" in boxes(picture)["Look at it"]
    assert [one.get("class") for one in picture.findall("path")] == [
        "flow__line flow__line--taken"
    ]
    assert "Ana Done" in text_of(ana.get(address))


def test_the_same_stands_in_a_list_with_who_holds_it_and_why(site: Site) -> None:
    said = text_of(site.browser("ana").get(a_flow(site)))

    assert "Look at it Task Here now" in said
    assert "Clerk 4 h left" in said
    assert "Came to Look at it." in said


def test_the_picture_is_mirrored_where_reading_goes_from_right_to_left(site: Site) -> None:
    address = a_flow(site)

    ltr = [float(box.get("x", 0)) for box in picture_of(site, "ana", address).iter("rect")]
    rtl = [float(box.get("x", 0)) for box in picture_of(site, "huda", address).iter("rect")]

    assert ltr == sorted(ltr)
    assert rtl == sorted(rtl, reverse=True)


def test_who_may_not_read_the_record_finds_no_flow(site: Site) -> None:
    address = a_flow(site)

    assert site.browser("gus").get(address).status_code == 200
    assert site.browser("gil").get(address).status_code == 404


def test_lines_say_what_leads_along_them(site: Site) -> None:
    picture = picture_of(site, "ana", a_flow(site))

    said = [one for one in picture.iter("text") if one.get("class") == "flow__label"]
    whole = ["".join(one.find("title").itertext()) for one in said]  # type: ignore[union-attr]
    assert whole == ["Done / Nothing to do"]
    assert (said[0].find("title").tail or "") == "Done / Nothing to…"  # type: ignore[union-attr]


def test_who_works_at_a_step_adds_work_to_it_until_adding_is_closed(site: Site) -> None:
    site.world.publish(ADDING)
    address, ana, gus = a_flow(site), site.browser("ana"), site.browser("gus")
    offered = [text_of(one.get(address)).count("Add one more") for one in (ana, gus)]

    added = ana.post(f"{address}/act", {"_act": "add_work", "node": "look"})
    open_tasks = text_of(ana.get(address)).count("4 h left")
    ana.post(f"{address}/act", {"_act": "close_adding", "node": "look"})

    assert offered == [1, 0]
    assert (added.status_code, open_tasks) == (303, 2)
    assert "Add one more" not in text_of(ana.get(address))
    again = ana.post(f"{address}/act", {"_act": "add_work", "node": "look"})
    assert again.status_code == 409
    assert gus.post(f"{address}/act", {"_act": "add_work", "node": "look"}).status_code == 403
