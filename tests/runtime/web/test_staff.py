"""The pages on which administrators say who belongs where."""

from __future__ import annotations

import pytest

from engines.values import UserId
from runtime.ports import Group
from runtime.staffing import Staffing
from tests.support.sites import Browser, Site, text_of

DEPARTMENTS = "/admin/departments"


@pytest.fixture
def admin(site: Site) -> Browser:
    site.person("ann", "clerk", is_admin=True)
    site.person("ben", "clerk")
    site.person("cai", "clerk")
    return site.browser("ann")


def staffing(site: Site) -> Staffing:
    return Staffing(site.runtime.store)


def test_department_with_its_head_is_added_and_changed(site: Site, admin: Browser) -> None:
    admin.post(DEPARTMENTS, {"id": "care", "title": "Care", "head": "ben"})
    admin.post(DEPARTMENTS, {"id": "night", "title": "Night", "parent": "care"})
    admin.post(DEPARTMENTS, {"id": "care", "title": "Customer care", "head": "cai"})

    found = {str(one.id): one for one in staffing(site).departments()}
    assert (found["care"].title, found["care"].head) == ("Customer care", "cai")
    assert (found["night"].parent, found["night"].head) == ("care", None)
    assert "Night night in Customer care" in text_of(admin.get(DEPARTMENTS))


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"id": "Big Care"}, 409, "Write the short name with small letters"),
        ({"id": "care", "parent": "care"}, 409, "A department cannot belong to itself"),
        ({"id": "care", "parent": "gone"}, 404, ""),
    ],
    ids=["bad id", "ring", "unknown"],
)
def test_department_that_cannot_be_is_refused_in_words(
    site: Site, admin: Browser, given: dict[str, str], status: int, said: str
) -> None:
    answer = admin.post(DEPARTMENTS, given)

    assert answer.status_code == status
    assert said.lower() in text_of(answer).lower()
    assert staffing(site).departments() == ()


def test_department_is_removed_once_none_is_below_it(site: Site, admin: Browser) -> None:
    admin.post(DEPARTMENTS, {"id": "care"})
    admin.post(DEPARTMENTS, {"id": "night", "parent": "care"})

    refused = admin.post(f"{DEPARTMENTS}/care/remove")
    admin.post(f"{DEPARTMENTS}/night/remove")
    admin.post(f"{DEPARTMENTS}/care/remove")

    assert "Move or remove them first" in text_of(refused)
    assert staffing(site).departments() == ()


def test_person_is_placed_and_found_by_it(site: Site, admin: Browser) -> None:
    admin.post(DEPARTMENTS, {"id": "care"})

    admin.post(
        "/admin/users/ben/place",
        {"manager": "cai", "department": "care", "skills": "welding, 德语", "regions": "East"},
    )

    standing = staffing(site).standing(UserId("ben"))
    assert (standing.manager, standing.departments) == ("cai", ("care",))
    assert (set(standing.skills), standing.regions) == ({"welding", "德语"}, ("East",))
    welders = Group(site.world.app, skill="welding")
    with site.runtime.store.read() as reader:
        assert [one.id for one in reader.staff.members(welders)] == ["ben"]
    assert 'value="East"' in admin.get("/admin/users/ben/place").text


def test_what_is_unticked_is_taken_away(site: Site, admin: Browser) -> None:
    admin.post(DEPARTMENTS, {"id": "care"})
    admin.post("/admin/users/ben/place", {"manager": "cai", "department": "care", "skills": "a"})

    admin.post("/admin/users/ben/place", {"manager": "", "skills": ""})

    standing = staffing(site).standing(UserId("ben"))
    assert (standing.manager, standing.departments, standing.skills) == (None, (), ())


def test_nobody_becomes_their_own_manager(site: Site, admin: Browser) -> None:
    admin.post("/admin/users/ben/place", {"manager": "cai"})

    refused = admin.post("/admin/users/cai/place", {"manager": "ben"})

    assert "Nobody can be their own manager" in text_of(refused)
    assert staffing(site).standing(UserId("cai")).manager is None


def test_log_says_which_administrator_did_it(site: Site, admin: Browser) -> None:
    admin.post(DEPARTMENTS, {"id": "care"})

    site.runtime.store.run(lambda unit: unit.events.seal(unit.now))
    with site.runtime.store.read() as reader:
        events = [one for one in reader.events.after(0, 1_000) if one.kind == "SystemChanged"]
    assert [(one.actor, one.event.what) for one in events][-1] == ("ann", "department_saved")


def test_others_get_no_such_page(site: Site, admin: Browser) -> None:
    ben = site.browser("ben")

    answers = [ben.get(DEPARTMENTS), ben.get("/admin/users/ann/place")]

    assert {one.status_code for one in answers} <= {403, 404}
