"""Reports and dashboards of the REST API: rows, totals, filters and refusals as on the pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.sites import Program, Site

REPORTS = "/api/v1/desk/-/reports"


def created(program: Program, **values: Any) -> str:
    """The id of a new request."""
    given = {"values": {"subject": "Broken lamp", **values}}
    answer = program.call("POST", "/api/v1/desk/request", given)
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["id"])


def test_a_report_gives_its_groups_and_totals_as_on_the_page(site: Site) -> None:
    program = site.program("hanna")
    for urgency in ("low", "high", "high"):
        created(program, urgency=urgency)

    found = program.call("GET", f"{REPORTS}/by_urgency").get_json()

    rows = [(row["keys"], row["labels"], row["values"]) for row in found["rows"]]
    assert found["chart"] == "bar"
    assert sorted(rows) == [
        (["high", "open"], ["High", "Open"], [2]),
        (["low", "open"], ["Low", "Open"], [1]),
    ]
    assert found["totals"] == [3]


def test_filters_narrow_a_report(site: Site) -> None:
    program = site.program("hanna")
    for urgency in ("low", "high"):
        created(program, urgency=urgency)

    found = program.call("GET", f"{REPORTS}/by_urgency?where=urgency~is~high").get_json()

    assert [row["keys"] for row in found["rows"]] == [["high", "open"]]
    assert found["totals"] == [1]


def test_the_records_behind_a_group_are_read_by_its_keys(site: Site) -> None:
    program = site.program("hanna")
    created(program, urgency="low")
    one = created(program, urgency="high")

    found = program.call("GET", f'{REPORTS}/by_urgency/records?cell=["high","open"]').get_json()

    assert [row["id"] for row in found["records"]] == [one]


def test_a_report_counts_only_what_its_reader_may_read(site: Site) -> None:
    created(site.program("hanna"), subject="top")
    created(site.program("hanna"), subject="lamp")

    found = site.program("cleo").call("GET", f"{REPORTS}/by_urgency").get_json()

    assert found["totals"] == [1]


@pytest.mark.parametrize("path", ["secrets", "secrets/records?cell=[null]"])
def test_a_report_over_what_one_may_not_know_is_refused(site: Site, path: str) -> None:
    created(site.program("hanna"), secret="x")  # noqa: S106  the field of that name

    answer = site.program("cleo").call("GET", f"{REPORTS}/{path}")

    assert answer.status_code == 403
    assert answer.get_json()["error"]["code"]


def test_reports_are_listed_as_far_as_they_are_open(site: Site) -> None:
    heads = {one["id"] for one in site.program("hanna").call("GET", REPORTS).get_json()["reports"]}
    clerks = {one["id"] for one in site.program("cleo").call("GET", REPORTS).get_json()["reports"]}

    assert heads - clerks == {"secrets"}


def test_a_dashboard_gives_every_tile_and_says_which_is_refused(site: Site) -> None:
    created(site.program("hanna"))

    found = site.program("cleo").call("GET", "/api/v1/desk/-/dashboards/overview").get_json()

    tiles = {one["report"]: one for one in found["tiles"]}
    assert tiles["open_now"]["at"] == [0, 0, 3, 2]
    assert tiles["open_now"]["data"]["rows"][0]["values"] == [1]
    assert (tiles["secrets"]["is_refused"], tiles["secrets"]["data"]) == (True, None)


def test_the_description_names_the_addresses_of_reports(site: Site) -> None:
    described = site.program("hanna").call("GET", "/api/v1/openapi.json").get_json()

    assert "/desk/-/reports/{report}/records" in described["paths"]
    assert "Report" in described["components"]["schemas"]
