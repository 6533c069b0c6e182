"""What the command palette (Ctrl+K) finds: pages of the menu, and records by search."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, jsonify, request

from engines.errors import NotAllowed
from engines.values import AppId
from runtime.access.lists import Ask
from runtime.web import addresses
from runtime.web.routes import SIGNED_IN, route
from runtime.web.shell import shell_of
from runtime.web.visitor import actor_for, live_app, runtime, visitor

find = Blueprint("find", __name__)

_MOST_PER_FORM = 5
_SHORTEST_SEARCH = 2


@route(find, "/find", permission=SIGNED_IN)
@route(find, "/a/<app>/find", permission=SIGNED_IN)
def found(app: str | None = None) -> Response:
    """`[{"title", "note", "href", "icon"}]` for what was typed; records only inside an app."""
    text = request.args.get("q", "").strip()[:100]
    hits = list(_pages(app, text))
    if app is not None and len(text) >= _SHORTEST_SEARCH:
        hits.extend(_records(app, text))
    return jsonify(hits[:40])


def _pages(app: str | None, text: str) -> Iterable[dict[str, str]]:
    shell = shell_of(app, "")
    words = visitor().words
    entries = [*shell.menu, *shell.foot]
    for one in entries:
        if not one.is_group and text.casefold() in one.title.casefold():
            yield {"title": one.title, "note": "", "href": one.href, "icon": one.icon}
    for other in shell.apps:
        if other.id != app and text.casefold() in other.title.casefold():
            note = words.say("find.app")
            yield {"title": other.title, "note": note, "href": f"/a/{other.id}/", "icon": "app"}


def _records(app: str, text: str) -> Iterable[dict[str, str]]:
    locale = visitor().locale
    for form in live_app(app).definition.forms.values():
        try:
            listed = runtime().reading.list_page(
                actor_for(app), AppId(app), form.id, "all", Ask(search=text, limit=_MOST_PER_FORM)
            )
        except NotAllowed:
            continue  # a form this person has no part in simply has no hits
        for row in listed.rows:
            yield {
                "title": row.title,
                "note": form.title.in_locale(locale),
                "href": addresses.record(AppId(app), form.id, row.id),
                "icon": form.icon or "file",
            }
