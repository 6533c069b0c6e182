"""The first page, an app's first page, and notifications."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from engines.values import AppId
from runtime.access.shown import AppSummary, MenuEntry, ShownTask
from runtime.web import addresses
from runtime.web.recent import recent_records
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import ANYBODY, SIGNED_IN, route
from runtime.web.visitor import actor_anywhere, actor_for, runtime, user_id, visitor

home = Blueprint("home", __name__)

_MOST_TASKS = 8


@dataclass(frozen=True, slots=True)
class AppAndTasks:
    """An app with what waits in it for the visitor."""

    app: AppSummary
    mine: tuple[ShownTask, ...]  # the first of them
    count: int
    in_pool: int


@route(home, "/", permission=SIGNED_IN)
def start() -> str | AnyResponse:
    """The visitor's apps and what waits for them in each."""
    found = [_app_and_tasks(one) for one in runtime().reading.apps(actor_anywhere())]
    title = visitor().words.say("shell.home")
    return page("home.html", Crumb(title), here="/", apps=found, recent=recent_records())


@route(home, "/a/<app>/", permission=SIGNED_IN)
def app_start(app: str) -> AnyResponse:
    """The first page of an app is the first line of its menu behind which there is something."""
    entries = _leading(runtime().reading.menu(actor_for(app), AppId(app)))
    if not entries:
        return go_to("/")
    first = next((one for one in entries if one.count != 0), entries[0])
    return go_to(addresses.of_menu_item(AppId(app), first.item))


@route(home, "/inbox", permission=SIGNED_IN)
def inbox() -> str:
    """The visitor's messages, newest first."""
    messages = runtime().reading.inbox(actor_anywhere())
    title = visitor().words.say("inbox.title")
    return page("inbox.html", Crumb(title), here="/inbox", messages=messages)


@route(home, "/inbox", permission=SIGNED_IN, methods=["POST"])
def read_inbox() -> AnyResponse:
    """Mark all messages as read."""
    user = user_id()
    runtime().store.run(lambda unit: unit.queue.mark_read(user, unit.now))
    return go_to("/inbox")


@route(home, "/icon.svg", permission=ANYBODY)
def icon_file() -> Response:
    """The product's mark for the browser's tab."""
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" '
        'rx="5" fill="#3f57d6"/><path fill="#fff" d="M4 6h16v2.2H4zM5 9.5h14l-2 2.5H7zM8 '
        '13h8l-1.6 2.2H9.6zM11 16.2h2V20h-2z"/></svg>'
    )
    response = Response(drawing, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _app_and_tasks(app: AppSummary) -> AppAndTasks:
    actor = actor_for(app.id)
    reading = runtime().reading
    return AppAndTasks(
        app,
        reading.tasks(actor, app.id, "mine", most=_MOST_TASKS),
        reading.task_count(actor, app.id, "mine"),
        reading.task_count(actor, app.id, "pool"),
    )


def _leading(entries: tuple[MenuEntry, ...]) -> list[MenuEntry]:
    flat: list[MenuEntry] = []
    for entry in entries:
        flat.extend(_leading(entry.entries) if entry.entries else [entry])
    return flat
