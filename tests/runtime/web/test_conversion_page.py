"""Values that could not be taken over into another kind are shown to administrators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.adapters.clock import SettableClock
from tests.runtime.story.test_kind_change import CHANGED, SHED
from tests.support.sites import MORNING, Site, a_site, text_of
from tests.support.stores import opened_store

NAMED = 'title: Part\n    name: "{{ name }}"'


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A shed whose second version takes weights as numbers, which one part has not."""
    clock = SettableClock(MORNING)
    text, changed = (one.replace("title: Part", NAMED) for one in (SHED, CHANGED))
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        found = a_site(store, clock, tmp_path, text=text, app="shed")
        found.person("ada", is_admin=True)
        found.person("cleo", "clerk")
        for name, weight in (("Anvil", "12 kg"), ("Nail", "3")):
            values = {"values": {"name": name, "weight": weight}}
            found.program("cleo").call("POST", "/api/v1/shed/part", values)
        found.world.publish(changed)
        yield found


def test_administrators_see_which_records_lost_a_value(site: Site) -> None:
    ada = site.browser("ada")

    apps = ada.get("/admin/apps")
    told = text_of(ada.get("/admin/apps/shed/versions/2"))

    assert "1 value could not be taken over." in text_of(apps)
    assert 'href="/admin/apps/shed/versions/2"' in apps.get_data(as_text=True)
    assert "2 records were copied. 1 value could not be taken over." in told
    assert "Anvil Part Weight" in told
    assert "Nail" not in told


def test_history_still_tells_what_a_value_was_before(site: Site) -> None:
    ada = site.browser("ada")
    lost = ada.get("/admin/apps/shed/versions/2").get_data(as_text=True)
    (anvil,) = re.findall(r'href="(/a/shed/f/part/[^"]+)"', lost)

    page = site.browser("cleo").get(anvil)

    assert page.status_code == 200
    assert "12 kg" in text_of(page)


@pytest.mark.parametrize(("person", "version", "status"), [("ada", 1, 404), ("cleo", 2, 403)])
def test_nothing_is_shown_of_what_was_not_or_to_others(
    site: Site, person: str, version: int, status: int
) -> None:
    answer = site.browser(person).get(f"/admin/apps/shed/versions/{version}")

    assert answer.status_code == status
