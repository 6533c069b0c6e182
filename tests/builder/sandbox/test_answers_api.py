"""Answers of other programs over HTTP, as the designer's page gives them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from werkzeug.test import TestResponse

from builder.web import make_designer
from runtime.adapters.clock import SettableClock
from tests.builder.sandbox.conftest import MORNING
from tests.builder.sandbox.test_answers import BOOKS
from tests.support.sites import Browser, a_site
from tests.support.stores import opened_store

API = "/design/api/books/sandbox"
ORDER = {"submit": "order", "as": "clerk"}
ANSWER = {"answer": "erp", "on": "order_1", "call": "POST /orders/{subject}", "status": "200"}


@pytest.fixture
def wanda(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Browser]:
    """A designer in whose sandbox an order was made."""
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        served = a_site(store, clock, tmp_path, text=BOOKS, app="books", designer=make_designer)
        served.person("wanda", "clerk")
        browser = served.browser("wanda")
        post(browser, "open", {})
        post(browser, "step", {"step": ORDER, "typed": {"subject": ["Tea"]}})
        yield browser


def post(browser: Browser, place: str, body: Any) -> TestResponse:
    headers = {
        "Content-Type": "application/json",
        "Origin": "http://localhost",
        "X-CSRF-Token": browser.csrf,
    }
    return browser.client.post(f"{API}/{place}", data=orjson.dumps(body), headers=headers)


def test_a_call_is_shown_apart_from_messages(wanda: Browser) -> None:
    state = wanda.get(API).get_json()

    (call,) = state["calls"]
    assert (call["connector"], call["case"], call["state"]) == ("erp", "order_1", "waiting")
    assert call["url"] == "https://erp.example.com/api/orders/Tea"
    assert orjson.loads(call["sample"]) == {"order": {"id": ""}, "items": [{}, {"price": ""}]}
    assert state["messages"] == []


def test_an_answer_is_the_text_of_its_json(wanda: Browser) -> None:
    text = '{"order": {"id": "B-7"}, "items": [{}, {"price": 12.50}]}'

    state = post(wanda, "step", {"step": ANSWER, "answer": text}).get_json()

    (call,), (case,) = state["calls"], state["cases"]
    assert call["state"] == "answered"
    assert ["Price", "12.50"] in case["values"]
    assert "answer: erp" in state["test"]


def test_a_failure_says_why_and_can_be_answered_anew(wanda: Browser) -> None:
    state = post(wanda, "step", {"step": {**ANSWER, "status": "503"}}).get_json()

    (call,) = state["calls"]
    assert (call["state"], call["why"]) == ("failed", "erp answered 503.")


@pytest.mark.parametrize(
    ("text", "said"),
    [("{order:", "The answer is no JSON"), ("7", "An answer is an object or a list.")],
)
def test_an_answer_that_is_none_is_refused(wanda: Browser, text: str, said: str) -> None:
    response = post(wanda, "step", {"step": ANSWER, "answer": text})

    assert response.status_code == 409
    assert said in response.get_json()["error"]["message"]
    assert wanda.get(API).get_json()["calls"][0]["state"] == "waiting"
