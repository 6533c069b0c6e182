"""The designer's page: one shell that the React application fills, whatever is designed."""

from __future__ import annotations

from flask import Blueprint

from builder.drafts import Drafts
from engines.values import AppId
from runtime.web.assets import entry
from runtime.web.rendering import Crumb, page
from runtime.web.routes import can, route
from runtime.web.visitor import actor_for, live_app, visitor

_ENTRY = "builder/ui/main.tsx"


def add_pages(blueprint: Blueprint, drafts: Drafts) -> None:
    """Register the page under every address the application shows in the browser."""

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
