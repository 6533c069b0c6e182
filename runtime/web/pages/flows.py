"""A flow on a record: its picture, the steps of it as a list, and its history."""

from __future__ import annotations

from flask import Blueprint

from engines.values import AppId, InstanceId
from runtime.web import addresses
from runtime.web.catalogue import direction
from runtime.web.flow.picture import picture
from runtime.web.rendering import Crumb, page
from runtime.web.routes import SIGNED_IN, route
from runtime.web.story import told
from runtime.web.visitor import actor_for, live_app, runtime, visitor

flows = Blueprint("flows", __name__)


@route(flows, "/a/<app>/flows/<instance>", permission=SIGNED_IN)
def show(app: str, instance: str) -> str:
    """Where an instance is, where it was, and why."""
    view = runtime().reading.flow_view(actor_for(app), AppId(app), InstanceId(instance))
    seer, definition = visitor(), live_app(app)
    form = definition.form(view.form)
    title = view.title.in_locale(seer.locale)
    plural = form.title_plural.in_locale(seer.locale) or form.title.in_locale(seer.locale)
    record_href = addresses.record(AppId(app), view.form, view.record)
    return page(
        "flow.html",
        Crumb(definition.definition.title.in_locale(seer.locale), f"/a/{app}/"),
        Crumb(plural, addresses.list_of(AppId(app), view.form)),
        Crumb(view.record_title, record_href),
        Crumb(title),
        app=app,
        view=view,
        heading=title,
        record_href=record_href,
        picture=picture(
            view,
            seer.locale,
            is_mirrored=direction(seer.locale) == "rtl",
            title=seer.words.say("flow.picture", flow=title),
        ),
        story=told(view.story, AppId(app), seer),
    )
