"""The designer's page: one shell that the React application fills, whatever is designed."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from builder.drafts import Drafts
from builder.new_app import OWNER
from engines.errors import FieldErrors, FieldProblem
from engines.values import AppId, RoleId
from runtime.web.assets import entry
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import ADMIN, can, route
from runtime.web.visitor import actor_anywhere, actor_for, live_app, runtime, user_id, visitor

_ENTRY = "builder/ui/main.tsx"
_LONGEST_TITLE = 80


def add_pages(blueprint: Blueprint, drafts: Drafts) -> None:
    """Register the page under every address the application shows, and where apps begin."""

    @route(blueprint, "/design", permission=ADMIN, methods=["POST"])
    def begin() -> AnyResponse:
        title = request.form.get("title", "").strip()[:_LONGEST_TITLE]
        if not title:
            raise FieldErrors([FieldProblem("title", "required")])
        app = drafts.begin(actor_anywhere(), title)
        runtime().accounts.set_roles(app, user_id(), [RoleId(OWNER)])
        return go_to(f"/design/{app}")

    @route(blueprint, "/design/<app>", permission=can("design"))
    @route(blueprint, "/design/<app>/<path:place>", permission=can("design"))
    def designer(app: str, place: str = "") -> str:
        drafts.view(actor_for(app), AppId(app))  # an unknown app is a 404 here already
        title = live_app(app).definition.title.in_locale(visitor().locale)
        return page(
            "designer/app.html",
            Crumb(title, f"/a/{app}/"),
            Crumb(visitor().words.say("shell.design")),
            app=app,
            here=f"/design/{app}",
            facts={"app": app, "locale": visitor().locale.split("-", 1)[0]},
            designer=entry(_ENTRY),
        )
