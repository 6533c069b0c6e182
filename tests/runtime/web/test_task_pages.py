"""Lists of tasks, acts beside a task, several tasks at once, and absence.

Long because each of these pages has its good way and its refusal on one small app.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.values import AppId, FormId, RecordId
from runtime.access import task_lists
from runtime.adapters.clock import SettableClock
from runtime.ports import InstanceRow
from tests.support.sites import MORNING, Site, a_site, text_of
from tests.support.stores import opened_store

SHOP = """\
format: 1
app: shop
title: Shop
locales: [en, ar]
time_zone: UTC
currency: EUR
roles:
  guest: {title: Guest, portal: true}
  clerk: {title: Clerk}
  head: {title: Head, includes: [clerk], can: [operate]}
forms:
  order:
    title: Order
    name: "{{ subject }}"
    fields:
      subject: {type: text, title: Subject, required: true}
      big: {type: checkbox, title: Big}
      why: {type: text, title: Why, visible: record.big, required: record.big}
    access:
      guest: {create: true, read: record.created_by == user.id}
      clerk: {create: true, read: "record.subject != 'Secret'", update: true}
flows:
  check:
    title: Check
    on: {created: order}
    nodes:
      look:
        type: task
        title: Look at it
        assign: {role: clerk, pick: pool}
        form: {edit: [big, why]}
        due: {within: 4h}
        outcomes:
          fine: {title: Fine, to: end}
          broken: {title: Broken, to: end, comment: required}
      end: {type: end}
"""
NEW = "/a/shop/f/order/new"
TASKS = "/a/shop/tasks"


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=SHOP, app="shop")
        site.person("gus", "guest")
        site.person("ana", "clerk")
        site.person("ben", "clerk")
        site.person("eve", "head")
        yield site


def an_order(site: Site, subject: str, **values: str) -> str:
    """The id of the task of a new order."""
    answer = site.browser("gus").post(NEW, {"subject": subject, **values})
    record = RecordId(answer.location.split("?")[0].rsplit("/", 1)[1])
    with site.runtime.store.read() as reader:
        (task,) = reader.instances.tasks_on(AppId("shop"), FormId("order"), record)
    return str(task.id)


def claimed(site: Site, name: str, subject: str) -> str:
    task = an_order(site, subject)
    site.browser(name).post(f"{TASKS}/{task}/claim")
    return task


def case_of(site: Site, task: str) -> InstanceRow:
    with site.runtime.store.read() as reader:
        row = reader.instances.task(task)
        assert row is not None
        instance = reader.instances.get(row.instance)
    assert instance is not None
    return instance


# --- lists ---


def test_tasks_are_found_by_words_of_their_record(site: Site) -> None:
    an_order(site, "Blue lamp")
    an_order(site, "Green desk")

    said = text_of(site.browser("ana").get(f"{TASKS}?which=pool&q=lamp"))

    assert "Blue lamp" in said
    assert "Green desk" not in said


def test_tasks_beyond_a_page_stand_on_the_next_and_are_found_by_words(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_lists, "MOST_TASKS", 2)
    for subject in ("Lamp", "Desk", "Sofa"):
        an_order(site, subject)
    ana = site.browser("ana")

    first = ana.get(f"{TASKS}?which=pool")
    second = ana.get(f"{TASKS}?which=pool&skip=2")
    found = ana.get(f"{TASKS}?which=pool&q=sofa")

    assert "To be taken 3" in text_of(first)
    assert ("?which=pool&amp;skip=2" in first.text, 'rel="next"' in second.text) == (True, False)
    assert ["Sofa" in text_of(one) for one in (first, second, found)] == [False, True, True]


def test_programs_get_tasks_by_pages_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_lists, "MOST_TASKS", 2)
    for subject in ("Lamp", "Desk", "Sofa"):
        an_order(site, subject)
    program, address = site.program("ana"), "/api/v1/shop/-/tasks?which=pool"

    first = program.call("GET", address).get_json()
    second = program.call("GET", f"{address}&skip={first['next']}").get_json()

    assert [one["record_title"] for one in first["tasks"]] == ["Lamp", "Desk"]
    assert [one["record_title"] for one in second["tasks"]] == ["Sofa"]
    assert second["next"] is None
    assert program.call("GET", f"{address}&skip=x").status_code == 400


@pytest.mark.parametrize("which", ["mine", "pool", "done", "cc"])
def test_every_tab_says_when_it_is_empty(site: Site, which: str) -> None:
    page = site.browser("ana").get(f"{TASKS}?which={which}")

    assert page.status_code == 200
    assert 'class="empty"' in page.text


def test_a_copy_stands_under_copies_until_its_reader_says_so(site: Site) -> None:
    case = case_of(site, claimed(site, "ana", "Lamp")).id
    there = f"/a/shop/flows/{case}"
    given = {"_act": "copy", "people": ["ben"], "reason": "For you"}

    sent = site.browser("ana").post(f"{there}/act", given)
    before = text_of(site.browser("ben").get(f"{TASKS}?which=cc"))
    site.browser("ben").post(f"{there}/act", {"_act": "read"})
    after = text_of(site.browser("ben").get(f"{TASKS}?which=cc"))

    assert sent.status_code == 303
    assert "Check New Lamp Ana" in before
    assert "For you" in before
    assert "Check New" not in after
    assert "Check Lamp Ana" in after


# --- several at once ---


def test_several_tasks_are_finished_with_one_outcome(site: Site) -> None:
    tasks = [an_order(site, "Lamp"), an_order(site, "Desk")]
    ana = site.browser("ana")

    asked = ana.post(f"{TASKS}/batch", {"_ids": tasks})
    done = ana.post(f"{TASKS}/batch", {"_ids": tasks, "outcome": "fine"})

    assert "Fine 2" in text_of(asked)
    assert "2 tasks were done." in text_of(done)
    assert {case_of(site, one).status for one in tasks} == {"ended"}


def test_an_outcome_that_asks_for_a_comment_is_refused_for_each_by_name(site: Site) -> None:
    tasks = [an_order(site, "Lamp"), an_order(site, "Desk")]

    page = site.browser("ana").post(f"{TASKS}/batch", {"_ids": tasks, "outcome": "broken"})

    assert page.status_code == 422
    assert text_of(page).count("This outcome asks for a comment") == 2
    assert "Look at it Lamp" in text_of(page)
    assert {case_of(site, one).status for one in tasks} == {"running"}


def test_somebody_elses_task_is_refused_while_the_others_are_done(site: Site) -> None:
    theirs, free = claimed(site, "ben", "Lamp"), an_order(site, "Desk")

    page = site.browser("ana").post(f"{TASKS}/batch", {"_ids": [theirs, free], "outcome": "fine"})

    assert "One task was done. One was refused" in text_of(page)
    assert "Ben has taken this task" in text_of(page)
    assert case_of(site, theirs).status == "running"


# --- one task ---


def test_a_task_page_follows_its_answers_without_scripts(site: Site) -> None:
    task = an_order(site, "Lamp")
    ana = site.browser("ana")

    before = ana.get(f"{TASKS}/{task}").text
    after = ana.post(f"{TASKS}/{task}", {"big": ["", "true"], "_act": "update"}).text

    assert re.search(r'data-field="why" hidden', before)
    assert not re.search(r'data-field="why" hidden', after)
    assert case_of(site, task).status == "running"


def test_what_an_outcome_needs_is_said_before_and_at_the_comment(site: Site) -> None:
    task = an_order(site, "Lamp")
    ana = site.browser("ana")

    before = text_of(ana.get(f"{TASKS}/{task}"))
    refused = ana.post(f"{TASKS}/{task}", {"_outcome": "broken"})

    assert "Needed for: Broken" in before
    assert refused.status_code == 422
    assert "Comment: Fill this in." in text_of(refused)


def test_a_task_is_given_to_somebody_else_for_good(site: Site) -> None:
    task = claimed(site, "ana", "Lamp")
    given = {"_act": "transfer", "to": "ben", "comment": "Yours"}

    site.browser("ana").post(f"{TASKS}/{task}/act", given)

    assert "Lamp" in text_of(site.browser("ben").get(f"{TASKS}?which=mine"))
    assert "Lamp" not in text_of(site.browser("ana").get(f"{TASKS}?which=mine"))
    assert "was handed over: Ana" in text_of(site.browser("ben").get(f"{TASKS}/{task}"))


def test_only_its_holder_is_offered_to_pass_a_task_on(site: Site) -> None:
    task = claimed(site, "ana", "Lamp")

    assert 'value="transfer"' in site.browser("ana").get(f"{TASKS}/{task}").text
    assert 'value="transfer"' not in site.browser("ben").get(f"{TASKS}/{task}").text


def test_people_from_outside_are_not_told_who_works_here(site: Site) -> None:
    an_order(site, "Lamp")

    page = site.browser("gus").get("/a/shop/absence")

    assert "Nobody can stand in for you" in text_of(page)
    assert "Ana" not in text_of(page)


# --- absence ---


def test_a_substitute_sees_the_tasks_and_acts_in_the_name_of_the_absent(site: Site) -> None:
    task = claimed(site, "ana", "Lamp")
    days = {"starts_on": "2026-03-02", "ends_on": "2026-03-03"}

    site.browser("ana").post("/a/shop/absence", {"_act": "set", "to": "ben", **days})
    listed = text_of(site.browser("ben").get(f"{TASKS}?which=mine"))
    site.browser("ben").post(f"{TASKS}/{task}", {"_outcome": "fine"})

    assert "Lamp on behalf of Ana" in listed
    assert case_of(site, task).status == "ended"


def test_a_substitute_no_longer_acts_once_ended(site: Site) -> None:
    claimed(site, "ana", "Lamp")
    days = {"starts_on": "2026-03-02", "ends_on": "2026-03-03"}
    ana = site.browser("ana")
    ana.post("/a/shop/absence", {"_act": "set", "to": "ben", **days})
    proxy = re.search(r'name="proxy" value="([^"]+)"', ana.get("/a/shop/absence").text)
    assert proxy is not None

    ana.post("/a/shop/absence", {"_act": "end", "proxy": proxy[1]})

    assert "Lamp" not in text_of(site.browser("ben").get(f"{TASKS}?which=mine"))


def test_who_leaves_hands_over_all_open_tasks(site: Site) -> None:
    claimed(site, "ana", "Lamp")
    claimed(site, "ana", "Desk")

    site.browser("ana").post("/a/shop/absence", {"_act": "hand_over", "to": "ben"})
    said = text_of(site.browser("ben").get(f"{TASKS}?which=mine"))

    assert "Lamp" in said
    assert "Desk" in said
