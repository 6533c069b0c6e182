"""Who asks, in which language and zone: found once a request by the guard, read by every view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from flask import Request, g, request
from flask.ctx import AppContext
from flask.globals import app_ctx

from engines.errors import NotAllowed, NotFound
from engines.form.display import Display
from engines.values import AppId, UserId
from runtime.access.actors import actor_at_large, actor_in, actor_with
from runtime.commands import Actor, Claim
from runtime.live import LiveApp
from runtime.ports import SessionRow, Standing, UserRow
from runtime.web.catalogue import Catalogue, catalogue

Version = Callable[[AppId, int], LiveApp]  # a version by its number

if TYPE_CHECKING:
    from runtime.web.needs import Runtime


@dataclass(frozen=True, slots=True)
class Visitor:
    """One request's person; a stranger has no `user`."""

    user: UserRow | None
    session: SessionRow | None
    scopes: frozenset[str]
    via: str  # session, token, none
    locale: str
    time_zone: str
    theme: str  # light, dark, or "" for what the machine says
    standing: Standing | None = None  # in the app that the address names
    live: int | None = None  # that app's live version
    claim: Claim | None = None  # by which this is known, where the database was not asked

    @property
    def words(self) -> Catalogue:
        """The product's own words in the visitor's language."""
        return catalogue(self.locale)

    @property
    def display(self) -> Display:
        """How values are written for this visitor."""
        return Display(self.locale, ZoneInfo(self.time_zone))

    @property
    def csrf(self) -> str:
        """The token that forms of this session carry."""
        return self.session.csrf if self.session is not None else ""


STRANGER = Visitor(None, None, frozenset(), "none", "en", "UTC", "")


def current_request() -> Request:
    """The request itself: every look through Flask's proxy costs four calls."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return found


def here() -> AppContext:
    """What Flask calls `current_app` and `g`, likewise."""
    found: AppContext = app_ctx._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return found


def runtime() -> Runtime:
    """The running product behind this Flask application."""
    found: Runtime = here().app.extensions["dougong"]
    return found


def visitor() -> Visitor:
    """Who asks."""
    found: Visitor = here().g.visitor
    return found


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


def know_in(version: Version, app: AppId, visitor: Visitor) -> Actor:
    """Say once a request who the visitor is in the app of its address. Raises NotFound."""
    user, standing = visitor.user, visitor.standing
    if user is None or standing is None or visitor.live is None:
        raise NotFound(f"app {app}")
    live = version(app, visitor.live)
    actor = actor_with(standing, live, user, visitor.via, live=live.number, claim=visitor.claim)
    here().g.actors = {app: (actor, live)}
    return actor


def _known_in(app: AppId) -> tuple[Actor, LiveApp]:
    known: dict[AppId, tuple[Actor, LiveApp]] = here().g.setdefault("actors", {})
    if app not in known:
        with runtime().store.read() as reader:
            live = runtime().live.app(reader, app)
            known[app] = (actor_in(reader, live, person(), visitor().via), live)
    return known[app]
