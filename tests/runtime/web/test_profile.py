"""One's own account: where one is signed in, tokens, which messages one wants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engines.values import UserId
from runtime.adapters.clock import SettableClock
from runtime.web.pages.profile import device_of
from tests.support.sites import MORNING, Site, a_site, text_of
from tests.support.stores import opened_store

SHOP = """\
format: 1
app: shop
title: Shop
locales: [en]
time_zone: UTC
currency: EUR
roles:
  clerk: {title: Clerk}
forms:
  order:
    title: Order
    name: "{{ subject }}"
    fields:
      subject: {type: text, title: Subject, required: true}
    access:
      clerk: {create: true, read: true, update: true}
templates:
  arrived: {for: order, subject: "An order has come: {{ record.subject }}", body: "Look at it."}
rules:
  tell:
    on: {created: order}
    do: [{notify: {to: {role: clerk, pick: pool}, template: arrived, channel: both}}]
"""


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=SHOP, app="shop")
        site.person("ana", "clerk")
        site.person("ben", "clerk")
        yield site


def test_tokens_are_listed_with_their_last_use_and_revoked(site: Site) -> None:
    ana, program = site.browser("ana"), site.program("ana", "read")
    fresh = text_of(ana.get("/profile"))
    program.call("GET", "/api/v1/shop/order")
    site.runtime.clock.advance(timedelta(hours=2))

    used = ana.get("/profile")
    revoke = re.search(r"/profile/tokens/[\w-]+/revoke", used.text)
    assert revoke is not None
    ana.post(revoke.group())

    assert "test Read · never used" in fresh
    assert "test Read · last used 2 hours ago" in text_of(used)
    assert program.call("GET", "/api/v1/shop/order").status_code == 401
    assert "last used" not in text_of(ana.get("/profile"))


def test_nobody_revokes_the_token_of_somebody_else(site: Site) -> None:
    program = site.program("ana", "read")
    (token,) = site.runtime.accounts.tokens(UserId("ana"))

    answer = site.browser("ben").post(f"/profile/tokens/{token.id}/revoke")

    assert answer.status_code == 404
    assert program.call("GET", "/api/v1/shop/order").status_code == 200


def test_one_other_session_is_ended_and_this_one_stays(site: Site) -> None:
    here, there = site.browser("ana"), site.browser("ana")
    (other,) = re.findall(r"/profile/sessions/[\w-]+/end", here.get("/profile").text)

    here.post(other)

    assert here.get("/profile").status_code == 200
    assert there.get("/profile").status_code == 303


def test_nobody_ends_the_session_of_somebody_else(site: Site) -> None:
    ana = site.browser("ana")
    (session,) = site.runtime.accounts.sessions(UserId("ana"))

    answer = site.browser("ben").post(f"/profile/sessions/{session.id}/end")

    assert answer.status_code == 404
    assert ana.get("/profile").status_code == 200


def test_a_message_that_is_not_wanted_by_a_channel_does_not_come_by_it(site: Site) -> None:
    ana = site.browser("ana")
    ana.post("/profile/messages", {"app": "shop", "wanted": ["arrived:mail"]})

    site.browser("ben").post("/a/shop/f/order/new", {"subject": "Lamp"})

    assert "Lamp" not in text_of(ana.get("/inbox"))
    assert "Lamp" in text_of(site.browser("ben").get("/inbox"))
    now = site.runtime.clock.now()
    due = site.runtime.store.run(lambda unit: unit.queue.due_deliveries(now, 50, 1.0))
    mails = sorted(row.target for row, _ in due if row.channel == "mail")
    assert mails == ["ana@example.org", "ben@example.org"]


def test_messages_are_offered_by_what_they_say_and_remembered(site: Site) -> None:
    ana = site.browser("ana")

    before = ana.get("/profile/messages")
    ana.post("/profile/messages", {"app": "shop", "wanted": []})
    after = ana.get("/profile/messages").text

    assert "An order has come Order" in text_of(before)
    assert before.text.count(" checked") == 2
    assert " checked" not in after


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537 Edg/120", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU OS 17 like Mac OS X) Safari/604", "Safari, iPhone"),
        ("curl/8.1", "curl/8.1"),
        ("", ""),
    ],
)
def test_a_device_is_named_shortly(user_agent: str, expected: str) -> None:
    assert device_of(user_agent) == expected
