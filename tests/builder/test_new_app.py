"""A new app begins as a text that can be published, under an id nobody has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.new_app import free_app_id, new_app_text
from builder.web import make_designer
from engines.app import parse_app, problems_of
from engines.values import AppId, UserId
from runtime.adapters.clock import SettableClock
from tests.support.sites import MORNING, Site, a_site
from tests.support.stores import opened_store


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        served = a_site(store, clock, tmp_path, designer=make_designer)
        served.person("ada", is_admin=True, locale="zh")
        served.person("gus")
        yield served


@pytest.mark.parametrize("locale", ["en", "zh", "es", "ar", "fr"])
@pytest.mark.parametrize("title", ["Pet shop", "true", "a: b #c", "宠物店", '"'])
def test_new_app_can_be_published_as_it_is(title: str, locale: str) -> None:
    text = new_app_text("pets", title, locale, "Europe/Madrid")

    assert problems_of(text, "pets.yaml") == ()
    assert parse_app(text, "pets.yaml").title.in_locale(locale) == title


@pytest.mark.parametrize(
    ("title", "taken", "wanted"),
    [
        ("Pet shop", (), "pet_shop"),
        ("Pet shop", ("pet_shop", "pet_shop_2"), "pet_shop_3"),
        ("3D Café — Ñandú", (), "d_cafe_nandu"),
        ("宠物店", (), "app"),
        ("x" * 90, (), "x" * 40),
    ],
)
def test_id_is_made_of_the_title(title: str, taken: tuple[str, ...], wanted: str) -> None:
    assert free_app_id(title, taken) == wanted


def test_administrator_begins_an_app_and_lands_in_its_designer(site: Site) -> None:
    ada = site.browser("ada")

    answer = ada.post("/design", {"title": "  Pet shop "})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/design/pet_shop")
    draft = ada.get("/design/api/pet_shop/draft").get_json()
    assert (draft["live_version"], draft["is_changed"], draft["can_publish"]) == (1, False, True)
    assert draft["data"]["locales"] == ["zh"]
    with site.runtime.store.read() as reader:
        assert reader.directory.roles(AppId("pet_shop"), UserId("ada")) == frozenset({"owner"})


def test_app_without_a_name_is_not_begun(site: Site) -> None:
    answer = site.browser("ada").post("/design", {"title": "  "})

    assert answer.status_code == 422


def test_only_administrators_begin_apps(site: Site) -> None:
    answer = site.browser("gus").post("/design", {"title": "Pet shop"})

    assert answer.status_code == 403


def test_page_of_apps_offers_to_begin_one(site: Site) -> None:
    page = site.browser("ada").get("/admin/apps").get_data(as_text=True)

    assert 'action="/design"' in page
    assert "新建应用" in page
