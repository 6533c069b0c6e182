"""Dashboards: numbers as tables, refusals tile by tile, the records behind a number."""

from __future__ import annotations

import re

from tests.support.sites import Site, text_of

OVERVIEW = "/a/desk/dashboards/overview"


def submit(site: Site, *subjects: str) -> None:
    browser = site.browser("cleo")
    for subject in subjects:
        assert browser.post("/a/desk/f/request/new", {"subject": subject}).status_code == 303


def test_a_dashboard_counts_what_was_submitted(site: Site) -> None:
    submit(site, "Lamp", "Refund of a lamp")

    page = text_of(site.browser("hanna").get(OVERVIEW))

    assert re.search(r"Open now\s+2", page)
    assert "Target met" in page
    assert "2026-03-02" in page


def test_a_report_on_a_hidden_field_is_refused_in_its_tile_only(site: Site) -> None:
    submit(site, "Lamp")

    page = text_of(site.browser("cleo").get(OVERVIEW))

    assert "fields that you may not see" in page
    assert re.search(r"Open now\s+1", page)


def test_a_number_leads_to_the_records_it_counts(site: Site) -> None:
    submit(site, "Lamp", "Refund of a lamp")
    browser = site.browser("hanna")
    page = browser.get("/a/desk/reports/by_urgency").get_data(as_text=True)
    links = re.findall(r'href="([^"]+)" data-drill', page)

    behind = text_of(browser.get(links[0].replace("&amp;", "&")))

    assert len(links) == 2
    assert ("Refund of a lamp" in behind) != ("R26-0001 Lamp" in behind)


def test_a_cell_that_cannot_be_is_refused(site: Site) -> None:
    browser = site.browser("hanna")

    for_nonsense = browser.get("/a/desk/reports/by_urgency/records?cell=nonsense")
    for_too_many = browser.get('/a/desk/reports/by_urgency/records?cell=["a","b","c"]')

    assert (for_nonsense.status_code, for_too_many.status_code) == (422, 422)


def test_an_unknown_dashboard_is_not_found(site: Site) -> None:
    assert site.browser("hanna").get("/a/desk/dashboards/nothing").status_code == 404


def test_chart_data_cannot_leave_its_script(site: Site) -> None:
    page = site.browser("hanna").get(OVERVIEW).get_data(as_text=True)

    scripts = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)
    assert all("<" not in one for one in scripts)
