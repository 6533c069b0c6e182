"""Every part of the stylesheet on one page: readable, reachable, mirrored in Arabic."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page

from tests.support.browser import OpenPage, accessibility_faults, screenshot, small_targets

ROOT = Path(__file__).resolve().parents[3]
PATTERN = Path(__file__).with_name("pattern.html")

pytestmark = pytest.mark.browser


class _Styles(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PATTERN.read_bytes())

    def log_message(self, *_: object) -> None:
        """Say nothing: pytest shows what matters."""


@pytest.fixture(scope="module")
def pattern() -> Iterator[str]:
    handler = partial(_Styles, directory=ROOT / "runtime/ui")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(looking: OpenPage, pattern: str, scheme: str, phone: bool) -> None:  # noqa: FBT001
    page = looking(phone=phone, color_scheme=scheme)
    page.goto(pattern)
    _show_panel(page, "closed" if phone else "open")

    faults = accessibility_faults(page)

    screenshot(page, f"pattern-{scheme}-{'phone' if phone else 'desktop'}")
    assert faults == []


def test_every_target_on_a_phone_is_48_px(looking: OpenPage, pattern: str) -> None:
    page = looking(phone=True)
    page.goto(pattern)

    targets = small_targets(page)

    assert targets == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_phone_never_scrolls_sideways(looking: OpenPage, pattern: str, direction: str) -> None:
    page = looking(phone=True)
    page.goto(pattern)
    _turn(page, direction)

    width = page.evaluate("document.querySelector('main').scrollWidth")

    assert width == 390


def test_right_to_left_mirrors_the_frame(looking: OpenPage, pattern: str) -> None:
    page = looking()
    page.goto(pattern)
    _turn(page, "rtl")

    menu = page.locator(".shell__menu").bounding_box()

    screenshot(page, "pattern-rtl")
    assert menu is not None
    assert menu["x"] + menu["width"] == 1280


@pytest.mark.parametrize("kind", ["row", "stack", "field", "btn", "grid", "notice"])
def test_a_hidden_part_is_hidden_whatever_its_class(
    looking: OpenPage, pattern: str, kind: str
) -> None:
    page = looking()
    page.goto(pattern)
    page.evaluate(
        """kind => document.querySelector("main").insertAdjacentHTML(
             "beforeend", `<div class="${kind}" id="gone" hidden>Gone</div>`)""",
        kind,
    )

    is_shown = page.locator("#gone").is_visible()

    assert not is_shown


def test_a_closed_panel_takes_no_room(looking: OpenPage, pattern: str) -> None:
    page = looking()
    page.goto(pattern)

    _show_panel(page, "closed")

    assert not page.locator(".shell__panel").is_visible()


def _turn(page: Page, direction: str) -> None:
    page.evaluate("direction => { document.documentElement.dir = direction; }", direction)


def _show_panel(page: Page, state: str) -> None:
    page.evaluate("state => { document.body.dataset.panel = state; }", state)
