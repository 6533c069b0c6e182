"""Acts on people: accounts, roles, passwords, one-time sign-in links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import available_timezones

from builder.cli.acts.act import Act
from engines.diagnostics import did_you_mean
from engines.errors import AppBuilderError, Conflict, FieldErrors, FieldProblem, NotFound
from engines.form.problems import Refused
from engines.form.reading import NEUTRAL
from engines.form.types.email import TYPE as EMAIL
from engines.form.types.email import EmailOptions
from engines.values import AppId, FormId, RecordId, RoleId, UserId
from runtime.bootstrap import Runtime
from runtime.commands import SYSTEM, LinkAccount
from runtime.ports import UserRow
from runtime.web.catalogue import LOCALES

NEW = UserId("")


def add(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Open an account with roles written `app:role`; the answer holds a one-time link."""
    _require_sound(payload)
    roles = roles_by_app(runtime, payload.get("roles", ()))
    user = runtime.accounts.add_user(
        UserRow(
            id=NEW,
            email=payload["email"],
            name=payload.get("name") or payload["email"].split("@")[0],
            password_hash="",
            locale=payload.get("locale", "en"),
            time_zone=payload.get("time_zone", "UTC"),
            is_active=True,
            is_admin=payload.get("is_admin", False),
        )
    )
    for app, wanted in roles.items():
        runtime.accounts.set_roles(app, user.id, wanted)
    return {"id": user.id, "email": user.email, "link": link_of(runtime, user)}


def set_password(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Give an account a password; its sessions end."""
    user = user_by_email(runtime, payload["email"])
    runtime.accounts.set_password(user, payload["password"])
    return {"email": user.email}


def new_link(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """A new one-time sign-in link for an account."""
    user = user_by_email(runtime, payload["email"])
    return {"email": user.email, "link": link_of(runtime, user)}


def listed(runtime: Runtime, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every account with its roles."""
    with runtime.store.read() as reader:
        apps = reader.definitions.apps()
        return [
            {
                "email": user.email,
                "name": user.name,
                "is_admin": user.is_admin,
                "is_active": user.is_active,
                "roles": [
                    f"{app}:{role}"
                    for app in apps
                    for role in sorted(reader.directory.roles(app, user.id))
                ],
            }
            for user in reader.directory.users()
        ]


def _require_sound(payload: Mapping[str, Any]) -> None:
    """Raises FieldErrors for an address, language or time zone that is none."""
    problems = []
    if not is_address(payload["email"]):
        problems.append(FieldProblem("email", "not_an_email"))
    if payload.get("locale", LOCALES[0]) not in LOCALES:
        problems.append(FieldProblem("locale", "unknown_option", {"value": payload["locale"]}))
    if payload.get("time_zone", "UTC") not in available_timezones():
        value = {"value": payload["time_zone"]}
        problems.append(FieldProblem("time_zone", "unknown_option", value))
    if problems:
        raise FieldErrors(problems)


def is_address(text: str) -> bool:
    """Whether a text is a mail address, in the sense of the control for them."""
    try:
        return EMAIL.read(text, EmailOptions(), NEUTRAL) is not None
    except Refused:
        return False


def roles_by_app(runtime: Runtime, written: Iterable[str]) -> dict[AppId, list[RoleId]]:
    """Roles written `app:role`, checked against the live definitions."""
    found: dict[AppId, list[RoleId]] = {}
    with runtime.store.read() as reader:
        for text in written:
            app, colon, role = text.partition(":")
            if not colon:
                raise AppBuilderError(f"{text!r} is no role. Write APP:ROLE.")
            known = runtime.live.app(reader, AppId(app)).definition.roles
            if role not in known:
                hint = did_you_mean(role, known) or f"It has {', '.join(known) or 'none'}."
                raise AppBuilderError(f"The app {app} has no role {role!r}. {hint}")
            found.setdefault(AppId(app), []).append(RoleId(role))
    return found


def user_by_email(runtime: Runtime, email: str) -> UserRow:
    """The account of an address. Raises NotFound."""
    with runtime.store.read() as reader:
        user = reader.directory.user_by_email(email.strip().lower())
    if user is None:
        raise NotFound(f"an account with the address {email}")
    return user


def link_of(runtime: Runtime, user: UserRow) -> str:
    """The address that signs somebody in once."""
    if not user.is_active:
        raise Conflict(f"The account {user.email} is closed.")
    token = runtime.accounts.new_sign_in_link(user.id)
    return f"{runtime.settings.base_url}/sign-in/link/{token}"


def own_record(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Say which record is an account's own; an empty one for none."""
    user, record = user_by_email(runtime, payload["email"]), payload["record"] or None
    app, form = AppId(payload["app"]), FormId(payload["form"])
    command = LinkAccount(app, user.id, form, RecordId(record) if record else None)
    runtime.bus.execute(command, SYSTEM)
    return {"email": user.email, "record": record}


USER_ACTS: Mapping[str, Act] = {
    "user.record": own_record,
    "user.add": add,
    "user.set_password": set_password,
    "user.link": new_link,
    "user.list": listed,
}
