"""Who asks, in which language and zone: found once a request by the guard, read by every view."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from flask import g
from flask.globals import _cv_app, _cv_request

from engines.errors import NotAllowed, NotFound
from engines.values import AppId, UserId
from runtime.access.actors import actor_at_large, actor_in, actor_with
from runtime.commands import Actor
from runtime.live import LiveApp
from runtime.ports import SessionRow, UserRow
from runtime.web.asked import Request, Visitor

Version = Callable[[AppId, int], LiveApp]  # a version by its number

if TYPE_CHECKING:
    from runtime.web.needs import Runtime


def current_request() -> Request:
    """The request itself: every look through Flask's proxy costs four calls."""
    found: Request = _cv_request.get().request  # type: ignore[assignment]  # of our Front
    return found


def runtime() -> Runtime:
    """The running product behind this Flask application."""
    found: Runtime = _cv_app.get().app.extensions["dougong"]
    return found


def visitor() -> Visitor:
    """Who asks; a stranger until the guard knows."""
    asked: Request = _cv_request.get().request  # type: ignore[assignment]
    return asked.visitor


def person() -> UserRow:
    """The account that asks. Raises NotAllowed for a stranger."""
    user = visitor().user
    if user is None:
        raise NotAllowed("Sign in first.")
    return user


def user_id() -> UserId:
    """The id of the account that asks."""
    return person().id


def session() -> SessionRow:
    """The browser session that asks. Raises NotAllowed for an API token."""
    row = visitor().session
    if row is None:
        raise NotAllowed("This is done on a page, not with a token.")
    return row


def actor_for(app: str) -> Actor:
    """The visitor as an actor in an app. Raises NotFound for an unknown app."""
    return _known_in(AppId(app))[0]


def live_app(app: str) -> LiveApp:
    """The live version of an app. Raises NotFound."""
    return _known_in(AppId(app))[1]


def actor_anywhere() -> Actor:
    """The visitor as an actor outside any app."""
    if "actor_anywhere" not in g:
        with runtime().store.read() as reader:
            g.actor_anywhere = actor_at_large(reader, person(), visitor().via)
    return cast(Actor, g.actor_anywhere)


def know_in(asked: Request, version: Version, app: AppId) -> Actor:
    """Say once a request who its visitor is in the app of its address. Raises NotFound."""
    visitor = asked.visitor
    user, standing = visitor.user, visitor.standing
    if user is None or standing is None or visitor.live is None:
        raise NotFound(f"app {app}")
    live = version(app, visitor.live)
    actor = actor_with(standing, live, user, visitor.via, live=live.number, claim=visitor.claim)
    asked.actors[app] = (actor, live)
    return actor


def _known_in(app: AppId) -> tuple[Actor, LiveApp]:
    asked: Request = _cv_request.get().request  # type: ignore[assignment]
    known = asked.actors
    if app not in known:
        with runtime().store.read() as reader:
            live = runtime().live.app(reader, app)
            known[app] = (actor_in(reader, live, person(), visitor().via), live)
    return known[app]
