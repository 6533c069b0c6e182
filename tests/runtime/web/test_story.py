"""The "why?" of a record's history: names and titles, and nothing its reader may not see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.adapters.clock import SettableClock
from tests.support.sites import MORNING, Site, a_site, text_of
from tests.support.stores import opened_store

SHOP = """\
format: 1
app: shop
title: Shop
locales: [en, zh]
time_zone: UTC
currency: EUR
roles:
  guest: {title: Guest, portal: true}
  clerk: {title: {en: Shop clerk, zh: 店员}}
forms:
  buyer:
    title: Buyer
    name: "{{ name }}"
    fields:
      name: {type: text, required: true}
      level:
        type: select
        title: {en: Level, zh: 等级}
        options: {plain: Plain, gold: {title: {en: Golden, zh: 金级}, color: warning}}
    access:
      clerk: {create: true, read: "record.name != 'Secret Ltd'", update: true}
  order:
    title: Order
    name: "{{ subject }}"
    fields:
      subject: {type: text, title: Subject, required: true}
      buyer: {type: link, title: {en: Buyer, zh: 买家}, form: buyer}
      urgent: {type: checkbox, title: Urgent}
    access:
      guest: {create: true, read: record.created_by == user.id}
      clerk: {create: true, read: true, update: true}
rules:
  known_first:
    title: {en: Known buyers first, zh: 老客户优先}
    on: {created: order}
    when: record.buyer.level == 'gold' and not is_empty(record.buyer)
    do: [{set: {urgent: true}}]
flows:
  packing:
    title: Packing
    on: {created: order}
    nodes:
      pack:
        type: task
        title: {en: Pack the parcel, zh: 打包}
        assign: {role: clerk, pick: pool}
        outcomes: {done: {title: {en: Packed well, zh: 已打包}, to: end}}
      end: {type: end}
"""


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=SHOP, app="shop")
        site.person("ana", "clerk")
        site.person("mei", "clerk", locale="zh")
        site.person("gus", "guest")
        site.person("root", is_admin=True)
        yield site


def a_buyer(site: Site, name: str) -> str:
    answer = site.browser("root").post("/a/shop/f/buyer/new", {"name": name, "level": "gold"})
    return answer.location.split("?")[0].rsplit("/", 1)[1]


def an_order(site: Site, by: str, buyer: str) -> str:
    given = {"subject": "Lamp", "buyer": buyer}
    return site.browser(by).post("/a/shop/f/order/new", given).location.split("?")[0]


def test_why_names_fields_rules_and_records_as_pages_show_them(site: Site) -> None:
    order = an_order(site, "ana", a_buyer(site, "Acme"))

    said = text_of(site.browser("ana").get(order))

    assert "Rule Known buyers first applied. (Buyer: Acme, Buyer, Level: Golden)" in said
    assert "The task Pack the parcel was opened for Shop clerk." in said


def test_why_is_told_in_the_readers_language(site: Site) -> None:
    order = an_order(site, "ana", a_buyer(site, "Acme"))

    said = text_of(site.browser("mei").get(order))

    assert "老客户优先" in said
    assert "买家、等级: 金级" in said
    assert "打包" in said


def test_no_sentence_shows_an_id_or_markup(site: Site) -> None:
    buyer = a_buyer(site, "Acme")
    order = an_order(site, "ana", buyer)

    said = text_of(site.browser("ana").get(order))

    assert buyer not in said
    assert "&lt;" not in said
    assert "known_first" not in said


def test_what_stands_on_a_record_one_may_not_open_is_not_told(site: Site) -> None:
    secret = a_buyer(site, "Secret Ltd")
    order = an_order(site, "root", secret)

    page = site.browser("ana").get(order)

    assert "Rule Known buyers first applied." in text_of(page)
    assert "Golden" not in text_of(page)
    assert "Secret Ltd" not in text_of(page)
    assert secret not in page.get_data(as_text=True)


def test_a_link_that_moved_on_does_not_tell_of_the_record_it_left(site: Site) -> None:
    order = an_order(site, "root", a_buyer(site, "Secret Ltd"))
    site.browser("root").post(f"{order}/edit", {"subject": "Lamp", "buyer": a_buyer(site, "Acme")})

    said = text_of(site.browser("ana").get(order))

    assert "Acme" in said
    assert "Golden" not in said
