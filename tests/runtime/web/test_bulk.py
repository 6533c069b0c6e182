"""Acts on several records: each through the gate by itself, each with its own answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.values import FieldId, FormId, RecordId
from runtime.adapters.clock import SettableClock
from tests.support.sites import MORNING, Site, a_site, text_of
from tests.support.stores import opened_store

NEW = "/a/desk/f/request/new"
BULK = "/a/desk/f/request/bulk"


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path)
        site.person("gus", "guest")
        site.person("ana", "clerk")
        site.person("hanna", "head")
        yield site


def a_request(site: Site, subject: str) -> str:
    answer = site.browser("hanna").post(NEW, {"subject": subject, "urgency": "low"})
    return answer.location.split("?")[0].rsplit("/", 1)[1]


def value_of(site: Site, record: str, field: str) -> object:
    reading, world = site.runtime.reading, site.world
    shown = reading.record(world.actor("hanna"), world.app, FormId("request"), RecordId(record))
    return shown.values.get(FieldId(field))


def test_a_list_offers_to_choose_rows_only_where_something_may_be_done(site: Site) -> None:
    a_request(site, "Lamp")
    site.browser("gus").post(NEW, {"subject": "Mine"})

    assert 'name="_ids"' in site.browser("ana").get("/a/desk/f/request/?view=all").text
    assert 'name="_ids"' not in site.browser("gus").get("/a/desk/f/request/?view=all").text


def test_one_field_of_all_chosen_records_is_changed(site: Site) -> None:
    lamp, desk = a_request(site, "Lamp"), a_request(site, "Desk")
    given = {"_ids": [lamp, desk], "_act": "apply", "_field": "urgency", "urgency": "high"}

    page = site.browser("ana").post(BULK, given)

    assert page.status_code == 200
    assert "2 records were done." in text_of(page)
    assert [value_of(site, one, "urgency") for one in (lamp, desk)] == ["high", "high"]


def test_the_steps_before_ask_which_field_and_which_value(site: Site) -> None:
    lamp = a_request(site, "Lamp")
    ana = site.browser("ana")

    which = ana.post(BULK, {"_ids": [lamp], "_act": "change"}).text
    value = ana.post(BULK, {"_ids": [lamp], "_act": "change", "_field": "urgency"}).text

    assert '<option value="urgency">Urgency</option>' in which
    assert 'value="secret"' not in which
    assert '<select class="input" id="f-urgency" name="urgency"' in value


def test_a_record_that_refuses_is_named_and_holds_up_no_other(site: Site) -> None:
    lamp, desk = a_request(site, "Lamp"), a_request(site, "Desk")
    site.browser("hanna").post(
        f"/a/desk/f/request/{lamp}/edit",
        {"subject": "Lamp", "status": "solved", "reason": "Broke"},
    )
    given = {"_ids": [lamp, desk], "_act": "apply", "_field": "status", "status": "solved"}

    page = site.browser("ana").post(BULK, given)

    assert page.status_code == 422
    assert "One record was done. One was refused and is as it was." in text_of(page)
    assert "Reason: Fill this in." in text_of(page)
    assert value_of(site, desk, "status") == "open"


def test_a_field_one_may_not_change_is_refused_for_every_record(site: Site) -> None:
    lamp = a_request(site, "Lamp")
    given = {"_ids": [lamp], "_act": "apply", "_field": "secret", "secret": "x"}

    page = site.browser("ana").post(BULK, given)

    assert page.status_code == 422
    assert value_of(site, lamp, "secret") is None


def test_only_who_may_delete_deletes(site: Site) -> None:
    lamp = a_request(site, "Lamp")

    refused = site.browser("ana").post(BULK, {"_ids": [lamp], "_act": "delete_now"})
    done = site.browser("hanna").post(BULK, {"_ids": [lamp], "_act": "delete_now"})

    assert "You may not delete this" in text_of(refused)
    assert "One record was done." in text_of(done)
    assert site.browser("hanna").get(f"/a/desk/f/request/{lamp}").status_code == 404


def test_records_one_may_not_read_are_not_there(site: Site) -> None:
    lamp = a_request(site, "Lamp")

    answer = site.browser("gus").post(BULK, {"_ids": [lamp], "_act": "delete"})

    assert answer.status_code == 303
    assert "Lamp" not in answer.text


def test_a_field_is_edited_in_its_place(site: Site) -> None:
    lamp = a_request(site, "Lamp")
    there = f"/a/desk/f/request/{lamp}/field/subject"
    ana = site.browser("ana")

    asked = ana.get(there, **{"HX-Request": "true"})
    stored = ana.post(there, {"subject": "Bright lamp"}, **{"HX-Request": "true"})

    assert 'id="f-subject" name="subject"' in asked.text
    assert "f-status" not in asked.text
    assert stored.headers["HX-Redirect"] == f"/a/desk/f/request/{lamp}?done=changed"
    assert value_of(site, lamp, "subject") == "Bright lamp"


def test_what_is_wrong_is_said_at_the_field_in_its_place(site: Site) -> None:
    lamp = a_request(site, "Lamp")

    answer = site.browser("ana").post(
        f"/a/desk/f/request/{lamp}/field/subject", {"subject": ""}, **{"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert "Fill this in." in text_of(answer)


def test_somebody_elses_change_meanwhile_is_said_in_place(site: Site) -> None:
    lamp = a_request(site, "Lamp")
    there = f"/a/desk/f/request/{lamp}/field/subject"
    site.browser("hanna").post(f"/a/desk/f/request/{lamp}/edit", {"subject": "Theirs"})

    answer = site.browser("ana").post(
        there, {"subject": "Mine", "_revision": "1"}, **{"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert "This was changed while you had it open." in text_of(answer)
    assert value_of(site, lamp, "subject") == "Theirs"


def test_without_scripts_the_link_leads_to_the_whole_form(site: Site) -> None:
    lamp = a_request(site, "Lamp")

    answer = site.browser("ana").get(f"/a/desk/f/request/{lamp}/field/subject")

    assert answer.location == f"/a/desk/f/request/{lamp}/edit#f-subject"


def test_records_opened_lately_stand_on_the_first_page_until_a_right_is_gone(site: Site) -> None:
    lamp, ana = a_request(site, "Lamp"), site.browser("ana")

    ana.get(f"/a/desk/f/request/{lamp}")
    before = ana.get("/").text
    site.browser("hanna").post(f"/a/desk/f/request/{lamp}/edit", {"subject": "top"})

    assert f'href="/a/desk/f/request/{lamp}"' in before
    assert f'href="/a/desk/f/request/{lamp}"' not in ana.get("/").text


def test_another_person_in_the_same_browser_does_not_see_what_was_opened(site: Site) -> None:
    lamp, ana = a_request(site, "Lamp"), site.browser("ana")
    ana.get(f"/a/desk/f/request/{lamp}")
    cookie = ana.client.get_cookie("dougong_recent")
    assert cookie is not None
    hanna = site.browser("hanna")
    hanna.client.set_cookie("dougong_recent", cookie.value)

    assert "Opened lately" not in hanna.get("/").text
