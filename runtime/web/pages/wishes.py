"""Which messages somebody wants, and by which channel. Everything is wanted until unticked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from engines.definition import MessageTemplate
from engines.values import AppId
from runtime.access import gate
from runtime.perform.reminders import NEW_TASK
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import SIGNED_IN, route
from runtime.web.visitor import actor_anywhere, actor_for, live_app, runtime, user_id, visitor

wishes = Blueprint("wishes", __name__)

CHANNELS = ("in_app", "mail")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message with the channels it is wanted by."""

    id: str
    title: str
    form: str
    wanted: frozenset[str]


@route(wishes, "/profile/messages", permission=SIGNED_IN)
def show() -> str:
    """The kinds of messages of every app the visitor has a part in."""
    locale = visitor().locale
    muted = runtime().accounts.muted(user_id())
    found = [
        (one.id, one.title.in_locale(locale), list(_kinds(one.id, muted)))
        for one in runtime().reading.apps(actor_anywhere())
    ]
    title = visitor().words.say("wishes.title")
    return page(
        "wishes.html",
        Crumb(visitor().words.say("shell.profile"), "/profile"),
        Crumb(title),
        heading=title,
        found=[one for one in found if one[2]],
        channels=CHANNELS,
    )


@route(wishes, "/profile/messages", permission=SIGNED_IN, methods=["POST"])
def keep() -> AnyResponse:
    """Keep the wishes about one app; what is not ticked is not wanted."""
    app = live_app(request.form.get("app", "")).definition.id
    ticked = set(request.form.getlist("wanted"))
    kinds = [NEW_TASK, *(one.id for one in _templates(app))]
    muted = [
        (kind, channel)
        for kind in kinds
        for channel in CHANNELS
        if f"{kind}:{channel}" not in ticked
    ]
    runtime().accounts.mute(user_id(), app, muted)
    return go_to("/profile/messages?done=wishes_kept")


def _kinds(app: AppId, muted: frozenset[tuple[AppId, str, str]]) -> Iterable[Kind]:
    live, locale = live_app(app), visitor().locale
    if live.definition.flows and actor_for(app).roles - live.definition.portal_roles:
        said = visitor().words.say("wishes.task")
        yield Kind(NEW_TASK, said, "", _wanted(app, NEW_TASK, muted))
    for one in _templates(app):
        form = live.form(one.form).title.in_locale(locale)
        yield Kind(one.id, one.title_in(locale), form, _wanted(app, one.id, muted))


def _wanted(app: AppId, kind: str, muted: frozenset[tuple[AppId, str, str]]) -> frozenset[str]:
    """The channels by which a kind of message is wanted."""
    return frozenset(one for one in CHANNELS if (app, kind, one) not in muted)


def _templates(app: AppId) -> list[MessageTemplate]:
    """The messages about forms of which the visitor may read any record."""
    live, actor = live_app(app), actor_for(app)
    return [
        one
        for one in live.definition.templates.values()
        if gate.ever(live.form(one.form), actor, "read")
    ]
