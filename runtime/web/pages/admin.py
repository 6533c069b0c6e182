"""For administrators: accounts with their roles, and the versions of apps."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import Conflict, FieldErrors, FieldProblem, NotFound
from engines.values import AppId, RoleId, UserId
from runtime.commands import RollBackApp
from runtime.kind_change import told_of
from runtime.ports import UserRow
from runtime.web.catalogue import LOCALES
from runtime.web.filling import filled
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import ADMIN, route
from runtime.web.visitor import actor_anywhere, live_app, person, runtime, visitor

admin = Blueprint("admin", __name__)


@route(admin, "/admin/users", permission=ADMIN)
def users() -> str:
    """All accounts with their roles in every app."""
    return _users_page({}, "")


@route(admin, "/admin/users", permission=ADMIN, methods=["POST"])
def add_user() -> AnyResponse:
    """Open an account; its person gets in by a one-time link, shown here once."""
    email, name = request.form.get("email", "").strip(), request.form.get("name", "").strip()
    new = UserRow(
        id=UserId(""),
        email=email[:320],
        name=name[:100] or email.partition("@")[0],
        password_hash="",
        locale=_one_of(request.form.get("locale", ""), LOCALES),
        time_zone=person().time_zone,
        is_active=True,
        is_admin=False,
    )
    try:
        _require_address(email)
        user = runtime().accounts.add_user(new)
    except FieldErrors as error:
        return make_response(_users_page(dict(filled({}, error).problems), ""), 422)
    except Conflict:
        taken = {"email": visitor().words.say("problem.not_unique")}
        return make_response(_users_page(taken, ""), 409)
    return make_response(_users_page({}, _link_for(user.id)), 201)


@route(admin, "/admin/users/<user>", permission=ADMIN, methods=["POST"])
def change_user(user: str) -> AnyResponse:
    """Change an account's roles in an app, close or open it, or make it a one-time link."""
    row = _user(UserId(user))
    act = request.form.get("act", "")
    if act == "link":
        return make_response(_users_page({}, _link_for(row.id)), 201)
    if act in ("close", "open"):
        if row.id == person().id:
            raise Conflict("You cannot close your own account.")
        runtime().accounts.change_user(replace(row, is_active=act == "open"))
    if act == "roles":
        app = live_app(request.form.get("app", ""))
        wanted = {RoleId(one) for one in request.form.getlist("roles")}
        known = wanted & app.definition.roles.keys()
        runtime().accounts.set_roles(app.definition.id, row.id, known)
    return go_to("/admin/users?done=saved")


@route(admin, "/admin/apps", permission=ADMIN)
def apps() -> str:
    """Apps with their versions, and what changes of kinds could not take over."""
    with runtime().store.read() as reader:
        found = [
            (one, reader.definitions.versions(one.definition.id))
            for one in runtime().live.apps(reader)
        ]
        told = {
            (row.app, row.number): told_of(reader, row.app, row.number)
            for _, rows in found
            for row in rows
        }
    title = visitor().words.say("admin.apps")
    return page(
        "apps.html", Crumb(title), here="/admin/apps", found=found, told=told, people=_names()
    )


@route(admin, "/admin/apps/<app>/roll-back", permission=ADMIN, methods=["POST"])
def roll_back(app: str) -> AnyResponse:
    """Make an earlier version live again."""
    number = request.form.get("version", "")
    if not number.isdecimal():
        raise NotFound("this version")
    runtime().bus.execute(RollBackApp(AppId(app), int(number)), actor_anywhere())
    return go_to("/admin/apps?done=rolled_back")


def _users_page(problems: dict[str, str], link: str) -> str:
    with runtime().store.read() as reader:
        live = runtime().live.apps(reader)
        accounts = reader.directory.users()
        roles = {
            (user.id, app.definition.id): reader.directory.roles(app.definition.id, user.id)
            for user in accounts
            for app in live
        }
    title = visitor().words.say("admin.users")
    return page(
        "users.html",
        Crumb(title),
        here="/admin/users",
        users=accounts,
        live=live,
        roles=roles,
        problems=problems,
        link=link,
        email=request.form.get("email", "") if problems else "",
        name=request.form.get("name", "") if problems else "",
    )


def _link_for(user: UserId) -> str:
    token = runtime().accounts.new_sign_in_link(user)
    return f"{runtime().settings.base_url.rstrip('/')}/sign-in/link/{token}"


def _user(user: UserId) -> UserRow:
    with runtime().store.read() as reader:
        row = reader.directory.user(user)
    if row is None:
        raise NotFound("this account")
    return row


def _names() -> dict[str, str]:
    return {user.id: user.name for user in runtime().accounts.users()}


def _require_address(email: str) -> None:
    if "@" not in email or not email.isprintable():
        raise FieldErrors([FieldProblem("email", "not_an_email")])


def _one_of(given: str, known: tuple[str, ...]) -> str:
    return given if given in known else known[0]
