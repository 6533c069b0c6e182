"""The web front on a real store: a Flask application with an app published and people in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from engines.values import UserId
from runtime.access.reading import Reading
from runtime.accounts import Accounts
from runtime.adapters.clock import SettableClock
from runtime.adapters.files import EncryptedFiles
from runtime.adapters.keys import new_master_keys
from runtime.adapters.passwords import Passwords
from runtime.bus import Bus
from runtime.live import Live
from runtime.ports import UserRow
from runtime.settings import Settings
from runtime.sign_in import Visit
from runtime.web.app import make_app
from runtime.web.limits import Limits
from tests.support.ids import CountingIds
from tests.support.worlds import World, a_world

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PASSWORD = "four unlikely words here"  # noqa: S105
BASE = "http://localhost"

DESK = (Path(__file__).parent / "desk.yaml").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class SiteRuntime:
    """All parts the web front needs, each the real one."""

    settings: Settings
    bus: Bus
    reading: Reading
    accounts: Accounts
    live: Live
    clock: SettableClock
    ids: CountingIds
    files: EncryptedFiles
    store: Any


@dataclass(frozen=True, slots=True)
class Site:
    """A served organisation; every method is what a browser or a program does."""

    world: World
    runtime: SiteRuntime
    app: Flask

    def person(self, name: str, *roles: str, locale: str = "en", is_admin: bool = False) -> str:
        """An account without a password; its id is its name."""

        def save(unit: Any) -> None:
            unit.directory.save_user(
                UserRow(
                    id=UserId(name),
                    email=f"{name}@example.org",
                    name=name.title(),
                    password_hash="",
                    locale=locale,
                    time_zone="UTC",
                    is_active=True,
                    is_admin=is_admin,
                )
            )
            unit.directory.set_roles(self.world.app, UserId(name), roles)

        self.runtime.store.run(save)
        return name

    def stranger(self) -> Browser:
        """A browser without a session."""
        return Browser(self.app.test_client(), "")

    def browser(self, name: str) -> Browser:
        """A browser in which the person is signed in."""
        token = self.runtime.accounts.new_sign_in_link(UserId(name))
        signed_in = self.runtime.accounts.sign_in_by_link(token, Visit("127.0.0.1", "test"))
        client = self.app.test_client()
        client.set_cookie("dougong", signed_in.token, domain="localhost")
        return Browser(client, signed_in.session.csrf)

    def program(self, name: str, *scopes: str) -> Program:
        """A program with an API token of the person."""
        token = self.runtime.accounts.new_token(UserId(name), "test", scopes or ("read", "write"))
        return Program(self.app.test_client(), token)


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser as far as the server sees one: cookies, Origin, the page's token."""

    client: FlaskClient
    csrf: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers={"Accept": "text/html", **headers})

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        """A form of one of our pages."""
        return self.client.post(
            path,
            data={"_csrf": self.csrf, **(data or {})},
            headers={"Origin": BASE, "Accept": "text/html", **headers},
        )


@dataclass(frozen=True, slots=True)
class Program:
    """A program that speaks JSON with a bearer token."""

    client: FlaskClient
    token: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        content = {"data": orjson.dumps(body)} if body is not None else {}
        kind = {"Content-Type": "application/json"} if body is not None else {}
        return self.client.open(
            path,
            method=method,
            headers={"Authorization": f"Bearer {self.token}", **kind, **headers},
            **content,
        )


class Compiled(BytecodeCache):
    """Templates by what they say, so that each is compiled once and not by every site."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        code = self._code.get(f"{bucket.key} {bucket.checksum}")
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[f"{bucket.key} {bucket.checksum}"] = bucket.bytecode_to_string()


COMPILED = Compiled()


def a_site(
    store: Any,
    clock: SettableClock,
    tmp_path: Path,
    *,
    text: str = DESK,
    app: str = "desk",
    designer: Callable[[Any], Blueprint] | None = None,
    limits: Limits | None = None,
) -> Site:
    """A site in which the text is published as version 1."""
    world = a_world(store, clock, text, app)
    ids = CountingIds()
    runtime = SiteRuntime(
        settings=Settings(data_dir=tmp_path, base_url=BASE),
        bus=world.bus,
        reading=world.reading,
        accounts=Accounts(store, clock, ids, Passwords()),
        live=world.live,
        clock=clock,
        ids=ids,
        files=EncryptedFiles(tmp_path / "files", new_master_keys()),
        store=store,
    )
    blueprints = [designer(runtime)] if designer else []
    served = make_app(runtime, blueprints, limits)  # type: ignore[arg-type]
    served.jinja_env.bytecode_cache = COMPILED
    return Site(world, runtime, served)


def spelled_out(rule: str) -> list[str]:
    """The rule once for every choice it offers, `any('give','take')` as two."""
    choice = re.search(r"<any\(([^)]*)\):\w+>", rule)
    if choice is None:
        return [rule]
    return [rule.replace(choice[0], one.strip("' ")) for one in choice[1].split(",")]


def variables(rule: str) -> list[str]:
    """The names of what a rule of routes leaves open."""
    return re.findall(r"<(?:\w+:)?(\w+)>", rule)


def address(rule: str, values: Mapping[str, str]) -> str:
    """The rule with its variables filled; what is not named is "x", a number 1."""

    def filled(found: re.Match[str]) -> str:
        return values.get(found[2], "1" if found[1] == "int" else "x")

    return re.sub(r"<(?:(\w+):)?(\w+)>", filled, rule)


def text_of(response: TestResponse) -> str:
    """The page as one line of text without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))
