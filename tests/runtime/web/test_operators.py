"""The operators' page and their part of the API: cases by state, what was given up, by pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engines.values import AppId
from runtime.access import operations
from runtime.adapters.clock import SettableClock
from runtime.ports import DeliveryRow, InstanceRow, Unit
from tests.runtime.web.test_task_pages import SHOP, an_order, case_of
from tests.support.sites import MORNING, Site, a_site, text_of
from tests.support.stores import opened_store

PAGE = "/a/shop/operate"
API = "/api/v1/shop/-/operations"
REASON = {"reason": "The box is back"}


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=SHOP, app="shop")
        site.person("gus", "guest")
        site.person("ana", "clerk")
        site.person("eve", "head")
        yield site


def test_only_operators_see_the_operators_page(site: Site) -> None:
    assert site.browser("eve").get("/a/shop/operate").status_code == 200
    assert site.browser("ana").get("/a/shop/operate").status_code == 403


def test_an_operator_suspends_resumes_and_ends_a_case_with_a_reason(site: Site) -> None:
    case = case_of(site, an_order(site, "Lamp")).id
    there, eve = f"/a/shop/operate/{case}", site.browser("eve")

    states = []
    for act in ("suspend", "resume", "terminate"):
        eve.post(there, {"_act": act, "reason": f"because {act}"})
        with site.runtime.store.read() as reader:
            states.append(reader.instances.get(case).status)
    said = text_of(eve.get(f"/a/shop/flows/{case}"))

    assert states == ["suspended", "running", "ended"]
    assert "Eve suspended the flow: because suspend" in said


def test_an_act_without_a_reason_is_refused(site: Site) -> None:
    case = case_of(site, an_order(site, "Lamp"))

    answer = site.browser("eve").post(f"/a/shop/operate/{case.id}", {"_act": "terminate"})

    assert answer.status_code == 422
    assert case_of_id(site, case).status == "running"


def case_of_id(site: Site, row: InstanceRow) -> InstanceRow:
    with site.runtime.store.read() as reader:
        found = reader.instances.get(row.id)
    assert found is not None
    return found


def test_cases_are_listed_by_state_and_records_named_only_through_the_gate(site: Site) -> None:
    an_order(site, "Lamp")
    an_order(site, "Secret")

    said = text_of(site.browser("eve").get("/a/shop/operate?status=running"))

    assert "Running 2" in said
    assert "Check Version 1 Lamp Look at it" in said
    assert "Secret" not in said


def a_dead_letter(site: Site, name: str = "letter", app: str = "shop") -> None:
    """A message that was refused for good."""
    row = DeliveryRow(
        id=name,
        app=AppId(app),
        channel="mail",
        target="carl@example.org",
        subject="Hello Carl",
        body="…",
        key=name,
        form=None,
        record=None,
        state="due",
        attempts=9,
        next_at=MORNING,
        created_at=MORNING,
    )

    def give_up(unit: Unit) -> None:
        unit.queue.add_delivery(row)
        claimed = unit.queue.claim_delivery(name, unit.now, 60.0)
        assert claimed is not None
        unit.queue.failed(claimed[1], "550 no such box", None)

    site.runtime.store.run(give_up)


def a_parked_timer(site: Site, name: str = "rule:late:order:1", app: str = "shop") -> str:
    """The id of a timer that failed for the last time."""

    def park(unit: Unit) -> str:
        unit.instances.start_timer(AppId(app), None, name, unit.now)
        timers = unit.queue.due_timers(unit.now, 100, 60.0)
        (timer,) = [one for one in timers if one.ref == name]
        unit.queue.timer_failed(timer, "no such place", None)
        return timer.id

    return str(site.runtime.store.run(park))


def given_up(site: Site) -> tuple[list[str], list[str]]:
    """The ids of the messages and of the timers that are listed."""
    program = site.program("eve")
    messages = program.call("GET", f"{API}/messages").get_json()["messages"]
    timers = program.call("GET", f"{API}/timers").get_json()["timers"]
    return [one["id"] for one in messages], [one["id"] for one in timers]


def events(site: Site) -> list[tuple[str, Any]]:
    """What was done to what, as the log has it."""
    site.runtime.store.run(lambda unit: unit.events.seal(unit.now))
    with site.runtime.store.read() as reader:
        found = [one.event for one in reader.events.after(0, 500) if one.kind == "SystemChanged"]
    return [(one.what, one.subject) for one in found]


def test_a_message_given_up_is_shown_without_its_words_and_sent_again(site: Site) -> None:
    a_dead_letter(site)
    eve = site.browser("eve")

    said = text_of(eve.get(PAGE))
    eve.post(f"{PAGE}/messages/letter", {"_act": "repeat", **REASON})

    assert "c…@example.org" in said
    assert "550 no such box" in said
    assert "Hello Carl" not in said
    with site.runtime.store.read() as reader:
        assert reader.queue.dead_letters() == ()
        again = reader.queue.delivery("letter")
    assert again is not None
    assert (again.key, again.state) == ("letter", "due")


def test_a_parked_timer_is_shown_and_runs_now(site: Site) -> None:
    timer, eve = a_parked_timer(site), site.browser("eve")

    said = text_of(eve.get(PAGE))
    eve.post(f"{PAGE}/timers/{timer}", {"_act": "fire", **REASON})

    assert "What it was set for is gone" in said
    assert "no such place" in said
    assert given_up(site) == ([], [])
    due = site.runtime.store.run(lambda unit: unit.queue.due_timers(unit.now, 9, 60.0))
    assert [one.id for one in due] == [timer]


@pytest.mark.parametrize("by", ["page", "program"])
def test_what_is_dropped_leaves_the_list_and_stays_in_the_log(site: Site, by: str) -> None:
    a_dead_letter(site)
    timer = a_parked_timer(site)
    browser, program = site.browser("eve"), site.program("eve")
    drop = {
        "page": lambda what: browser.post(f"{PAGE}/{what}", {"_act": "drop", **REASON}),
        "program": lambda what: program.call("POST", f"{API}/{what}/drop", REASON),
    }[by]

    answers = [drop("messages/letter"), drop(f"timers/{timer}")]

    assert [one.status_code for one in answers] == [{"page": 303, "program": 204}[by]] * 2
    assert given_up(site) == ([], [])
    assert {("delivery_dropped", "letter"), ("timer_dropped", timer)} <= set(events(site))


def test_a_program_repeats_what_was_given_up(site: Site) -> None:
    a_dead_letter(site)
    timer, program = a_parked_timer(site), site.program("eve")

    answers = [
        program.call("POST", f"{API}/messages/letter/repeat", REASON),
        program.call("POST", f"{API}/timers/{timer}/repeat", REASON),
        program.call("POST", f"{API}/messages/letter/repeat", REASON),
        program.call("POST", f"{API}/timers/{timer}/repeat", REASON),
    ]

    assert [one.status_code for one in answers] == [204, 204, 409, 409]
    assert given_up(site) == ([], [])


@pytest.mark.parametrize(
    ("person", "path", "reason", "status"),
    [
        pytest.param("ana", "messages/letter/drop", "x", 403, id="no operator"),
        pytest.param("eve", "messages/letter/drop", "  ", 422, id="no reason"),
        pytest.param("eve", "messages/other/drop", "x", 404, id="another app's message"),
        pytest.param("eve", "messages/none/drop", "x", 404, id="no message"),
        pytest.param("eve", "timers/none/repeat", "x", 404, id="no timer"),
        pytest.param("eve", "timers/none/forget", "x", 404, id="unknown act"),
    ],
)
def test_what_an_operator_may_not_do_is_refused(
    site: Site, person: str, path: str, reason: str, status: int
) -> None:
    a_dead_letter(site)
    a_dead_letter(site, "other", "elsewhere")

    answer = site.program(person).call("POST", f"{API}/{path}", {"reason": reason})

    assert answer.status_code == status, answer.get_json()
    with site.runtime.store.read() as reader:
        assert len(reader.queue.dead_letters()) == 2


def test_a_busy_neighbour_hides_nothing(site: Site) -> None:
    a_dead_letter(site, "a-letter")
    mine = a_parked_timer(site)
    for number in range(3):
        a_dead_letter(site, f"b-{number}", "elsewhere")
        a_parked_timer(site, f"late-{number}", "elsewhere")

    assert given_up(site) == (["a-letter"], [mine])


def test_long_lists_are_paged_by_key(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "PAGE", 2)
    for number in range(3):
        an_order(site, f"Lamp {number}")
        a_dead_letter(site, f"letter-{number}")
        a_parked_timer(site, f"late-{number}")
    program = site.program("eve")

    pages = {
        "cases": all_pages(program, "cases", "cases?status=running"),
        "messages": all_pages(program, "messages", "messages?"),
        "timers": all_pages(program, "timers", "timers?"),
    }
    page = text_of(site.browser("eve").get(f"{PAGE}?status=running"))

    assert {name: [len(one) for one in found] for name, found in pages.items()} == {
        "cases": [2, 1], "messages": [2, 1], "timers": [2, 1],
    }  # fmt: skip
    assert {name: len({row["id"] for one in found for row in one}) for name, found in pages.items()
            } == {"cases": 3, "messages": 3, "timers": 3}  # fmt: skip
    assert page.count("Next page") == 3


def all_pages(program: Any, name: str, path: str) -> list[list[dict[str, Any]]]:
    first = program.call("GET", f"{API}/{path}").get_json()
    rest = program.call("GET", f"{API}/{path}&after={first['next']}").get_json()
    assert rest["next"] is None
    return [first[name], rest[name]]


def test_a_case_is_told_with_where_it_stands(site: Site) -> None:
    case = case_of(site, an_order(site, "Lamp"))
    site.runtime.clock.advance(timedelta(minutes=1))

    told = site.program("eve").call("GET", f"{API}/cases?status=running").get_json()

    assert told["counts"] == {"incident": 0, "suspended": 0, "running": 1, "ended": 0}
    assert [(one["id"], one["record_title"], one["stands"]) for one in told["cases"]] == [
        (case.id, "Lamp", [{"node": "look", "title": "Look at it"}])
    ]
    assert site.program("eve").call("GET", f"{API}/cases?status=lost").status_code == 400
