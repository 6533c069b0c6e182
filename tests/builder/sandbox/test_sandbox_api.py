"""The designer's sandbox over HTTP: open, act as anybody, move the clock, keep it as a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from werkzeug.test import TestResponse

from builder.scenario import scenario_gate
from builder.web import make_designer
from engines.app import parse_app
from runtime.adapters.clock import SettableClock
from tests.builder.sandbox.conftest import MORNING, WORKSHOP
from tests.builder.sandbox.test_scenario import BRAKES
from tests.support.sites import Browser, Site, a_site
from tests.support.stores import opened_store

DESIGN = "/design/api/workshop"
API = f"{DESIGN}/sandbox"
REPAIR = {"submit": "repair", "as": "customer"}


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        served = a_site(
            store, clock, tmp_path, text=WORKSHOP, app="workshop", designer=make_designer
        )
        served.person("wanda", "boss")
        served.person("kim", "boss")
        served.person("mick", "mechanic")
        yield served


def post(browser: Browser, place: str, body: Any, *, api: str = API) -> TestResponse:
    return browser.client.post(
        f"{api}/{place}",
        data=orjson.dumps(body),
        headers={
            "Content-Type": "application/json",
            "Origin": "http://localhost",
            "X-CSRF-Token": browser.csrf,
        },
    )


def with_a_case(site: Site) -> Browser:
    """A designer in whose sandbox a customer has sent in a bicycle."""
    wanda = site.browser("wanda")
    post(wanda, "open", {"at": "2026-03-02 10:00"})
    answer = post(wanda, "step", {"step": REPAIR, "typed": {"fault": ["the brake"]}})
    assert answer.status_code == 200
    return wanda


def test_nothing_is_open_at_first(site: Site) -> None:
    assert site.browser("wanda").get(API).get_json() == {"is_open": False}


def test_open_sandbox_shows_people_clock_and_forms_of_who_acts(site: Site) -> None:
    state = post(site.browser("wanda"), "open", {"at": "2026-03-02 10:00"}).get_json()

    assert [one["name"] for one in state["people"]] == ["customer", "mechanic", "boss"]
    assert state["now"] == "2 Mar 2026 10:00"  # in the app's zone
    assert [one["id"] for one in state["forms"]] == ["repair"]
    assert (state["is_stale"], state["cases"]) == (False, [])


def test_form_is_drawn_by_the_pages_own_renderer(site: Site) -> None:
    wanda = site.browser("wanda")
    post(wanda, "open", {})

    html = post(wanda, "form", {"as": "customer", "form": "repair"}).get_json()["html"]

    assert 'name="fault"' in html
    assert 'name="urgency"' not in html  # hidden from customers


def test_step_answers_with_what_came_of_it(site: Site) -> None:
    state = with_a_case(site).get(f"{API}?as=mechanic").get_json()

    case = state["cases"][0]
    assert (case["label"], case["title"]) == ("repair_1", "R-0001")
    assert ["Urgency", "High"] in case["values"]
    assert [(one["node"], one["can_claim"]) for one in case["tasks"]] == [("mend", True)]
    assert "Rule brakes_first applied. (Fault: the brake)" in state["trace"][0]["why"]
    assert state["timers"][0]["due"] == "2 Mar 2026 12:00"


def test_clock_moves_to_the_next_timer_and_the_message_is_recorded(site: Site) -> None:
    wanda = with_a_case(site)

    state = post(wanda, "step", {"step": {"advance": "next"}}).get_json()

    assert [(one["to"], one["subject"]) for one in state["messages"]] == [
        ("boss", "Still waiting: R-0001")
    ]


def test_task_is_done_with_the_answers_of_its_form(site: Site) -> None:
    wanda = with_a_case(site)
    task = wanda.get(f"{API}?as=mechanic").get_json()["cases"][0]["tasks"][0]["id"]

    shown = post(wanda, "form", {"as": "mechanic", "task": task}).get_json()
    done = {"complete": "mend", "on": "repair_1", "as": "mechanic", "outcome": "mended"}
    state = post(wanda, "step", {"step": done, "typed": {"hours": ["2"]}}).get_json()

    assert [one["id"] for one in shown["outcomes"]] == ["mended"]
    assert state["cases"][0]["flows"] == [{"title": "Mending", "status": "ended"}]


def test_refused_answers_come_in_the_one_error_shape(site: Site) -> None:
    wanda = with_a_case(site)

    response = post(wanda, "step", {"step": REPAIR, "typed": {"fault": [""]}})

    error = response.get_json()["error"]
    assert (response.status_code, error["problems"][0]["path"]) == (422, "fault")


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({"advance": "9999d"}, "时钟最多前移十年。请分小步进行。"),
        ({"advance": "soon"}, "请写 30m、4h、3d 或 next。"),
        ({"dance": "now"}, "一步只做其中之一："),
    ],
    ids=["too far", "no time", "no verb"],
)
def test_refused_step_is_told_in_the_designers_language(
    site: Site, step: dict[str, str], told: str
) -> None:
    site.person("zhou", "boss", locale="zh")
    zhou = site.browser("zhou")
    post(zhou, "open", {})

    refused = post(zhou, "step", {"step": step, "typed": {"fault": ["the brake"]}})

    assert refused.status_code == 409
    assert told in refused.get_json()["error"]["message"]


def test_steps_can_be_kept_as_a_test_that_passes(site: Site) -> None:
    wanda = with_a_case(site)

    kept = post(wanda, "step", {"step": {"advance": "3h"}}).get_json()["test"]

    text = WORKSHOP + kept
    assert "submit: repair" in kept
    assert list(scenario_gate(parse_app(text, "workshop.yaml"), text)) == []


def test_changed_draft_makes_the_sandbox_stale(site: Site) -> None:
    wanda = with_a_case(site)
    draft = wanda.get(f"{DESIGN}/draft").get_json()
    body = {"revision": draft["revision"], "text": f"{WORKSHOP}# changed\n"}

    post(wanda, "text", body, api=DESIGN)

    assert wanda.get(API).get_json()["is_stale"] is True


def test_another_designer_sees_nothing_of_it(site: Site) -> None:
    with_a_case(site)

    assert site.browser("kim").get(API).get_json() == {"is_open": False}


def test_closed_sandbox_is_gone(site: Site) -> None:
    wanda = with_a_case(site)

    post(wanda, "close", {})

    assert wanda.get(API).get_json() == {"is_open": False}
    assert post(wanda, "step", {"step": {"advance": "1h"}}).status_code == 404


def test_nobody_without_the_right_to_design_gets_in(site: Site) -> None:
    assert post(site.browser("mick"), "open", {}).status_code == 403


def test_nonsense_is_refused(site: Site) -> None:
    wanda = with_a_case(site)

    assert post(wanda, "step", {"step": "jump"}).status_code == 400
    assert post(wanda, "step", {"step": {"advance": "soon"}}).status_code == 409
    assert post(wanda, "open", {"at": "yesterday"}).status_code == 409


def test_trial_leaves_the_organisation_as_it_was(site: Site) -> None:
    with_a_case(site)

    with site.world.store.read() as reader:
        assert [user.id for user in reader.directory.users()] == ["kim", "mick", "wanda"]
        assert reader.queue.next_due() is None


def test_files_of_a_trial_are_names_and_stay_in_the_browser(site: Site) -> None:
    wanda = site.browser("wanda")
    post(wanda, "open", {})
    typed = {"fault": ["bell"], "photos": ["", "bell.jpg"]}

    refused = post(wanda, "step", {"step": REPAIR, "typed": {**typed, "fault": [""]}})
    state = post(wanda, "step", {"step": REPAIR, "typed": typed}).get_json()

    assert refused.status_code == 422
    assert ["Photos", "bell.jpg"] in state["cases"][0]["values"]


def test_sandbox_says_whether_it_has_sample_records(site: Site) -> None:
    wanda = site.browser("wanda")

    plain = post(wanda, "open", {"seeds": False}).get_json()
    seeded = post(wanda, "open", {"seeds": True}).get_json()

    assert (plain["has_seeds"], plain["cases"]) == (False, [])
    assert (seeded["has_seeds"], len(seeded["cases"])) == (True, 1)


def test_tests_of_the_draft_are_run_with_their_coverage(site: Site) -> None:
    wanda = site.browser("wanda")
    draft = wanda.get(f"{DESIGN}/draft").get_json()
    written = WORKSHOP + BRAKES.replace("urgency: high, state", "urgency: low, state")
    post(wanda, "text", {"revision": draft["revision"], "text": written}, api=DESIGN)

    answer = post(wanda, "tests", {}, api=DESIGN).get_json()

    failure = answer["tests"][0]["failures"][0]
    assert (failure["code"], failure["place"]) == (
        "V004",
        "tests.brakes_are_mended_first.expect.records.repair_1.urgency",
    )
    assert answer["coverage"]["row"]["missing"] == [
        {"path": ["tables", "promised_days", "rows", 1], "place": "tables.promised_days.rows[1]"}
    ]


def test_tests_of_a_broken_draft_are_refused_with_its_problems(site: Site) -> None:
    wanda = site.browser("wanda")
    draft = wanda.get(f"{DESIGN}/draft").get_json()
    broken = WORKSHOP.replace("type: decimal", "type: decimel")
    post(wanda, "text", {"revision": draft["revision"], "text": broken}, api=DESIGN)

    answer = post(wanda, "tests", {}, api=DESIGN)

    assert answer.status_code == 422
    assert "decimel" in answer.get_json()["error"]["problems"][0]["message"]
