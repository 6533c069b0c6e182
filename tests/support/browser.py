"""Debian's Chromium for the tests, driven by Playwright, and what a page must never do.

A page that breaks its own content security policy, throws, or asks another host for anything
fails its test. Nothing here knows our pages.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    WebError,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "screenshots"
AXE = ROOT / "node_modules/axe-core/axe.min.js"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
EXPECTED_WITHIN_MS = 60_000  # on two busy cores; what comes at once is not waited for
OURS = {"127.0.0.1", "localhost", "::1"}
OF_THE_PAGE = {"data", "blob", "about"}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # without these Chromium asks for hosts a closed network refuses, many at a time
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # no other host has an address: asking one fails at once, and `watch` hears of it
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]",
]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("No Chromium here: install Debian's package chromium (`make test` tries).")
    expect.set_options(timeout=EXPECTED_WITHIN_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """`open_page(phone=True, locale="ar", color_scheme="dark")`: a page of a new visitor."""
    with visitors(browser) as open_one:
        yield open_one


@pytest.fixture(scope="module")
def staying(browser: Browser) -> Iterator[OpenPage]:
    """`open_page` that gives a visitor opened alike before, with what their browser keeps."""
    pages: dict[str, Page] = {}
    with visitors(browser) as open_one:

        def open_or_find(**options: Any) -> Page:
            name = str(sorted(options.items()))
            return pages.get(name) or pages.setdefault(name, open_one(**options))

        yield open_or_find


@pytest.fixture
def looking(staying: OpenPage) -> Iterator[OpenPage]:
    """`open_page` for tests that only look: the same visitors go from page to page.

    Every visitor who begins anew fetches, reads and compiles all scripts, which takes longer than
    most pages do.
    """
    pages: list[Page] = []

    def open_one(**options: Any) -> Page:
        pages.append(staying(**options))
        return pages[-1]

    yield open_one
    for page in pages:
        page.goto("about:blank")  # it asks the server nothing more


@contextmanager
def visitors(browser: Browser) -> Iterator[OpenPage]:
    """`open_page` for as long as the block runs; then no page may have misbehaved."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(*, phone: bool = False, **options: Any) -> Page:
        if phone:
            options = {"viewport": PHONE, "has_touch": True, "is_mobile": True, **options}
        context = browser.new_context(**{"viewport": DESKTOP, **options})
        context.set_default_timeout(EXPECTED_WITHIN_MS)
        contexts.append(context)
        watch(context, faults)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


def watch(context: BrowserContext, faults: list[str]) -> None:
    """Note what no page may do. Stops no request: that would turn the browser's cache off."""
    context.on("requestfailed", lambda request: _note_other_host(request.url, faults))
    context.on("weberror", lambda thrown: faults.append(f"{_where(thrown)}: {thrown.error}"))
    context.on("console", lambda line: _note_refusal(line.text, faults))


def ready(page: Page) -> Page:
    """The page once its scripts have run and every element of ours is more than a name.

    Before that a click or a key does only what a page without scripts does with it. Where scripts
    are turned off there is nothing to wait for.
    """
    page.wait_for_load_state("load")
    if not page.evaluate("matchMedia('(scripting: none)').matches"):
        # not `wait_for_function`: that is an eval in the page, which its policy refuses
        expect(page.locator(":not(:defined)")).to_have_count(0)
    return page


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


def screenshot(page: Page, name: str) -> Path:
    """Save what the page shows as `screenshots/<name>.png`, for people to look at."""
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds at WCAG 2.2 AA: `["color-contrast: <a class=...>"]`."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}}).then(r => r.violations)", tags
    )
    return [f"{fault['id']}: {node['html']}" for fault in found for node in fault["nodes"]]


def small_targets(page: Page, *, least_px: int = 48) -> list[str]:
    """Buttons, links and inputs outside running text that a finger would miss."""
    return page.evaluate(
        """least => [...document.querySelectorAll(
             'button, select, textarea, input:not([type=hidden]), [role=button], a.btn, nav a')]
           .map(e => (e.matches('input[type=radio], input[type=checkbox]') && e.closest('label'))
                     || e)
           .filter(e => e.checkVisibility() && !e.closest('[aria-hidden=true]'))
           .map(e => [e, e.getBoundingClientRect()])
           .filter(([, box]) => box.width > 0 && (box.height < least || box.width < least))
           .map(([e, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ` +
                              e.outerHTML.slice(0, 120))""",
        least_px,
    )


def _where(thrown: WebError) -> str:
    return thrown.page.url if thrown.page else "a page that is gone"


def _note_other_host(url: str, faults: list[str]) -> None:
    address = urlsplit(url)
    if address.scheme not in OF_THE_PAGE and address.hostname not in OURS:
        faults.append(f"asked another host: {url}")


def _note_refusal(text: str, faults: list[str]) -> None:
    if "Content Security Policy" in text:
        faults.append(text)
