"""A person's way through the pages: sign in, submit, list, record, task."""

from __future__ import annotations

import re

import pytest

from engines.values import UserId
from runtime.web.catalogue import LOCALES
from tests.support.sites import PASSWORD, Browser, Site, text_of


def submitted(browser: Browser, **answers: str) -> str:
    """Submit a request; the address of its record."""
    response = browser.post("/a/desk/f/request/new", {"subject": "Broken lamp", **answers})
    assert response.status_code == 303, text_of(response)
    return response.headers["Location"].partition("?")[0]


def test_a_stranger_is_sent_to_the_sign_in_page_and_back(site: Site) -> None:
    stranger = site.stranger()

    response = stranger.get("/a/desk/f/request/?view=open")

    assert response.status_code == 303
    assert response.headers["Location"] == "/sign-in?next=/a/desk/f/request/%3Fview%3Dopen"


def test_a_password_opens_a_session(site: Site) -> None:
    with site.runtime.store.read() as reader:
        cleo = reader.directory.user(UserId("cleo"))
    site.runtime.accounts.set_password(cleo, PASSWORD)
    stranger = site.stranger()

    answer = stranger.post("/sign-in", {"email": "CLEO@example.org", "password": PASSWORD})

    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert stranger.get("/").status_code == 200


def test_a_link_signs_in_once_and_only_by_its_button(site: Site) -> None:
    token = site.runtime.accounts.new_sign_in_link(UserId("cleo"))
    first, second = site.stranger(), site.stranger()

    looked_at = first.get(f"/sign-in/link/{token}")
    used = first.post(f"/sign-in/link/{token}")
    again = second.post(f"/sign-in/link/{token}")

    assert looked_at.status_code == 200
    assert used.status_code == 303
    assert again.status_code == 401


def test_home_shows_apps_and_what_waits(site: Site) -> None:
    submitted(site.browser("gus"))

    page = text_of(site.browser("cleo").get("/"))

    assert "Desk" in page
    assert "One task waits for somebody to take it" in page


def test_an_apps_address_leads_to_the_first_page_with_something_on_it(site: Site) -> None:
    browser = site.browser("cleo")

    empty = browser.get("/a/desk/")
    submitted(browser)
    filled = browser.get("/a/desk/")

    assert empty.headers["Location"] == "/a/desk/dashboards/overview"
    assert filled.headers["Location"] == "/a/desk/f/request/?view=open"


def test_a_submitted_form_becomes_a_record_with_a_story(site: Site) -> None:
    browser = site.browser("cleo")

    address = submitted(browser, subject="A refund please", details="Twice\npaid")
    page = text_of(browser.get(address))

    assert "A refund please" in page
    assert "R26-0001" in page
    assert "created this" in page
    assert "Rules were applied" in page
    assert "Look at it" in page


def test_a_refused_form_names_the_field_and_keeps_what_was_typed(site: Site) -> None:
    browser = site.browser("cleo")

    response = browser.post("/a/desk/f/request/new", {"details": "what I wrote", "due": "soon"})
    page = response.get_data(as_text=True)

    assert response.status_code == 422
    assert 'href="#f-subject"' in page
    assert "Fill this in." in page
    assert "Enter a date." in page
    assert "what I wrote" in page
    assert 'value="soon"' in page


def test_a_double_click_submits_once(site: Site) -> None:
    browser = site.browser("cleo")
    form = browser.get("/a/desk/f/request/new").get_data(as_text=True)
    key = re.search(r'name="_key" value="([^"]+)"', form)
    assert key is not None

    one = submitted(browser, _key=key[1])
    two = submitted(browser, _key=key[1])

    assert one == two


def test_update_applies_conditions_without_storing(site: Site) -> None:
    browser = site.browser("cleo")
    typed = {"subject": "x", "status": "solved", "_act": "update"}

    page = browser.post("/a/desk/f/request/new", typed).get_data(as_text=True)
    listed = text_of(browser.get("/a/desk/f/request/?view=all"))

    reason = re.search(r'<div class="field" data-field="reason"[^>]*>', page)
    assert reason is not None
    assert "hidden" not in reason[0]
    assert "No Request yet" in listed


def test_a_list_filters_sorts_and_says_so(site: Site) -> None:
    browser = site.browser("cleo")
    submitted(browser, subject="Refund A")
    submitted(browser, subject="Lamp B")

    path = "/a/desk/f/request/?view=all&where=urgency~is~high&sort=subject"
    page = text_of(browser.get(path))

    assert "Refund A" in page
    assert "Lamp B" not in page
    assert "Urgency is High" in page


def test_an_unfit_filter_is_said_above_the_list(site: Site) -> None:
    browser = site.browser("cleo")
    submitted(browser)

    response = browser.get("/a/desk/f/request/?view=all&where=due~contains~soon")

    assert response.status_code == 200
    assert "does not fit the field" in text_of(response)
    assert "Broken lamp" in text_of(response)


def test_a_pool_task_is_taken_and_done(site: Site) -> None:
    browser = site.browser("cleo")
    address = submitted(browser)
    pool = browser.get("/a/desk/tasks?which=pool").get_data(as_text=True)
    task = re.search(r"/a/desk/tasks/([\w-]+)/claim", pool)
    assert task is not None

    browser.post(f"/a/desk/tasks/{task[1]}/claim")
    page = browser.get(f"/a/desk/tasks/{task[1]}").get_data(as_text=True)
    done = browser.post(
        f"/a/desk/tasks/{task[1]}",
        {"_outcome": "done", "_comment": "bulb changed", "status": "solved", "reason": "bulb"},
    )

    assert 'name="_outcome" value="done"' in page
    assert done.status_code == 303
    story = text_of(browser.get(address))
    assert "bulb changed" in story
    assert "Solved" in story


def test_a_task_refuses_fields_its_step_does_not_offer(site: Site) -> None:
    browser = site.browser("cleo")
    submitted(browser)
    pool = browser.get("/a/desk/tasks?which=pool").get_data(as_text=True)
    task = re.search(r"/a/desk/tasks/([\w-]+)/claim", pool)
    assert task is not None
    browser.post(f"/a/desk/tasks/{task[1]}/claim")

    response = browser.post(f"/a/desk/tasks/{task[1]}", {"_outcome": "done", "subject": "mine"})

    assert response.status_code == 422


def test_a_record_is_changed_and_the_story_shows_both_values(site: Site) -> None:
    browser = site.browser("cleo")
    address = submitted(browser)

    response = browser.post(f"{address}/edit", {"_revision": "", "urgency": "high"})

    assert response.status_code == 303
    page = browser.get(address).get_data(as_text=True)
    assert "<del" in page
    assert "High" in page


def test_an_old_revision_is_a_conflict_page(site: Site) -> None:
    browser = site.browser("cleo")
    address = submitted(browser)
    browser.post(f"{address}/edit", {"urgency": "high"})

    response = browser.post(f"{address}/edit", {"_revision": "0", "urgency": "low"})

    assert response.status_code == 409
    assert "Somebody changed this record while you were editing it" in text_of(response)


def test_a_head_deletes_a_record(site: Site) -> None:
    address = submitted(site.browser("cleo"))
    browser = site.browser("hanna")

    response = browser.post(f"{address}/delete")

    assert response.status_code == 303
    assert browser.get(address).status_code == 404


def test_linked_records_stand_below_what_they_point_to(site: Site) -> None:
    browser = site.browser("cleo")
    made = browser.post("/a/desk/f/buyer/new", {"name": "Lin", "phone": "+8613800138000"})
    buyer = made.headers["Location"].partition("?")[0]
    submitted(browser, buyer=buyer.rsplit("/", 1)[1])

    page = text_of(browser.get(buyer))

    assert "Broken lamp" in page
    assert "13800138000" not in page.replace(" ", "")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "path",
    ["/", "/inbox", "/profile", "/a/desk/f/request/", "/a/desk/f/request/new",
     "/a/desk/tasks", "/admin/users", "/admin/apps"],
)  # fmt: skip
def test_every_page_renders_in_every_language(site: Site, locale: str, path: str) -> None:
    site.person("root", "head", locale=locale, is_admin=True)

    response = site.browser("root").get(path)

    assert response.status_code == 200
    assert f'lang="{locale}"' in response.get_data(as_text=True)


def test_arabic_pages_run_from_right_to_left(site: Site) -> None:
    site.person("amal", "clerk", locale="ar")

    page = site.browser("amal").get("/").get_data(as_text=True)

    assert 'dir="rtl"' in page


def test_the_language_switch_stays_on_the_page(site: Site) -> None:
    browser = site.browser("cleo")

    response = browser.post("/profile/look", {"locale": "zh", "next": "/inbox"})

    assert response.headers["Location"] == "/inbox"
    assert "消息" in text_of(browser.get("/inbox"))


def test_the_palette_finds_pages_and_records(site: Site) -> None:
    browser = site.browser("cleo")
    submitted(browser, subject="Unusual lamp")

    hits = browser.get("/a/desk/find?q=unusual").get_json()

    assert [hit["title"] for hit in hits] == ["R26-0001 Unusual lamp"]


def test_people_of_the_portal_see_larger_type(site: Site) -> None:
    page = site.browser("gus").get("/a/desk/f/request/").get_data(as_text=True)

    assert 'data-place="portal"' in page
