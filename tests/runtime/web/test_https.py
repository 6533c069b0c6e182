"""Behind https a session is kept by a cookie that no other host and no plain page can set."""

from __future__ import annotations

from dataclasses import replace
from http.cookies import SimpleCookie

import pytest
from flask.testing import FlaskClient

from engines.values import UserId
from runtime.settings import Settings
from runtime.sign_in import Visit
from runtime.web.app import make_app
from tests.support.sites import COMPILED, Site

HOST = "desk.example.org"
BASE = f"https://{HOST}"


@pytest.fixture
def client(site: Site) -> FlaskClient:
    """A browser before the same organisation, served at an https address."""
    settings = Settings(data_dir=site.runtime.settings.data_dir, base_url=BASE)
    served = make_app(replace(site.runtime, settings=settings))  # type: ignore[arg-type]
    served.jinja_env.bytecode_cache = COMPILED
    return served.test_client()


def a_link(site: Site) -> str:
    return f"/sign-in/link/{site.runtime.accounts.new_sign_in_link(UserId('cleo'))}"


def a_session(site: Site) -> str:
    link = site.runtime.accounts.new_sign_in_link(UserId("cleo"))
    return site.runtime.accounts.sign_in_by_link(link, Visit("127.0.0.1", "test")).token


def test_the_cookie_of_a_session_is_bound_to_host_and_https(
    site: Site, client: FlaskClient
) -> None:
    answer = client.post(a_link(site), base_url=BASE, headers={"Origin": BASE})

    (cookie,) = SimpleCookie(answer.headers["Set-Cookie"]).values()
    assert answer.status_code == 303
    assert (cookie.key, cookie["path"], cookie["domain"]) == ("__Host-dougong", "/", "")
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("name", "status"), [("__Host-dougong", 200), ("dougong", 303)], ids=["bound", "plain"]
)
def test_a_session_is_known_by_the_bound_cookie_alone(
    site: Site, client: FlaskClient, name: str, status: int
) -> None:
    client.set_cookie(name, a_session(site), domain=HOST, secure=True)

    assert client.get("/", base_url=BASE).status_code == status


def test_another_host_of_the_same_address_is_refused(client: FlaskClient) -> None:
    assert client.get("/sign-in", base_url="https://evil.example").status_code == 400
