"""A site on a port of this machine, for tests that drive a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from engines.values import UserId
from runtime.sign_in import Visit
from tests.support.browser import ready
from tests.support.sites import Site


@dataclass(frozen=True, slots=True)
class Served:
    """A site that answers at `base`."""

    site: Site
    base: str

    def enter(self, page: Page, person: str, path: str) -> Page:
        """Open a path as a person who is signed in; the page is awake."""
        self.sign_in(page, person)
        page.goto(f"{self.base}{path}")
        return ready(page)

    def sign_in(self, page: Page, person: str) -> None:
        """Give the browser the session of a person."""
        accounts = self.site.runtime.accounts
        token = accounts.new_sign_in_link(UserId(person))
        signed_in = accounts.sign_in_by_link(token, Visit("127.0.0.1", "test"))
        page.context.add_cookies([{"name": "dougong", "value": signed_in.token, "url": self.base}])


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a free port; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
