"""The demo: an app with its sample records, an account for each role and a link for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.cli.acts.apps import publish
from builder.cli.acts.users import NEW, link_of
from engines.app import parse_app
from engines.values import RoleId, UserId
from runtime.bootstrap import Runtime
from runtime.exchange.seeds import plant
from runtime.live import LiveApp
from runtime.ports import UserRow

DEMO_DOMAIN = "demo.example"  # reserved: no mail ever leaves for it
Link = dict[str, str]


def first_admin(runtime: Runtime) -> Link | None:
    """A one-time link for the first administrator; None when somebody is here already."""
    if runtime.accounts.users():
        return None
    admin = _account(runtime, "admin@localhost", "Administrator", is_admin=True)
    return {"who": "administrator", "email": admin.email, "link": link_of(runtime, admin)}


def set_up(runtime: Runtime, text: str, name: str) -> list[Link]:
    """The app installed with its seeds unless it is there, and new links for its demo accounts."""
    app = parse_app(text, name).id
    with runtime.store.read() as reader:
        is_new = app not in reader.definitions.live_numbers()
    if is_new:
        publish(runtime, {"text": text, "name": name, "note": "Demo"})
    with runtime.store.read() as reader:
        live = runtime.live.app(reader, app)
    people = _people(runtime, live)
    if is_new:
        plant(runtime, app, {role: user.id for role, user in people.items()})
    return [
        {"app": app, "who": role, "email": user.email, "link": link_of(runtime, user)}
        for role, user in people.items()
    ]


def _people(runtime: Runtime, app: LiveApp) -> Mapping[RoleId, UserRow]:
    known = {user.email: user for user in runtime.accounts.users()}
    definition = app.definition
    locale, found = definition.locales[0], {}
    for role in definition.roles.values():
        email = f"{role.id}@{definition.id.replace('_', '-')}.{DEMO_DOMAIN}"
        user = known.get(email)
        if user is None:
            name = role.title.in_locale(locale)
            user = _account(runtime, email, name, locale=locale, zone=definition.time_zone)
            runtime.accounts.set_roles(definition.id, user.id, [role.id])
        found[role.id] = user
    return found


def _account(runtime: Runtime, email: str, name: str, **more: Any) -> UserRow:
    return runtime.accounts.add_user(
        UserRow(
            id=UserId(NEW),
            email=email,
            name=name,
            password_hash="",
            locale=more.get("locale", "en"),
            time_zone=more.get("zone", "UTC"),
            is_active=True,
            is_admin=more.get("is_admin", False),
        )
    )
