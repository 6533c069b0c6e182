"""The browser the other tests stand on: it renders, and it tells on a page that misbehaves."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import (
    EXPECTED_WITHIN_MS,
    accessibility_faults,
    small_targets,
    watch,
)

PAGE = b"""<!doctype html><html lang="en"><title>Door</title>
<main><h1>Door</h1><button style="width:20px;height:20px">A</button><img src="/x.png"></main>"""


class _Door(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Say nothing: pytest shows what matters."""


@pytest.fixture
def door() -> object:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.browser
def test_axe_names_an_image_without_text(page: Page, door: str) -> None:
    page.goto(door)

    faults = accessibility_faults(page)

    assert 'image-alt: <img src="/x.png">' in faults


@pytest.mark.browser
def test_a_button_too_small_for_a_finger_is_named(page: Page, door: str) -> None:
    page.goto(door)

    targets = small_targets(page)

    assert targets == ['20x20 <button style="width:20px;height:20px">A</button>']


@pytest.mark.browser
@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("new Image().src = 'http://192.0.2.7/x.png'", "asked another host: http://192.0.2.7/"),
        ("fetch('https://fonts.example.org/a')", "asked another host: https://fonts.example.org"),
        ("setTimeout(() => { throw new Error('too early') })", "too early"),
        ("console.error('Refused by the Content Security Policy')", "Content Security Policy"),
    ],
    ids=["an address", "a name", "an error", "a refusal"],
)
def test_what_no_page_may_do_is_noted(
    browser: Browser, door: str, script: str, fault: str
) -> None:
    faults: list[str] = []
    with browser.new_context() as context:
        watch(context, faults)
        page = context.new_page()
        page.goto(door)

        page.evaluate(f"() => {{ {script} }}")

        hear_of_it(page, faults)
    assert fault in faults[0]


def hear_of_it(page: Page, faults: list[str]) -> None:
    """Events come while a page waits; at the latest with the patience of `expect`."""
    for _ in range(EXPECTED_WITHIN_MS // 10):
        if faults:
            return
        page.wait_for_timeout(10)


@pytest.mark.browser
def test_a_page_that_behaves_is_not_blamed(browser: Browser, door: str) -> None:
    faults: list[str] = []
    with browser.new_context() as context:
        watch(context, faults)
        context.new_page().goto(door)

    assert faults == []
