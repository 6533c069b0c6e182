"""A program erases a person's values and says which record is an account's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.adapters.clock import SettableClock
from tests.runtime.story.test_subjects import TEXT
from tests.support.sites import MORNING, Site, a_site
from tests.support.stores import opened_store

LIST = "/api/v1/club/member"


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        found = a_site(store, clock, tmp_path, text=TEXT, app="club")
        found.person("chris", "chair")
        found.person("gus", "guest")
        yield found


@pytest.fixture
def ann(site: Site) -> str:
    values = {"name": "Ann", "email": "ann@example.org"}
    made = site.program("chris").call("POST", LIST, {"values": values})
    return str(made.get_json()["id"])


def test_person_is_erased_once_with_a_reason(site: Site, ann: str) -> None:
    chris, key = site.program("chris"), {"Idempotency-Key": "e1"}

    bare = chris.call("POST", f"{LIST}/{ann}/erase", {})
    done = [
        chris.call("POST", f"{LIST}/{ann}/erase", {"reason": "asked"}, **key) for _ in range(2)
    ]

    assert bare.status_code == 422
    assert [one.get_json() for one in done] == [{"had_values": True}] * 2
    left = chris.call("GET", f"{LIST}/{ann}").get_json()["values"]
    assert (left["name"], left["email"]) == ("Ann", None)


def test_account_gets_its_own_record(site: Site, ann: str) -> None:
    link = "/api/v1/club/-/people/gus/record"

    refused = site.program("gus").call("POST", link, {"form": "member", "record": ann})
    done = site.program("chris").call("POST", link, {"form": "member", "record": ann})

    assert (refused.status_code, done.status_code) == (403, 200)
    assert site.program("gus").call("GET", f"{LIST}/{ann}").status_code == 200


def test_erasing_is_described_for_forms_about_people(site: Site) -> None:
    paths = site.program("chris").call("GET", "/api/v1/openapi.json").get_json()["paths"]

    assert "/club/member/{record}/erase" in paths
    assert "/club/visit/{record}/erase" not in paths


def test_person_is_erased_on_the_page_of_the_record(site: Site, ann: str) -> None:
    chris, there = site.browser("chris"), f"/a/club/f/member/{ann}"

    page = chris.get(there).get_data(as_text=True)
    bare = chris.post(f"{there}/erase", {"reason": " "})
    done = chris.post(f"{there}/erase", {"reason": "asked"})

    assert f'action="{there}/erase"' in page
    assert (bare.status_code, done.status_code) == (422, 303)
    assert "ann@example.org" not in chris.get(there).get_data(as_text=True)
